/** What a person sees of a campaign. Plain JSON, ISO 8601 times; the `--json` output of `longhaul status`. */
import type { CampaignNote } from './campaign-note.js';
import type { PlanFacts } from './planned.js';
import type { Severity } from './turn.js';

export type CampaignStateName = 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
export type TaskStateName = 'waiting' | 'running' | 'blocked' | 'done' | 'failed' | 'skipped' | 'cancelled';

/** Why a task is not running. */
export interface WaitReason {
  readonly reason:
    | 'need'
    | 'integration'
    | 'lock'
    | 'pool'
    | 'lane'
    | 'account'
    | 'budget'
    | 'blocker'
    | 'pause'
    | 'reserved'
    | 'worker'
    /** Its tasks are being made, of that task's output. */
    | 'round';
  /** On what: a task, a group, an account, a blocker, … */
  readonly on: string;
  /** When it is expected to go on, ISO 8601, where that is known. */
  readonly until?: string;
}

export interface TaskStatus {
  readonly id: string;
  readonly title: string;
  readonly phase: string;
  readonly group: string;
  /** Of a round, which takes no turn: the task whose output its tasks are made of; left out for all others. */
  readonly round?: string;
  /** The round that it was made in; left out for all others. */
  readonly madeOf?: string;
  readonly state: TaskStateName;
  /** What it is doing: the life's own word (preparing, turning, verifying, integrating, resting, …). */
  readonly step: string;
  readonly waitReasons: readonly WaitReason[];
  readonly attempts: number;
  /** Over all attempts, the ones that are over. */
  readonly turns: number;
  /** The last ordered turn's number within its attempt (LONGHAUL_TURN). */
  readonly turn: number;
  readonly agent: string | null;
  readonly lane: string | null;
  readonly branch: string;
  readonly session: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** What is known; null where nothing is. */
  readonly costUsd: number | null;
  /** False where some turn did not tell its cost: `costUsd` is a lower bound then. */
  readonly costComplete: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Percent that the agent last told, or null. */
  readonly progress: number | null;
  /** What the agent last said that it does in this turn; may be empty. */
  readonly doing: string;
  /** The agent's summary, or why the task failed or was skipped. */
  readonly note: string;
  /** What its agent claimed at its end, and was not found so; left out where there is none. */
  readonly differences?: readonly string[];
}

export interface BlockerStatus {
  readonly id: string;
  readonly task: string;
  readonly severity: Severity;
  readonly description: string;
  readonly state: 'open' | 'answered' | 'closed';
  readonly raisedAt: string;
  readonly answer: string | null;
  /** What it says besides; each is left out where it is not said. Once this task is done, it is answered. */
  readonly blockingTask?: string;
  /** What the agent does meanwhile. */
  readonly workaround?: string;
  readonly neededBy?: string;
  /** What happens without an answer. */
  readonly impact?: string;
  /** When a person said that they have seen it; left out until then. */
  readonly ackedAt?: string;
  /** How often people were told again; left out where they were not. */
  readonly reminded?: number;
}

export type ContractStateName =
  /** Not published yet. */
  | 'draft'
  /** Its newest version is offered, and not approved by all who review it. */
  | 'in review'
  | 'published'
  /** Published anew, and not everybody who works with it has taken that in. */
  | 'changed'
  /** Its provider is done: merged, with the contract's test passed on its real work. */
  | 'fulfilled';

/** An agreed interface, as it stands. */
export interface ContractStatus {
  readonly name: string;
  /** The newest that was published, in its author's word; the spec's where there is none. */
  readonly version: string;
  readonly state: ContractStateName;
  readonly author: string;
  readonly provider: string | null;
  readonly consumers: readonly string[];
  /** Tasks that have not approved of its newest version; once it is published, that have not taken it in. */
  readonly pending: readonly string[];
}

/** A lock that an agent asked for in the middle of a turn. */
export interface LockStatus {
  /** `l1`, `l2`, …; the ticket of one that is queued. */
  readonly lock: string;
  readonly task: string;
  /** The agent's own name for it. */
  readonly id: string;
  readonly paths: readonly string[];
  readonly mode: 'exclusive' | 'shared' | 'intent';
  readonly state: 'queued' | 'held' | 'denied' | 'expired';
  readonly reason: string;
  readonly askedAt: string;
  readonly grantedAt: string | null;
  /** Null while a turn of its task lives, and where it is held until a merge. */
  readonly expiresAt: string | null;
  /** Of one that is held, by the estimates. */
  readonly expectedReleaseAt: string | null;
  /** Who is in the way of one that is queued or denied, and when it will probably be free. */
  readonly owners: readonly LockOwnerStatus[];
  readonly expectedAt: string | null;
  /** Why it was denied, and what can be had instead. */
  readonly why: string;
  readonly freePaths: readonly string[];
  readonly readyTasks: readonly string[];
}

export interface LockOwnerStatus {
  readonly task: string;
  readonly path: string;
  readonly mode: LockStatus['mode'];
  readonly expectedReleaseAt: string | null;
}

/** What the spec gives a task, while it holds that. */
export interface DeclaredLocks {
  readonly task: string;
  readonly locks: readonly { readonly path: string; readonly mode: LockStatus['mode'] }[];
  readonly expectedReleaseAt: string | null;
}

export interface Locks {
  readonly asked: readonly LockStatus[];
  readonly declared: readonly DeclaredLocks[];
}

/** A part of the campaign that a person paused: turns that run there finish, and no new ones begin. */
export interface PauseStatus {
  readonly part: 'phase' | 'agent' | 'account';
  readonly name: string;
  readonly since: string;
  readonly why: string;
}

export interface AccountStatus {
  readonly name: string;
  readonly pausedUntil: string | null;
  readonly paused: boolean;
  readonly why: string;
  readonly parallel: number;
}

/** What is spent and reserved of one measure, and what is left of its cap. */
export interface BudgetStatus {
  readonly scope: 'campaign' | 'phase' | 'task' | 'account';
  /** Empty for the campaign. */
  readonly name: string;
  readonly measure: 'usd' | 'tokens' | 'turns' | 'hours';
  /** Null where it has no budget. */
  readonly cap: number | null;
  /** With what is unaccounted for. */
  readonly spent: number;
  readonly reserved: number;
  readonly left: number | null;
  /** Of turns that were killed before they told their cost: what they had reserved. Left out where there is none. */
  readonly unaccounted?: number;
  /** Turns whose cost nobody knows: `spent` is a lower bound then. Left out where there are none. */
  readonly unknownTurns?: number;
}

export interface Status {
  readonly id: string;
  readonly name: string;
  readonly state: CampaignStateName;
  readonly phase: string | null;
  readonly costUsd: number | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Where the results are, once delivered; or why the campaign can't go on. */
  readonly message: string;
  readonly tasks: readonly TaskStatus[];
  readonly blockers: readonly BlockerStatus[];
  readonly accounts: readonly AccountStatus[];
  /** Left out where there is no budget, and no more than one account that has spent anything. */
  readonly budgets?: readonly BudgetStatus[];
  /** Missing in what an older Longhaul wrote, as `maxTurns` is. */
  readonly pauses?: readonly PauseStatus[];
  /** Turns that may run at once, over all agents. */
  readonly maxTurns?: number;
  /** In the spec's order; left out where there are none. */
  readonly contracts?: readonly ContractStatus[];
  /** Locks that agents asked for, held or waited for; left out where there are none. */
  readonly locks?: readonly LockStatus[];
  /** Grows with every change: two equal numbers mean that nothing happened in between. */
  readonly revision: number;
}

/** One stretch of time on a lane, or in integration: what the Gantt chart draws. */
export interface Span {
  readonly task: string;
  readonly lane: string;
  readonly kind: 'turn' | 'verify' | 'merge';
  readonly attempt: number;
  readonly turn: number;
  readonly outcome: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** What a turn cost, where it is known: tells what retries cost. */
  readonly costUsd?: number | null;
  /** How long a turn waited to be taken by a worker before it began; left out where that was next to nothing. */
  readonly workerMs?: number;
}

/** What the report shows: the status, the spans, and the plan's edges for the critical path. */
export interface ReportData {
  readonly status: Status;
  readonly spans: readonly Span[];
  /** Direct needs by task id, phases' barriers included. */
  readonly needs: Readonly<Record<string, readonly string[]>>;
  /** What stands in `needs` in the place of many tasks; left out where nothing does. */
  readonly barriers?: Readonly<Record<string, readonly string[]>>;
  readonly lanes: readonly string[];
  /** What the plan said; left out where only the status is known, and in reports of earlier versions. */
  readonly plan?: PlanFacts;
  /** Pauses, limits and changed parallelism, in the order of time. */
  readonly notes?: readonly CampaignNote[];
}
