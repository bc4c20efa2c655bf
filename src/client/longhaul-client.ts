/**
 * What a person, or a program, may ask of campaigns: a typed façade over the Temporal client. It knows no more than
 * messages, ids and artifacts; what a message does is the core's business.
 */
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { homePaths, type HomePaths } from '../core/home.js';
import type { Plan } from '../core/plan.js';
import { cutValue } from '../core/parts.js';
import type { CampaignInput, CampaignResult } from '../core/campaign-input.js';
import type { ReportData, Status } from '../core/status.js';
import { type ProblemError } from '../core/problem.js';
import {
  addTasksSignal,
  addTasksUpdate,
  ackBlockerSignal,
  ackBlockerUpdate,
  answerBlockerSignal,
  answerBlockerUpdate,
  CAMPAIGN_WORKFLOW,
  homeQueue,
  pauseSignal,
  pauseUpdate,
  reportQuery,
  resumeSignal,
  resumeUpdate,
  retryTaskSignal,
  retryTaskUpdate,
  raiseCapSignal,
  raiseCapUpdate,
  setParallelSignal,
  setParallelUpdate,
  skipTaskSignal,
  skipTaskUpdate,
  type AddTasks,
  type RaiseCap,
  type PlanInForce,
} from '../workflows/messages.js';
import { addPlan, listFolders, readReport } from './campaign-folder.js';
import { readCampaigns, type CampaignList } from './campaign-list.js';
import { askWhole } from './ask-whole.js';
import { clientError, didYouMean } from './client-error.js';
import { CampaignConnection, type FindTarget } from './connection.js';
import { ensureHomeId } from './home-id.js';
import { readPlanInForce, sendPlan } from './plan-change.js';
import { sendMessage } from './send-message.js';
import { readStatus, type StatusRead } from './status-read.js';
import { checkAccount, unknownBlocker, unknownTask } from './unknown-name.js';
import { alreadyPaused, alreadyRunning, alreadySkipped, stillHeld, type PartChoice } from './wished-state.js';

export interface ClientOptions {
  /** LONGHAUL_HOME, absolute. */
  readonly home: string;
  readonly findTarget: FindTarget;
}

export interface NewCampaign {
  readonly id: string;
  readonly name: string;
  readonly goal: string;
  readonly plan: Plan;
}

/** What the server knows of an id. `briefDigest` says which campaign it is. */
export type Occupant =
  | { readonly is: 'nobody'; readonly briefDigest?: never }
  | { readonly is: 'open' | 'ended'; readonly briefDigest: string };

const START_DEADLINE_MS = 15_000;
const NO_WORKER = { why: 'no worker answers', wayOut: 'start a worker with `longhaul up`, then ask again' };

/** What a person says of one task, with a note for its agent or for its end. */
interface TaskMessage {
  readonly task: string;
  readonly note: string | null;
}

export class LonghaulClient {
  readonly #home: HomePaths;
  readonly #connection: CampaignConnection;

  constructor(options: ClientOptions) {
    this.#home = homePaths(options.home);
    this.#connection = new CampaignConnection(options.findTarget);
  }

  /** Starts a campaign, or attaches where just this one runs already. Throws ProblemError where the id is another's. */
  async start(campaign: NewCampaign): Promise<'started' | 'attached'> {
    const { id, name, goal, plan } = campaign;
    const input: CampaignInput = { campaign: id, plan, state: null };
    try {
      await this.#connection.call(START_DEADLINE_MS, (client) =>
        client.workflow.start(CAMPAIGN_WORKFLOW, {
          workflowId: id,
          taskQueue: homeQueue(ensureHomeId(this.#home)),
          args: [...cutValue(input)],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          workflowIdConflictPolicy: 'FAIL',
          staticSummary: cut(name, 200),
          staticDetails: cut(goal, 20_000),
          // Continue-as-new loses summary and details, and keeps the memo.
          memo: { title: cut(name, 200), briefDigest: plan.briefDigest },
        }),
      );
      return 'started';
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const occupant = await this.lookUp(id);
      // It may have come to its end since it was found open: who attaches is shown that.
      if (occupant.is !== 'nobody' && occupant.briefDigest === plan.briefDigest) return 'attached';
      throw otherCampaign(id);
    }
  }

  async lookUp(id: string): Promise<Occupant> {
    const description = await this.#describe(id);
    if (description === null) return { is: 'nobody' };
    const briefDigest = description.memo?.['briefDigest'];
    return {
      is: description.status.name === 'RUNNING' ? 'open' : 'ended',
      briefDigest: typeof briefDigest === 'string' ? briefDigest : '',
    };
  }

  /** Live where a worker answers within 3 s, else what the disk knows. Throws ProblemError. */
  async status(id: string): Promise<StatusRead> {
    const read = await readStatus(this.#connection, this.#home, id);
    return read ?? this.#failUnknown(id);
  }

  /** What the report shows; of a campaign that goes on, as far as it is. */
  async report(id: string): Promise<ReportData> {
    const read = await this.status(id);
    if (read.source === 'live') {
      const report = await askWhole((piece) =>
        this.#connection.ask((client) => client.workflow.getHandle(id).query(reportQuery, piece)),
      );
      return addPlan(this.#home, report);
    }
    const report = await readReport(this.#home, id);
    if (report !== null) return report;
    const { why, wayOut } = read.source === 'snapshot' ? read : NO_WORKER;
    throw clientError('client/no-status', `campaign ${id} has no report yet, and ${why}`, wayOut);
  }

  async list(): Promise<CampaignList> {
    return readCampaigns(this.#connection, this.#home);
  }

  /** Of this home: a namespace may have others. */
  async hasOpenCampaigns(): Promise<boolean> {
    const query = `ExecutionStatus='Running' AND TaskQueue='${homeQueue(ensureHomeId(this.#home))}'`;
    return (await this.#connection.ask((client) => client.workflow.count(query))).count > 0;
  }

  /** The same, and each campaign that goes on is asked how it is: whether it is paused, only its worker knows. */
  async listAnew(): Promise<CampaignList> {
    const { entries } = await this.list();
    const open = entries.filter(
      ({ state }) => state === 'running' || state === 'paused' || state === 'unknown',
    );
    await Promise.all(open.map(({ id }) => this.status(id).catch(() => null)));
    return this.list();
  }

  /** Says that a person has seen it. */
  async acknowledge(id: string, message: { blocker: string }): Promise<string> {
    await this.#checkBlocker(id, message.blocker);
    const way = { update: ackBlockerUpdate, signal: ackBlockerSignal };
    return sendMessage(this.#connection, id, { ...way, content: message });
  }

  async #checkBlocker(id: string, blocker: string): Promise<void> {
    const status = await this.#openStatus(id);
    const known = status.blockers.map((each) => each.id);
    if (!known.includes(blocker)) throw unknownBlocker(status, blocker);
  }

  async answer(id: string, message: { blocker: string; answer: string }): Promise<string> {
    await this.#checkBlocker(id, message.blocker);
    const way = { update: answerBlockerUpdate, signal: answerBlockerSignal };
    return sendMessage(this.#connection, id, { ...way, content: message });
  }

  async retry(id: string, message: TaskMessage): Promise<string> {
    await this.#checkTask(id, message.task);
    const way = { update: retryTaskUpdate, signal: retryTaskSignal };
    return sendMessage(this.#connection, id, { ...way, content: message });
  }

  async skip(id: string, message: TaskMessage): Promise<string> {
    const already = alreadySkipped(await this.#checkTask(id, message.task), message.task);
    if (already !== null) return already;
    const way = { update: skipTaskUpdate, signal: skipTaskSignal };
    return sendMessage(this.#connection, id, { ...way, content: message });
  }

  async #checkTask(id: string, task: string): Promise<Status> {
    const status = await this.#openStatus(id);
    const known = status.tasks.map((each) => each.id);
    if (!known.includes(task)) throw unknownTask(status.id, known, task);
    return status;
  }

  async pause(id: string, message: { why: string } & PartChoice): Promise<string> {
    const { status, live } = await this.#openRead(id);
    checkAccount(status, message);
    const already = live ? alreadyPaused(status, message) : null;
    if (already !== null) return already;
    const way = { update: pauseUpdate, signal: pauseSignal };
    return sendMessage(this.#connection, id, { ...way, content: message });
  }

  async resume(id: string, message: PartChoice): Promise<string> {
    const { status, live } = await this.#openRead(id);
    checkAccount(status, message);
    const already = alreadyRunning(status, message);
    if (live && already !== null) return already;
    const way = { update: resumeUpdate, signal: resumeSignal };
    const said = await sendMessage(this.#connection, id, { ...way, content: message });
    return [said, live ? stillHeld(status, message) : ''].join(' ').trimEnd();
  }

  async setParallel(id: string, message: { agents: number }): Promise<string> {
    await this.#openStatus(id);
    const way = { update: setParallelUpdate, signal: setParallelSignal };
    return sendMessage(this.#connection, id, { ...way, content: message });
  }

  /** A budget from now on; what waits for it goes on. */
  async raiseCap(id: string, message: Omit<RaiseCap, 'key'>): Promise<string> {
    await this.#openStatus(id);
    const way = { update: raiseCapUpdate, signal: raiseCapSignal };
    return sendMessage(this.#connection, id, { ...way, content: message });
  }

  /** The plan that a campaign which is not over goes by, and what it has come to. */
  async planInForce(id: string): Promise<PlanInForce & { readonly status: Status }> {
    const status = await this.#openStatus(id);
    return { ...(await readPlanInForce(this.#connection, id)), status };
  }

  /** Its brief has to be in the campaign's folder already. */
  async applyPlan(id: string, change: PlanInForce): Promise<string> {
    return sendPlan(this.#connection, id, change);
  }

  /** Tasks as in a campaign file, for one that runs. */
  async addTasks(id: string, message: Omit<AddTasks, 'key'>): Promise<string> {
    await this.#openStatus(id);
    return sendMessage(this.#connection, id, {
      update: addTasksUpdate,
      signal: addTasksSignal,
      content: message,
    });
  }

  /** Asks the campaign to stop in order: running turns are interrupted and checkpointed. Works without a worker. */
  async cancel(id: string): Promise<string> {
    const occupant = await this.lookUp(id);
    if (occupant.is === 'nobody') return this.#failUnknown(id);
    if (occupant.is === 'ended') {
      const { status } = await this.status(id);
      if (status.state === 'cancelled') return `Campaign ${id} was cancelled already; nothing changed.`;
      throw campaignOver(status);
    }
    await this.#connection.ask((client) => client.workflow.getHandle(id).cancel());
    return `Campaign ${id} is being cancelled; \`longhaul watch ${id}\` shows its end.`;
  }

  /** Waits, for up to `deadlineMs`, for the campaign's workflow to close. Throws on the deadline (`isDeadline`). */
  async result(id: string, deadlineMs: number): Promise<CampaignResult> {
    try {
      return await this.#connection.call(deadlineMs, (client) =>
        client.workflow.getHandle<() => Promise<CampaignResult>>(id).result(),
      );
    } catch (error) {
      if (error instanceof WorkflowFailedError) return { state: 'failed', message: causeOf(error) };
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #describe(id: string): Promise<WorkflowExecutionDescription | null> {
    try {
      return await this.#connection.ask((client) => client.workflow.getHandle(id).describe());
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  /** The status of a campaign that can still take a message; live = read just now. */
  async #openRead(id: string): Promise<{ readonly status: Status; readonly live: boolean }> {
    const { status, source } = await this.status(id);
    if (source === 'report' || isOver(status)) throw campaignOver(status);
    return { status, live: source === 'live' };
  }

  async #openStatus(id: string): Promise<Status> {
    return (await this.#openRead(id)).status;
  }

  async #failUnknown(id: string): Promise<never> {
    const known = await listFolders(this.#home);
    throw clientError(
      'client/unknown-campaign',
      `there is no campaign ${id}${didYouMean(id, known)}`,
      '`longhaul list` shows all campaigns',
    );
  }
}

export function isOver(status: Status): boolean {
  return status.state === 'done' || status.state === 'failed' || status.state === 'cancelled';
}

function cut(text: string, mostBytes: number): string {
  let end = text.length;
  while (Buffer.byteLength(text.slice(0, end)) > mostBytes) end = Math.floor(end * 0.9);
  return text.slice(0, end);
}

function causeOf(error: WorkflowFailedError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function otherCampaign(id: string): ProblemError {
  return clientError(
    'client/other-campaign',
    `campaign ${id} is running already, with another spec`,
    `look at it with \`longhaul watch ${id}\`, end it with \`longhaul cancel ${id}\`, or give this one a name of its own with --id`,
  );
}

function campaignOver(status: Status): ProblemError {
  const { id } = status;
  // Of one that closed without a report, the last picture may be from before its end.
  return clientError(
    'client/campaign-over',
    `campaign ${id} is over${isOver(status) ? ` (${status.state})` : ''}: nothing can be asked of it any more`,
    `its result: \`longhaul report ${id}\`; to do it again, \`longhaul run\` its spec: it gets a new id`,
  );
}
