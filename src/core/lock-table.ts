/**
 * The locks of a state that were asked for at run time, looked up by task and by path: made once for each book, since
 * few are open at a time. Where they meet the claims that the spec declares, a declared intent counts as exclusive: it
 * is held by a task whose turn has started.
 */
import type { Conflict } from './claim-table.js';
import { globsOverlap } from './glob-pair.js';
import { asHeld, goWith, type LockState } from './lock.js';
import type { LockMode, Plan } from './plan.js';
import { planTask } from './plan-index.js';
import type { CampaignState } from './state.js';
import { indexOf } from './task-index.js';

/** Somebody in the way of a lock. */
export interface Obstacle {
  readonly task: string;
  /** Of the owner's, the glob that overlaps. */
  readonly path: string;
  readonly mode: LockMode;
  /** Null for a claim that the spec declares. */
  readonly lock: LockState | null;
}

const tables = new WeakMap<readonly LockState[], LockTable>();

export function locksOf(plan: Plan, { locks: { locks } }: CampaignState): LockTable {
  const known = tables.get(locks);
  if (known?.plan === plan) return known;
  const table = new LockTable(plan, locks);
  tables.set(locks, table);
  return table;
}

export class LockTable {
  readonly held: readonly LockState[];
  /** In the order in which they are granted: by priority, then by that of asking. */
  readonly queue: readonly LockState[];
  /** What was found against a lock, and of how many changes of the declared claims that was. */
  readonly against = new WeakMap<LockState, { changes: number; obstacles: readonly Obstacle[] }>();
  private readonly byTask = new Map<string, LockState[]>();
  /** By index of the plan's paths. */
  private readonly heldAt = new Map<number, LockState[]>();

  constructor(
    readonly plan: Plan,
    locks: readonly LockState[],
  ) {
    this.held = locks.filter(({ life }) => life.is === 'held');
    this.queue = locks
      .filter(({ life }) => life.is === 'queued')
      .map((lock, at) => ({ lock, at, priority: lock.priority ?? planTask(plan, lock.task).priority }))
      .sort((a, b) => b.priority - a.priority || a.at - b.at)
      .map(({ lock }) => lock);
    for (const lock of locks) push(this.byTask, lock.task, lock);
    for (const lock of this.held) for (const path of planPathsOf(plan, lock)) push(this.heldAt, path, lock);
  }

  ofTask(task: string): readonly LockState[] {
    return this.byTask.get(task) ?? [];
  }

  queuedOf(task: string): readonly LockState[] {
    return this.queue.length === 0 ? [] : this.ofTask(task).filter(({ life }) => life.is === 'queued');
  }

  heldOf(task: string): readonly LockState[] {
    return this.ofTask(task).filter(({ life }) => life.is === 'held');
  }

  /** Held ones that a path of the plan overlaps. */
  heldAtPath(path: number): readonly LockState[] {
    return this.heldAt.get(path) ?? [];
  }
}

function push<Key>(lists: Map<Key, LockState[]>, key: Key, lock: LockState): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [lock]);
  else list.push(lock);
}

const overlaps = new WeakMap<Plan, Map<string, readonly number[]>>();
/** More would be an agent that makes paths up. */
const MOST_KNOWN = 10_000;

/** Indexes of the plan's paths that the lock overlaps, each once, rising. */
export function planPathsOf(plan: Plan, { paths }: Pick<LockState, 'paths'>): readonly number[] {
  const found = new Set(paths.flatMap((glob) => planPathsAt(plan, glob)));
  return [...found].sort((a, b) => a - b);
}

function planPathsAt(plan: Plan, glob: string): readonly number[] {
  let known = overlaps.get(plan);
  if (known === undefined || known.size > MOST_KNOWN) known = new Map();
  overlaps.set(plan, known);
  const found =
    known.get(glob) ?? plan.paths.flatMap((path, index) => (globsOverlap(glob, path) ? [index] : []));
  known.set(glob, found);
  return found;
}

/** A glob of the second that overlaps one of the first; null where they have nothing in common. */
function sharedPath(paths: readonly string[], others: readonly string[]): string | null {
  return others.find((other) => paths.some((path) => globsOverlap(path, other))) ?? null;
}

export function locksConflict(one: LockState, other: LockState): boolean {
  if (one.task === other.task || goWith(one.mode, other.mode)) return false;
  return sharedPath(one.paths, other.paths) !== null;
}

/** Of other tasks, what is held and does not go with this lock: declared first, then asked for. */
export function heldAgainst(plan: Plan, state: CampaignState, lock: LockState): readonly Obstacle[] {
  const table = locksOf(plan, state);
  const { changes } = indexOf(plan, state).claims;
  const known = table.against.get(lock);
  if (known?.changes === changes) return known.obstacles;
  const obstacles = findHeld(plan, state, lock);
  table.against.set(lock, { changes, obstacles });
  return obstacles;
}

function findHeld(plan: Plan, state: CampaignState, lock: LockState): readonly Obstacle[] {
  const { claims } = indexOf(plan, state);
  const declared = planPathsOf(plan, lock).flatMap((index) =>
    claims
      .holdersAt(index)
      .filter(({ holder, mode }) => holder !== lock.task && !goWith(lock.mode, mode))
      .map(({ holder, mode }): Obstacle => {
        return { task: holder, path: plan.paths[index] ?? '', mode, lock: null };
      }),
  );
  const asked = locksOf(plan, state)
    .held.filter((other) => locksConflict(lock, other))
    .map((other) => obstacleOf(lock, other));
  return [...declared, ...asked];
}

function obstacleOf(lock: LockState, other: LockState): Obstacle {
  const path = sharedPath(lock.paths, other.paths) ?? '';
  return { task: other.task, path, mode: other.mode, lock: other };
}

/**
 * Those that are asked for and go before this lock, and don't go with it. One that itself waits for what this lock's
 * task holds can't be before it: that is how who holds a shared lock gets it exclusive.
 */
function queuedBefore(plan: Plan, state: CampaignState, lock: LockState): readonly LockState[] {
  const { queue } = locksOf(plan, state);
  return queue
    .slice(0, queue.indexOf(lock))
    .filter(
      (other) => locksConflict(lock, other) && !waitsForTask(plan, state, { lock: other, task: lock.task }),
    );
}

function waitsForTask(
  plan: Plan,
  state: CampaignState,
  { lock, task }: { lock: LockState; task: string },
): boolean {
  return heldAgainst(plan, state, lock).some((obstacle) => obstacle.task === task);
}

/** All that keeps a queued lock: what is held, and what goes before it. */
export function obstaclesOf(plan: Plan, state: CampaignState, lock: LockState): readonly Obstacle[] {
  const before = queuedBefore(plan, state, lock).map((other) => obstacleOf(lock, other));
  return [...heldAgainst(plan, state, lock), ...before];
}

/** Who holds what this task has to have to begin, declared or asked for; empty = it may have them all. */
export function claimConflicts(plan: Plan, state: CampaignState, id: string): readonly Conflict[] {
  return [...indexOf(plan, state).claims.conflicts(id), ...askedConflicts(plan, state, id)];
}

/** The same, asked of all that wait, at every decision. */
export function hasClaimConflict(plan: Plan, state: CampaignState, id: string): boolean {
  return indexOf(plan, state).claims.hasConflict(id) || askedConflicts(plan, state, id).length > 0;
}

function askedConflicts(plan: Plan, state: CampaignState, id: string): readonly Conflict[] {
  const locks = locksOf(plan, state);
  if (locks.held.length === 0) return [];
  return planTask(plan, id).claims.flatMap(({ path, mode }) =>
    locks
      .heldAtPath(path)
      .filter((lock) => lock.task !== id && !goWith(asHeld(mode), lock.mode))
      .map(({ task }): Conflict => ({ path, holder: task })),
  );
}
