import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  hear,
  NOTHING_HEARD,
  type AgentExit,
  type Heard,
  type TurnRequest,
} from '../../src/agents/adapter.js';
import { codexAdapter } from '../../src/agents/codex.js';
import { classifyCodex, retryAfterIn } from '../../src/agents/codex-failure.js';

const thread = '01a1fce7-4bb8-7c02-9ed5-ba0486862716';
const exited: AgentExit = { code: 1, signal: null, startError: null, tail: '' };

function hearLines(lines: readonly string[]): Heard {
  let heard = NOTHING_HEARD;
  for (const line of lines) for (const event of codexAdapter.parse(line, heard)) heard = hear(heard, event);
  return heard;
}

/** What the real program printed. */
function transcript(name: string): Heard {
  const file = join(import.meta.dirname, `../fixtures/codex/${name}.jsonl`);
  return hearLines(readFileSync(file, 'utf8').split('\n'));
}

const judge = (heard: Heard, exit: Partial<AgentExit> = {}) =>
  codexAdapter.judge(heard, { ...exited, ...exit });

describe('the Codex adapter', () => {
  it('takes a session, a summary and the sums from a turn that went well', () => {
    const heard = transcript('ok');
    expect(heard).toMatchObject({
      session: thread,
      usage: { inputTokens: 2000, outputTokens: 100, costUsd: null },
      usageOf: 'session',
      note: 'Done.',
    });
    expect(judge(heard, { code: 0 })).toMatchObject({ outcome: 'done', summary: 'Done.', trouble: null });
  });

  it('takes neither a command that failed nor an item of the type error for a failed turn', () => {
    expect(judge(transcript('failcmd'), { code: 0 })).toMatchObject({ outcome: 'done', summary: 'gave up' });
  });

  it.each([
    ['401', 'failed', 'auth'],
    ['404-model', 'failed', 'spec'],
    ['429-forever', 'failed', 'rate-limited'],
    ['429-quota', 'capped', 'usage-limit'],
    ['429-usage-limit', 'capped', 'usage-limit'],
    ['503-forever', 'interrupted', 'transient'],
    ['cut', 'interrupted', 'transient'],
  ])('takes the transcript %s for %s, %s', (name, outcome, kind) => {
    expect(judge(transcript(name))).toMatchObject({ outcome, trouble: { class: kind } });
  });

  it('takes an exit without a result for an interruption, whatever its code, once the turn had begun', () => {
    const heard = transcript('sigint-tool');
    const tail = '2026-11-21T07:03:51Z ERROR codex_core::session: failed to record rollout items';
    for (const exit of [{ tail }, { code: 0 }, { code: null, signal: 'SIGKILL' }]) {
      expect(judge(heard, exit)).toMatchObject({ outcome: 'interrupted', trouble: { class: 'transient' } });
    }
  });

  it.each([
    ['Error: Model provider `missing` not found', 1, 'spec'],
    ["error: unexpected argument '--no-such-flag' found", 2, 'agent-error'],
    ['Error: Missing environment variable: `FAKE_KEY`.', 1, 'auth'],
    ['Error: thread 1 already has an active writer', 1, 'transient'],
    ['Segmentation fault', 139, 'agent-error'],
  ])('takes "%s" with exit code %i for %s', (tail, code, kind) => {
    expect(judge(NOTHING_HEARD, { tail, code })).toMatchObject({ trouble: { class: kind } });
  });

  it('begins anew where the session is not there', () => {
    const tail = 'Error: thread/resume: thread/resume failed: no rollout found for thread id 9 (code -32600)';
    expect(judge(NOTHING_HEARD, { tail })).toEqual({ is: 'start-anew' });
  });

  const reconnecting = (count: string, why: string) =>
    hearLines([JSON.stringify({ type: 'error', message: `Reconnecting... ${count}(${why})` })]);

  it('ends at the first refusal of the key, and where it waits for a network, and not at a first hiccup', () => {
    const refused = reconnecting('1/5 ', 'unexpected status 401 Unauthorized: bad');
    expect(judge(refused)).toMatchObject({ trouble: { class: 'auth' } });
    expect(refused.ending).not.toBeNull();
    expect(reconnecting('', 'waiting for network').ending).toMatchObject({ class: 'transient' });
    expect(reconnecting('1/5 ', 'stream disconnected before completion').ending).toBeNull();
    expect(reconnecting('3/5 ', 'stream disconnected before completion').ending).not.toBeNull();
  });

  it('finds in the session file when a usage limit ends: the later, where both windows are used up', () => {
    const window = (used: number, at: number) => ({ used_percent: used, window_minutes: 300, resets_at: at });
    const limits = (primary: object, secondary: object | null) => {
      const payload = { type: 'token_count', info: null, rate_limits: { primary, secondary } };
      return hearLines([JSON.stringify({ type: 'event_msg', payload })]).limit?.resetAtMs;
    };
    expect(limits(window(100, 2_000), window(40, 9_000))).toBe(2_000_000);
    expect(limits(window(12, 2_000), window(100, 9_000))).toBe(9_000_000);
    expect(limits(window(100, 2_000), window(100, 9_000))).toBe(9_000_000);
    expect(limits(window(7, 2_000), null)).toBe(2_000_000);
  });

  it('finds in the session file what the session used, which its own sums at the end may leave out', () => {
    const thread_token_usage = { input_tokens: 2_000, output_tokens: 100 };
    const total_token_usage = { input_tokens: 1_000, output_tokens: 50 };
    const heard = hearLines([
      JSON.stringify({ type: 'turn.completed', usage: total_token_usage }),
      JSON.stringify({ type: 'token_usage_record', payload: { thread_token_usage } }),
      JSON.stringify({ type: 'event_msg', payload: { type: 'token_count', info: { total_token_usage } } }),
    ]);
    expect(heard).toMatchObject({ usage: { inputTokens: 2_000, outputTokens: 100 }, usageOf: 'session' });
  });

  it('understands nothing of what is not its stream, and never throws', () => {
    const lines = [
      '',
      '{',
      '[]',
      '{"type":"item.started","item":4}',
      '{"type":"event_msg"}',
      '{"type":"error"}',
    ];
    const heard = hearLines(lines);
    expect(heard).toEqual({ ...NOTHING_HEARD, trouble: '' });
  });
});

describe('how Codex is started', () => {
  const agent: TurnRequest['agent'] = {
    name: 'a',
    adapter: 'codex',
    run: [],
    model: 'gpt-5.5',
    account: 'codex',
    instances: 1,
    env: [],
    settings: 'isolated',
    options: {},
  };
  const request: TurnRequest = {
    agent,
    prompt: 'Do it.',
    env: { HOME: '/home/ann' },
    home: '/home/ann/.longhaul/agents/codex',
    mcp: null,
    maxUsd: null,
    session: thread,
    resume: false,
    root: false,
    schema: null,
    bridge: [],
    answer: null,
    schemaFile: '/turn/output-schema.json',
  };
  const start = (more: Partial<TurnRequest['agent']>, other: Partial<TurnRequest> = {}) =>
    codexAdapter.command({ ...request, ...other, agent: { ...agent, ...more } });

  it('gives the prompt on standard input, and the session only to resume', () => {
    const first = start({});
    expect(first).toMatchObject({ program: 'codex', stdin: 'Do it.', interrupt: 'SIGINT' });
    expect(first.args[0]).toBe('exec');
    expect(first.args).not.toContain(thread);
    expect(first.args.at(-1)).toBe('-');
    const again = start({}, { resume: true });
    expect(again.args.slice(0, 2)).toEqual(['exec', 'resume']);
    expect(again.args.slice(-2)).toEqual([thread, '-']);
  });

  it('has a home of its own, from which the user’s login is reached', () => {
    const { env, places } = start({});
    expect(env).toEqual({ CODEX_HOME: '/home/ann/.longhaul/agents/codex' });
    expect(places).toEqual([
      { is: 'folder', path: '/home/ann/.longhaul/agents/codex' },
      {
        is: 'link',
        path: '/home/ann/.longhaul/agents/codex/auth.json',
        to: '/home/ann/.codex/auth.json',
      },
    ]);
    const elsewhere = start({}, { env: { HOME: '/home/ann', CODEX_HOME: '/srv/codex' } });
    expect(elsewhere.places[1]).toMatchObject({ to: '/srv/codex/auth.json' });
  });

  it('takes other temporary files where its home is one', () => {
    const home = '/tmp/x/agents/codex';
    expect(start({}, { home }).env).toEqual({ CODEX_HOME: home, TMPDIR: `${home}/tmp` });
    expect(start({}, { home, env: { TMPDIR: '/var/tmp/' } }).env).toEqual({ CODEX_HOME: home });
  });

  it('leaves all as it is with the settings of the user', () => {
    const { env, places, args } = start({ settings: 'user' });
    expect([env, places]).toEqual([{}, []]);
    expect(args.join(' ')).not.toMatch(/ignore|provider|project_doc|features/);
    expect(codexAdapter.record?.({ ...request, agent: { ...agent, settings: 'user' } }, thread)).toEqual({
      folder: '/home/ann/.codex/sessions',
      ending: `-${thread}.jsonl`,
    });
  });

  it('takes in the notes of the repository, and no more, with the settings of the project', () => {
    // The apps of a ChatGPT login (mail, drives, …) are the user's.
    for (const settings of ['isolated', 'project'] as const)
      expect(start({ settings }).args).toEqual(
        expect.arrayContaining(['features.apps=false', 'features.plugins=false']),
      );
    expect(start({}).args).toContain('project_doc_max_bytes=0');
    const { args } = start({ settings: 'project' });
    expect(args).toContain('--ignore-user-config');
    expect(args).not.toContain('project_doc_max_bytes=0');
  });

  it.each([
    [true, { type: 'object', properties: { a: {} }, required: ['a'], additionalProperties: false }],
    [true, { type: 'object', properties: {}, required: [], additionalProperties: false }],
    [false, { type: 'object', properties: { a: {} }, required: [], additionalProperties: false }],
    [false, { type: 'object', properties: {} }],
    [false, { type: 'array', items: {} }],
    [
      false,
      {
        type: 'object',
        properties: { a: { type: 'array', items: { type: 'object', properties: { b: {} } } } },
        required: ['a'],
        additionalProperties: false,
      },
    ],
  ])('is given a schema: %s, for %o', (isGiven, schema) => {
    const { args, places } = start({}, { schema });
    expect(args.join(' ').includes('--output-schema /turn/output-schema.json')).toBe(isGiven);
    expect(places.some(({ path }) => path === '/turn/output-schema.json')).toBe(isGiven);
  });

  it('is told its options, and which API to use', () => {
    const options = { effort: 'high', baseUrl: 'http://127.0.0.1:1/v1', keyVariable: 'MY_KEY' };
    const args = start({ options }).args.join(' ');
    expect(args).toContain('model_reasoning_effort="high"');
    expect(args).toContain('base_url="http://127.0.0.1:1/v1",env_key="MY_KEY"');
    expect(args).toContain('stream_max_retries=0');
  });
});

describe('a failure that Codex tells', () => {
  it.each([
    ['You’ve hit your usage limit. Try again at 9:59 AM.', 'usage-limit'],
    ["You've hit your usage limit. Try again at 9:59 AM.", 'usage-limit'],
    ['To use Codex with your ChatGPT plan, upgrade to Plus: https://…', 'auth'],
    ['Your access token could not be refreshed. Please log out and sign in again.', 'auth'],
    ['Rate limit reached for gpt-5.5. Please try again in 3.5s.', 'rate-limited'],
    ['Selected model is at capacity. Please try a different model.', 'transient'],
    ['unexpected status 403 Forbidden: country, url: x', 'auth'],
    ['unexpected status 502 Bad Gateway: x, url: x', 'transient'],
    ["Codex ran out of room in the model's context window.", 'agent-error'],
    ['{"error":{"type":"invalid_request_error","code":"invalid_api_key","message":"x"}}', 'auth'],
    ['{"error":{"type":"insufficient_quota","code":null,"message":"x"}}', 'usage-limit'],
    ['{"error":{"type":"invalid_request_error","code":null,"message":"Unknown parameter."}}', 'agent-error'],
    ['Something nobody has seen yet', 'agent-error'],
  ])('"%s" is %s', (message, kind) => {
    expect(classifyCodex(message)).toBe(kind);
  });

  it('has the delay that the API asks for', () => {
    expect(retryAfterIn('Please try again in 3.5s.')).toBe(3_500);
    expect(retryAfterIn('try again in 20ms')).toBe(20);
    expect(retryAfterIn('try again in 2m')).toBe(120_000);
    expect(retryAfterIn('try again at 9:59 AM.')).toBeNull();
    expect(retryAfterIn('try again in ...s')).toBeNull();
  });
});
