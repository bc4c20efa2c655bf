/**
 * Who waits for whom, through needs, locks, merges and lanes. Needs alone never form a circle (the compiler refuses
 * one), and declared claims are taken all at once; but
 * - a task whose work is done keeps its locks while it waits for what it must finish after, or for the provider that is
 *   merged before it, and that may need one of them;
 * - a task that runs may ask for a lock that another has, which asks for one of its own;
 * - all lanes may be taken by turns that wait for locks of those that wait for a lane;
 * - the retry round waits for members of the group that may wait for a lock of the task that failed.
 *
 * Where nothing runs, one that may run waits for the task that has a reservation on what it would take.
 *
 * A circle with a lock that was asked for is broken by denying it (settle-lock.ts), one with a task that finishes after
 * others by letting it go on without them (decide.ts), one with a retry round by beginning it (readiness.ts).
 */
import { hasFreeLane, poolShortages } from './load.js';
import { claimConflicts, locksOf, obstaclesOf } from './lock-table.js';
import type { LockState } from './lock.js';
import { planContract, planJoin, planTask, roleLimit, tasksOfJoin } from './plan-index.js';
import type { Plan } from './plan.js';
import { movingMembers, waitsForRound } from './retry-round.js';
import { accountState, mostTurns, taskState, type CampaignState } from './state.js';
import { indexOf } from './task-index.js';
import { accountOf, agentFor, hasBegun, isWaiting } from './task.js';

/** `rounds`: retry rounds count as well, which begin by themselves where they would wait for ever. */
type Ways = 'rounds' | 'no-rounds';

/** By task that could run now: whose reservation it would break. */
export type Reserved = ReadonlyMap<string, string>;

/** Does the task wait, directly or by way of others, for itself? Reservations count where they are given. */
export function waitsForItself(
  plan: Plan,
  state: CampaignState,
  { id, reserved }: { readonly id: string; readonly reserved: Reserved | null },
): boolean {
  const graph: Graph = { plan, state, ways: 'no-rounds', reserved };
  return findChain(graph, waitsFor(graph, id), id) !== null;
}

/** Does the retry round of `loser` wait for itself where it waits for this member? */
export function waitsForLoser(plan: Plan, state: CampaignState, at: { id: string; loser: string }): boolean {
  return findChain({ plan, state, ways: 'rounds', reserved: null }, [at.id], at.loser) !== null;
}

/** Who, from the first that keeps the lock, waits for whom until its own task; null where it will be free one day. */
export function circleOf(plan: Plan, state: CampaignState, lock: LockState): readonly string[] | null {
  const keepers = obstaclesOf(plan, state, lock).map(({ task }) => task);
  return findChain({ plan, state, ways: 'no-rounds', reserved: null }, keepers, lock.task);
}

interface Graph {
  readonly plan: Plan;
  readonly state: CampaignState;
  readonly ways: Ways;
  readonly reserved: Reserved | null;
}

/** The shortest chain from one of these to the task, both included. */
function findChain(graph: Graph, from: readonly string[], to: string): readonly string[] | null {
  const before = new Map<string, string | null>(from.map((id) => [id, null]));
  for (const id of before.keys()) {
    if (id === to) return chainTo(before, id);
    for (const next of waitsFor(graph, id)) if (!before.has(next)) before.set(next, id);
  }
  return null;
}

function chainTo(before: ReadonlyMap<string, string | null>, last: string): readonly string[] {
  const chain: string[] = [];
  for (let id: string | null = last; id !== null; id = before.get(id) ?? null) chain.unshift(id);
  return chain;
}

function waitsFor(graph: Graph, id: string): readonly string[] {
  const { plan, state, ways, reserved } = graph;
  const { life } = taskState(state, id);
  if (life.is === 'ended') return [];
  if (life.is === 'integrating')
    return planTask(plan, id).mergeAfter.filter((other) => !isOver(state, other));
  const others = [...needed(graph, id), ...lockHolders(graph, id)];
  if (ways === 'rounds' && waitsForRound(plan, state, id)) others.push(...movingMembers(plan, state, id));
  // A round waits for no lane.
  if (others.length > 0 || !isWaiting(life) || planTask(plan, id).round !== null) return others;
  const keeper = reserved?.get(id);
  return [...lanesTaken(graph, id), ...(keeper === undefined ? [] : [keeper])];
}

/** Of open joins those that could still meet them. */
function needed({ plan, state }: Graph, id: string): readonly string[] {
  const task = taskState(state, id);
  const { life, verdict } = task;
  const { after, finishAfter, reviews } = planTask(plan, id);
  if (verdict === 'refused' && life.is === 'waiting')
    return [planContract(plan, reviews ?? '').author].filter((author) => !isOver(state, author));
  const joins = life.is === 'finishing' ? finishAfter : life.is === 'waiting' && !hasBegun(task) ? after : [];
  return joins
    .filter((join) => indexOf(plan, state).progress(join) === 'open')
    .flatMap((join) => tasksOfJoin(plan, planJoin(plan, join)))
    .filter((task) => !isOver(state, task));
}

function lockHolders({ plan, state }: Graph, id: string): readonly string[] {
  const { life, holds } = taskState(state, id);
  const asked = locksOf(plan, state)
    .queuedOf(id)
    .flatMap((lock) => obstaclesOf(plan, state, lock).map(({ task }) => task));
  const declared =
    holds || !isWaiting(life) ? [] : claimConflicts(plan, state, id).map(({ holder }) => holder);
  return [...asked, ...declared];
}

/** Turns in its way, where none of them gets on without a lock: one that does will free its lane. */
function lanesTaken({ plan, state }: Graph, id: string): readonly string[] {
  const locks = locksOf(plan, state);
  if (locks.queue.length === 0 || !lacksPlace(plan, state, id)) return [];
  const working = [...indexOf(plan, state).working];
  return working.every((other) => locks.queuedOf(other).length > 0) ? working : [];
}

function lacksPlace(plan: Plan, state: CampaignState, id: string): boolean {
  const task = planTask(plan, id);
  const { load } = indexOf(plan, state);
  const agent = agentFor(task, taskState(state, id));
  const account = accountState(state, accountOf(plan, agent));
  return (
    load.turns >= mostTurns(plan, state) ||
    !hasFreeLane(plan, load, agent) ||
    poolShortages(plan, load, task).length > 0 ||
    (task.role !== null && (load.byRole.get(task.role) ?? 0) >= roleLimit(plan, task.role)) ||
    (account.parallel !== null && (load.byAccount.get(account.name) ?? 0) >= account.parallel)
  );
}

function isOver(state: CampaignState, id: string): boolean {
  return taskState(state, id).life.is === 'ended';
}
