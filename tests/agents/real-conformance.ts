/**
 * What every real program must do with whatever a model API answers: the same cases for all, run by real.test.ts where a
 * program is there (`npm run test:agents`). What only one of them does is tested beside it.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MockActivityEnvironment } from '@temporalio/testing';
import { isAlive } from '../../src/activities/process-tree.js';
import type { ToolServer } from '../../src/activities/deps.js';
import { journalPath, readJournal } from '../../src/activities/journal.js';
import { startToolServer } from '../../src/activities/tool-server.js';
import type { FailureClass } from '../../src/core/turn.js';
import { createHarness, type Harness, type HarnessOptions } from '../activities/turn-harness.js';
import { startModelApi, type ModelAnswer, type ModelApi, type ModelRequest } from '../model-api.js';

export interface RealSubject {
  readonly name: string;
  /** Of the program; empty where it is not there. */
  readonly binary: string;
  agent(url: string): HarnessOptions['agent'];
  env(url: string): Readonly<Record<string, string | undefined>>;
  /** What each of its turns cost that asked the model so often. */
  cost(requests: number): number | null;
  /** What its session's file holds once it has noted what it used; null: noted at its end alone, lost where it is killed. */
  readonly useNote: string | null;
  /** Folder in which it keeps sessions. */
  sessions(harness: Harness): string;
  /** How its model answers where it was asked for an answer of a form. */
  answer(value: object): ModelAnswer;
  readonly refusals: readonly RefusalCase[];
}

export interface RefusalCase {
  readonly what: string;
  readonly answer: ModelAnswer;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly as: FailureClass;
  readonly resetAtMs?: number;
}

export const REAL_TIMING = { tickMs: 100, firstWordMs: 0, exitGraceMs: 3_000, killGraceMs: 5_000 };

/** Its tool starts a session of its own, and hangs. */
const startTool = 'echo $$ > tool.pid; (setsid sleep 300 & echo $! > bg.pid); echo 1 > hanging; sleep 300';

function toolsOf(harness: Harness): boolean[] {
  return ['tool.pid', 'bg.pid'].map((file) => existsSync(`/proc/${harness.read(file).trim()}/cwd`));
}

/** The files below a folder whose name has the session's id. */
function sessionFiles(folder: string, session: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.includes(session) && name.endsWith('.jsonl'),
  );
}

function sessionsSay(folder: string, text: string): boolean {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.jsonl'))
    .some((name) => readFileSync(join(folder, name), 'utf8').includes(text));
}

export function describeReal(subject: RealSubject): void {
  let api: ModelApi | null = null;
  let tools: ToolServer;
  beforeAll(async () => {
    tools = await startToolServer();
  });
  afterAll(() => tools.close());
  afterEach(async () => {
    await api?.close();
    api = null;
  });

  async function start(
    answer: (request: ModelRequest) => ModelAnswer,
    options: Partial<HarnessOptions> = {},
  ): Promise<Harness> {
    api = await startModelApi(answer);
    const agent = { ...subject.agent(api.url), ...options.agent };
    const env = { ...subject.env(api.url), ...options.env };
    return createHarness({ timing: REAL_TIMING, ...options, agent, env }, tools);
  }

  const usage = (requests: number) => ({
    inputTokens: 1000 * requests,
    outputTokens: 50 * requests,
    costUsd: subject.cost(requests),
  });

  describe.skipIf(subject.binary === '')(`${subject.name}, the real program`, () => {
    it('finishes, with what it used', async () => {
      const harness = await start(({ index }) =>
        index === 0 ? { shell: 'echo hello > hello.txt' } : { text: 'Wrote hello.' },
      );
      const facts = await harness.run();
      expect(facts).toMatchObject({ ok: true, outcome: 'done', summary: 'Wrote hello.', failure: null });
      expect(facts.usage).toEqual(usage(2));
      expect(harness.read('hello.txt')).toBe('hello\n');
      expect(api?.requests[0]?.texts.join()).toContain('Write src/api.');
    });

    it('has nothing to say: done all the same', async () => {
      const harness = await start(() => ({ text: '' }));
      expect(await harness.run()).toMatchObject({ outcome: 'done' });
    });

    it('has a tool that fails, and goes on', async () => {
      const harness = await start(({ index }) =>
        index === 0 ? { shell: 'echo no >&2; exit 3' } : { text: 'It failed.' },
      );
      expect(await harness.run()).toMatchObject({ outcome: 'done', summary: 'It failed.' });
    });

    it('takes a prompt that is larger than an argument can be', async () => {
      const harness = await start(() => ({ text: 'Long.' }), {
        task: { prompt: `Write src/api. ${'So much to tell. '.repeat(10_000)}The end.` },
      });
      expect(await harness.run()).toMatchObject({ outcome: 'done', summary: 'Long.' });
      expect(api?.requests[0]?.texts.join()).toContain('The end.');
    });

    it('goes on in the same session, told only what is new, and used the difference', async () => {
      const harness = await start(({ index }) => ({ text: `Answer ${index}.` }));
      const first = await harness.run();
      const order = {
        gen: 2,
        turn: 2,
        ask: 'answer',
        note: 'Use port 4000.',
        session: first.session,
      } as const;
      const second = await harness.run(order, new MockActivityEnvironment());
      expect(second).toMatchObject({ outcome: 'done', session: first.session, summary: 'Answer 1.' });
      expect(second.usage).toEqual(usage(1));
      const resumed = api?.requests[1];
      expect(resumed?.texts.join()).toContain('Answer 0.');
      expect(resumed?.last).toContain('Use port 4000.');
      expect(resumed?.last).not.toContain('Write src/api.');
    });

    it('is killed in a tool and resumed; its tools die with it, though they have sessions of their own', async () => {
      const harness = await start(({ index }) => (index === 0 ? { shell: startTool } : { text: 'Went on.' }));
      const turn = harness.run();
      await harness.appears('hanging');
      const { useNote } = subject;
      if (useNote !== null) {
        // A moment after its tool has begun.
        await expect
          .poll(() => sessionsSay(subject.sessions(harness), useNote), { timeout: 60_000 })
          .toBe(true);
      }
      const agent = readJournal(journalPath(harness.deps.home, 'cart', 'api'))!.processes[0]!;
      expect(isAlive(agent)).toBe(true);
      process.kill(agent.pid, 'SIGKILL');
      const killed = await turn;
      expect(killed).toMatchObject({ outcome: 'interrupted', failure: { class: 'transient' } });
      expect(toolsOf(harness)).toEqual([false, false]);
      expect(killed.usage.inputTokens).toBe(useNote === null ? 0 : 1000);

      const order = { gen: 2, turn: 2, ask: 'continue', session: killed.session } as const;
      const second = await harness.run(order, new MockActivityEnvironment());
      expect(second).toMatchObject({ outcome: 'done', session: killed.session, summary: 'Went on.' });
      expect(second.usage).toEqual(usage(1));
      expect(api?.requests.at(-1)?.texts.join()).toContain('Write src/api.');
      expect(api?.requests.at(-1)?.last).not.toContain('Write src/api.');
    });

    it('asks by its campaign’s tool and ends its turn, and is resumed with the answer', async () => {
      const input = { severity: 'high', description: 'Which port?', impact: 'no API', wait: true };
      const harness = await start(({ index }) => {
        if (index === 0) return { tool: 'report_blocker', input };
        return { text: index === 1 ? 'I wait.' : 'It is 4000 now.' };
      });
      const asked = await harness.run();
      const blocker = { description: 'Which port?', impact: 'no API', wait: true };
      expect(asked).toMatchObject({ outcome: 'blocked', blocker });
      expect(api?.requests[1]?.last).toContain('End your turn now');
      const answer = { gen: 2, turn: 2, ask: 'answer', note: 'Use 4000.', session: asked.session } as const;
      const second = await harness.run(answer, new MockActivityEnvironment());
      expect(second).toMatchObject({ outcome: 'done', summary: 'It is 4000 now.', session: asked.session });
      expect(api?.requests[2]?.texts.join()).toContain('Which port?');
      expect(api?.requests[2]?.last).toContain('Use 4000.');
    });

    it('is cancelled in a tool', async () => {
      const harness = await start(() => ({ shell: startTool }));
      const turn = harness.run();
      await harness.appears('hanging');
      harness.environment.cancel();
      expect(await turn).toMatchObject({ outcome: 'interrupted', failure: { class: 'transient' } });
      expect(toolsOf(harness)).toEqual([false, false]);
    });

    it('goes on in another home to which only the session’s file was copied', async () => {
      const first = await start(() => ({ text: 'Begun.' }));
      const { session } = await first.run();
      const second = createHarness({ ...first.options, root: `${first.root}-other` });
      const [from, to] = [subject.sessions(first), subject.sessions(second)];
      const files = sessionFiles(from, session ?? '');
      expect(files).toHaveLength(1);
      // The folder of the work tree may be part of the name.
      const placed = join(to, files[0]!.replaceAll(nameOf(first), nameOf(second)));
      mkdirSync(dirname(placed), { recursive: true });
      cpSync(join(from, files[0]!), placed);
      const facts = await second.run({ gen: 2, turn: 2, ask: 'continue', session });
      expect(facts).toMatchObject({ outcome: 'done', session });
      expect(api?.requests[1]?.texts.join()).toContain('Begun.');
      expect(api?.requests[1]?.last).not.toContain('Write src/api.');
    });

    it('starts anew, with the whole task, where the session is not on this machine', async () => {
      const harness = await start(() => ({ text: 'Fresh.' }));
      const session = '99999999-9999-4999-8999-999999999999';
      const facts = await harness.run({ gen: 2, turn: 2, ask: 'continue', session });
      expect(facts).toMatchObject({ outcome: 'done', summary: 'Fresh.' });
      expect(facts.session).not.toBe(session);
      expect(api?.requests[0]?.texts.join()).toContain('Write src/api.');
    });

    const output = {
      type: 'object',
      properties: { count: { type: 'integer' } },
      required: ['count'],
      additionalProperties: false,
    };

    it('hands on an output that fits its schema', async () => {
      const harness = await start(() => subject.answer({ count: 3 }), { task: { output } });
      expect(await harness.run()).toMatchObject({ outcome: 'done' });
      expect(JSON.parse(harness.artifact('output.json'))).toEqual({ count: 3 });
    });

    it('hands on none: rejected', async () => {
      const harness = await start(() => ({ text: 'not json' }), { task: { output } });
      const { failure } = await harness.run();
      expect(failure).toMatchObject({ class: 'rejected' });
      expect(failure?.message).toContain('there is none');
    });

    it('raises a blocker by file', async () => {
      const shell = `mkdir -p .longhaul && echo '{"severity":"high","description":"Which?"}' > .longhaul/blocker.json`;
      const harness = await start(({ index }) => (index === 0 ? { shell } : { text: 'I have asked.' }));
      const blocker = { description: 'Which?', wait: true };
      expect(await harness.run()).toMatchObject({ outcome: 'blocked', blocker });
    });

    it('finds nobody at the other end: transient', async () => {
      const harness = await start(() => ({ text: 'never' }));
      await api?.close();
      api = null;
      expect(await harness.run()).toMatchObject({ outcome: 'interrupted', failure: { class: 'transient' } });
    });

    it('stalls where the API never answers', async () => {
      const harness = await start(() => ({ silent: true }), { task: { stallMs: 4_000 } });
      expect(await harness.run()).toMatchObject({ outcome: 'timed-out', failure: { class: 'stalled' } });
    });

    it.each(subject.refusals)('meets $what: $as', async ({ answer, env, as, resetAtMs }) => {
      const harness = await start(() => answer, { env: env ?? {} });
      const { failure } = await harness.run();
      expect(failure).toMatchObject({ class: as, ...(resetAtMs !== undefined && { resetAtMs }) });
    });

    it('shows what the program says of a wrong flag', async () => {
      const harness = await start(() => ({ text: 'never' }));
      const { agent } = harness.options;
      const wrong = createHarness({ agent: { ...agent, run: [subject.binary, '--no-such-flag'] } });
      const { failure } = await wrong.run();
      expect(failure).toMatchObject({ class: 'agent-error' });
      expect(failure?.message).toContain('no-such-flag');
    });
  });
}

/** As Claude Code writes paths into names. */
function nameOf({ worktree }: Harness): string {
  return worktree.replace(/[^A-Za-z0-9]/g, '-');
}
