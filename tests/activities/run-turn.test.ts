import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { journalPath, listJournals, takeJournal } from '../../src/activities/journal.js';
import { identifyProcess, isAlive } from '../../src/activities/process-tree.js';
import { taskFolder } from '../../src/core/home.js';
import { createHarness, FAST, fixture, type Harness, type HarnessOptions } from './turn-harness.js';

function start(behaviour: string, options: Partial<HarnessOptions> = {}): Harness {
  const run = [process.execPath, fixture, 'command', ...behaviour.split(' ')];
  return createHarness({ ...options, agent: { run, ...options.agent } });
}

function startsOf(harness: Harness): { session: string; prompt: string }[] {
  const lines = harness.read('starts.jsonl').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as { session: string; prompt: string });
}

async function usageIsKept({ deps }: Harness): Promise<void> {
  const folder = `${taskFolder(deps.home, 'cart', 'api')}/sessions`;
  const isKept = () =>
    readdirSync(folder).some((name) => readFileSync(`${folder}/${name}`, 'utf8').includes('0.25'));
  while (!isKept()) await sleep(10);
}

describe('runTurn', () => {
  it('starts nothing where the campaign does not want the turn', async () => {
    const harness = start('finish');
    harness.admission = () => Promise.resolve({ admitted: false, why: 'paused', gone: false });
    const facts = await harness.run();
    expect(facts).toMatchObject({ ok: false, outcome: 'interrupted', failure: { class: 'transient' } });
    expect(facts.summary).toContain('paused');
    expect(existsSync(`${harness.worktree}/work.txt`)).toBe(false);
  });

  it('throws where the campaign can not be asked, so that Temporal tries again', async () => {
    const harness = start('finish');
    harness.admission = () => Promise.reject(new Error('no server'));
    await expect(harness.run()).rejects.toThrow('no server');
  });

  it('gives up where the campaign can not be reached for longer than the heartbeat timeout', async () => {
    const harness = start('hang');
    const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 1_000 });
    const turn = harness.run({}, environment);
    await harness.appears('hanging');
    harness.admission = () => Promise.reject(new Error('no server'));
    const facts = await turn;
    expect(facts).toMatchObject({ outcome: 'interrupted', failure: { class: 'transient' } });
    expect(facts.summary).toContain('could not be reached');
  });

  it('ends where the campaign is gone, and goes on where it only would not admit it just now', async () => {
    const harness = start('hang');
    const turn = harness.run({}, new MockActivityEnvironment({ heartbeatTimeoutMs: 1_000 }));
    await harness.appears('hanging');
    let asked = 0;
    harness.admission = () => {
      asked += 1;
      return Promise.resolve({ admitted: false, why: 'gone or paused', gone: asked > 5 });
    };
    const facts = await turn;
    expect(asked).toBeGreaterThan(5);
    expect(facts).toMatchObject({ outcome: 'interrupted', failure: { class: 'transient' } });
    expect(facts.summary).toContain('the campaign is over');
  });

  it('tells the start and the agent\u2019s first word at once, and then for a while nothing', async () => {
    const script = `const say = (percent, note) => console.log(JSON.stringify({ type: 'progress', percent, note }));
      setTimeout(() => say(10, 'reads ' + 'x'.repeat(500)), 400);
      setTimeout(() => say(20, 'writes'), 1_500);
      setTimeout(() => say(30, 'tests'), 2_000);
      setTimeout(() => undefined, 2_500);`;
    const harness = createHarness({ agent: { run: [process.execPath, '-e', script] } });
    await harness.run();
    expect(harness.progress.map(({ percent, note }) => [percent, note?.slice(0, 7)])).toEqual([
      [null, undefined],
      [10, 'reads x'],
    ]);
    expect(harness.progress[1]?.note).toHaveLength(200);
  });

  it('tells how long it waited to be taken by a worker, where that is no mere moment', async () => {
    const waited = async (ms: number) => {
      const info = { currentAttemptScheduledTimestampMs: Date.now() - ms };
      return (await start('finish').run({}, new MockActivityEnvironment(info))).workerMs ?? 0;
    };
    expect(await waited(100)).toBe(0);
    expect(await waited(90_000)).toBeGreaterThanOrEqual(90_000);
  });

  it('names a variable that is set nowhere, and the file to write it into', async () => {
    const facts = await start('finish', { agent: { env: ['API_KEY'] } }).run();
    expect(facts).toMatchObject({ outcome: 'failed', failure: { class: 'spec' } });
    expect(facts.failure?.message).toMatch(/needs API_KEY.*Add API_KEY=… to .*home\/env/);
  });

  it("takes values from LONGHAUL_HOME/env before the worker's own", async () => {
    const harness = start('environment', {
      agent: { env: ['API_KEY'] },
      env: { API_KEY: 'from the worker' },
    });
    writeFileSync(harness.deps.home.env, '# keys\nexport API_KEY="from the file"\n');
    await harness.run();
    expect(JSON.parse(harness.read('environment.json'))).toMatchObject({ API_KEY: 'from the file' });
  });

  it('names a program that is not there', async () => {
    const facts = await start('', { agent: { run: ['no-such-agent'] } }).run();
    expect(facts).toMatchObject({ outcome: 'failed', failure: { class: 'spec' } });
    expect(facts.failure?.message).toContain('`no-such-agent` was not found');
  });

  it.each([
    ['exit 0', 'done', null],
    ['exit 1', 'failed', 'agent-error'],
    ['exit 75', 'failed', 'rate-limited'],
    ['exit 137', 'interrupted', 'transient'],
  ])('takes %s for %s', async (behaviour, outcome, kind) => {
    const facts = await start(behaviour).run();
    expect([facts.outcome, facts.failure?.class ?? null]).toEqual([outcome, kind]);
  });

  it('gives the same failure the same signature, whatever the numbers in it', async () => {
    const fail = async (text: string) => {
      const run = ['sh', '-c', `echo "${text}" >&2; exit 1`];
      return (await start('', { agent: { run } }).run()).failure?.signature;
    };
    const first = await fail('test 12 failed on port 4000');
    expect(await fail('test 13 failed on port 4001')).toBe(first);
    expect(await fail('lint failed on port 4000')).not.toBe(first);
  });

  it('passes on progress, and the id that the agent gives its session', async () => {
    const harness = start('progress');
    const facts = await harness.run();
    expect(facts.session).toBe('vendor-1');
    const next = start('environment', { root: harness.root });
    await next.run({ gen: 2, turn: 2, ask: 'continue', session: 'vendor-1' });
    const seen = JSON.parse(next.read('environment.json')) as Record<string, string>;
    expect(seen['LONGHAUL_AGENT_SESSION']).toBe('vendor-1');
    expect(seen['LONGHAUL_SESSION']).toBe(harness.progress[0]?.session);
  });

  it('says nothing of a turn that is over soon', async () => {
    const harness = start('progress', { timing: { ...FAST, firstWordMs: 60_000 } });
    expect((await harness.run()).outcome).toBe('done');
    expect(harness.progress).toEqual([]);
  });

  it('ends a turn that waits for an answer', async () => {
    const facts = await start('blocker-line').run();
    const blocker = { severity: 'high', description: 'Which port?', wait: true };
    expect(facts).toMatchObject({ outcome: 'blocked', failure: null, blocker });
  });

  it('sends on a blocker that does not wait', async () => {
    const harness = start('blocker-line-note');
    expect(await harness.run()).toMatchObject({ outcome: 'done', summary: 'Went on.' });
    expect(harness.blockers).toMatchObject([{ report: { description: 'Slow tests', wait: false } }]);
  });

  it('shows the agent the evidence, the note, and the whole task', async () => {
    const harness = start('finish');
    const folder = taskFolder(harness.deps.home, 'cart', 'api');
    mkdirSync(`${folder}/1`, { recursive: true });
    writeFileSync(`${folder}/1/verify.log`, 'expected 1, got 2');
    await harness.run({
      gen: 2,
      turn: 2,
      ask: 'rejected',
      evidence: '1/verify.log',
      note: 'npm test failed',
    });
    const prompt = harness.artifact('prompt.md', 2);
    for (const part of [
      'rejected',
      'expected 1, got 2',
      'npm test failed',
      'Write src/api.',
      'You write backends.',
    ]) {
      expect(prompt).toContain(part);
    }
  });

  it('says again what it found out, and does not do it again, where its report was lost', async () => {
    const harness = start('finish');
    const first = await harness.run();
    expect(await harness.run()).toEqual(first);
    expect(harness.read('work.txt')).toBe('line\n');
  });

  it('yields to a newer turn that has the worktree', async () => {
    const harness = start('finish');
    const header = { campaign: 'cart', task: 'api', gen: 2, taskToken: null, session: 's', startedAtMs: 1 };
    const { home, host, pidSpace } = harness.deps;
    await takeJournal(home, { ...header, host, pidSpace, worker: identifyProcess(process.pid)! });
    expect(await harness.run()).toMatchObject({ outcome: 'interrupted' });
    expect(existsSync(`${harness.worktree}/work.txt`)).toBe(false);
  });

  it('is taken over by a second try of the same turn: one agent lives, in the same session', async () => {
    const harness = start('resume');
    const first = harness.run();
    await harness.appears('hanging');
    await usageIsKept(harness);
    const agent = listJournals(harness.deps.home)[0]!.processes[0]!;
    const second = await harness.run({}, new MockActivityEnvironment());
    expect(isAlive(agent)).toBe(false);
    expect(await first).toMatchObject({ outcome: 'interrupted' });
    expect(second).toMatchObject({ outcome: 'done', summary: 'Went on.' });
    // What the first try used is not forgotten.
    expect(second.usage).toEqual({ inputTokens: 2000, outputTokens: 20, costUsd: 0.5 });
    const [one, two] = startsOf(harness);
    expect(two?.session).toBe(one?.session);
    expect(two?.prompt).toContain('You were interrupted in the middle of this turn');
    expect(readdirSync(dirname(journalPath(harness.deps.home, 'cart', 'api')))).toEqual([]);
  });

  it('gives another attempt another session', async () => {
    const harness = start('finish');
    const first = await harness.run();
    const second = await harness.run({ gen: 2, attempt: 2 });
    expect(second.session).not.toBe(first.session);
    rmSync(`${taskFolder(harness.deps.home, 'cart', 'api')}/sessions`, { recursive: true });
    expect((await harness.run({ gen: 3 })).session).toBe(first.session);
  });

  it('begins a session anew where its agent has another adapter now, and goes on in that one', async () => {
    const before = start('progress');
    expect((await before.run()).session).toBe('vendor-1');
    const run = [process.execPath, fixture, 'claude', 'finish'];
    const after = createHarness({ agent: { adapter: 'claude-code', run }, root: before.root });
    const second = await after.run({ gen: 2, turn: 2, ask: 'continue', session: 'vendor-1' });
    expect(second).toMatchObject({ ok: true, outcome: 'done' });
    expect(second.session).not.toBe('vendor-1');
    expect(after.artifact('prompt.md', 2)).toContain('Write src/api.');
    const third = await after.run({ gen: 3, turn: 3, ask: 'rejected', session: second.session });
    expect(third).toMatchObject({ ok: true, session: second.session });
    expect(after.artifact('prompt.md', 3)).not.toContain('Write src/api.');
  });

  it('tells Temporal where it is, in little', async () => {
    const harness = start('hang');
    const beats: unknown[] = [];
    harness.environment.on('heartbeat', (details) => beats.push(details));
    const turn = harness.run();
    while (beats.length < 4) await sleep(10);
    harness.environment.cancel();
    await turn;
    expect(beats[0]).toMatchObject({ gen: 1, session: harness.progress[0]?.session });
    expect(JSON.stringify(beats[0]).length).toBeLessThan(2_000);
  });

  it('ends an agent that prints without end, and keeps the beginning', async () => {
    // A hole costs no disk.
    const run = ['sh', '-c', 'echo first; truncate -s 1100M /dev/stdout; exec sleep 300'];
    const harness = start('', { agent: { run } });
    const facts = await harness.run();
    expect(facts).toMatchObject({ outcome: 'failed', failure: { class: 'agent-error' } });
    expect(facts.failure?.message).toContain('printed more than 1 GB');
    const events = harness.artifact('events.jsonl');
    expect([events.slice(0, 6), events.length < 22_000_000]).toEqual(['first\n', true]);
  });

  it('keeps what the agent printed', async () => {
    const harness = start('fail');
    await harness.run();
    expect(harness.artifact('stderr.log')).toContain('disk on fire');
    expect(readFileSync(`${taskFolder(harness.deps.home, 'cart', 'api')}/1/prompt.md`, 'utf8')).toContain(
      '# ',
    );
  });
});
