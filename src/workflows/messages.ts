/** Every signal, query and update, once: name, types and description. All take and give plain JSON. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type {
  DeliverFacts,
  DeliverInput,
  ExtendInput,
  Extension,
  MergeInput,
  MergeReport,
  Order,
  PublishInput,
  PublishReport,
  TaskReport,
} from '../core/ports.js';
import type { Cut, InParts } from '../core/parts.js';
import type { Plan } from '../core/plan.js';
import type { TaskProposal } from '../core/task-proposal.js';
import type { PublishRequest } from '../core/publication.js';
import type { BlockerReport } from '../core/turn.js';
import type { Metrics } from '../core/metrics.js';
import type { LockRequest } from '../core/lock.js';
import type { Locks, ReportData, Status } from '../core/status.js';

/** `key` makes a message idempotent: a second one with the same key changes nothing. People may leave it out. */
interface Keyed {
  readonly key?: string;
}

/** How the failure of a workflow task begins whose worker is of another version than the campaign: its message is all that clients get. */
export const OTHER_VERSION = 'made by another version of Longhaul';

// To the campaign.

export interface AnswerBlocker extends Keyed {
  readonly blocker: string;
  readonly answer: string;
}
export interface AckBlocker extends Keyed {
  readonly blocker: string;
}
export interface RetryTask extends Keyed {
  readonly task: string;
  readonly note?: string | null;
}
export interface SkipTask extends Keyed {
  readonly task: string;
  /** Why: shown as the task's end. */
  readonly note?: string | null;
}
export interface RaiseBlocker {
  readonly key: string;
  readonly task: string;
  readonly gen: number;
  readonly report: BlockerReport;
}
/** An agent publishes a contract or a draft: an activity has committed the files. */
export interface Publish {
  readonly key: string;
  readonly task: string;
  readonly gen: number;
  readonly request: PublishRequest;
}
/** What came of an order to extend the plan. */
export interface ReportExtension extends Extension {
  readonly order: string;
}
/** A person adds tasks to a campaign that runs. */
export interface AddTasks extends Keyed {
  /** As in a campaign file; 20 at most, and 32 KB. */
  readonly tasks: readonly unknown[];
  /** Where they go: `build`, or `phase/build`; default: the last one. */
  readonly group?: string | null;
  readonly why?: string | null;
}
/** An agent wants tasks added that the campaign does not have. */
export interface ProposeTasks {
  readonly key: string;
  readonly task: string;
  readonly gen: number;
  readonly request: TaskProposal;
}
/** An agent asks for a lock on paths in the middle of its turn. */
export interface RequestLock {
  readonly key: string;
  readonly task: string;
  readonly gen: number;
  readonly request: LockRequest;
}
export interface ReleaseLock {
  readonly key: string;
  readonly task: string;
  /** The agent's own name for it. */
  readonly id: string;
  readonly changesMade: boolean;
}
export interface Progress {
  readonly task: string;
  readonly gen: number;
  readonly step: 'turning' | 'verifying';
  readonly session: string | null;
  /** 0 to 100. */
  readonly percent: number | null;
  readonly note: string | null;
}
/** One of them at most; none for the whole campaign. */
interface OfPart {
  readonly phase?: string | null;
  readonly agent?: string | null;
  readonly account?: string | null;
}
export interface Pause extends Keyed, OfPart {
  readonly why: string;
}
/** Of an account its limit is lifted too. */
export interface Resume extends Keyed, OfPart {}
/** A budget from now on: of the campaign, or of one of its parts. The measures that are left out stay as they are. */
export interface RaiseCap extends Keyed {
  readonly usd?: number;
  readonly tokens?: number;
  readonly turns?: number;
  /** Of turns, one after the other. */
  readonly hours?: number;
  readonly phase?: string | null;
  readonly task?: string | null;
  readonly account?: string | null;
}
export interface SetParallel extends Keyed {
  /** Turns that may run at once. */
  readonly agents: number;
}

/** Another plan for the campaign, made of an edited campaign file. Its brief is in the campaign's folder already. */
export interface ApplyPlan extends Keyed {
  /** Of the plan that was looked at: where another came first, this one is refused. */
  readonly revision: number;
  readonly plan: Plan;
}
/** The plan that is in force: that of the campaign file, and what has begun that the file names no more. */
export interface PlanInForce {
  readonly revision: number;
  readonly plan: Plan;
}

export const taskReportedSignal = defineSignal<[TaskReport]>('taskReported');
export const mergeReportedSignal = defineSignal<[MergeReport]>('mergeReported');
export const publishReportedSignal = defineSignal<[PublishReport]>('publishReported');
export const deliveredSignal = defineSignal<[DeliverFacts]>('delivered');
export const progressSignal = defineSignal<[Progress]>('progress');
export const reportBlockerSignal = defineSignal<[RaiseBlocker]>('reportBlocker');
export const requestLockSignal = defineSignal<[RequestLock]>('requestLock');
export const releaseLockSignal = defineSignal<[ReleaseLock]>('releaseLock');
export const publishSignal = defineSignal<[Publish]>('publish');
/** What came of an order to extend the plan. A large plan comes in pieces (core/parts.ts). */
export const extendedSignal = defineSignal<InParts<ReportExtension>>('extended');
export const addTasksSignal = defineSignal<[AddTasks]>('addTasks');
export const proposeTasksSignal = defineSignal<[ProposeTasks]>('proposeTasks');
export const answerBlockerSignal = defineSignal<[AnswerBlocker]>('answerBlocker');
export const ackBlockerSignal = defineSignal<[AckBlocker]>('ackBlocker');
export const pauseSignal = defineSignal<[Pause]>('pause');
export const resumeSignal = defineSignal<[Resume]>('resume');
export const raiseCapSignal = defineSignal<[RaiseCap]>('raiseCap');
export const setParallelSignal = defineSignal<[SetParallel]>('setParallel');
export const applyPlanSignal = defineSignal<InParts<ApplyPlan>>('applyPlan');
export const retryTaskSignal = defineSignal<[RetryTask]>('retryTask');
export const skipTaskSignal = defineSignal<[SkipTask]>('skipTask');

/** Each answers with one sentence for the person who asked; refused ones fail with an ApplicationFailure. */
export const answerBlockerUpdate = defineUpdate<string, [AnswerBlocker]>('answerBlocker');
export const ackBlockerUpdate = defineUpdate<string, [AckBlocker]>('ackBlocker');
export const retryTaskUpdate = defineUpdate<string, [RetryTask]>('retryTask');
export const skipTaskUpdate = defineUpdate<string, [SkipTask]>('skipTask');
export const pauseUpdate = defineUpdate<string, [Pause]>('pause');
export const resumeUpdate = defineUpdate<string, [Resume]>('resume');
/** A large plan comes in pieces (core/parts.ts). */
export const applyPlanUpdate = defineUpdate<string, InParts<ApplyPlan>>('applyPlan');
export const addTasksUpdate = defineUpdate<string, [AddTasks]>('addTasks');
export const raiseCapUpdate = defineUpdate<string, [RaiseCap]>('raiseCap');
export const setParallelUpdate = defineUpdate<string, [SetParallel]>('setParallel');

/** The answer itself; or, where it is too large for one payload, what to ask for piece by piece (client/ask-whole.ts). */
export type Answer<T> = T | CutAnswer | string | null;
export interface CutAnswer extends Cut {
  readonly revision: number;
}
/** One piece, from 0, of an answer that was cut. Null where the workflow has forgotten it: then it is asked anew. */
export interface Piece {
  readonly revision: number;
  readonly part: number;
}

export const statusQuery = defineQuery<Answer<Status>, [Piece?]>('status');
export const locksQuery = defineQuery<Locks, [{ readonly task?: string | null }?]>('locks');
export const planQuery = defineQuery<Answer<PlanInForce>, [Piece?]>('plan');
export const reportQuery = defineQuery<Answer<ReportData>, [Piece?]>('report');
/** Computed when asked; the formulas are in docs/metrics.md. */
export const metricsQuery = defineQuery<Answer<Metrics>, [Piece?]>('metrics');

/** Asked by every try of `runTurn`, those of one worker together: is this gen still wanted, and may a turn run now? */
export interface AdmissionRequest {
  readonly turns: readonly { readonly task: string; readonly gen: number }[];
}
export interface Admission {
  readonly admitted: boolean;
  readonly why: string;
}
export const admissionQuery = defineQuery<readonly Admission[], [AdmissionRequest]>('admission');

// To an executor.

export const orderSignal = defineSignal<[Order]>('order');
/** Interrupts the turn of this gen, if it still runs. */
export const interruptSignal = defineSignal<[{ gen: number; why: string }]>('interrupt');
export const endSignal = defineSignal('end');

/** Carried out beside the others: merges may take long. */
export interface ExtendOrder {
  readonly key: string;
  readonly do: 'extend';
  readonly input: ExtendInput;
}
/** What the integration executor is told to do, by key. */
export type IntegrationOrder =
  | { readonly key: string; readonly do: 'merge'; readonly input: MergeInput }
  | { readonly key: string; readonly do: 'publish'; readonly input: PublishInput }
  | ExtendOrder
  | { readonly key: string; readonly do: 'deliver'; readonly input: DeliverInput };
export const integrationOrderSignal = defineSignal<[IntegrationOrder]>('integrationOrder');

export const CAMPAIGN_WORKFLOW = 'campaign';
export const TASK_WORKFLOW = 'task';
export const INTEGRATION_WORKFLOW = 'integration';
/**
 * A campaign's workflows, and what they ask for themselves: taken by the workers of the home where it was started, which
 * has its brief, and by nobody else in the namespace. Children and activities go where their parent is.
 */
export function homeQueue(homeId: string): string {
  return `longhaul/${homeId}`;
}

export function taskWorkflowId(campaign: string, task: string): string {
  return `${campaign}/${task}`;
}

export function integrationWorkflowId(campaign: string): string {
  return `${campaign}/integration`;
}
