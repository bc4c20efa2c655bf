/**
 * The real `claude` binary against a model API on loopback, where LONGHAUL_TEST_CLAUDE names it (`npm i
 * @anthropic-ai/claude-code@2.1.329 --ignore-scripts`, then node_modules/@anthropic-ai/claude-code-<platform>/claude).
 */
import { existsSync, rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive } from '../../src/activities/process-tree.js';
import { journalPath, readJournal } from '../../src/activities/journal.js';
import { taskFolder } from '../../src/core/home.js';
import { createHarness, type Harness, type HarnessOptions } from '../activities/turn-harness.js';
import { startModelApi, type ModelAnswer, type ModelApi, type ModelRequest } from '../model-api.js';

const binary = process.env['LONGHAUL_TEST_CLAUDE'] ?? '';
const timing = { tickMs: 100, firstWordMs: 0, exitGraceMs: 5_000, killGraceMs: 5_000 };

let api: ModelApi | null = null;
afterEach(async () => {
  await api?.close();
  api = null;
});

async function start(
  answer: (request: ModelRequest) => ModelAnswer,
  options: Partial<HarnessOptions> = {},
): Promise<Harness> {
  api = await startModelApi(answer);
  const agent = { adapter: 'claude-code', run: [binary], model: 'claude-sonnet-4-5' };
  const env = { ANTHROPIC_BASE_URL: api.url, ANTHROPIC_API_KEY: 'sk-dummy', ...options.env };
  return createHarness({ timing, ...options, agent, env });
}

type Refusal = Extract<ModelAnswer, { status: number }>;

const refuse = (refusal: Refusal) => (): ModelAnswer => refusal;

const startTool = 'echo $$ > tool.pid; (setsid sleep 300 & echo $! > bg.pid); echo 1 > hanging; sleep 300';

function toolsOf(harness: Harness): boolean[] {
  return ['tool.pid', 'bg.pid'].map((file) => existsSync(`/proc/${harness.read(file).trim()}/cwd`));
}

describe.skipIf(binary === '')('claude-code, the real binary', () => {
  it('finishes, with its cost', async () => {
    const harness = await start(({ index }) =>
      index === 0 ? { tool: 'Bash', input: { command: 'echo hello > hello.txt' } } : { text: 'Wrote hello.' },
    );
    const facts = await harness.run();
    expect(facts).toMatchObject({ ok: true, outcome: 'done', summary: 'Wrote hello.' });
    expect(facts.usage).toEqual({ inputTokens: 2000, outputTokens: 100, costUsd: 0.0075 });
    expect(harness.read('hello.txt')).toBe('hello\n');
    expect(api?.requests[0]?.last).toContain('Write src/api.');
  });

  it('goes on in the same session, told only what is new, and costs the difference', async () => {
    const harness = await start(({ index }) => ({ text: `Answer ${index}.` }));
    const first = await harness.run();
    const order = { gen: 2, turn: 2, ask: 'answer', note: 'Use port 4000.', session: first.session } as const;
    const second = await harness.run(order);
    expect(second).toMatchObject({ outcome: 'done', session: first.session, summary: 'Answer 1.' });
    expect(second.usage).toEqual({ inputTokens: 1000, outputTokens: 50, costUsd: 0.00375 });
    const resumed = api?.requests[1];
    expect(resumed?.texts.join()).toContain('Answer 0.');
    expect(resumed?.last).toContain('Use port 4000.');
    expect(resumed?.last).not.toContain('Write src/api.');
  });

  it('is killed in a tool and resumed; its tools die with it, though they have sessions of their own', async () => {
    const harness = await start(({ index }) =>
      index === 0 ? { tool: 'Bash', input: { command: startTool, timeout: 400_000 } } : { text: 'Went on.' },
    );
    const turn = harness.run();
    await harness.appears('hanging');
    const agent = readJournal(journalPath(harness.deps.home, 'cart', 'api'))!.processes[0]!;
    expect(isAlive(agent)).toBe(true);
    process.kill(agent.pid, 'SIGKILL');
    const killed = await turn;
    expect(killed).toMatchObject({ outcome: 'interrupted', failure: { class: 'transient' } });
    expect(toolsOf(harness)).toEqual([false, false]);

    const second = await harness.run({ gen: 2, turn: 2, ask: 'continue', session: killed.session });
    expect(second).toMatchObject({ outcome: 'done', session: killed.session, summary: 'Went on.' });
    expect(api?.requests.at(-1)?.texts.join()).toContain('Write src/api.');
    expect(api?.requests.at(-1)?.last).not.toContain('Write src/api.');
  });

  it('is cancelled in a tool', async () => {
    const harness = await start(() => ({ tool: 'Bash', input: { command: startTool, timeout: 400_000 } }));
    const turn = harness.run();
    await harness.appears('hanging');
    harness.environment.cancel();
    expect(await turn).toMatchObject({ outcome: 'interrupted', failure: { class: 'transient' } });
    expect(toolsOf(harness)).toEqual([false, false]);
  });

  it('stalls where the API never answers', async () => {
    const harness = await start(() => ({ silent: true }), { task: { stallMs: 3_000 } });
    expect(await harness.run()).toMatchObject({ outcome: 'timed-out', failure: { class: 'stalled' } });
  });

  it('starts anew, with the whole task, where the session is not on this machine', async () => {
    const harness = await start(() => ({ text: 'Fresh.' }));
    const session = '99999999-9999-4999-8999-999999999999';
    const facts = await harness.run({ gen: 2, turn: 2, ask: 'continue', session });
    expect(facts).toMatchObject({ outcome: 'done', summary: 'Fresh.' });
    expect(facts.session).not.toBe(session);
    expect(api?.requests[0]?.last).toContain('Write src/api.');
  });

  it('resumes where the session is there already', async () => {
    const harness = await start(() => ({ text: 'Again.' }));
    await harness.run();
    // Longhaul's own record of it is lost, and it is asked as for the first time.
    rmSync(`${taskFolder(harness.deps.home, 'cart', 'api')}/sessions`, { recursive: true });
    expect(await harness.run({ gen: 2 })).toMatchObject({ outcome: 'done' });
    expect(api?.requests[1]?.texts.length).toBeGreaterThan(1);
  });

  it('raises a blocker by file', async () => {
    const command = `mkdir -p .longhaul && echo '{"severity":"high","description":"Which?"}' > .longhaul/blocker.json`;
    const harness = await start(({ index }) =>
      index === 0 ? { tool: 'Bash', input: { command } } : { text: 'I have asked.' },
    );
    expect(await harness.run()).toMatchObject({
      outcome: 'blocked',
      blocker: { description: 'Which?', wait: true },
    });
  });

  const reset = Math.floor(Date.now() / 1000) + 3_600;
  const window = {
    'retry-after': '3600',
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': String(reset),
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
    'anthropic-ratelimit-unified-overage-status': 'rejected',
    'anthropic-ratelimit-unified-overage-disabled-reason': 'org_level_disabled',
  };
  const oauth = { ANTHROPIC_API_KEY: undefined, CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-dummy' };

  const invalid = { status: 400, error: 'invalid_request_error' };
  const tooMany = { status: 429, error: 'rate_limit_error' };
  const noKey = { ANTHROPIC_API_KEY: undefined };

  it.each([
    {
      what: 'a refused key',
      refusal: { status: 401, error: 'authentication_error', message: 'bad' },
      as: 'auth',
    },
    {
      what: 'no key',
      env: noKey,
      refusal: { status: 401, error: 'authentication_error', message: '' },
      as: 'auth',
    },
    {
      what: 'no credit',
      refusal: { ...invalid, message: 'Your credit balance is too low' },
      as: 'usage-limit',
    },
    {
      what: '429',
      refusal: { ...tooMany, message: 'slow', headers: { 'retry-after': '120' } },
      as: 'rate-limited',
    },
    {
      what: '529',
      refusal: { status: 529, error: 'overloaded_error', message: 'Overloaded' },
      as: 'transient',
    },
    {
      what: 'an unknown model',
      refusal: { status: 404, error: 'not_found_error', message: 'model: x' },
      as: 'spec',
    },
  ])('meets $what', async ({ refusal, env, as }) => {
    const harness = await start(refuse(refusal), { env: env ?? {} });
    expect((await harness.run()).failure?.class).toBe(as);
  });

  it('meets a used-up window, and when it ends', async () => {
    const harness = await start(refuse({ ...tooMany, message: 'used up', headers: window }), { env: oauth });
    const failure = { class: 'usage-limit', resetAtMs: reset * 1000 };
    expect(await harness.run()).toMatchObject({ outcome: 'capped', failure });
  });

  it('names the date that the API says its own cap ends', async () => {
    const text =
      'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.';
    const harness = await start(refuse({ ...invalid, message: text }));
    const facts = await harness.run();
    expect(facts.failure).toMatchObject({
      class: 'usage-limit',
      resetAtMs: Date.parse('2026-12-01T00:00:00Z'),
    });
  });

  it('shows what the binary says of a wrong flag', async () => {
    const harness = await start(() => ({ text: 'never' }));
    const wrong = createHarness({
      agent: { adapter: 'claude-code', run: [binary, '--no-such-flag'] },
      root: harness.root,
    });
    const facts = await wrong.run();
    expect(facts.failure).toMatchObject({ class: 'agent-error' });
    expect(facts.failure?.message).toContain('no-such-flag');
  });
});
