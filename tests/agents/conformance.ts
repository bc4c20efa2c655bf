/** What every adapter must do with every kind of program; run for each by conformance.test.ts. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MockActivityEnvironment } from '@temporalio/testing';
import { journalPath, readJournal } from '../../src/activities/journal.js';
import {
  createHarness,
  endsAlone,
  FAST,
  killWorker,
  startWorker,
  type Harness,
  type HarnessOptions,
} from '../activities/turn-harness.js';

export interface Subject {
  readonly name: string;
  /** The agent entry that makes the program behave so. */
  agent(behaviour: string): HarnessOptions['agent'];
  readonly can: {
    readonly auth: boolean;
    readonly remembers: boolean;
    /** It says when a usage limit ends. */
    readonly resets: boolean;
    /** What it prints that is not its protocol is mere log. */
    readonly logs: boolean;
    /** It says what a turn cost. */
    readonly prices: boolean;
  };
}

function isThere(pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}

function childrenOf(harness: Harness): string[] {
  return ['group.pid', 'session.pid', 'adopted.pid'].map((file) => harness.read(file));
}

export function describeConformance(subject: Subject): void {
  const start = (behaviour: string, more: Partial<HarnessOptions> = {}) =>
    createHarness({ ...more, agent: { ...subject.agent(behaviour), ...more.agent } });

  const priced = (usd: number) => (subject.can.prices ? usd : null);

  describe(subject.name, () => {
    it('finishes', async () => {
      const harness = start('finish');
      const facts = await harness.run();
      expect(facts).toMatchObject({
        ok: true,
        outcome: 'done',
        failure: null,
        summary: 'Wrote a line.',
        blocker: null,
      });
      expect(harness.read('work.txt')).toBe('line\n');
      expect(harness.artifact('prompt.md')).toContain('Write src/api.');
      expect(harness.progress[0]).toMatchObject({ step: 'turning', task: 'api', gen: 1 });
    });

    it('fails, and shows why', async () => {
      const facts = await start('fail').run();
      expect(facts).toMatchObject({ ok: false, outcome: 'failed', failure: { class: 'agent-error' } });
      expect(facts.failure?.message).toContain('disk on fire');
      expect(facts.failure?.signature).toMatch(/^agent-error:[0-9a-f]{12}$/);
    });

    it('hangs without a sign of life: stalled', async () => {
      const facts = await start('hang', { task: { stallMs: 700 } }).run();
      expect(facts).toMatchObject({ outcome: 'timed-out', failure: { class: 'stalled' } });
    });

    it('is quiet, but changes files: not stalled', async () => {
      const env = { QUIET_MS: '6500' };
      const facts = await start('quiet', {
        task: { stallMs: 4_000 },
        env,
        agent: { env: ['QUIET_MS'] },
      }).run();
      expect(facts).toMatchObject({ outcome: 'done', summary: 'Quietly done.' });
    });

    it('hangs: timed out', async () => {
      const facts = await start('hang', { task: { timeoutMs: 700 } }).run();
      expect(facts).toMatchObject({ outcome: 'timed-out', failure: { class: 'timed-out' } });
    });

    it('answers the interruption with an error of its own: stalled all the same', async () => {
      const facts = await start('retorts', { task: { stallMs: 1_500 } }).run();
      expect(facts).toMatchObject({ outcome: 'timed-out', failure: { class: 'stalled' } });
    });

    it.runIf(subject.can.logs)('floods its output, which costs neither memory nor much disk', async () => {
      const harness = start('flood');
      const before = process.memoryUsage().rss;
      const facts = await harness.run();
      expect(facts).toMatchObject({ outcome: 'done', summary: 'Flooded.' });
      const events = harness.artifact('events.jsonl');
      expect(events.length).toBeLessThan(22_000_000);
      expect(events).toContain('the rest is left out');
      expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    });

    it('ignores polite signals', async () => {
      const harness = start('stubborn');
      const turn = harness.run();
      await harness.appears('hanging');
      harness.environment.cancel();
      expect(await turn).toMatchObject({ outcome: 'interrupted' });
      expect(isThere(harness.read('hanging'))).toBe(false);
    });

    it('leaves children behind: none lives on', async () => {
      const harness = start('children');
      const facts = await harness.run();
      expect(facts).toMatchObject({ outcome: 'done' });
      expect(childrenOf(harness).filter(isThere)).toEqual([]);
    });

    it('is cancelled with children: interrupted, none lives on', async () => {
      const harness = start('children-hang');
      const turn = harness.run();
      await harness.appears('hanging');
      harness.environment.cancel();
      const facts = await turn;
      expect(facts).toMatchObject({ ok: false, outcome: 'interrupted', failure: { class: 'transient' } });
      expect(childrenOf(harness).filter(isThere)).toEqual([]);
    });

    it('is ended from outside: transient', async () => {
      const harness = start('children-hang');
      const turn = harness.run();
      await harness.appears('hanging');
      process.kill(pidOfAgent(harness), 'SIGKILL');
      const facts = await turn;
      expect(facts).toMatchObject({ outcome: 'interrupted', failure: { class: 'transient' } });
      expect(childrenOf(harness).filter(isThere)).toEqual([]);
    });

    it('told its result and does not exit: its result counts', async () => {
      const facts = await start('lingers').run();
      expect(facts).toMatchObject({ outcome: 'done', summary: 'Done, and still here.' });
    });

    it('is interrupted and goes on in the same session', async () => {
      const harness = start('resume');
      const turn = harness.run();
      await harness.appears('hanging');
      harness.environment.cancel();
      expect(await turn).toMatchObject({ outcome: 'interrupted' });
      const facts = await harness.run({ gen: 2, turn: 2, ask: 'continue' }, new MockActivityEnvironment());
      expect(facts).toMatchObject({ outcome: 'done', summary: 'Went on.' });
      const [first, second] = startsOf(harness);
      expect(second?.session).toBe(first?.session);
      expect(second?.prompt).toContain('Continue.');
      expect(second?.prompt.includes('Write src/api.')).toBe(!subject.can.remembers);
    });

    it('comes to its end while no worker lives: its result counts, and nothing is asked twice', async () => {
      const harness = start('ends-alone');
      const worker = startWorker(harness);
      await harness.appears('hanging');
      await killWorker(worker);
      await endsAlone(harness);
      const facts = await harness.run();
      expect(facts).toMatchObject({ outcome: 'done', summary: 'Ended alone.' });
      expect(facts.usage).toEqual({ inputTokens: 1000, outputTokens: 10, costUsd: priced(0.25) });
      expect(facts.endedAtMs - facts.startedAtMs).toBeGreaterThan(0);
      expect(startsOf(harness)).toHaveLength(1);
      expect(await harness.run()).toEqual(facts);
    });

    it('reports cost, as a difference where its sums grow with the session', async () => {
      const harness = start('cost');
      const first = await harness.run();
      const second = await harness.run({ gen: 2, turn: 2, ask: 'rejected' });
      const each = { inputTokens: 2000, outputTokens: 100, costUsd: priced(0.5) };
      expect([first.usage, second.usage]).toEqual([each, each]);
    });

    it('raises a blocker by file, once', async () => {
      const harness = start('blocker-file');
      const facts = await harness.run();
      const blocker = { severity: 'critical', description: 'Which database?', wait: true };
      expect(facts).toMatchObject({ ok: false, outcome: 'blocked', failure: null, blocker });
      expect(existsSync(`${harness.worktree}/.longhaul/blocker.json`)).toBe(false);
      expect(harness.artifact('blocker.json')).toContain('Which database?');
    });

    it('raises a blocker by file and does not exit: it is ended', async () => {
      const facts = await start('blocker-file-hang').run();
      expect(facts).toMatchObject({ outcome: 'blocked', blocker: { description: 'Which database?' } });
    });

    it('reports by file and goes on', async () => {
      const harness = start('blocker-file-note');
      expect(await harness.run()).toMatchObject({ outcome: 'done' });
      expect(harness.blockers).toMatchObject([{ report: { description: 'Odd test', wait: false } }]);
      expect(existsSync(`${harness.worktree}/.longhaul/blocker.json`)).toBe(false);
    });

    const schema = {
      type: 'object',
      properties: { count: { type: 'integer' } },
      required: ['count'],
      additionalProperties: false,
    };

    it.each(['output', 'output-file'])('hands on what it is asked for: %s', async (behaviour) => {
      const harness = start(behaviour, { task: { output: schema } });
      expect(await harness.run()).toMatchObject({ outcome: 'done' });
      expect(JSON.parse(harness.artifact('output.json'))).toEqual({ count: 3 });
      expect(harness.artifact('prompt.md')).toContain('"count":{"type":"integer"}');
    });

    it.each([
      ['output-wrong', '/count must be integer'],
      ['finish', 'there is none'],
    ])('hands on what it is not asked for, or nothing: %s', async (behaviour, why) => {
      const facts = await start(behaviour, { task: { output: schema } }).run();
      expect(facts).toMatchObject({ ok: false, outcome: 'failed', failure: { class: 'rejected' } });
      expect(facts.failure?.message).toContain(why);
    });

    it('meets a usage limit with a reset time', async () => {
      const facts = await start('limit').run();
      expect(facts).toMatchObject({
        outcome: 'capped',
        failure: { class: 'usage-limit', resetAtMs: subject.can.resets ? 2e12 : null },
      });
    });

    it('is rate-limited', async () => {
      const facts = await start('rate-limited').run();
      expect(facts).toMatchObject({ outcome: 'failed', failure: { class: 'rate-limited' } });
    });

    it.runIf(subject.can.auth)('is not logged in', async () => {
      const facts = await start('auth').run();
      expect(facts).toMatchObject({ outcome: 'failed', failure: { class: 'auth' } });
    });

    it('gets an environment by allow-list', async () => {
      const env = { GIVEN: 'yes', SECRET: 'no' };
      const harness = start('environment', { env, agent: { env: ['GIVEN'] }, timing: FAST });
      await harness.run();
      const seen = JSON.parse(harness.read('environment.json')) as Record<string, string>;
      expect(seen).toMatchObject({
        GIVEN: 'yes',
        LONGHAUL_TASK: 'api',
        LONGHAUL_LANE: 'claude#1',
        LONGHAUL_TURN: '1',
      });
      expect(Object.keys(seen).filter((name) => name === 'SECRET' || name.startsWith('TEMPORAL'))).toEqual(
        [],
      );
      expect(readFileSync(seen['LONGHAUL_PROMPT_FILE'] ?? '', 'utf8')).toContain('Write src/api.');
    });
  });
}

function startsOf(harness: Harness): { session: string; prompt: string }[] {
  const lines = harness.read('starts.jsonl').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as { session: string; prompt: string });
}

function pidOfAgent({ deps, brief }: Harness): number {
  return readJournal(journalPath(deps.home, brief.campaign, 'api'))?.processes[0]?.pid ?? Number.NaN;
}
