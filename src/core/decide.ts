/**
 * Decides what to do in a state: pure, and the same for the same state. It proposes only what the state allows, and
 * every command that is applied changes the state so that it is not proposed again; advance (core/engine.ts) repeats
 * until nothing is left to propose.
 */
import { duePublications } from './apply-publish.js';
import { waitsForItself, type Reserved } from './deadlock.js';
import { isPastDeadline } from './deadline.js';
import { answerAwaited } from './awaited-task.js';
import { closeGroups } from './group.js';
import { handOut, type HandedOut } from './hand-out.js';
import { isBeingMerged, mergeIsOut, nextMerges, type Idle } from './integration.js';
import { joinCause } from './join-reason.js';
import type { Plan } from './plan.js';
import { planContract, planJoin, planTask } from './plan-index.js';
import { meetReached } from './reached-budget.js';
import { remindOfBlockers } from './reminder.js';
import { settleLocks } from './settle-lock.js';
import { taskState, type CampaignState, type Command } from './state.js';
import { indexOf } from './task-index.js';
import { isWorking } from './task.js';

/**
 * While something is out, open executors are compared with the state this often: hourly where this run has started them,
 * as their end comes to it as an event. A run that another continued has no handles of what that one started, so it looks
 * every ten minutes: some 1,600 events of history in a day, of the 4,096 after which it continues anyway.
 */
export function checkEveryMs({ continued }: CampaignState): number {
  return continued ? 600_000 : 3_600_000;
}

export function decide(plan: Plan, state: CampaignState): readonly Command[] {
  if (state.end !== null) return state.reported === 'no' ? [{ command: 'writeReport' }] : [];
  const housekeeping = [...endExecutors(plan, state), ...checkExecutors(plan, state)];
  if (state.stopping !== null)
    return [...housekeeping, ...stopTasks(plan, state, state.stopping.why), ...finishing(plan, state)];
  const asked = [...answerAwaited(plan, state), ...remindOfBlockers(state)];
  if (asked.length > 0) return [...housekeeping, ...asked];
  const skips = skipTasks(plan, state);
  if (skips.length > 0) return [...housekeeping, ...skips];
  const closing = closeGroups(plan, state);
  if (closing.length > 0) return [...housekeeping, ...closing];
  if (state.paused === null && isPastDeadline(state)) return [...housekeeping, { command: 'reachDeadline' }];
  const settled = settleLocks(plan, state);
  if (settled.length > 0) return [...housekeeping, ...settled];
  const stuck = breakDeadlocks(plan, state, null);
  return [...housekeeping, ...(stuck.length > 0 ? stuck : goOn(plan, state))];
}

/** Turns, merges and the end; where none of these can come, what keeps them all from it is broken. */
function goOn(plan: Plan, state: CampaignState): Command[] {
  const { orders: places, reserved, reached } = handOut(plan, state);
  const atCap = meetReached(plan, state, reached);
  if (atCap.length > 0) return [...atCap];
  const orders = [...orderTurns(state, places), ...orderExtend(plan, state)];
  const rests = orders.length === 0 && indexOf(plan, state).load.turns === 0 && state.additions.out === null;
  const idle = rests ? { reserved } : null;
  const merges = orderMerge(plan, state, idle);
  if (idle === null || merges.length > 0) return [...orders, ...merges];
  const broken = mergeIsOut(state) ? [] : breakDeadlocks(plan, state, reserved);
  return [...broken, ...finishing(plan, state)];
}

function orderTurns(state: CampaignState, places: HandedOut['orders']): Command[] {
  const orders = places.map(({ task, place }): Command => ({ command: 'orderTurn', task, ...place }));
  // While an account starts its turns one by one, one order moves its clock: the rest is decided anew.
  const staggers = Object.values(state.accounts).some((account) => account.staggered > 0);
  return staggers ? orders.slice(0, 1) : orders;
}

/** One at a time, as each is of the plan that the one before has made: what was asked for, then rounds that are ready. */
function orderExtend(plan: Plan, state: CampaignState): Command[] {
  const { open, out } = state.additions;
  if (out !== null) return [];
  const wanted = open.find(({ is }) => is === 'wanted');
  if (wanted !== undefined) return [{ command: 'orderExtend', round: null, request: wanted.key }];
  const [round] = indexOf(plan, state).rounds;
  return round === undefined ? [] : [{ command: 'orderExtend', round, request: `round:${round}` }];
}

/** What was published goes first: it is small, and others wait for it. */
function orderMerge(plan: Plan, state: CampaignState, idle: Idle | null): Command[] {
  if (!mergeIsOut(state) && duePublications(state).length > 0) return [{ command: 'orderPublish' }];
  const tasks = nextMerges(plan, state, idle);
  return tasks.length === 0 ? [] : [{ command: 'orderMerge', tasks }];
}

/** A task whose need did not end done is skipped, naming the cause; and so is a review that waits for what nobody makes. */
function skipTasks(plan: Plan, state: CampaignState): Command[] {
  const index = indexOf(plan, state);
  const stranded = [...index.refused].flatMap((task): Command[] => {
    const { author } = planContract(plan, planTask(plan, task).reviews ?? '');
    if (taskState(state, author).life.is !== 'ended') return [];
    const why = `did not approve, and ${author}, which would have to mend it, is over`;
    return [{ command: 'endTask', task, as: 'skipped', why }];
  });
  const broken = [...index.broken].map((id): Command => {
    const broken = planTask(plan, id).after.find((join) => index.progress(join) === 'broken') ?? '';
    const cause = joinCause({ plan, state }, planJoin(plan, broken));
    const why = `needs ${cause ?? broken}, which did not end done`;
    return { command: 'endTask', task: id, as: 'skipped', why };
  });
  return [...stranded, ...broken];
}

function breakDeadlocks(plan: Plan, state: CampaignState, reserved: Reserved | null): Command[] {
  return [...indexOf(plan, state).finishing]
    .filter((id) => taskState(state, id).holds && waitsForItself(plan, state, { id, reserved }))
    .map((task) => ({ command: 'breakDeadlock', task }));
}

function stopTasks(plan: Plan, state: CampaignState, why: string): Command[] {
  return [...indexOf(plan, state).left].flatMap((id): Command[] => {
    const { life } = taskState(state, id);
    if (isWorking(life))
      return life.interrupted === null ? [{ command: 'interruptTurn', task: id, why }] : [];
    if (isBeingMerged(state, id)) return [];
    return [{ command: 'endTask', task: id, as: 'cancelled', why }];
  });
}

function endExecutors(plan: Plan, state: CampaignState): Command[] {
  return [...indexOf(plan, state).toEnd].map((task) => ({ command: 'endExecutor', task }));
}

function checkExecutors(plan: Plan, state: CampaignState): Command[] {
  const waitsForWorld =
    indexOf(plan, state).load.turns > 0 ||
    mergeIsOut(state) ||
    state.additions.out !== null ||
    state.delivery === 'ordered';
  return waitsForWorld && state.nowMs >= state.checkedAtMs + checkEveryMs(state)
    ? [{ command: 'checkExecutors' }]
    : [];
}

/** Delivery once every task is over and nobody wants others, then the end. */
function finishing(plan: Plan, state: CampaignState): Command[] {
  if (indexOf(plan, state).left.size > 0) return [];
  if (state.stopping === null && state.additions.open.length > 0) return [];
  if (state.delivery === 'ordered') return [];
  const ran = plan.tasks.some(({ id }) => taskState(state, id).gen > 0);
  if (state.delivery === null && ran) return [{ command: 'orderDelivery' }];
  return [{ command: 'finish' }];
}
