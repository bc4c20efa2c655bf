import { describe, expect, it } from 'vitest';
import { hear, NOTHING_HEARD, type Heard, type Verdict } from '../../src/agents/adapter.js';
import type { AgentBrief, JsonSchema } from '../../src/core/brief.js';
import { claudeCodeAdapter } from '../../src/agents/claude-code.js';

const session = '11111111-1111-4111-8111-111111111111';
const exited = { code: 1, signal: null, startError: null, tail: '' };

function judgeLines(...lines: unknown[]): Verdict {
  let heard: Heard = NOTHING_HEARD;
  for (const line of lines) {
    for (const event of claudeCodeAdapter.parse(JSON.stringify(line), heard)) heard = hear(heard, event);
  }
  return claudeCodeAdapter.judge(heard, exited);
}

/** As 2.1.329 reports a failure of the API: a synthetic message, then a "success" that is an error. */
function apiFailure(error: string, result: Record<string, unknown>) {
  return [
    { type: 'system', subtype: 'init', session_id: session },
    { type: 'assistant', message: { model: '<synthetic>', content: [] }, error },
    { subtype: 'success', is_error: true, terminal_reason: 'api_error', ...result, type: 'result' },
  ];
}

const spendCap =
  'API Error: 400 You have reached your specified API usage limits. You will regain access on 2026-12-01 at 06:30 UTC.';

describe('the Claude Code adapter', () => {
  it.each([
    ['authentication_failed', { api_error_status: 401, result: 'Failed to authenticate.' }, 'auth'],
    [
      'authentication_failed',
      { api_error_status: null, result: 'Not logged in · Please run /login' },
      'auth',
    ],
    ['billing_error', { api_error_status: 400, result: 'Credit balance is too low' }, 'usage-limit'],
    ['unknown', { api_error_status: 402, result: 'API Error: 402 billing' }, 'usage-limit'],
    ['unknown', { api_error_status: 400, result: spendCap }, 'usage-limit'],
    ['unknown', { api_error_status: 400, result: 'API Error: 400 messages: too many' }, 'agent-error'],
    ['invalid_request', { api_error_status: 400, result: 'Prompt is too long' }, 'agent-error'],
    [
      'invalid_request',
      { api_error_status: null, stop_reason: 'refusal', result: "can't help" },
      'agent-error',
    ],
    ['rate_limit', { api_error_status: 429, result: 'Request rejected (429)' }, 'rate-limited'],
    [
      'rate_limit',
      { api_error_status: 429, api_error: 'usage_limit_reached', result: 'limit' },
      'usage-limit',
    ],
    ['server_error', { api_error_status: 529, result: 'API Error: 529 Overloaded' }, 'transient'],
    [
      'server_error',
      { api_error_status: null, api_error: 'connection_failed', result: 'refused' },
      'transient',
    ],
    ['server_error', { api_error_status: null, result: 'Request timed out.' }, 'transient'],
    [
      'model_not_found',
      { api_error_status: 404, result: 'There is an issue with the selected model' },
      'spec',
    ],
  ])('takes %s with %o for %s', (error, result, kind) => {
    expect(judgeLines(...apiFailure(error, result))).toMatchObject({ trouble: { class: kind } });
  });

  it('reads when the API says that its own cap ends', () => {
    const verdict = judgeLines(...apiFailure('unknown', { api_error_status: 400, result: spendCap }));
    expect(verdict).toMatchObject({ trouble: { resetAtMs: Date.parse('2026-12-01T06:30:00Z') } });
  });

  it('does not take a window that is used up for the end where the account pays for more', () => {
    const limit = {
      type: 'rate_limit_event',
      rate_limit_info: { status: 'rejected', resetsAt: 1, isUsingOverage: true },
    };
    const success = { subtype: 'success', is_error: false, result: 'Done.', type: 'result' };
    expect(judgeLines(limit, success)).toMatchObject({ outcome: 'done', summary: 'Done.' });
  });

  it('stops at the first refusal of the key, and does not wait for the ten tries', () => {
    const retry = { type: 'system', subtype: 'api_retry', error_status: 401, error: 'authentication_failed' };
    expect(judgeLines(retry)).toMatchObject({ trouble: { class: 'auth' } });
  });

  it('takes an exit without a result for an interruption, whatever its code', () => {
    for (const exit of [{ code: 0 }, { code: 143 }, { code: null, signal: 'SIGKILL' }]) {
      const verdict = claudeCodeAdapter.judge(NOTHING_HEARD, { ...exited, ...exit });
      expect(verdict).toMatchObject({ outcome: 'interrupted', trouble: { class: 'transient' } });
    }
  });

  it('understands nothing of what is not its stream, and never throws', () => {
    const lines = [
      '',
      '{',
      '{}',
      '[]',
      'null',
      '{"type":"result"',
      '{"type":"assistant","message":3}',
      '{"type":5}',
    ];
    expect(lines.flatMap((line) => claudeCodeAdapter.parse(line, NOTHING_HEARD))).toEqual([]);
  });

  const nothing = {
    prompt: '',
    resume: false,
    root: false,
    env: {},
    home: '/h',
    schema: null,
    bridge: [],
    answer: null,
    schemaFile: '/s.json',
    mcp: null,
    maxUsd: null,
  };

  it('is given the schema of what it is to hand on, where that can be a tool’s', () => {
    const agent = {
      name: 'a',
      adapter: 'claude-code',
      run: [],
      model: null,
      account: 'a',
      instances: 1,
      env: [],
    };
    const start = (schema: JsonSchema | null) =>
      claudeCodeAdapter
        .command({ ...nothing, agent: { ...agent, settings: 'isolated', options: {} }, session, schema })
        .args.join(' ');
    expect(start({ type: 'object' })).toContain('--json-schema {"type":"object"}');
    expect(start({ type: 'array' })).not.toContain('--json-schema');
    const result = { subtype: 'success', is_error: false, result: 'Done.', type: 'result' };
    const line = JSON.stringify({ ...result, structured_output: { ok: true } });
    expect(claudeCodeAdapter.parse(line, NOTHING_HEARD)).toContainEqual({
      is: 'output',
      value: { ok: true },
    });
  });

  it('resumes the session that it began', () => {
    const agent = {
      name: 'a',
      adapter: 'claude-code',
      run: [],
      model: 'haiku',
      account: 'a',
      instances: 1,
      env: [],
      settings: 'isolated',
      options: {},
    } as const;
    const request = { ...nothing, agent, prompt: 'Do it.', session, root: true };
    const first = claudeCodeAdapter.command(request);
    expect(first).toMatchObject({ program: 'claude', stdin: 'Do it.', env: { IS_SANDBOX: '1' } });
    expect(first.args.slice(-4)).toEqual(['--model', 'haiku', '--session-id', session]);
    const limited = claudeCodeAdapter.command({ ...request, maxUsd: 0.000001 }).args;
    expect(limited.slice(-4)).toEqual(['--max-budget-usd', '0.000001', '--session-id', session]);
    expect(claudeCodeAdapter.command({ ...request, resume: true }).args.slice(-2)).toEqual([
      '--resume',
      session,
    ]);
  });

  it('is told its options, and whose settings it takes in', () => {
    const agent = {
      name: 'a',
      adapter: 'claude-code',
      run: ['/opt/claude'],
      model: null,
      account: 'a',
      instances: 1,
      env: [],
      settings: 'isolated',
      options: { effort: 'high', maxTurns: 3, disallowedTools: ['WebFetch', 'Bash'] },
    } as const;
    const start = (settings: AgentBrief['settings']) =>
      claudeCodeAdapter.command({
        agent: { ...agent, settings },
        ...nothing,
        session,
        mcp: { url: 'http://127.0.0.1:4000/mcp', tokenVariable: 'TOKEN' },
      });
    const isolated = start('isolated');
    expect(isolated.program).toBe('/opt/claude');
    expect(isolated.args.slice(-8, -2)).toEqual([
      '--effort',
      'high',
      '--max-turns',
      '3',
      '--disallowedTools',
      'WebFetch,Bash',
    ]);
    expect(isolated.args).toEqual(expect.arrayContaining(['--setting-sources', '', '--strict-mcp-config']));
    expect(start('project').args.join(' ')).toContain('--setting-sources project ');
    expect(start('user').args).not.toContain('--setting-sources');
    // The token itself is in its environment only.
    const config = isolated.args[isolated.args.indexOf('--mcp-config') + 1]!;
    const headers = { Authorization: 'Bearer ${TOKEN}' };
    const longhaul = { type: 'http', url: 'http://127.0.0.1:4000/mcp', headers };
    expect(JSON.parse(config)).toEqual({ mcpServers: { longhaul } });
  });
});
