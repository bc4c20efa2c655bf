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
import { readBlocker } from './blocker-report.js';
import { readLock, readRelease } from './lock-report.js';
import { readProposal } from './propose-report.js';
import { readPublish } from './publish-report.js';
import { readReview } from './review-report.js';

/** EX_TEMPFAIL of sysexits.h: come again later. */
const RATE_LIMITED = 75;

export const commandAdapter: Adapter = {
  kind: 'command',
  remembers: false,
  variables: [],
  command,
  parse,
  judge,
};

function command({ agent, prompt }: TurnRequest): AgentCommand {
  const [program = '', ...args] = agent.run;
  return { program, args, env: {}, stdin: prompt, interrupt: 'SIGTERM' };
}

function parse(line: string): readonly AgentEvent[] {
  const said = parseObject(line);
  if (said === null) return [];
  switch (said.type) {
    case 'progress':
      return [{ is: 'progress', percent: percentOf(said.percent), note: textOf(said.note) }];
    case 'blocker':
      return [{ is: 'blocker', report: readBlocker({ ...said, wait: said.wait === true }) }];
    case 'draft':
    case 'contract':
      return [{ is: 'publish', said: readPublish(said.type, said) }];
    case 'propose':
      return [{ is: 'propose', proposal: readProposal(said) }];
    case 'lock':
      return [{ is: 'lock', request: readLock(said) }];
    case 'release':
      return [{ is: 'release', release: readRelease(said) }];
    case 'review': {
      const review = readReview(said);
      return review === null ? [] : [{ is: 'review', review }];
    }
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

function percentOf(value: unknown): number | null {
  const percent = numberOf(value);
  return percent === null ? null : Math.min(Math.max(percent, 0), 100);
}

function usageOf(said: Readonly<Record<string, unknown>>) {
  return {
    inputTokens: numberOf(said.inputTokens) ?? 0,
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
