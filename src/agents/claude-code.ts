/**
 * Claude Code, headless, as measured with 2.1.329: the prompt on standard input, one JSON object per line out. It
 * exits 0 also where it achieved nothing, and reports API failures as `subtype: "success"` with `is_error`, so only
 * its result event counts. Sums in it are those of the whole session.
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
  type McpAccess,
  type TurnRequest,
  type Verdict,
} from './adapter.js';
import { classifyClaude, resetTimeIn } from './claude-failure.js';
import { optionArgs, type OptionArgs } from './option.js';

type Said = Readonly<Record<string, unknown>>;

const options: OptionArgs = {
  effort: {
    form: { is: 'word', of: ['low', 'medium', 'high', 'xhigh', 'max'] },
    args: (effort) => ['--effort', effort],
  },
  maxTurns: { form: { is: 'count' }, args: (turns) => ['--max-turns', turns] },
  fallbackModel: { form: { is: 'text' }, args: (model) => ['--fallback-model', model] },
  tools: { form: { is: 'texts' }, args: (tools) => ['--tools', tools] },
  disallowedTools: { form: { is: 'texts' }, args: (tools) => ['--disallowedTools', tools] },
};

export const claudeCodeAdapter: Adapter = {
  kind: 'claude-code',
  remembers: true,
  mcp: true,
  variables: ['ANTHROPIC_', 'CLAUDE_'],
  options,
  command,
  parse,
  judge,
};

const flags = ['-p', '--output-format', 'stream-json', '--verbose', '--permission-mode', 'bypassPermissions'];

/** Settings, hooks, memories and MCP servers come from the same places. */
const sources: Readonly<Record<AgentBrief['settings'], readonly string[]>> = {
  // The prompt is all there is.
  isolated: ['--setting-sources', '', '--strict-mcp-config'],
  project: ['--setting-sources', 'project'],
  user: [],
};

function command(request: TurnRequest): AgentCommand {
  const { agent, prompt, session, resume, root, schema, mcp, maxUsd } = request;
  const [program = 'claude', ...more] = agent.run;
  const model = agent.model === null ? [] : ['--model', agent.model];
  const tools = mcp === null ? [] : ['--mcp-config', mcpConfig(mcp)];
  return {
    program,
    args: [
      ...more,
      ...flags,
      ...sources[agent.settings],
      ...tools,
      ...model,
      ...optionArgs(options, agent.options),
      // A tool's input is always an object.
      ...(schema?.['type'] === 'object' ? ['--json-schema', JSON.stringify(schema)] : []),
      // Counted from the start of the program, and looked at after each answer of the model.
      ...(maxUsd === null ? [] : ['--max-budget-usd', String(maxUsd)]),
      resume ? '--resume' : '--session-id',
      session,
    ],
    env: {
      // Its own waits are silent; Longhaul waits better, and with the lane freed.
      CLAUDE_CODE_MAX_RETRIES: '2',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      // It refuses to bypass permissions as root otherwise.
      ...(root ? { IS_SANDBOX: '1' } : {}),
    },
    stdin: prompt,
    interrupt: 'SIGINT',
    places: [],
  };
}

/** Arguments can be read by everybody on the machine: it takes the token from its environment. */
function mcpConfig({ url, tokenVariable }: McpAccess): string {
  const headers = { Authorization: `Bearer \${${tokenVariable}}` };
  return JSON.stringify({ mcpServers: { longhaul: { type: 'http', url, headers } } });
}

function parse(line: string, heard: Heard): readonly AgentEvent[] {
  const said = parseObject(line);
  switch (said?.type) {
    case 'system':
      return parseSystem(said);
    case 'assistant':
      return parseAssistant(said);
    case 'rate_limit_event':
      return parseLimit(said.rate_limit_info);
    case 'result':
      return parseResult(said, heard);
    default:
      return [];
  }
}

function parseSystem(said: Said): readonly AgentEvent[] {
  const session = textOf(said.session_id);
  if (said.subtype === 'init' && session !== null) return [{ is: 'session', id: session }];
  // A refused key is tried again for minutes, in vain.
  if (said.subtype === 'api_retry' && said.error === 'authentication_failed') {
    const status = numberOf(said.error_status) ?? 'no status';
    const message = `Claude Code was refused by the API (${status}): its key or login is not valid.`;
    return [{ is: 'ending', ending: { is: 'failed', class: 'auth', message } }];
  }
  return [];
}

const LONGEST_NOTE = 200;

function parseAssistant(said: Said): readonly AgentEvent[] {
  const trouble = textOf(said.error);
  if (trouble !== null) return [{ is: 'trouble', kind: trouble }];
  const content = isRecord(said.message) && Array.isArray(said.message.content) ? said.message.content : [];
  return content.flatMap((block: unknown): AgentEvent[] => {
    if (!isRecord(block)) return [];
    const note =
      block.type === 'text' ? textOf(block.text) : block.type === 'tool_use' ? textOf(block.name) : null;
    return note === null ? [] : [{ is: 'progress', percent: null, note: note.slice(0, LONGEST_NOTE) }];
  });
}

function parseLimit(info: unknown): readonly AgentEvent[] {
  if (!isRecord(info) || info.status !== 'rejected' || info.isUsingOverage === true) return [];
  const seconds = numberOf(info.resetsAt);
  return [{ is: 'limit', resetAtMs: seconds === null ? null : seconds * 1000 }];
}

function parseResult(said: Said, heard: Heard): readonly AgentEvent[] {
  const usage = sessionUsage(said);
  const usageEvents: AgentEvent[] = usage === null ? [] : [{ is: 'usage', usage, of: 'session' }];
  const output: unknown = said.structured_output ?? null;
  const outputEvents: AgentEvent[] = output === null ? [] : [{ is: 'output', value: output }];
  return [...usageEvents, ...outputEvents, { is: 'ending', ending: endingOf(said, heard) }];
}

function endingOf(said: Said, heard: Heard): Ending {
  const errors = Array.isArray(said.errors) ? said.errors.filter((error) => typeof error === 'string') : [];
  const text = textOf(said.result) ?? errors.join('\n');
  if (said.subtype === 'success' && said.is_error === false) return { is: 'done', summary: text };
  if (text.includes('No conversation found with session ID')) return { is: 'no-session' };
  const kind = classifyClaude({
    text,
    trouble: heard.trouble,
    status: numberOf(said.api_error_status),
    apiError: textOf(said.api_error),
    subtype: textOf(said.subtype) ?? '',
    terminalReason: textOf(said.terminal_reason) ?? '',
  });
  const message = text === '' ? `Claude Code ended with ${textOf(said.subtype) ?? 'an error'}.` : text;
  return kind === 'usage-limit' ? { is: 'capped', message } : { is: 'failed', class: kind, message };
}

/** Sums over all models, cached tokens included; null where the line has none. */
function sessionUsage(said: Said): Usage | null {
  if (!isRecord(said.modelUsage)) return null;
  let inputTokens = 0;
  let outputTokens = 0;
  for (const model of Object.values(said.modelUsage)) {
    if (!isRecord(model)) continue;
    for (const key of ['inputTokens', 'cacheReadInputTokens', 'cacheCreationInputTokens']) {
      inputTokens += numberOf(model[key]) ?? 0;
    }
    outputTokens += numberOf(model.outputTokens) ?? 0;
  }
  return { inputTokens, outputTokens, costUsd: numberOf(said.total_cost_usd) };
}

function judge({ ending, limit }: Heard, exit: AgentExit): Verdict {
  switch (ending?.is) {
    case 'done':
      return done(ending.summary);
    case 'failed':
      return troubled(ending.class, ending.message);
    case 'capped':
      return troubled('usage-limit', ending.message, limit ?? { resetAtMs: resetTimeIn(ending.message) });
    case 'no-session':
      return { is: 'start-anew' };
    case undefined:
      return judgeStart(exit) ?? judgeSilentExit(exit);
  }
}

/** No result event: killed, or refused before it began. */
function judgeSilentExit(exit: AgentExit): Verdict {
  if (/Session ID .* is already in use/.test(exit.tail)) return { is: 'resume' };
  if (exit.tail.includes('No conversation found with session ID')) return { is: 'start-anew' };
  const killer = killedBy(exit);
  if (killer !== null) return troubled('transient', `Claude Code was ended from outside by ${killer}.`);
  if (exit.code === 0)
    return troubled('transient', 'Claude Code exited without a result: it was interrupted from outside.');
  return troubled('agent-error', `Claude Code failed with ${describeExit(exit)}`);
}
