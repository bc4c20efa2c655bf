/**
 * A task that waits for a lock or a pool holds a reservation on it, so that later ones can't starve it (and so does one
 * at work that has asked for a lock): a later task
 * gets the same only where, by the estimates, it gives it back before the reservation begins, or leaves enough.
 * Times are estimates, so a reservation orders and never promises.
 */
import type { Conflict } from './claim-table.js';
import { goTogether } from './claim-table.js';
import { expectedEndMs, Releases } from './expected-release.js';
import { freeUnits, type PoolShortage } from './load.js';
import { contestedClaimsOf, planTask } from './plan-index.js';
import { locksOf, planPathsOf } from './lock-table.js';
import { asHeld, goWith } from './lock.js';
import type { Claim, LockMode, Plan, PlanTask } from './plan.js';
import { taskState, type CampaignState } from './state.js';
import { indexOf } from './task-index.js';

interface Reserved {
  readonly task: string;
  readonly beginsMs: number;
}

/** The reservations of one decision: made as the tasks are asked in rank order. At most one per pool and path: the first. */
export class Reservations {
  private readonly pools = new Map<string, Reserved & { readonly units: number }>();
  private readonly paths = new Map<number, Reserved & { readonly mode: Claim['mode'] }>();
  /** Tasks that this decision gives a lane: they count as running, from now. */
  private readonly given: PlanTask[] = [];

  /** By path of the plan: who has asked for a lock that overlaps it. */
  private readonly asked = new Map<number, (Reserved & { readonly mode: LockMode })[]>();

  constructor(
    private readonly plan: Plan,
    private readonly state: CampaignState,
  ) {
    const releases = new Releases(plan, state);
    for (const lock of locksOf(plan, state).queue) {
      const { task, mode } = lock;
      const beginsMs = releases.beginsMs(lock);
      for (const path of planPathsOf(plan, lock))
        this.asked.set(path, [...(this.asked.get(path) ?? []), { task, mode, beginsMs }]);
    }
  }

  give(task: PlanTask): void {
    this.given.push(task);
  }

  /** The task whose reservation keeps this one from running now, or null. */
  blockerOf(task: PlanTask): string | null {
    if (this.pools.size === 0 && this.paths.size === 0 && this.asked.size === 0) return null;
    const endMs = this.state.nowMs + task.estimateMs;
    for (const { pool, units } of task.uses) {
      const reserved = this.pools.get(pool);
      if (reserved === undefined || endMs <= reserved.beginsMs) continue;
      if (this.unitsAt(pool, reserved.beginsMs) - reserved.units < units) return reserved.task;
    }
    return this.pathBlocker(task, endMs) ?? this.askedBy(task, endMs);
  }

  reserve(
    task: PlanTask,
    { conflicts, shortages }: { conflicts: readonly Conflict[]; shortages: readonly PoolShortage[] },
  ) {
    const lockMs = conflicts.map(({ holder }) => expectedEndMs(this.plan, this.state, holder));
    const poolMs = shortages.map(({ pool, units }) => this.freeAtMs(pool, units));
    const beginsMs = Math.max(...lockMs, ...poolMs);
    for (const { pool, units } of task.uses)
      if (!this.pools.has(pool)) this.pools.set(pool, { task: task.id, beginsMs, units });
    for (const { path, mode } of task.claims)
      if (!this.paths.has(path)) this.paths.set(path, { task: task.id, beginsMs, mode });
  }

  /** Are all that the task would use reserved, so that a reservation of its own adds nothing? */
  hasAllOf({ id, uses }: PlanTask): boolean {
    if (this.pools.size === 0 && this.paths.size === 0) return false;
    // To reserve what nobody else claims keeps nobody from anything.
    const claims = contestedClaimsOf(this.plan, id);
    return uses.every(({ pool }) => this.pools.has(pool)) && claims.every(({ path }) => this.paths.has(path));
  }

  private pathBlocker(task: PlanTask, endMs: number): string | null {
    if (this.paths.size === 0) return null;
    for (const claim of task.claims) {
      for (const path of this.plan.overlaps[claim.path] ?? []) {
        const reserved = this.paths.get(path);
        if (reserved !== undefined && !goTogether(claim.mode, reserved.mode) && endMs > reserved.beginsMs)
          return reserved.task;
      }
    }
    return null;
  }

  /** Those that have begun have their claims. */
  private askedBy({ id, claims }: PlanTask, endMs: number): string | null {
    if (this.asked.size === 0 || taskState(this.state, id).holds) return null;
    for (const { path, mode } of claims) {
      const lock = this.asked
        .get(path)
        ?.find((other) => !goWith(asHeld(mode), other.mode) && endMs > other.beginsMs);
      if (lock !== undefined) return lock.task;
    }
    return null;
  }

  /** Users of a pool, with the ends that their estimates give, the earliest first. */
  private usersOf(pool: string): readonly { readonly endMs: number; readonly units: number }[] {
    const running = [...indexOf(this.plan, this.state).working].map((id) => ({
      task: planTask(this.plan, id),
      endMs: expectedEndMs(this.plan, this.state, id),
    }));
    const given = this.given.map((task) => ({ task, endMs: this.state.nowMs + task.estimateMs }));
    return [...running, ...given]
      .flatMap(({ task, endMs }) => {
        const use = task.uses.find((each) => each.pool === pool);
        return use === undefined ? [] : [{ endMs, units: use.units }];
      })
      .sort((a, b) => a.endMs - b.endMs);
  }

  /** When so many units will be free. */
  private freeAtMs(pool: string, units: number): number {
    let free = freeUnits(this.plan, indexOf(this.plan, this.state).load, pool);
    for (const user of this.usersOf(pool)) {
      free += user.units;
      if (free >= units) return user.endMs;
    }
    return Infinity;
  }

  /** Units that will be free at a time, if nothing new began. */
  private unitsAt(pool: string, atMs: number): number {
    const back = this.usersOf(pool).filter((user) => user.endMs <= atMs);
    const free = freeUnits(this.plan, indexOf(this.plan, this.state).load, pool);
    return back.reduce((sum, user) => sum + user.units, free);
  }
}
