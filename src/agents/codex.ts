/**
 * Codex, headless, as measured with 0.169.0: the prompt on standard input, one JSON object per line out. It chooses the
 * session's id itself and tells it first; it exits 1 with only a text where the API failed; its sums are those of the
 * whole session. What it does not print (when a usage limit ends, what a turn had used that was killed) stands in the
 * session's file.
 */
import type { AgentBrief } from '../core/brief.js';
import type { Usage } from '../core/turn.js';
import {
  describeExit,
  done,
  isRecord,
  judgeStart,
  killedBy,
  numberOf,
  parseObject,
  textOf,
  troubled,
  type Adapter,
  type AgentCommand,
  type AgentEvent,
  type AgentExit,
  type Ending,
  type Heard,
  type Place,
  type SessionFile,
  type TurnRequest,
  type Verdict,
} from './adapter.js';
import { classifyCodex, retryAfterIn } from './codex-failure.js';
import { isStrict } from './codex-schema.js';
import { optionArgs, type OptionArgs } from './option.js';

type Said = Readonly<Record<string, unknown>>;

const options: OptionArgs = {
  effort: {
    form: { is: 'word', of: ['minimal', 'low', 'medium', 'high', 'xhigh'] },
    args: (effort) => config('model_reasoning_effort', quote(effort)),
  },
  verbosity: {
    form: { is: 'word', of: ['low', 'medium', 'high'] },
    args: (verbosity) => config('model_verbosity', quote(verbosity)),
  },
  // Both together make a provider: see providerOf.
  baseUrl: { form: { is: 'text' }, args: () => [] },
  keyVariable: { form: { is: 'text' }, args: () => [] },
};

export const codexAdapter: Adapter = {
  kind: 'codex',
  remembers: true,
  mcp: true,
  variables: ['CODEX_', 'OPENAI_'],
  options,
  command,
  parse,
  judge,
  record,
};

const flags = ['--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'];

/** A ChatGPT login brings the apps along that its user has connected, and any login plugins from elsewhere. */
const withoutUser = [
  '--ignore-user-config',
  ...config('features.apps', 'false'),
  ...config('features.plugins', 'false'),
];

const sources: Readonly<Record<AgentBrief['settings'], readonly string[]>> = {
  isolated: [...withoutUser, '--ignore-rules', ...config('project_doc_max_bytes', '0')],
  project: withoutUser,
  user: [],
};

function command(request: TurnRequest): AgentCommand {
  const { agent, prompt, session, resume, schema, schemaFile } = request;
  const [program = 'codex', ...more] = agent.run;
  const model = agent.model === null ? [] : ['--model', agent.model];
  return {
    program,
    args: [
      ...more,
      'exec',
      ...(resume ? ['resume'] : []),
      ...flags,
      ...sources[agent.settings],
      ...model,
      ...providerOf(agent),
      ...optionArgs(options, agent.options),
      ...(isStrict(schema) ? ['--output-schema', schemaFile] : []),
      ...toolsOf(request),
      ...(resume ? [session] : []),
      '-',
    ],
    env: agent.settings === 'user' ? {} : privateHome(request),
    stdin: prompt,
    interrupt: 'SIGINT',
    places: [
      ...(agent.settings === 'user' ? [] : privatePlaces(request)),
      ...(isStrict(schema) ? [{ is: 'file', path: schemaFile, text: JSON.stringify(schema) } as const] : []),
    ],
  };
}

/** Where they can't be had the run goes on without them: what is said by tools can be said by files. */
function toolsOf({ mcp }: TurnRequest): readonly string[] {
  if (mcp === null) return [];
  const server = `url=${quote(mcp.url)},bearer_token_env_var=${quote(mcp.tokenVariable)}`;
  return config('mcp_servers.longhaul', `{${server},default_tools_approval_mode="approve"}`);
}

/** A home of its own, in which the user's login can be reached: a link, since Codex renews it, and only once. */
function privatePlaces(request: TurnRequest): readonly Place[] {
  const { home } = request;
  return [
    { is: 'folder', path: isTemporary(request) ? `${home}/tmp` : home },
    { is: 'link', path: `${home}/auth.json`, to: `${userHome(request)}/auth.json` },
  ];
}

function privateHome(request: TurnRequest): Readonly<Record<string, string>> {
  const { home } = request;
  return { CODEX_HOME: home, ...(isTemporary(request) ? { TMPDIR: `${home}/tmp` } : {}) };
}

/** In a home below the folder for temporary files it makes none of its helpers. */
function isTemporary({ home, env }: TurnRequest): boolean {
  return `${home}/`.startsWith(`${(env['TMPDIR'] ?? '/tmp').replace(/\/+$/, '')}/`);
}

function userHome({ env }: TurnRequest): string {
  return env['CODEX_HOME'] ?? `${env['HOME'] ?? ''}/.codex`;
}

function record(request: TurnRequest, session: string): SessionFile {
  const home = request.agent.settings === 'user' ? userHome(request) : request.home;
  return { folder: `${home}/sessions`, ending: `-${session}.jsonl` };
}

/**
 * Its own provider can't be told how often to try again, and sleeps through whatever delay the API asks for; so it gets
 * that provider by another name. The user's own settings are left as they are.
 */
function providerOf({ settings, options: chosen }: AgentBrief): readonly string[] {
  const { baseUrl, keyVariable = 'OPENAI_API_KEY' } = chosen;
  if (settings === 'user' && baseUrl === undefined) return [];
  const which =
    baseUrl === undefined
      ? `name="OpenAI",requires_openai_auth=true,env_http_headers={${organisation}}`
      : `name="longhaul",base_url=${quote(String(baseUrl))},env_key=${quote(String(keyVariable))}`;
  return [
    ...config('model_provider', '"longhaul"'),
    ...config('model_providers.longhaul', `{${which},wire_api="responses",${RETRIES}}`),
  ];
}

const organisation = '"OpenAI-Organization"="OPENAI_ORGANIZATION","OpenAI-Project"="OPENAI_PROJECT"';
const RETRIES = 'request_max_retries=2,stream_max_retries=0';

function config(key: string, value: string): readonly string[] {
  return ['-c', `${key}=${value}`];
}

/** Of TOML, which knows JSON's texts. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function parse(line: string, heard: Heard): readonly AgentEvent[] {
  const said = parseObject(line);
  switch (said?.type) {
    case 'thread.started': {
      const id = textOf(said.thread_id);
      return id === null ? [] : [{ is: 'session', id }];
    }
    case 'item.started':
    case 'item.completed':
      return isRecord(said.item) ? parseItem(said.type, said.item) : [];
    case 'error':
      return parseError(textOf(said.message) ?? '');
    case 'turn.completed':
      return [
        ...usageEvents(said.usage),
        { is: 'ending', ending: { is: 'done', summary: heard.message ?? '' } },
      ];
    case 'turn.failed':
      return [{ is: 'ending', ending: failed(messageOf(said.error)) }];
    // Of the session's file, after each answer of the model. What is printed at the end of a turn, and the count of tokens
    // in the file, leave out an answer whose tools were killed.
    case 'token_usage_record':
      return isRecord(said.payload) ? usageEvents(said.payload.thread_token_usage) : [];
    case 'event_msg':
      return parseLimits(said.payload);
    default:
      return [];
  }
}

const LONGEST_NOTE = 200;

/** An item of the type `error` is a warning: a failure ends the turn. */
function parseItem(when: string, item: Said): readonly AgentEvent[] {
  const text = item.type === 'agent_message' ? textOf(item.text) : null;
  const note = text ?? (when === 'item.started' ? toolNote(item) : null);
  if (note === null) return [];
  const progress = { is: 'progress', percent: null, note: note.slice(0, LONGEST_NOTE) } as const;
  return text === null ? [progress] : [{ is: 'message', text }, progress];
}

function toolNote(item: Said): string | null {
  switch (item.type) {
    case 'command_execution':
      return textOf(item.command);
    case 'mcp_tool_call':
      return textOf(item.tool);
    case 'web_search':
      return textOf(item.query);
    default:
      return null;
  }
}

/**
 * Before it fails it may try again, in vain or after hours: what does not pass, and a network that is not there, end the
 * turn at once.
 */
function parseError(message: string): readonly AgentEvent[] {
  const trouble: AgentEvent = { is: 'trouble', kind: message };
  const retry = /^Reconnecting\.\.\.\s*(?:(\d+)\/\d+)?/.exec(message);
  if (retry === null) return [trouble];
  const kind = classifyCodex(message);
  const isEarly = Number(retry[1] ?? MOST_RETRIES) < MOST_RETRIES;
  if (isEarly && (kind === 'transient' || kind === 'agent-error')) return [trouble];
  return [trouble, { is: 'ending', ending: failed(message) }];
}

const MOST_RETRIES = 3;

function messageOf(error: unknown): string {
  return (isRecord(error) ? textOf(error.message) : null) ?? 'Codex failed and did not say why.';
}

function failed(message: string): Ending {
  const kind = classifyCodex(message);
  return kind === 'usage-limit' ? { is: 'capped', message } : { is: 'failed', class: kind, message };
}

/** Cached tokens are part of the input, reasoning is part of the output. It knows no prices: ours are put in later. */
function usageEvents(said: unknown): readonly AgentEvent[] {
  if (!isRecord(said)) return [];
  const cached = numberOf(said.cached_input_tokens) ?? 0;
  const usage: Usage = {
    inputTokens: numberOf(said.input_tokens) ?? 0,
    ...(cached === 0 ? {} : { cachedInputTokens: cached }),
    outputTokens: numberOf(said.output_tokens) ?? 0,
    costUsd: null,
  };
  return [{ is: 'usage', usage, of: 'session' }];
}

/** Of the session's file: the windows of the account's limits. */
function parseLimits(payload: unknown): readonly AgentEvent[] {
  if (!isRecord(payload) || payload.type !== 'token_count') return [];
  const resetAtMs = resetOf(payload.rate_limits);
  return resetAtMs === null ? [] : [{ is: 'limit', resetAtMs }];
}

/** Where both windows are used up, both must pass. */
function resetOf(limits: unknown): number | null {
  if (!isRecord(limits)) return null;
  const windows = [limits.primary, limits.secondary].filter(isRecord);
  const full = windows.filter((window) => (numberOf(window.used_percent) ?? 0) >= 100);
  const ends = (full.length > 0 ? full : windows.slice(0, 1)).flatMap(
    (window) => numberOf(window.resets_at) ?? [],
  );
  return ends.length === 0 ? null : Math.max(...ends) * 1_000;
}

function judge({ ending, limit, session }: Heard, exit: AgentExit): Verdict {
  switch (ending?.is) {
    case 'done':
      return done(ending.summary);
    case 'failed':
      return troubled(ending.class, ending.message, { retryAfterMs: retryAfterIn(ending.message) });
    case 'capped':
      return troubled('usage-limit', ending.message, limit ?? {});
    case 'no-session':
      return { is: 'start-anew' };
    case undefined:
      return judgeStart(exit) ?? judgeSilentExit(exit, session !== null);
  }
}

/** No word of how the turn ended: refused before it began, killed, or interrupted, which looks like a failure. */
function judgeSilentExit(exit: AgentExit, began: boolean): Verdict {
  if (/no rollout found for thread id/.test(exit.tail)) return { is: 'start-anew' };
  if (/already has an active writer/.test(exit.tail))
    return troubled(
      'transient',
      'Another Codex has this session open: it ended too late, or was started by hand.',
    );
  const killer = killedBy(exit);
  if (killer !== null) return troubled('transient', `Codex was ended from outside by ${killer}.`);
  const isRefusal = /^Error: /m.test(exit.tail) || exit.code === USAGE_ERROR;
  if (isRefusal) return troubled(classifyCodex(exit.tail), `Codex failed with ${describeExit(exit)}`);
  if (began || exit.code === 0)
    return troubled('transient', 'Codex exited without a result: it was interrupted from outside.');
  return troubled('agent-error', `Codex failed with ${describeExit(exit)}`);
}

const USAGE_ERROR = 2;
