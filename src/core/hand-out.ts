/** Who gets a lane now: ready tasks in rank order, each with the agent, lane, locks and pool units that it needs. */
import { nextTurnMs } from './account.js';
import { awaitedNext } from './awaited-merge.js';
import { reserveTurn } from './budget.js';
import type { Lot } from './candidate-lot.js';
import type { Reserved } from './deadlock.js';
import { addLoad, freeLane, freeUnits, poolShortages, removeLoad, type Place } from './load.js';
import { claimConflicts, hasClaimConflict, locksOf } from './lock-table.js';
import { isCheck } from './next-order.js';
import { pausesOf } from './part.js';
import type { Plan, PlanTask } from './plan.js';
import { contestedClaimsOf, planTask } from './plan-index.js';
import type { Reached } from './reached-budget.js';
import { budgetShortage, chooseAgent, waitReasons } from './readiness.js';
import { Reservations } from './reservation.js';
import { rankOf } from './schedule.js';
import { mostTurns, taskState, type CampaignState } from './state.js';
import type { WaitReason } from './status.js';
import { indexOf, type TaskIndex } from './task-index.js';

export interface HandedOut {
  readonly orders: readonly { readonly task: string; readonly place: Place }[];
  readonly reserved: Reserved;
  /** Budgets that keep tasks which wait for nothing else, and that no running turn will leave more of. */
  readonly reached: readonly Reached[];
}

interface Round {
  readonly plan: Plan;
  readonly state: CampaignState;
  readonly index: TaskIndex;
  readonly reservations: Reservations;
  readonly orders: { readonly task: string; readonly place: Place }[];
  readonly reserved: Map<string, string>;
  readonly reached: Reached[];
  /** Preferred tasks that wait for a merge only, those still to come first; and what is kept for them. */
  readonly awaited: PlanTask[];
  readonly kept: { readonly task: string; readonly place: Place }[];
  /** Lots of which nothing can run any more in this round. */
  readonly closed: Set<Lot>;
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
    reached: [],
    awaited: [],
    kept: [],
    closed: new Set(),
  };
  if (state.paused !== null || !someAccountBears(state)) return round;
  // Nothing can be kept either: with as many turns as may run, all wait for a lane.
  if (index.load.turns >= mostTurns(plan, state)) return round;
  try {
    round.awaited.push(...awaitedNext(plan, state));
    for (const { id, lot } of index.ready((each) => round.closed.has(each) || isPaused(plan, state, each))) {
      keepBefore(round, id);
      if (index.load.turns >= mostTurns(plan, state) && round.kept.length === 0) break;
      ask(round, planTask(plan, id), lot);
    }
  } finally {
    for (const { task, place } of round.orders) countReserved(round, { task, place }, -1);
    for (const { task, place } of [...round.orders, ...round.kept])
      giveBack(round, planTask(plan, task), place);
  }
  return round;
}

/** Where none does, nobody needs to be asked one by one. */
function someAccountBears(state: CampaignState): boolean {
  return Object.values(state.accounts).some((account) => nextTurnMs(account, state.nowMs) === null);
}

function isPaused(plan: Plan, state: CampaignState, { phase, agents }: Lot): boolean {
  return agents.every((agent) => pausesOf(plan, state, { phase, agent }).length > 0);
}

/** Keeps lane, locks and pool units for awaited tasks that go before this one, where they could have them now. */
function keepBefore(round: Round, id: string): void {
  const { plan, state, awaited, reservations, kept } = round;
  if (awaited.length === 0) return;
  const rank = (task: string) => rankOf(plan, task, taskState(state, task));
  for (let next = awaited[0]; next !== undefined && rank(next.id) < rank(id); next = awaited[0]) {
    awaited.shift();
    const reasons = waitReasons({ plan, state }, next.id);
    if (reasons.some(({ reason }) => reason !== 'integration') || reservations.blockerOf(next) !== null)
      continue;
    const place = take(round, next);
    if (place !== null) kept.push({ task: next.id, place });
  }
}

function ask(round: Round, task: PlanTask, lot: Lot): void {
  const { plan, state, index, reservations } = round;
  if (reservations.hasAllOf(task) && isShort(round, task)) {
    keepFrom(round, task);
    // As it is with this one, it is with the others: in a round nothing becomes free.
    if (lot.resources !== '' && round.kept.length === 0 && isAlike(round, task)) round.closed.add(lot);
    return;
  }
  const reasons = waitReasons({ plan, state }, task.id).map(({ reason }) => reason);
  if (reasons.every((reason) => reason === 'lock' || reason === 'pool' || reason === 'lane')) {
    const conflicts = conflictsOf(round, task);
    const shortages = poolShortages(plan, index.load, task);
    if (conflicts.length > 0 || shortages.length > 0) reservations.reserve(task, { conflicts, shortages });
  }
  if (reasons.length > 0) {
    keepFrom(round, task);
    reachBudget(round, task, reasons);
    return;
  }
  const keeper = reservations.blockerOf(task);
  if (keeper !== null) {
    round.reserved.set(task.id, keeper);
    return;
  }
  const place = take(round, task);
  if (place === null) return;
  round.orders.push({ task: task.id, place });
  countReserved(round, { task: task.id, place }, 1);
}

/** Nothing but a budget keeps it, of which no running turn has reserved anything that may come back. */
function reachBudget(
  { plan, state, reached }: Round,
  task: PlanTask,
  reasons: readonly WaitReason['reason'][],
): void {
  if (!reasons.every((reason) => reason === 'budget')) return;
  const shortage = budgetShortage({ plan, state }, task.id);
  if (shortage?.reserved === 0) reached.push({ task: task.id, shortage });
}

/** Of what is only kept nothing is reserved: it waits for a merge. */
function countReserved(
  { plan, index }: Round,
  { task, place }: { readonly task: string; readonly place: Place },
  sign: 1 | -1,
): void {
  const { agent, reserved } = place;
  if (reserved !== undefined)
    index.ledger.reserve({ task: planTask(plan, task), agent, reserve: reserved }, sign);
}

/** Its lot tells all that it lacks: only a lock that an agent asked for is in the way of what nobody else claims. */
function isAlike({ plan, state }: Round, { id, claims }: PlanTask): boolean {
  return locksOf(plan, state).held.length === 0 || contestedClaimsOf(plan, id).length === claims.length;
}

/** What is kept for others may be all that it lacks. */
function keepFrom({ kept, reserved }: Round, task: PlanTask): void {
  const [first] = kept;
  if (first !== undefined) reserved.set(task.id, first.task);
}

/** Counts the task as running on a free lane; null where its agent has none. */
function take({ plan, state, index, reservations }: Round, task: PlanTask): Place | null {
  const agent = chooseAgent({ plan, state }, task.id);
  const lane = freeLane(plan, index.load, agent);
  if (lane === null) return null;
  const reserving = reserveTurn(plan, state, { task, agent });
  const reserved = reserving.is === 'reserved' ? reserving.reserve : null;
  const isFree = reserved === null || isCheck(plan, state, task.id);
  const place = { agent, lane, ...(isFree ? {} : { reserved }) };
  addLoad(plan, index.load, { task, place });
  if (!taskState(state, task.id).holds) index.claims.hold(task.id);
  reservations.give(task);
  return place;
}

/** It can't run now, and no reservation of its own would come of it: most of those that wait for a lock or a pool. */
function isShort({ plan, state, index }: Round, task: PlanTask): boolean {
  if (!taskState(state, task.id).holds && hasClaimConflict(plan, state, task.id)) return true;
  return task.uses.some(({ pool, units }) => freeUnits(plan, index.load, pool) < units);
}

function conflictsOf({ plan, state }: Round, task: PlanTask) {
  return taskState(state, task.id).holds ? [] : claimConflicts(plan, state, task.id);
}

function giveBack({ plan, state, index }: Round, task: PlanTask, place: Place): void {
  removeLoad(plan, index.load, { task, place });
  if (!taskState(state, task.id).holds) index.claims.release(task.id);
}
