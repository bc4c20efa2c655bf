/**
 * All of a campaign's state: one serialisable value, changed only by apply (core/apply.ts), carried whole through
 * continue-as-new. No Map, Set, Date, undefined or NaN.
 */
import { newAccount, type AccountState } from './account.js';
import type { Budget, BudgetScope, Cap, Shortage } from './amount.js';
import { NO_ADDITIONS, type AdditionAsked, type AdditionBook } from './addition-book.js';
import type { BlockerState } from './blocker.js';
import type { GroupClock } from './group-clock.js';
import type { CampaignNote } from './campaign-note.js';
import type { Log } from './log.js';
import { NO_LOCKS, type LockBook, type LockRequest } from './lock.js';
import type { Notice } from './notice.js';
import type { Part, PartPause } from './part.js';
import type { Plan } from './plan.js';
import type {
  DeliverFacts,
  DeliverInput,
  ExtendInput,
  MergeInput,
  MergeReport,
  Order,
  PublishInput,
  PublishReport,
  TaskReport,
} from './ports.js';
import type { Publication, PublishedVersion, PublishRequest } from './publication.js';
import { newTask, type TaskEnd, type TaskState, type Working } from './task.js';
import { findTask, newTable, setTask, type TaskTable } from './task-table.js';
import type { BlockerReport } from './turn.js';

/** The version of the core's rules that this campaign goes by; raised only at continue-as-new, by migration. */
export const RULES = 2;

export interface CampaignState {
  readonly rules: typeof RULES;
  readonly campaign: string;
  readonly startedAtMs: number;
  /** The time of the last event: the core's only clock. */
  readonly nowMs: number;
  readonly revision: number;
  /** Of the plan that is in force: from 1, and one more with each change. */
  readonly planRevision: number;
  readonly tasks: TaskTable;
  readonly accounts: Readonly<Record<string, AccountState>>;
  readonly blockers: readonly BlockerState[];
  readonly paused: { readonly sinceMs: number; readonly why: string } | null;
  /** Parts that a person paused: phases, agents, accounts, each kind by name. */
  readonly pauses: readonly PartPause[];
  /** Running turns at once, as a person set it; null = as the plan says. */
  readonly maxTurns: number | null;
  /** What people have set of budgets since the spec did; left out before the first. */
  readonly budgets?: readonly Budget[];
  /** Budgets that people were told of as they are now: nothing goes on there. Left out before the first. */
  readonly budgetsTold?: readonly Budget[];
  /** No new orders; running turns are interrupted; what is open ends cancelled. */
  readonly stopping: { readonly as: 'failed' | 'cancelled'; readonly why: string } | null;
  /** Merged tasks, in the order of their merges. */
  readonly merged: Log<string>;
  /** The merge order that is out, and its tasks; one at a time. */
  readonly merging: { readonly order: string; readonly tasks: readonly string[] } | null;
  /** What tasks have published, and is not merged yet. */
  readonly publications: readonly Publication[];
  /** The publish order that is out, and the publications in it. Never together with a merge order. */
  readonly publishing: { readonly order: string; readonly keys: readonly string[] } | null;
  /** The newest version of each contract that was published in the middle of a turn. */
  readonly contracts: Readonly<Record<string, PublishedVersion>>;
  /** Locks that agents asked for in the middle of their turns. */
  readonly locks: LockBook;
  /** Tasks that agents or people want to be added, and the order to extend the plan. */
  readonly additions: AdditionBook;
  readonly delivery: DeliverFacts | 'ordered' | null;
  /** Orders to deliver that were lost with their executor. */
  readonly deliveriesLost: number;
  readonly end: { readonly as: 'done' | 'failed' | 'cancelled'; readonly atMs: number } | null;
  readonly reported: 'no' | 'ordered' | 'yes';
  /** Time that counts towards the deadline: while something runs. null deadline = lifted by a person. */
  readonly activeMs: number;
  readonly deadlineMs: number | null;
  /** A deadline by the clock, epoch ms; null = none, or lifted by a person. */
  readonly deadlineAtMs: number | null;
  /** Clocks of the groups that have a timeout, once they have run. */
  readonly groups: Readonly<Record<string, GroupClock>>;
  /** Effects that the world has not acknowledged yet. */
  readonly outbox: readonly Effect[];
  /** Keys of messages that were taken: a second one changes nothing. The oldest are forgotten after 1,000. */
  readonly seen: readonly string[];
  readonly spans: Log<SpanState>;
  /** What changed how much runs at once; left out before the first. */
  readonly notes?: readonly CampaignNote[];
  readonly checkedAtMs: number;
  /** Another run continued as this one: what that one started ends without a word to this one. */
  readonly continued: boolean;
}

/** A stretch of a lane's time, kept for the report. */
export interface SpanState {
  readonly task: string;
  readonly lane: string;
  readonly kind: 'turn' | 'verify' | 'merge';
  readonly attempt: number;
  readonly turn: number;
  /** A turn's or a step's; `locked` = the turn ended to wait for a lock. */
  readonly outcome: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Of a turn, where its program tells. */
  readonly costUsd?: number | null;
  /** Of a turn: how long it waited to be taken by a worker; left out where that was next to nothing. */
  readonly workerMs?: number;
}

/** What the world is asked to do. The host does each once per run, again in the next run where it was not acknowledged. */
export type Effect =
  | {
      readonly key: string;
      readonly do: 'order';
      readonly task: string;
      readonly order: Order;
      readonly start: boolean;
    }
  | {
      readonly key: string;
      readonly do: 'interrupt';
      readonly task: string;
      readonly gen: number;
      readonly why: string;
    }
  | { readonly key: string; readonly do: 'endExecutor'; readonly task: string }
  | { readonly key: string; readonly do: 'merge'; readonly input: MergeInput }
  | { readonly key: string; readonly do: 'publish'; readonly input: PublishInput }
  | { readonly key: string; readonly do: 'deliver'; readonly input: DeliverInput }
  /** Compile the plan with more tasks. Independent of merges: it waits for none, and none waits for it. */
  | { readonly key: string; readonly do: 'extend'; readonly input: ExtendInput }
  | { readonly key: string; readonly do: 'endIntegration' }
  | {
      readonly key: string;
      readonly do: 'check';
      readonly orders: readonly OpenOrder[];
      /** A merge or the delivery is out. */
      readonly integration: boolean;
    }
  | { readonly key: string; readonly do: 'notify'; readonly notice: Notice }
  | { readonly key: string; readonly do: 'keepPlan' }
  | { readonly key: string; readonly do: 'report' };

/** An order that is out. */
export interface OpenOrder {
  readonly task: string;
  readonly gen: number;
}

/** What decide wants. apply turns each into state and, where the world has to act, an effect. */
export type Command =
  | ({ readonly command: 'orderTurn'; readonly task: string } & Pick<Working, 'agent' | 'lane' | 'reserved'>)
  | { readonly command: 'tellOfBudget'; readonly shortage: Shortage }
  | { readonly command: 'interruptTurn'; readonly task: string; readonly why: string }
  | {
      readonly command: 'endTask';
      readonly task: string;
      readonly as: 'done' | 'failed' | 'skipped' | 'cancelled';
      readonly why: string;
    }
  /** It waits for what waits for it: it goes on without what is not there. */
  | { readonly command: 'breakDeadlock'; readonly task: string }
  /** What becomes of a lock that an agent asked for, by its id. */
  | {
      readonly command: 'settleLock';
      readonly lock: string;
      readonly as: 'granted' | 'denied' | 'expired';
      readonly why: string;
    }
  | { readonly command: 'remind'; readonly blocker: string }
  /** What it waits for has come. */
  | { readonly command: 'answerBlocker'; readonly blocker: string; readonly answer: string }
  | { readonly command: 'endExecutor'; readonly task: string }
  | { readonly command: 'orderMerge'; readonly tasks: readonly string[] }
  | { readonly command: 'expireGroup'; readonly group: string }
  | { readonly command: 'orderPublish' }
  /** Of this template, or of what is asked for by this key. */
  | { readonly command: 'orderExtend'; readonly round: string | null; readonly request: string }
  | { readonly command: 'reachDeadline' }
  | { readonly command: 'checkExecutors' }
  | { readonly command: 'orderDelivery' }
  | { readonly command: 'finish' }
  | { readonly command: 'writeReport' };

/**
 * What happened. `atMs` is epoch time; events come in the order in which they are applied. One with the `key` of an
 * earlier one changes nothing; null, from people who left it out, counts each time.
 */
export type Event = { readonly atMs: number } & (
  | { readonly event: 'taskReported'; readonly report: TaskReport }
  | {
      readonly event: 'progressed';
      readonly task: string;
      readonly gen: number;
      readonly step: 'turning' | 'verifying';
      readonly session: string | null;
      readonly percent: number | null;
      readonly note: string | null;
    }
  | { readonly event: 'executorGone'; readonly task: string; readonly gen: number }
  | { readonly event: 'integrationGone' }
  | {
      readonly event: 'checked';
      readonly key: string;
      readonly gone: readonly OpenOrder[];
      readonly integrationGone: boolean;
    }
  | { readonly event: 'mergeReported'; readonly report: MergeReport }
  | { readonly event: 'publishReported'; readonly report: PublishReport }
  | { readonly event: 'delivered'; readonly facts: DeliverFacts }
  | { readonly event: 'reported' }
  | { readonly event: 'acknowledged'; readonly key: string }
  /** Somebody could not be told of a notice, however often it was tried. */
  | { readonly event: 'untold'; readonly text: string }
  | {
      readonly event: 'blockerRaised';
      readonly key: string | null;
      readonly task: string;
      readonly gen: number;
      readonly report: BlockerReport;
    }
  | {
      readonly event: 'publishAsked';
      readonly key: string;
      readonly task: string;
      readonly gen: number;
      readonly request: PublishRequest;
    }
  | {
      readonly event: 'lockAsked';
      readonly key: string;
      readonly task: string;
      readonly gen: number;
      readonly request: LockRequest;
    }
  | {
      readonly event: 'lockReleased';
      readonly key: string;
      readonly task: string;
      /** The agent's own name for it. */
      readonly id: string;
      readonly changesMade: boolean;
    }
  | ({ readonly event: 'additionAsked'; readonly key: string } & AdditionAsked)
  | {
      readonly event: 'blockerAnswered';
      readonly key: string | null;
      readonly blocker: string;
      readonly answer: string;
    }
  /** A person has seen it. */
  | { readonly event: 'blockerAcked'; readonly key: string | null; readonly blocker: string }
  | {
      readonly event: 'paused';
      readonly key: string | null;
      /** Null = the campaign. */
      readonly part: Part | null;
      readonly why: string;
    }
  | { readonly event: 'resumed'; readonly key: string | null; readonly part: Part | null }
  | ({ readonly event: 'budgetSet'; readonly key: string | null; readonly cap: Cap } & BudgetScope)
  | { readonly event: 'parallelSet'; readonly key: string | null; readonly turns: number }
  | {
      readonly event: 'taskRetried';
      readonly key: string | null;
      readonly task: string;
      readonly note: string | null;
    }
  | {
      readonly event: 'taskSkipped';
      readonly key: string | null;
      readonly task: string;
      readonly note: string | null;
    }
  | { readonly event: 'cancelled'; readonly why: string }
  | { readonly event: 'timerFired' }
  /** The workflow began a new run with this state (continue-as-new). */
  | { readonly event: 'continued' }
  | { readonly event: 'decided'; readonly command: Command }
);

export function newCampaign(campaign: string, plan: Plan, nowMs: number): CampaignState {
  return {
    rules: RULES,
    campaign,
    startedAtMs: nowMs,
    nowMs,
    revision: 0,
    planRevision: 1,
    tasks: newTable(plan.tasks.map((task) => [task.id, newTask(task)])),
    accounts: Object.fromEntries(plan.agents.map((agent) => [agent.account, newAccount(agent.account)])),
    blockers: [],
    paused: null,
    pauses: [],
    maxTurns: null,
    stopping: null,
    merged: [],
    merging: null,
    publications: [],
    publishing: null,
    contracts: {},
    locks: NO_LOCKS,
    additions: NO_ADDITIONS,
    delivery: null,
    deliveriesLost: 0,
    end: null,
    reported: 'no',
    activeMs: 0,
    deadlineMs: plan.deadlineMs,
    deadlineAtMs: plan.deadlineAtMs,
    groups: {},
    outbox: [],
    seen: [],
    spans: [],
    checkedAtMs: nowMs,
    continued: false,
  };
}

/** Turns that may run at once. */
export function mostTurns(plan: Plan, state: CampaignState): number {
  return state.maxTurns ?? plan.maxTurns;
}

export function taskState(state: CampaignState, id: string): TaskState {
  const task = findTask(state.tasks, id);
  if (task === undefined)
    throw new Error(`stuck, this is a bug: no task ${id} in campaign ${state.campaign}`);
  return task;
}

export function withTask(state: CampaignState, id: string, task: TaskState): CampaignState {
  return { ...state, tasks: setTask(state.tasks, id, task) };
}

/** The one way in which a task ends. */
export function endTask(
  state: CampaignState,
  id: string,
  { as, why }: { readonly as: TaskEnd; readonly why: string },
): CampaignState {
  const life = { is: 'ended', as, why, atMs: state.nowMs } as const;
  return withoutLocks(
    withTask(state, id, { ...taskState(state, id), life, holds: false, parked: false }),
    id,
  );
}

/** All that the task asked for is free. */
export function withoutLocks(state: CampaignState, task: string): CampaignState {
  const { locks } = state.locks;
  if (!locks.some((lock) => lock.task === task)) return state;
  return { ...state, locks: { ...state.locks, locks: locks.filter((lock) => lock.task !== task) } };
}

export function accountState(state: CampaignState, name: string): AccountState {
  return state.accounts[name] ?? newAccount(name);
}

export function withAccount(state: CampaignState, account: AccountState): CampaignState {
  return { ...state, accounts: { ...state.accounts, [account.name]: account } };
}
