/** What people see of a state: the status and the report's data. Pure; times as ISO 8601. */
import { isPaused } from './account.js';
import { raiseCommand, sayShortage } from './budget-text.js';
import { viewBudgets } from './budget-view.js';
import { viewContract } from './contract.js';
import type { Plan, PlanTask } from './plan.js';
import { viewOpenLocks } from './lock-view.js';
import { handOut } from './hand-out.js';
import { itemsOf } from './log.js';
import { findPause } from './part.js';
import type { Reached } from './reached-budget.js';
import { reportNeeds } from './report-need.js';
import { isoTime, waitReasons } from './readiness.js';
import { mostTurns, taskState, type CampaignState } from './state.js';
import type {
  AccountStatus,
  BlockerStatus,
  CampaignStateName,
  ReportData,
  Status,
  TaskStateName,
  TaskStatus,
  WaitReason,
} from './status.js';
import { indexOf } from './task-index.js';
import { agentFor, isWorking, type TaskState } from './task.js';

export function viewStatus(plan: Plan, state: CampaignState): Status {
  const { reserved, reached } = handOut(plan, state);
  const lanes = lastLanes(state);
  const tasks = plan.tasks.map((task) => viewTask({ plan, state, reserved, lanes }, task));
  return {
    id: state.campaign,
    name: plan.name,
    state: campaignState(state),
    phase: currentPhase(plan, state),
    costUsd: sumCosts(tasks),
    startedAt: isoTime(state.startedAtMs),
    endedAt: state.end === null ? null : isoTime(state.end.atMs),
    message: campaignMessage(plan, state) || sayReached(plan, state, reached),
    tasks,
    blockers: state.blockers.map(viewBlocker),
    accounts: viewAccounts(plan, state),
    ...viewBudgets(plan, state),
    pauses: state.pauses.map(({ sinceMs, ...pause }) => ({ ...pause, since: isoTime(sinceMs) })),
    maxTurns: mostTurns(plan, state),
    ...viewContracts(plan, state),
    ...(state.locks.locks.length === 0 ? {} : { locks: viewOpenLocks(plan, state) }),
    revision: state.revision,
  };
}

function viewContracts(plan: Plan, state: CampaignState): Pick<Status, 'contracts'> {
  if (plan.contracts.length === 0) return {};
  return { contracts: plan.contracts.map((contract) => viewContract(plan, state, contract)) };
}

function campaignState(state: CampaignState): CampaignStateName {
  if (state.end !== null) return state.end.as;
  return state.paused === null ? 'running' : 'paused';
}

function currentPhase(plan: Plan, state: CampaignState): string | null {
  return plan.tasks.find((task) => taskState(state, task.id).life.is !== 'ended')?.phase ?? null;
}

/** What is known; null where tasks ran and none of them told anything. */
function sumCosts(tasks: readonly TaskStatus[]): number | null {
  const ran = tasks.filter((task) => task.turns > 0);
  if (ran.length > 0 && ran.every((task) => task.costUsd === null)) return null;
  return ran.reduce((sum, task) => sum + (task.costUsd ?? 0), 0);
}

function campaignMessage(plan: Plan, state: CampaignState): string {
  if (state.end === null && state.stopping !== null) return `Stopping: ${state.stopping.why}`;
  if (state.end === null && state.paused !== null) return `Paused: ${state.paused.why}`;
  const delivered = state.delivery !== null && state.delivery !== 'ordered' ? state.delivery.message : '';
  if (state.end === null) return waitsForAnswer(plan, state) ?? delivered;
  if (state.stopping !== null)
    return [state.stopping.why, delivered].filter((text) => text !== '').join('. ');
  const failed = plan.tasks
    .map((task) => task.id)
    .filter((id) => {
      const { life } = taskState(state, id);
      return life.is === 'ended' && life.as === 'failed';
    });
  return [failed.length > 0 ? `Failed: ${failed.join(', ')}.` : '', delivered]
    .filter((text) => text !== '')
    .join(' ');
}

/** Nothing runs, and nothing will before a person raises a budget. */
function sayReached(plan: Plan, state: CampaignState, [first]: readonly Reached[]): string {
  if (first === undefined || state.end !== null || indexOf(plan, state).load.turns > 0) return '';
  const { shortage } = first;
  return `No new turns within ${sayShortage(shortage)}. To go on: \`${raiseCommand(state.campaign, shortage)}\``;
}

/** All is done but for tasks that somebody proposes: the end waits for a word about them. */
function waitsForAnswer(plan: Plan, state: CampaignState): string | null {
  if (indexOf(plan, state).left.size > 0) return null;
  const open = state.blockers.filter(({ about, state: is }) => about.is === 'addition' && is === 'open');
  if (open.length === 0) return null;
  const ids = open.map(({ id }) => id).join(', ');
  return `All tasks are over; others are proposed, and wait for an answer: ${ids}.`;
}

/** What is looked up once for all tasks of a status. */
interface Looked {
  readonly plan: Plan;
  readonly state: CampaignState;
  readonly reserved: ReadonlyMap<string, string>;
  readonly lanes: ReadonlyMap<string, string>;
}

function viewTask({ plan, state, reserved, lanes }: Looked, planned: PlanTask): TaskStatus {
  const task = taskState(state, planned.id);
  const { life } = task;
  return {
    id: planned.id,
    title: planned.title,
    phase: planned.phase,
    group: planned.group,
    ...(planned.round === null ? {} : { round: planned.round.from }),
    ...(planned.madeOf === null ? {} : { madeOf: planned.madeOf }),
    state: taskStateName(task),
    step: life.is,
    waitReasons: [...waitReasons({ plan, state }, planned.id), ...reservedBy(reserved.get(planned.id))],
    attempts: task.attempt,
    turns: task.turnsTotal,
    turn: task.turn,
    agent: isWorking(life) ? life.agent : task.gen > 0 ? agentFor(planned, task) : null,
    lane: isWorking(life) ? life.lane : (lanes.get(planned.id) ?? null),
    branch: planned.branch,
    session: task.session,
    startedAt: task.startedAtMs === null ? null : isoTime(task.startedAtMs),
    endedAt: life.is === 'ended' ? isoTime(life.atMs) : null,
    costUsd: task.costUnknown && task.costUsd === 0 ? null : task.costUsd,
    costComplete: !task.costUnknown,
    inputTokens: task.inputTokens,
    outputTokens: task.outputTokens,
    progress: task.progress,
    doing: task.doing,
    note: life.is === 'ended' ? life.why : task.summary,
    ...viewDifferences(task),
  };
}

function viewDifferences({ differences = [] }: TaskState): Pick<TaskStatus, 'differences'> {
  return differences.length === 0 ? {} : { differences };
}

function reservedBy(task: string | undefined): readonly WaitReason[] {
  return task === undefined ? [] : [{ reason: 'reserved', on: task }];
}

/** Verified work that waits for its merge is running still, to a person: its agent's part is over, ours is not. */
function taskStateName({ life }: TaskState): TaskStateName {
  switch (life.is) {
    case 'waiting':
    case 'finishing':
    case 'resting':
      return 'waiting';
    case 'preparing':
    case 'turning':
    case 'verifying':
    case 'integrating':
      return 'running';
    case 'blocked':
      return 'blocked';
    case 'ended':
      return life.as;
  }
}

/** By task: where its last turn was. */
function lastLanes(state: CampaignState): ReadonlyMap<string, string> {
  return new Map(
    itemsOf(state.spans).flatMap(({ task, lane, kind }) => (kind === 'turn' ? [[task, lane]] : [])),
  );
}

function viewBlocker(blocker: CampaignState['blockers'][number]): BlockerStatus {
  const { id, task, severity, description, state, answer } = blocker;
  const { blockingTask, workaround, neededByMs, impact, ackedAtMs, reminded } = blocker;
  return {
    ...{ id, task, severity, description, state, raisedAt: isoTime(blocker.raisedAtMs), answer },
    ...(blockingTask === undefined ? {} : { blockingTask }),
    ...(workaround === undefined ? {} : { workaround }),
    ...(neededByMs === undefined ? {} : { neededBy: isoTime(neededByMs) }),
    ...(impact === undefined ? {} : { impact }),
    ...(ackedAtMs === undefined ? {} : { ackedAt: isoTime(ackedAtMs) }),
    ...(reminded === undefined ? {} : { reminded }),
  };
}

function viewAccounts(plan: Plan, state: CampaignState): readonly AccountStatus[] {
  const names = [...new Set(plan.agents.map((agent) => agent.account))];
  return names.flatMap((name) => {
    const account = state.accounts[name];
    if (account === undefined) return [];
    const pause = findPause(state, { part: 'account', name });
    const paused = pause !== undefined || isPaused(account, state.nowMs);
    const until = pause === undefined && !account.held ? account.pausedUntilMs : null;
    const lanes = plan.agents
      .filter((agent) => agent.account === name)
      .reduce((sum, agent) => sum + agent.instances, 0);
    return [
      {
        name,
        paused,
        pausedUntil: paused && until !== null ? isoTime(until) : null,
        why: paused ? (pause?.why ?? account.why) : '',
        parallel: account.parallel ?? lanes,
      },
    ];
  });
}

export function viewReport(plan: Plan, state: CampaignState): ReportData {
  return {
    status: viewStatus(plan, state),
    spans: itemsOf(state.spans).map(({ startMs, endMs, ...span }) => ({
      ...span,
      startedAt: isoTime(startMs),
      endedAt: isoTime(endMs),
    })),
    ...(state.notes === undefined ? {} : { notes: state.notes }),
    ...reportNeeds(plan),
    lanes: plan.agents.flatMap((agent) =>
      Array.from({ length: agent.instances }, (_, index) => `${agent.name}#${index + 1}`),
    ),
  };
}
