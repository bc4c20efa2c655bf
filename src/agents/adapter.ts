/**
 * An adapter is one pure file per kind of agent program: how a turn is started (`command`), what a line that it
 * printed means (`parse`), and what it achieved, from all that was heard and how it ended (`judge`). Everything else
 * (processes, files, time, limits) is done for all of them by activities/run-turn.ts.
 */
import type { AgentBrief, JsonSchema } from '../core/brief.js';
import type { Completion } from '../core/completion.js';
import type { LockRelease, LockRequest } from '../core/lock.js';
import type { Review } from '../core/ports.js';
import type { TaskProposal } from '../core/task-proposal.js';
import type { PublishRequest } from '../core/publication.js';
import type { BlockerReport, FailureClass, Outcome, Usage } from '../core/turn.js';
import { parseJson } from './json.js';
import type { OptionForms } from './option.js';

export interface Adapter {
  readonly kind: string;
  /** The program keeps the conversation itself, so a known session is told only what is new. */
  readonly remembers: boolean;
  /** It starts its program with Longhaul's tools. */
  readonly mcp: boolean;
  /** Variables with these beginnings reach the agent unasked: the vendor's own settings and keys. */
  readonly variables: readonly string[];
  /** What the program can be told besides its model; all else in `options` is a problem of the spec. */
  readonly options: OptionForms;
  command(request: TurnRequest): AgentCommand;
  /** What one line of its standard output means, after all that was heard; empty for mere log. Never throws. */
  parse(line: string, heard: Heard): readonly AgentEvent[];
  judge(heard: Heard, exit: AgentExit): Verdict;
  /** Where the program keeps the session, and notes what it does not print; its lines go to `parse` as well. */
  record?(request: TurnRequest, session: string): SessionFile;
}

/** The newest file anywhere below `folder` whose name ends so. */
export interface SessionFile {
  readonly folder: string;
  readonly ending: string;
}

export interface TurnRequest {
  readonly agent: AgentBrief;
  readonly prompt: string;
  /** All that the program will see of the environment but what the adapter adds. */
  readonly env: Readonly<Record<string, string>>;
  /** The command that runs Longhaul's bridge to agents that speak ACP (src/acp). */
  readonly bridge: readonly string[];
  /** What a person answered where the program asked for permission in the turn before; else null. */
  readonly answer: string | null;
  /** What the task hands on must fit this; null where it need not hand on anything. */
  readonly schema: JsonSchema | null;
  /** Where the schema may be written for the program. */
  readonly schemaFile: string;
  /** A folder in Longhaul's home for programs of this kind, kept from turn to turn; it may not be there yet. */
  readonly home: string;
  /** The vendor's session id, chosen by Longhaul or learnt from the program. */
  readonly session: string;
  /** The program was started with this session before: it is resumed. */
  readonly resume: boolean;
  /** What it may spend, in US dollars; null = no budget says. */
  readonly maxUsd: number | null;
  /** The worker runs as root. */
  readonly root: boolean;
  /** Where its campaign's tools are (tool.ts); null where there are none. */
  readonly mcp: McpAccess | null;
}

/** The token itself is in the program's environment, and nowhere else. */
export interface McpAccess {
  readonly url: string;
  readonly tokenVariable: string;
}

export interface AgentCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Besides the agent's ordinary environment (agent-env.ts). */
  readonly env: Readonly<Record<string, string>>;
  /** Written to its standard input, which is then closed; null gives it /dev/null. */
  readonly stdin: string | null;
  /** The signal that it takes as a polite request to stop. */
  readonly interrupt: 'SIGINT' | 'SIGTERM';
  /** It passes the request on to what it has started, which the signal would end before it could. */
  readonly isAskedAlone?: boolean;
  /** What must be there before it is started. */
  readonly places: readonly Place[];
}

/** A folder, a file, or a link with the file that it leads to; what else is found in a link's place is left there. */
export type Place =
  | { readonly is: 'folder'; readonly path: string }
  | { readonly is: 'file'; readonly path: string; readonly text: string }
  | { readonly is: 'link'; readonly path: string; readonly to: string };

/** What a program says while it runs. */
export type AgentEvent =
  | { readonly is: 'progress'; readonly percent: number | null; readonly note: string | null }
  | { readonly is: 'blocker'; readonly report: BlockerReport }
  /** Part of its work is to be there for others before the turn is over. */
  | { readonly is: 'publish'; readonly said: PublishSaid }
  /** It wants more tasks than the campaign has. */
  | { readonly is: 'propose'; readonly proposal: TaskProposal }
  /** It asks for a lock on paths, or gives one back. */
  | { readonly is: 'lock'; readonly request: LockRequest }
  | { readonly is: 'release'; readonly release: LockRelease }
  /** Its verdict on the contract that it was to judge. */
  | { readonly is: 'review'; readonly review: Review }
  /** What it says that its task came to. */
  | { readonly is: 'completion'; readonly completion: Completion }
  /** Sums, of this turn's process or of the whole session. */
  | { readonly is: 'usage'; readonly usage: Usage; readonly of: 'turn' | 'session' }
  /** The account's usage limit; `resetAtMs` is null where the program does not tell. */
  | { readonly is: 'limit'; readonly resetAtMs: number | null }
  | { readonly is: 'session'; readonly id: string }
  /** What those who need its task go on from, in a form that programs read. */
  | { readonly is: 'output'; readonly value: unknown }
  /** What it says to whoever gave it the task; the last one is its summary where it gives no other. */
  | { readonly is: 'message'; readonly text: string }
  /** What goes wrong, in the vendor's word; an ending follows. */
  | { readonly is: 'trouble'; readonly kind: string }
  /** The program has said how the turn ended, and should exit now. */
  | { readonly is: 'ending'; readonly ending: Ending };

/** In the agent's own words. */
export type PublishSaid = Omit<PublishRequest, 'commit' | 'problem'>;

export type Ending =
  | { readonly is: 'done'; readonly summary: string }
  | { readonly is: 'failed'; readonly class: FailureClass; readonly message: string }
  | { readonly is: 'capped'; readonly message: string }
  | { readonly is: 'no-session' };

/** All that a program has said so far in this turn. */
export interface Heard {
  readonly session: string | null;
  readonly percent: number | null;
  readonly note: string | null;
  /** The last blocker with `wait`. */
  readonly blocker: BlockerReport | null;
  /** The lock for which it ended its turn. */
  readonly lock: LockRequest | null;
  /** The last verdict. */
  readonly review: Review | null;
  /** The last one. */
  readonly completion: Completion | null;
  readonly usage: Usage | null;
  readonly usageOf: 'turn' | 'session';
  readonly limit: { readonly resetAtMs: number | null } | null;
  /** The last one, whole. */
  readonly message: string | null;
  readonly trouble: string | null;
  readonly ending: Ending | null;
  /** Null where it gave none. */
  readonly output: unknown;
}

export const NOTHING_HEARD: Heard = {
  session: null,
  percent: null,
  note: null,
  blocker: null,
  lock: null,
  review: null,
  completion: null,
  usage: null,
  usageOf: 'turn',
  limit: null,
  message: null,
  trouble: null,
  ending: null,
  output: null,
};

export interface AgentExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Where the program could not be started at all: its name and the system's error code, e.g. ENOENT. */
  readonly startError: { readonly program: string; readonly code: string } | null;
  /** The last lines of its standard error, or of its output where it wrote no errors; for a person. */
  readonly tail: string;
}

/** What a turn achieved, in the program's own terms; run-turn.ts adds what only it knows. */
export type Verdict =
  | {
      readonly is: 'outcome';
      readonly outcome: Outcome;
      readonly summary: string;
      readonly trouble: Trouble | null;
    }
  /** The vendor does not know the session (another machine, or killed before it was stored): start it anew. */
  | { readonly is: 'start-anew' }
  /** The session exists already: resume it. */
  | { readonly is: 'resume' };

export interface Trouble {
  readonly class: FailureClass;
  readonly message: string;
  readonly resetAtMs: number | null;
  readonly retryAfterMs: number | null;
}

export function hear(heard: Heard, event: AgentEvent): Heard {
  switch (event.is) {
    case 'progress':
      return { ...heard, percent: event.percent ?? heard.percent, note: event.note ?? heard.note };
    case 'publish':
    case 'propose':
    case 'release':
      return heard;
    case 'lock':
      return event.request.wait === 'end' ? { ...heard, lock: event.request } : heard;
    case 'blocker':
      return event.report.wait ? { ...heard, blocker: event.report } : heard;
    case 'review':
      return { ...heard, review: event.review };
    case 'completion':
      return { ...heard, completion: event.completion };
    case 'usage':
      return { ...heard, usage: event.usage, usageOf: event.of };
    case 'limit':
      return { ...heard, limit: { resetAtMs: event.resetAtMs } };
    case 'session':
      return { ...heard, session: event.id };
    case 'output':
      return { ...heard, output: event.value };
    case 'message':
      return { ...heard, message: event.text };
    case 'trouble':
      return { ...heard, trouble: event.kind };
    case 'ending':
      return { ...heard, ending: event.ending };
  }
}

/** After this the program has nothing more to do: it gets some seconds to exit by itself. */
export function isTerminal(event: AgentEvent): boolean {
  if (event.is === 'lock') return event.request.wait === 'end';
  return event.is === 'ending' || (event.is === 'blocker' && event.report.wait);
}

export function done(summary: string): Verdict {
  return { is: 'outcome', outcome: 'done', summary, trouble: null };
}

/** The outcome belongs to the class: see design section 6. */
export function troubled(
  kind: FailureClass,
  message: string,
  when: { readonly resetAtMs?: number | null; readonly retryAfterMs?: number | null } = {},
): Verdict {
  const trouble = {
    class: kind,
    message,
    resetAtMs: when.resetAtMs ?? null,
    retryAfterMs: when.retryAfterMs ?? null,
  };
  return { is: 'outcome', outcome: outcomeOf(kind), summary: message, trouble };
}

function outcomeOf(kind: FailureClass): Outcome {
  switch (kind) {
    case 'transient':
      return 'interrupted';
    case 'usage-limit':
    case 'cap':
      return 'capped';
    case 'stalled':
    case 'timed-out':
      return 'timed-out';
    case 'lasting':
    case 'rate-limited':
    case 'auth':
    case 'rejected':
    case 'agent-error':
    case 'spec':
      return 'failed';
  }
}

/** Signals, and the exit codes by which shells pass them on, that come from outside and are not the program's fault. */
const outsideSignals = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'];
const outsideCodes: Readonly<Record<number, string>> = {
  129: 'SIGHUP',
  130: 'SIGINT',
  137: 'SIGKILL',
  143: 'SIGTERM',
};

/** The signal by which something outside ended the program, or null. */
export function killedBy(exit: AgentExit): string | null {
  if (exit.signal !== null) return outsideSignals.includes(exit.signal) ? exit.signal : null;
  return exit.code === null ? null : (outsideCodes[exit.code] ?? null);
}

export function describeExit(exit: AgentExit): string {
  const how = exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
  return exit.tail === '' ? `${how}; it printed nothing` : `${how}. Its last lines:\n${exit.tail}`;
}

/** A program that could not be started at all is a mistake of the spec or of the machine: not tried again. */
export function judgeStart(exit: AgentExit): Verdict | null {
  if (exit.startError === null) return null;
  const { program, code } = exit.startError;
  const why = code === 'ENOENT' ? 'was not found' : `could not be started (${code})`;
  const way =
    'Install it where the worker finds it (PATH), or correct `run` of the agent in the campaign file.';
  return troubled('spec', `The agent's program \`${program}\` ${why}. ${way}`);
}

/** A line's JSON object, or null where it is anything else. */
export function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.trimStart().startsWith('{')) return null;
  try {
    const value = parseJson(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
