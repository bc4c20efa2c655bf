/**
 * One question: what keeps a task waiting? Ready means that nothing does. The same list feeds the scheduler, the
 * status, the message about a stall and the report.
 */
import { nextTurnMs } from './account.js';
import { freeLane, type Load } from './load.js';
import type { Plan } from './plan.js';
import { planGroup, planJoin, planTask } from './plan-index.js';
import { joinReasons } from './join-reason.js';
import { indexOf } from './task-index.js';
import { accountState, taskState, type CampaignState } from './state.js';
import type { WaitReason } from './status.js';
import { accountOf, agentFor, isWorking } from './task.js';

/** The agent of a task's next order: the attempt's own, which for the first order is attempt 1. */
export function nextAgent(plan: Plan, state: CampaignState, id: string): string {
  return agentFor(planTask(plan, id), taskState(state, id).attempt);
}

export interface Question {
  readonly plan: Plan;
  readonly state: CampaignState;
  readonly load: Load;
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
      return [{ reason: 'account', on: nextAccount(question, id), until: isoTime(task.life.untilMs) }];
    case 'integrating':
      return [{ reason: 'integration', on: planTask(question.plan, id).group }];
    case 'waiting':
      return [
        ...needReasons(question, id),
        ...roundReasons(question, id),
        ...permissionReasons(question, id),
      ];
    case 'finishing':
      return [...finishReasons(question, id), ...permissionReasons(question, id)];
  }
}

function nextAccount({ plan, state }: Question, id: string): string {
  return accountOf(plan, nextAgent(plan, state, id));
}

function needReasons({ plan, state }: Question, id: string): readonly WaitReason[] {
  const index = indexOf(plan, state);
  const kept = planTask(plan, id).after.filter((join) => index.progress(join) !== 'met');
  return kept.flatMap((join) => joinReasons({ plan, state }, planJoin(plan, join)));
}

function finishReasons({ plan, state }: Question, id: string): readonly WaitReason[] {
  const index = indexOf(plan, state);
  const kept = planTask(plan, id).finishAfter.filter((join) => index.progress(join) === 'open');
  return kept.flatMap((join) => joinReasons({ plan, state }, planJoin(plan, join)));
}

function roundReasons({ plan, state }: Question, id: string): readonly WaitReason[] {
  return waitsForRound({ plan, state }, id) && groupMoves({ plan, state }, id)
    ? [{ reason: 'need', on: planTask(plan, id).group }]
    : [];
}

/** Was the task given the group's retry round, and has not begun it? */
function waitsForRound({ plan, state }: Pick<Question, 'plan' | 'state'>, id: string): boolean {
  const task = taskState(state, id);
  const firstOfRound = task.attemptLimit - planTask(plan, id).attempts + 1;
  return task.round === 1 && task.attempt === firstOfRound && task.turn === 0;
}

/**
 * Is another member of the group still in its first round? The retry round begins when none is: those that are given
 * it too don't wait for each other, and verified work waits for its merge, which may wait for this very task.
 */
function groupMoves({ plan, state }: Pick<Question, 'plan' | 'state'>, id: string): boolean {
  return planGroup(plan, planTask(plan, id).group).members.some((member) => {
    const { life, round } = taskState(state, member);
    if (member === id || round === 1) return false;
    if (life.is === 'resting' || isWorking(life)) return true;
    if (life.is !== 'waiting') return false;
    return planTask(plan, member).after.every((join) => indexOf(plan, state).progress(join) === 'met');
  });
}

function permissionReasons(question: Question, id: string): WaitReason[] {
  const { plan, state, load } = question;
  const reasons: WaitReason[] = [];
  if (state.paused !== null) reasons.push({ reason: 'pause', on: 'campaign' });
  const agent = nextAgent(plan, state, id);
  const account = accountState(state, accountOf(plan, agent));
  const bearsAtMs = nextTurnMs(account, state.nowMs);
  if (bearsAtMs !== null) {
    const until = bearsAtMs === Infinity ? {} : { until: isoTime(bearsAtMs) };
    reasons.push({ reason: 'account', on: account.name, ...until });
  }
  const borne = account.parallel === null || (load.byAccount.get(account.name) ?? 0) < account.parallel;
  if (load.turns >= plan.maxTurns || freeLane(plan, load, agent) === null || !borne) {
    reasons.push({ reason: 'lane', on: agent });
  }
  return reasons;
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
