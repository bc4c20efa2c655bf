/** Who gets a lane now: ready tasks in rank order, each with the agent, lane, locks and pool units that it needs. */
import { nextTurnMs } from './account.js';
import { addLoad, freeLane, poolShortages, removeLoad, type Place } from './load.js';
import type { Plan, PlanTask } from './plan.js';
import { planTask } from './plan-index.js';
import { chooseAgent, waitReasons } from './readiness.js';
import { Reservations } from './reservation.js';
import { taskState, type CampaignState } from './state.js';
import { indexOf, type TaskIndex } from './task-index.js';

interface HandedOut {
  readonly orders: readonly { readonly task: string; readonly place: Place }[];
  /** By task that could run now: whose reservation it would break. */
  readonly reserved: ReadonlyMap<string, string>;
}

interface Round {
  readonly plan: Plan;
  readonly state: CampaignState;
  readonly index: TaskIndex;
  readonly reservations: Reservations;
  readonly orders: { readonly task: string; readonly place: Place }[];
  readonly reserved: Map<string, string>;
}

/** Each order counts for the ones after it; the index is left as it was. */
export function handOut(plan: Plan, state: CampaignState): HandedOut {
  const index = indexOf(plan, state);
  const round: Round = {
    plan,
    state,
    index,
    reservations: new Reservations(plan, state),
    orders: [],
    reserved: new Map(),
  };
  if (state.paused !== null || !someAccountBears(state)) return round;
  try {
    for (const id of index.ready()) {
      if (index.load.turns >= plan.maxTurns) break;
      ask(round, planTask(plan, id));
    }
  } finally {
    for (const { task, place } of round.orders) giveBack(round, planTask(plan, task), place);
  }
  return round;
}

/** Where none does, nobody needs to be asked one by one. */
function someAccountBears(state: CampaignState): boolean {
  return Object.values(state.accounts).some((account) => nextTurnMs(account, state.nowMs) === null);
}

function ask(round: Round, task: PlanTask): void {
  const { plan, state, index, reservations } = round;
  const reasons = waitReasons({ plan, state }, task.id).map(({ reason }) => reason);
  if (reasons.every((reason) => reason === 'lock' || reason === 'pool' || reason === 'lane')) {
    const conflicts = conflictsOf(index, state, task);
    const shortages = poolShortages(plan, index.load, task);
    if (conflicts.length > 0 || shortages.length > 0) reservations.reserve(task, { conflicts, shortages });
  }
  if (reasons.length > 0) return;
  const keeper = reservations.blockerOf(task);
  if (keeper !== null) {
    round.reserved.set(task.id, keeper);
    return;
  }
  const agent = chooseAgent({ plan, state }, task.id);
  const lane = freeLane(plan, index.load, agent);
  if (lane === null) return;
  const place = { agent, lane };
  addLoad(plan, index.load, { task, place });
  if (!taskState(state, task.id).holds) index.claims.hold(task.id);
  reservations.give(task);
  round.orders.push({ task: task.id, place });
}

function conflictsOf(index: TaskIndex, state: CampaignState, task: PlanTask) {
  return taskState(state, task.id).holds ? [] : index.claims.conflicts(task.id);
}

function giveBack({ plan, state, index }: Round, task: PlanTask, place: Place): void {
  removeLoad(plan, index.load, { task, place });
  if (!taskState(state, task.id).holds) index.claims.release(task.id);
}
