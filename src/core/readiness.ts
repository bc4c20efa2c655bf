/**
 * One question: what keeps a task waiting? Ready means that nothing does. The same list feeds the scheduler, the
 * status, the message about a stall and the report.
 */
import { nextTurnMs } from './account.js';
import type { Shortage } from './amount.js';
import { reserveTurn } from './budget.js';
import { sayShortage } from './budget-text.js';
import { waitsForLoser } from './deadlock.js';
import { hasFreeLane, poolShortages } from './load.js';
import { claimConflicts, locksOf, obstaclesOf } from './lock-table.js';
import type { Plan } from './plan.js';
import { mergesLeft } from './integration.js';
import { joinReasons } from './join-reason.js';
import { isCheck } from './next-order.js';
import { pausesOf, type PartPause, type Whereabouts } from './part.js';
import { isKept, planJoin, planTask, roleLimit } from './plan-index.js';
import { movingMembers, waitsForRound } from './retry-round.js';
import { indexOf } from './task-index.js';
import { accountState, mostTurns, taskState, type CampaignState } from './state.js';
import type { WaitReason } from './status.js';
import { accountOf, agentFor, agentsFor, hasBegun } from './task.js';

export interface Question {
  readonly plan: Plan;
  readonly state: CampaignState;
}

/**
 * Who carries out the next order: the attempt's own agent; before its first order the preferred one, or, where that
 * one can't begin now, the next in the list that can. Where none can, one that is paused is passed over all the same.
 */
export function chooseAgent(question: Question, id: string): string {
  const { plan, state } = question;
  const planned = planTask(plan, id);
  const agents = agentsFor(planned, taskState(state, id));
  const { phase } = planned;
  const isFree = (agent: string) =>
    agentReasons(question, { phase, agent }).length === 0 &&
    reserveTurn(plan, state, { task: planned, agent }).is === 'reserved';
  return (
    agents.find(isFree) ??
    agents.find((agent) => pausesOf(plan, state, { phase, agent }).length === 0) ??
    agentFor(planned, taskState(state, id))
  );
}

/** Why the task is not running; empty for one that runs or is over, and for one that may be ordered now. */
export function waitReasons(question: Question, id: string): readonly WaitReason[] {
  const { state } = question;
  const task = taskState(state, id);
  switch (task.life.is) {
    case 'preparing':
    case 'turning':
    case 'verifying':
    case 'ended':
      return [];
    case 'blocked':
      return [{ reason: 'blocker', on: task.life.blocker }];
    case 'resting':
      return [{ reason: 'account', on: restingAccount(question, id), until: isoTime(task.life.untilMs) }];
    case 'integrating':
      return [{ reason: 'integration', on: mergedFirst(question, id) ?? planTask(question.plan, id).group }];
    case 'waiting':
      if (task.parked) return lockReasons(question, id);
      if (planTask(question.plan, id).round !== null) return roundTaskReasons(question, id);
      return [
        ...needReasons(question, id),
        ...roundReasons(question, id),
        ...raceReasons(question, id),
        ...permissionReasons(question, id),
      ];
    case 'finishing':
      return [...finishReasons(question, id), ...permissionReasons(question, id)];
  }
}

/** A round takes no turn: when its needs are there, its tasks are made. */
function roundTaskReasons(question: Question, id: string): readonly WaitReason[] {
  const needs = needReasons(question, id);
  const from = planTask(question.plan, id).round?.from ?? '';
  return needs.length > 0 ? needs : [{ reason: 'round', on: from }];
}

/** The provider of a contract that it uses, where that is still to be merged. */
function mergedFirst({ plan, state }: Question, id: string): string | undefined {
  return planTask(plan, id).mergeAfter.find((other) => {
    const { life } = taskState(state, other);
    return life.is !== 'ended' && life.is !== 'integrating';
  });
}

function restingAccount({ plan, state }: Question, id: string): string {
  return accountOf(plan, agentFor(planTask(plan, id), taskState(state, id)));
}

/**
 * Needs are asked for the first turn: a task that has begun goes on, though a person has one of an earlier phase tried
 * again.
 */
function needReasons({ plan, state }: Question, id: string): readonly WaitReason[] {
  const task = taskState(state, id);
  if (task.verdict === 'refused')
    return [{ reason: 'need', on: `another version of ${planTask(plan, id).reviews ?? ''}` }];
  if (hasBegun(task)) return [];
  const index = indexOf(plan, state);
  const kept = planTask(plan, id).after.filter((join) => index.progress(join) !== 'met');
  return kept.flatMap((join) => joinReasons({ plan, state }, planJoin(plan, join)));
}

function finishReasons({ plan, state }: Question, id: string): readonly WaitReason[] {
  if (taskState(state, id).caughtUp) return [];
  const index = indexOf(plan, state);
  const kept = planTask(plan, id).finishAfter.filter((join) => index.progress(join) === 'open');
  return kept.flatMap((join) => joinReasons({ plan, state }, planJoin(plan, join)));
}

/** Does it wait for others to move first? */
export function waitsForOthers(question: Question, id: string): boolean {
  const { life, parked } = taskState(question.state, id);
  if (life.is === 'finishing') return finishReasons(question, id).length > 0;
  if (life.is !== 'waiting') return false;
  return parked || [...needReasons(question, id), ...roundReasons(question, id)].length > 0;
}

/** Enough members are verified to meet the group, if their merges go well: no more begin. */
function raceReasons({ plan, state }: Question, id: string): readonly WaitReason[] {
  const { group } = planTask(plan, id);
  if (hasBegun(taskState(state, id)) || isKept(plan, id)) return [];
  const left = mergesLeft(plan, state, group);
  if (left === Infinity) return [];
  const verified = [...(indexOf(plan, state).verifiedByGroup.get(group) ?? [])];
  const due = verified.filter((other) => !waitsForWork(plan, state, other)).length;
  return due < left ? [] : [{ reason: 'integration', on: group }];
}

/** Is it merged after one that is still to be worked on, this very task maybe? */
function waitsForWork(plan: Plan, state: CampaignState, id: string): boolean {
  return planTask(plan, id).mergeAfter.some((other) => {
    const { is } = taskState(state, other).life;
    return is !== 'ended' && is !== 'integrating';
  });
}

function roundReasons({ plan, state }: Question, id: string): readonly WaitReason[] {
  if (!waitsForRound(plan, state, id)) return [];
  for (const member of movingMembers(plan, state, id)) {
    // One that itself waits for this task, for a lock say, must not be waited for.
    if (!waitsForLoser(plan, state, { id: member, loser: id }))
      return [{ reason: 'need', on: planTask(plan, id).group }];
  }
  return [];
}

function permissionReasons(question: Question, id: string): WaitReason[] {
  const { plan, state } = question;
  const task = planTask(plan, id);
  const { load } = indexOf(plan, state);
  const reasons: WaitReason[] = [];
  if (state.paused !== null) reasons.push({ reason: 'pause', on: 'campaign' });
  if (task.role !== null && (load.byRole.get(task.role) ?? 0) >= roleLimit(plan, task.role))
    reasons.push({ reason: 'lane', on: `role ${task.role}` });
  const at = { phase: task.phase, agent: chooseAgent(question, id) };
  return [
    ...reasons,
    ...resourceReasons(question, id),
    ...agentReasons(question, at),
    ...budgetReasons(question, id),
  ];
}

/** Verifying again costs nothing. */
export function budgetShortage(question: Question, id: string): Shortage | null {
  const { plan, state } = question;
  const task = planTask(plan, id);
  const reserving = reserveTurn(plan, state, { task, agent: chooseAgent(question, id) });
  return reserving.is === 'reserved' || isCheck(plan, state, id) ? null : reserving.shortage;
}

function budgetReasons(question: Question, id: string): readonly WaitReason[] {
  const shortage = budgetShortage(question, id);
  return shortage === null ? [] : [{ reason: 'budget', on: sayShortage(shortage) }];
}

/** Of the locks that its turn ended to wait for. */
function lockReasons({ plan, state }: Question, id: string): readonly WaitReason[] {
  const reasons = locksOf(plan, state)
    .queuedOf(id)
    .flatMap((lock) => obstaclesOf(plan, state, lock))
    .map(({ path, task }) => `${path} (${task})`);
  return [...new Set(reasons)].map((on) => ({ reason: 'lock', on }));
}

/** Locks and pool units are taken all at once, so each that is missing is told. */
function resourceReasons({ plan, state }: Question, id: string): WaitReason[] {
  const { load } = indexOf(plan, state);
  const conflicts = taskState(state, id).holds ? [] : claimConflicts(plan, state, id);
  return [
    ...conflicts.map(({ path, holder }): WaitReason => ({
      reason: 'lock',
      on: `${plan.paths[path] ?? ''} (${holder})`,
    })),
    ...poolShortages(plan, load, planTask(plan, id)).map(({ pool }): WaitReason => ({
      reason: 'pool',
      on: pool,
    })),
  ];
}

/** What keeps this agent from beginning another turn in this phase now. */
function agentReasons({ plan, state }: Question, { phase, agent }: Whereabouts): WaitReason[] {
  const { load } = indexOf(plan, state);
  const account = accountState(state, accountOf(plan, agent));
  const reasons = pausesOf(plan, state, { phase, agent }).map(pauseReason);
  const bearsAtMs = nextTurnMs(account, state.nowMs);
  if (bearsAtMs !== null) {
    const until = bearsAtMs === Infinity ? {} : { until: isoTime(bearsAtMs) };
    reasons.push({ reason: 'account', on: account.name, ...until });
  }
  const borne = account.parallel === null || (load.byAccount.get(account.name) ?? 0) < account.parallel;
  if (load.turns >= mostTurns(plan, state) || !hasFreeLane(plan, load, agent) || !borne) {
    reasons.push({ reason: 'lane', on: agent });
  }
  return reasons;
}

function pauseReason({ part, name }: PartPause): WaitReason {
  return { reason: 'pause', on: `${part} ${name}` };
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
