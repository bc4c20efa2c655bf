/**
 * Any program that speaks the small protocol of docs/agents.md: prompt on standard input, JSON lines on standard
 * output where it wants, exit code 0, 75 (rate-limited) or another.
 */
import {
  describeExit,
  done,
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
  type TurnRequest,
  type Verdict,
} from './adapter.js';
import { readSaid } from './said.js';

/** EX_TEMPFAIL of sysexits.h: come again later. */
const RATE_LIMITED = 75;

export const commandAdapter: Adapter = {
  kind: 'command',
  remembers: false,
  mcp: false,
  variables: [],
  options: {},
  command,
  parse,
  judge,
};

function command({ agent, prompt }: TurnRequest): AgentCommand {
  const [program = '', ...args] = agent.run;
  return { program, args, env: {}, stdin: prompt, interrupt: 'SIGTERM', places: [] };
}

function parse(line: string): readonly AgentEvent[] {
  const said = parseObject(line);
  return said === null ? [] : (readSaid(said) ?? parseRunning(said));
}

/** What it says of its own run, and not to the campaign. */
function parseRunning(said: Readonly<Record<string, unknown>>): readonly AgentEvent[] {
  switch (said.type) {
    case 'usage':
      return [{ is: 'usage', usage: usageOf(said), of: 'turn' }];
    case 'limit':
      return [
        { is: 'limit', resetAtMs: timeOf(said.resetAt) },
        { is: 'ending', ending: { is: 'capped', message: 'The agent reported a usage limit.' } },
      ];
    case 'session':
      return typeof said.id === 'string' && said.id !== ''
        ? [{ is: 'session', id: said.id.slice(0, 200) }]
        : [];
    case 'result':
      return [...outputOf(said), { is: 'ending', ending: endingOf(said) }];
    default:
      return [];
  }
}

function usageOf(said: Readonly<Record<string, unknown>>) {
  const cached = numberOf(said.cachedInputTokens) ?? 0;
  return {
    inputTokens: numberOf(said.inputTokens) ?? 0,
    ...(cached === 0 ? {} : { cachedInputTokens: cached }),
    outputTokens: numberOf(said.outputTokens) ?? 0,
    costUsd: numberOf(said.costUsd),
  };
}

/** ISO 8601; null where the agent does not know or what it says is no time. */
function timeOf(value: unknown): number | null {
  return typeof value === 'string' ? numberOf(Date.parse(value)) : null;
}

function outputOf({ output }: Readonly<Record<string, unknown>>): readonly AgentEvent[] {
  return output === undefined || output === null ? [] : [{ is: 'output', value: output }];
}

function endingOf(said: Readonly<Record<string, unknown>>): Ending {
  const summary = textOf(said.summary) ?? '';
  if (said.outcome === 'done') return { is: 'done', summary };
  if (said.outcome === 'failed') {
    return {
      is: 'failed',
      class: 'agent-error',
      message: summary === '' ? 'The agent reported failed.' : summary,
    };
  }
  const came = JSON.stringify(said.outcome ?? null);
  const message = `The agent's result line has the outcome ${came}; expected "done" or "failed". ${summary}`;
  return { is: 'failed', class: 'agent-error', message: message.trimEnd() };
}

function judge({ ending, limit, note }: Heard, exit: AgentExit): Verdict {
  switch (ending?.is) {
    case 'done':
      return done(ending.summary);
    case 'failed':
      return troubled(ending.class, ending.message);
    case 'capped':
      return troubled('usage-limit', ending.message, limit ?? {});
    case 'no-session':
    case undefined:
      return judgeStart(exit) ?? judgeExit(exit, note ?? '');
  }
}

function judgeExit(exit: AgentExit, note: string): Verdict {
  const killer = killedBy(exit);
  if (killer !== null) return troubled('transient', `The agent was ended from outside by ${killer}.`);
  if (exit.code === 0) return done(note);
  if (exit.code === RATE_LIMITED)
    return troubled('rate-limited', `The agent is rate-limited: ${describeExit(exit)}`);
  return troubled('agent-error', `The agent failed with ${describeExit(exit)}`);
}
