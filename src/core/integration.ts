/**
 * Which verified tasks are merged next. One order is out at a time; it carries those that are due now, in merge order,
 * and the integration executor merges them one by one.
 */
import { waitsForItself, type Reserved } from './deadlock.js';
import { isKept, planGroup, planPhase, planPosition, planTask } from './plan-index.js';
import { heldAgainst, locksOf } from './lock-table.js';
import type { Plan } from './plan.js';
import { taskState, type CampaignState, type Effect } from './state.js';
import { indexOf } from './task-index.js';

/** A longer order would save next to nothing, and what becomes due meanwhile waits for its end. */
export const MOST_MERGES = 25;

export interface Idle {
  readonly reserved: Reserved;
}

/** One order at a time: merges, or what was published. */
export function mergeIsOut(state: CampaignState): boolean {
  return state.merging !== null || state.publishing !== null;
}

export function isForIntegration({ do: what }: Effect): boolean {
  return what === 'merge' || what === 'publish' || what === 'deliver' || what === 'extend';
}

/** Its merge is ordered: what becomes of it is the integration executor's to say. */
export function isBeingMerged(state: CampaignState, id: string): boolean {
  return state.merging?.tasks.includes(id) ?? false;
}

/**
 * The next order's tasks; none while one is out. Those that something waits for have an order of their own, so that
 * nothing else delays it. Idle is a campaign in which nothing else runs or can be started, whatever is reserved: then all
 * that is verified is due. Null where it is not.
 */
export function nextMerges(plan: Plan, state: CampaignState, idle: Idle | null): readonly string[] {
  if (mergeIsOut(state)) return [];
  const { awaited, verifiedByGroup } = indexOf(plan, state);
  const awaitedNow = inMergeOrder({ plan, state, idle }, [...awaited]);
  if (awaitedNow.length > 0) return awaitedNow;
  const wanted = inMergeOrder({ plan, state, idle }, [
    ...lockedByWork(plan, state),
    ...awaitedByBlockers(plan, state),
  ]);
  if (wanted.length > 0) return wanted;
  const isOver = createScope(plan, state);
  const due = [...verifiedByGroup].flatMap(([group, tasks]) =>
    idle !== null || isOver(group) ? [...tasks] : [],
  );
  return inMergeOrder(
    { plan, state, idle },
    due.sort((a, b) => planPosition(plan, a) - planPosition(plan, b)),
  );
}

/** Verified work that keeps a lock that others have asked for. */
function lockedByWork(plan: Plan, state: CampaignState): readonly string[] {
  const { verified } = indexOf(plan, state);
  const { queue } = locksOf(plan, state);
  if (queue.length === 0 || verified.size === 0) return [];
  const keepers = new Set(queue.flatMap((lock) => heldAgainst(plan, state, lock).map(({ task }) => task)));
  return [...verified].filter((id) => keepers.has(id));
}

/** Verified work that a blocker waits for. */
function awaitedByBlockers(plan: Plan, state: CampaignState): readonly string[] {
  const { verified } = indexOf(plan, state);
  if (verified.size === 0) return [];
  return state.blockers.flatMap(({ state: is, blockingTask }) =>
    is === 'open' && blockingTask !== undefined && verified.has(blockingTask) ? [blockingTask] : [],
  );
}

/** How many more of the group's members may be merged: only those that meet it are, and those that are kept. */
export function mergesLeft(plan: Plan, state: CampaignState, group: string): number {
  const { wait, members } = planGroup(plan, group);
  if (wait >= members.length) return Infinity;
  return wait - (indexOf(plan, state).doneByGroup.get(group) ?? 0);
}

/** What an order's trials take from those merged before: the first of each kind, so that no order names them all. */
export function mergedBefore(plan: Plan, state: CampaignState): readonly string[] {
  const known = firstsOf.get(plan) ?? new WeakMap<readonly string[], Firsts>();
  firstsOf.set(plan, known);
  const first = new Map<string, string>();
  for (const chunk of state.merged) {
    const own = known.get(chunk) ?? firstOfKinds(plan, chunk);
    known.set(chunk, own);
    for (const [kind, id] of own) if (!first.has(kind)) first.set(kind, id);
  }
  return [...first.values()];
}

type Firsts = ReadonlyMap<string, string>;

/** By plan and chunk of the log of merges: a chunk that is full stays as it is. */
const firstsOf = new WeakMap<Plan, WeakMap<readonly string[], Firsts>>();

function firstOfKinds(plan: Plan, ids: readonly string[]): Firsts {
  const first = new Map<string, string>();
  for (const id of ids) {
    const kind = planTask(plan, id).trial ?? id;
    if (!first.has(kind)) first.set(kind, id);
  }
  return first;
}

/** Is all over or verified that the verified tasks of this group are merged together with? */
function createScope(plan: Plan, state: CampaignState): (group: string) => boolean {
  const index = indexOf(plan, state);
  const phases = new Map<string, boolean>();
  return (group) => {
    const phase = planPhase(plan, planGroup(plan, group).phase);
    switch (phase.integrateAt) {
      case 'each':
        return true;
      case 'group':
        return index.isQuiet(group);
      case 'phase': {
        const quiet = phases.get(phase.name) ?? phase.groups.every((id) => index.isQuiet(id));
        phases.set(phase.name, quiet);
        return quiet;
      }
      case 'end':
        return index.left.size === index.verified.size;
    }
  };
}

/**
 * In the order given, but each after those that it must be merged after: they come with it where they are verified, and
 * where they are not over yet it waits. Where nothing else runs and they wait for it, it goes first: its work is there.
 */
function inMergeOrder(
  { plan, state, idle }: { plan: Plan; state: CampaignState; idle: Idle | null },
  due: readonly string[],
): readonly string[] {
  const order = new Set<string>();
  const looked = new Set<string>();
  const take = (id: string): boolean => {
    const { life } = taskState(state, id);
    if (life.is === 'ended' || order.has(id)) return true;
    if (looked.has(id) || life.is !== 'integrating' || life.notBeforeMs > state.nowMs) return false;
    looked.add(id);
    const { group, mergeAfter } = planTask(plan, id);
    const beside = [...order].filter((other) => planTask(plan, other).group === group).length;
    const comesFirst =
      mergeAfter.every(take) ||
      (idle !== null && waitsForItself(plan, state, { id, reserved: idle.reserved }));
    const follows = comesFirst && (isKept(plan, id) || beside < mergesLeft(plan, state, group));
    if (follows) order.add(id);
    return follows;
  };
  for (const id of due) {
    if (order.size >= MOST_MERGES) break;
    take(id);
  }
  return [...order].slice(0, MOST_MERGES);
}
