/**
 * Where workflows and activities meet: what workflows may ask of the world. Workflows proxy these types; activities
 * implement them (`createActivities(deps) satisfies Activities`); neither imports the other.
 *
 * Every activity finds texts and commands in the campaign's brief (core/brief.ts), so that inputs stay small. Each
 * is idempotent: Temporal may run it again after a crash, with the same input.
 */
import type { AdditionRequest } from './addition-book.js';
import type { InParts } from './parts.js';
import type { LockRequest } from './lock.js';
import type { Notice } from './notice.js';
import type { LockMode, Plan } from './plan.js';
import type { ReportData } from './status.js';
import type { BlockerReport, Failure, Outcome, Usage } from './turn.js';

/** Why the turn is ordered: decides the prompt. */
export type Ask =
  /** The first turn of an attempt: the whole task. */
  | 'task'
  /** After an interruption, a limit or a crash: "continue". */
  | 'continue'
  /** Verification rejected the last turn; `evidence` says how. */
  | 'rejected'
  /** A person answered the blocker; `note` is the answer. */
  | 'answer'
  /** Merging found a conflict: the campaign's head was merged into the worktree; `evidence` names the files. */
  | 'conflict'
  /** Its work was done, and now that of others is merged into the worktree; `note` says whose. */
  | 'adapt'
  /** The lock that its turn ended to wait for is granted, or will not be; `note` says which. */
  | 'lock'
  /** The campaign file was changed: what it asks of the task, or what the task builds on; `note` says which. */
  | 'changed'
  /** Reviewers did not approve what it published; `note` says what they found. */
  | 'mend';

/**
 * Which steps an order has, each only where the one before was ok: all (prepare, turn, checkpoint, verify); all but
 * verify, for work that others' is to be merged into first; all but the turn, for work that only has to be verified again.
 */
export type OrderSteps = 'all' | 'turn' | 'check';

/** What the core tells an executor to do next; numbered by `gen`, which only grows. */
export interface Order {
  readonly task: string;
  readonly gen: number;
  /** From 1. An attempt is one try with one agent and one session. */
  readonly attempt: number;
  /** From 1, counted within the attempt; grows with every turn ordered. */
  readonly turn: number;
  readonly agent: string;
  /** `<agent>#<instance from 1>`. */
  readonly lane: string;
  readonly ask: Ask;
  /** The vendor's session id where one is known already; null lets the adapter choose or learn it. */
  readonly session: string | null;
  /** Name of an artifact with what was wrong last time, or null. */
  readonly evidence: string | null;
  /** What a person said (an answer, a note with retry), or what failed in the round before; at most 4,000 characters. */
  readonly note: string | null;
  /** With `answer`: what is answered is whether the agent's program may do what it asked for. Else left out. */
  readonly permission?: true;
  /** Merge the campaign's head into the worktree before the turn. */
  readonly sync: boolean;
  readonly steps: OrderSteps;
  /** What a turn left is verified also where it did not end well: it may count as done. */
  readonly partial: boolean;
  /** Locks that its agent asked for and holds, or waits for; left out where there are none. */
  readonly locks?: readonly OrderLock[];
  /** Of the brief as it stood when this was ordered: the campaign file may have been changed since the last order. */
  readonly briefDigest: string;
  readonly timeoutMs: number;
  /** What its turn has reserved of the budgets that it counts to, in US dollars; left out where there are none. */
  readonly maxUsd?: number;
}

export interface OrderLock {
  readonly id: string;
  readonly paths: readonly string[];
  readonly mode: LockMode;
  readonly is: 'held' | 'queued';
}

export interface TaskInput {
  readonly campaign: string;
  readonly order: Order;
}

/** A step's facts say `ok`; the executor stops at the first step that is not. `failure` is null exactly when ok. */
export interface PrepareFacts {
  readonly ok: boolean;
  readonly failure: Failure | null;
  /** The host that prepared it, and the task queues on which the order's next steps go on: any host that has the worktree. */
  readonly host: string;
  readonly hostQueue: string;
  readonly turnQueue: string;
  /** The commit the worktree started from. */
  readonly start: string;
  /** Files in conflict after `sync`; empty otherwise. */
  readonly conflicts: readonly string[];
}

/** A reviewer's verdict; at most 20 findings of at most 300 characters. */
export interface Review {
  readonly approve: boolean;
  readonly findings: readonly string[];
}

export interface TurnFacts {
  readonly ok: boolean;
  /** False where no agent was started for it, so that it was none: the campaign did not admit it, say. */
  readonly begun: boolean;
  readonly outcome: Outcome;
  readonly failure: Failure | null;
  readonly session: string | null;
  /** What the agent says that it did; at most 2,000 characters. */
  readonly summary: string;
  readonly blocker: BlockerReport | null;
  /** With `blocked`: the turn ended so that it can wait for this lock, and for nobody's answer. */
  readonly lock?: LockRequest;
  /** Of a task that reviews a contract: its verdict, or null where it said none. */
  readonly review: Review | null;
  readonly usage: Usage;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** How long it waited to be taken by a worker before it began; left out where that was next to nothing. */
  readonly workerMs?: number;
}

export interface CheckpointFacts {
  readonly ok: boolean;
  readonly failure: Failure | null;
  /** The checkpoint commit, kept under refs/longhaul/<campaign>/<task>/<gen>. */
  readonly commit: string;
  /** Files that differ from the start. */
  readonly changed: number;
  /** What could not be committed, and why (nested repository, over 50 MB); at most 20. */
  readonly findings: readonly string[];
}

export interface VerifyFacts {
  readonly ok: boolean;
  readonly failure: Failure | null;
  /** The commit that was verified. */
  readonly commit: string;
  /** What the turn's agent claimed, and was not found so; left out where there is none. At most 20, 300 characters each. */
  readonly differences?: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** All that an executor found out while carrying out one order. Facts only; the core decides what they mean. */
export interface TaskReport {
  readonly task: string;
  readonly gen: number;
  readonly prepare: PrepareFacts | null;
  readonly turn: TurnFacts | null;
  readonly checkpoint: CheckpointFacts | null;
  readonly verify: VerifyFacts | null;
}

/** A verified task that is to be merged. */
export interface MergeTask {
  readonly task: string;
  /** The gen that made the verified commit: with the task the merge's key (its trailers on the branch). */
  readonly gen: number;
  readonly commit: string;
  readonly summary: string;
}

export interface MergeInput {
  readonly campaign: string;
  readonly briefDigest: string;
  /** Merged one by one, in this order, each tested by itself. */
  readonly tasks: readonly MergeTask[];
  /**
   * Of the tasks merged before, the first of each kind (PlanTask.trial): their setup and copies, and their verify
   * commands, with those of the merged since, where the phase names none.
   */
  readonly merged: readonly string[];
}

/** `rejected`: by the tests, or for what is in it. */
export type MergeOutcome = 'merged' | 'conflict' | 'rejected' | 'failed';

/** What became of one task's merge. */
export interface MergeFacts {
  readonly task: string;
  readonly gen: number;
  readonly outcome: MergeOutcome;
  /** The campaign branch's head afterwards. */
  readonly head: string;
  /** Files in conflict, at most 50. */
  readonly conflicts: readonly string[];
  readonly failure: Failure | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/**
 * What became of one order: its first tasks, as many as were tried. Only the last can be one that was not merged; those
 * that are not named were not tried, and are as they were.
 */
export interface MergeReport {
  /** The key of the order. */
  readonly order: string;
  readonly merges: readonly MergeFacts[];
}

/** The files that a task published, on top of what it published before and of what it started from. */
export interface PublishTask {
  readonly key: string;
  readonly task: string;
  readonly gen: number;
  readonly commit: string;
  /** The contract, or empty for a draft: for the merge's message. */
  readonly name: string;
}

export interface PublishInput {
  readonly campaign: string;
  readonly briefDigest: string;
  /** Merged one by one, each tested by itself; one that can't be merged does not keep the others. */
  readonly publications: readonly PublishTask[];
  /** Of the tasks merged before, the first of each kind, as in MergeInput. */
  readonly merged: readonly string[];
}

export interface PublishFacts {
  readonly key: string;
  readonly outcome: MergeOutcome;
  /** Why not, for the agent that asked; at most 2,000 characters. */
  readonly message: string;
}

export interface PublishReport {
  /** The key of the order. */
  readonly order: string;
  readonly publications: readonly PublishFacts[];
}

export interface DeliverInput {
  readonly campaign: string;
  readonly briefDigest: string;
  /** Tasks that ended done, whose branches are delivered too. */
  readonly tasks: readonly string[];
  /** Tasks that ran and ended otherwise: their last checkpoint becomes their branch, so that the work is at hand. */
  readonly kept: readonly string[];
  /** False where the campaign ended with failed or cancelled tasks: the branch is delivered, base is not moved. */
  readonly mergeBase: boolean;
}

export interface DeliverFacts {
  readonly outcome: 'delivered' | 'left' | 'failed';
  /** What was done, and where the work is; with `left`, the command that the user has to run. */
  readonly message: string;
  readonly branch: string;
  readonly head: string;
}

export interface ExtendInput {
  readonly campaign: string;
  /** Of the plan that is to be extended: the brief tells what was added before. */
  readonly briefDigest: string;
  readonly request: AdditionRequest;
}

/** What came of an order to extend: another plan, or why there is none. */
export interface Extension {
  readonly plan: Plan | null;
  /** Sentences for people and agents; empty exactly where there is a plan. */
  readonly problems: readonly string[];
  /** The infrastructure broke, and nothing is wrong with what was asked for: whether trying again may mend it. Else left out. */
  readonly broken?: 'transient' | 'lasting';
}

export interface DescribeInput {
  readonly campaign: string;
  readonly tasks: readonly string[];
}

export interface NotifyInput {
  readonly campaign: string;
  readonly briefDigest: string;
  readonly key: string;
  readonly notice: Notice;
}

export interface KeepPlanInput {
  readonly campaign: string;
  readonly plan: Plan;
  /** The plan's number in its campaign: a try that comes late never puts an older plan over a newer one. */
  readonly revision: number;
}

export interface Activities {
  prepareWorktree(input: TaskInput): Promise<PrepareFacts>;
  /** Long; heartbeats; returns an outcome and throws only when infrastructure broke. */
  runTurn(input: TaskInput): Promise<TurnFacts>;
  /** After the turn, or without one where none was ordered. */
  checkpoint(input: TaskInput & { readonly turn: TurnFacts | null }): Promise<CheckpointFacts>;
  verify(input: TaskInput & { readonly commit: string }): Promise<VerifyFacts>;
  /**
   * Merges verified commits into the campaign's branch, one by one, and tests each result before the branch moves. It
   * ends with the first that can't be merged, and early where it takes long: at least one is tried.
   */
  merge(input: MergeInput): Promise<readonly MergeFacts[]>;
  /** Merges what tasks published before they were done. */
  publish(input: PublishInput): Promise<readonly PublishFacts[]>;
  /** Compiles tasks into the campaign, and tells it of the plan itself: that may be larger than an answer can be. */
  extend(input: ExtendInput & { readonly order: string }): Promise<void>;
  deliver(input: DeliverInput): Promise<DeliverFacts>;
  /** Which of these tasks have no open executor. */
  describeTasks(input: DescribeInput): Promise<{ readonly gone: readonly string[] }>;
  /** Is the campaign's workflow still open? Asked by executors that have nothing to do. */
  lookForCampaign(input: { readonly campaign: string }): Promise<{ readonly open: boolean }>;
  /** Writes the plan that is in force now, with its brief, into the campaign's folder, for readers without a worker. */
  keepPlan(...input: InParts<KeepPlanInput>): Promise<void>;
  /** Writes report.{html,md,json} beside the campaign's artifacts. */
  writeReport(...input: InParts<{ readonly campaign: string; readonly report: ReportData }>): Promise<void>;
  /** Throws where somebody could not be told; the same key again tells only those who were not. */
  notify(input: NotifyInput): Promise<void>;
}

/** An activity's failure by this code is not tried again as it is; the next order makes the worktree anew. */
export const WORKTREE_GONE = 'worktree/gone';
