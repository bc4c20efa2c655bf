import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { journalPath, listJournals, readJournal } from '../../src/activities/journal.js';
import { recoverOrphans } from '../../src/activities/orphan.js';
import { identifyProcess, isAlive, type ProcessIdentity } from '../../src/activities/process-tree.js';
import type { TurnFacts } from '../../src/core/ports.js';
import {
  createHarness,
  endsAlone,
  fixture,
  killWorker,
  startWorker,
  type Harness,
  type HarnessOptions,
} from './turn-harness.js';

function start(behaviour: string, options: Partial<HarnessOptions> = {}): Harness {
  return createHarness({ ...options, agent: { run: [process.execPath, fixture, 'command', behaviour] } });
}

describe('recoverOrphans', () => {
  it('ends what a killed worker left, fails its activity, and the next try goes on', async () => {
    const harness = start('resume');
    const worker = startWorker(harness);
    await harness.appears('hanging');
    await killWorker(worker);
    const orphan = listJournals(harness.deps.home)[0]!.processes[0]!;
    expect(isAlive(orphan)).toBe(true);

    const failed: { token: string; message: string }[] = [];
    const turns = await recoverOrphans(harness.deps, (token, message) => {
      failed.push({ token: Buffer.from(token).toString(), message });
      return Promise.resolve();
    });
    expect(turns).toMatchObject([{ campaign: 'cart', task: 'api', gen: 1 }]);
    expect(failed.map(({ token }) => token)).toEqual(['test']);
    expect(failed[0]?.message).toMatch(/The worker \(pid \d+\) ended during the turn/);
    expect(isAlive(orphan)).toBe(false);
    expect(listJournals(harness.deps.home)).toEqual([]);

    const facts = await harness.run();
    expect(facts).toMatchObject({ outcome: 'done', summary: 'Went on.' });
    const starts = harness.read('starts.jsonl').trim().split('\n');
    const [first, second] = starts.map((line) => JSON.parse(line) as { session: string; prompt: string });
    expect(second?.session).toBe(first?.session);
    expect(second?.prompt).toContain('You were interrupted in the middle of this turn');
  });

  it('ends children too that the killed agent left, and does not mind an activity that is over', async () => {
    const harness = start('children-hang');
    const worker = startWorker(harness);
    await harness.appears('hanging');
    await killWorker(worker);
    process.kill(readJournal(journalPath(harness.deps.home, 'cart', 'api'))!.processes[0]!.pid, 'SIGKILL');
    await recoverOrphans(harness.deps, () => Promise.reject(new Error('not found')));
    const pids = ['group.pid', 'session.pid', 'adopted.pid'].map((file) => Number(harness.read(file)));
    expect(pids.map(identifyProcess)).toEqual([null, null, null]);
    expect(listJournals(harness.deps.home)).toEqual([]);
  });

  it('leaves the turns of a worker that lives', async () => {
    const harness = start('hang');
    const turn = harness.run();
    await harness.appears('hanging');
    expect(await recoverOrphans(harness.deps, () => Promise.resolve())).toEqual([]);
    harness.environment.cancel();
    expect(await turn).toMatchObject({ outcome: 'interrupted' });
  });
});

describe('a turn whose worker died', () => {
  it('was timed out when the worker died: it is so still, whatever the agent said to that', async () => {
    const slow = { tickMs: 100, firstWordMs: 0, exitGraceMs: 500, killGraceMs: 60_000 };
    const harness = start('slow-retort', { task: { timeoutMs: 5_000 }, timing: slow });
    const worker = startWorker(harness);
    await harness.appears('retorted');
    await killWorker(worker);
    await recoverOrphans(harness.deps, () => Promise.resolve());
    const facts = await harness.run();
    expect(facts).toMatchObject({ outcome: 'timed-out', failure: { class: 'timed-out' } });
    expect(harness.read('starts.jsonl').trim().split('\n')).toHaveLength(1);
  });

  it('was asking a person: its blocker counts, and is raised once', async () => {
    const harness = start('blocker-alone');
    const worker = startWorker(harness);
    await harness.appears('hanging');
    await killWorker(worker);
    await endsAlone(harness);
    expect(await harness.run()).toMatchObject({
      outcome: 'blocked',
      blocker: { description: 'Which port?' },
    });
    expect(harness.blockers).toMatchObject([{ report: { description: 'Slow tests', wait: false } }]);
    expect(harness.read('starts.jsonl').trim().split('\n')).toHaveLength(1);
  });

  it('had said nothing of its end: it goes on, and what it used until then is known', async () => {
    const harness = start('resume');
    const worker = startWorker(harness);
    await harness.appears('hanging');
    await killWorker(worker);
    await recoverOrphans(harness.deps, () => Promise.resolve());
    const facts = await harness.run();
    expect(facts).toMatchObject({ outcome: 'done', usage: { inputTokens: 2000, costUsd: 0.5 } });
  });
});

describe('turns of several hosts of one home', () => {
  /** A worker of host-1 has died in the middle of a turn (turn-harness.ts); what had left the agent's group lives on. */
  async function loseTurn(): Promise<{ harness: Harness; left: ProcessIdentity }> {
    const harness = start('children-hang');
    const worker = startWorker(harness);
    await harness.appears('hanging');
    await killWorker(worker);
    return { harness, left: identifyProcess(Number(harness.read('session.pid')))! };
  }
  const notAsked = () => Promise.reject(new Error('it has nothing to fail'));

  it.each(['boot-1', 'boot-2'])('are left alone by another host (%s)', async (pidSpace) => {
    const { harness, left } = await loseTurn();
    const other = { ...harness.deps, host: 'host-2', pidSpace };
    expect(await recoverOrphans(other, notAsked)).toEqual([]);
    expect(isAlive(left)).toBe(true);
    expect(listJournals(harness.deps.home)).toHaveLength(1);
    await recoverOrphans(harness.deps, () => Promise.resolve());
    expect(isAlive(left)).toBe(false);
  });

  it('are taken back by the same host in its next life, whatever has their pids by now', async () => {
    const harness = start('hang');
    const turn = harness.run();
    await harness.appears('hanging');
    const next = { ...harness.deps, pidSpace: 'boot-2' };
    const failed: string[] = [];
    const turns = await recoverOrphans(next, (token) => {
      failed.push(Buffer.from(token).toString());
      return Promise.resolve();
    });
    expect(turns).toMatchObject([{ task: 'api', gen: 1 }]);
    expect(failed).toEqual(['test']);
    expect(await turn).toMatchObject({ outcome: 'interrupted' });
  });
});

describe('a machine that sleeps', () => {
  it('counts neither towards the timeout nor as a stall', async () => {
    const harness = start('quiet', { task: { timeoutMs: 12_000, stallMs: 12_000 } });
    const worker = startWorker(harness);
    const output = text(worker.stdout);
    await harness.appears('quiet.txt');
    const agent = readJournal(journalPath(harness.deps.home, 'cart', 'api'))!.processes[0]!;
    process.kill(worker.pid!, 'SIGSTOP');
    process.kill(agent.pid, 'SIGSTOP');
    await sleep(13_000);
    process.kill(agent.pid, 'SIGCONT');
    process.kill(worker.pid!, 'SIGCONT');
    expect(JSON.parse(await output) as TurnFacts).toMatchObject({
      outcome: 'done',
      summary: 'Quietly done.',
    });
  });
});
