/** What a planned task would still have in use, were it late, when another that could not do without is to start. */
import { goTogether } from './claim-table.js';
import { planAgent, planPool, roleLimit } from './plan-index.js';
import type { LockMode, Plan, PlanTask } from './plan.js';
import type { PlannedStart } from './simulate.js';

export interface Placed extends PlannedStart {
  readonly planned: PlanTask;
  /** In the order of the starts. */
  readonly at: number;
}

export interface Chain {
  /** The first that starts when this one has ended, and could not, had it not. */
  nextHeldBack(one: Placed): Placed | null;
}

/** A resource and its users in the order of their starts, with what is free once each has started. */
class UnitChain implements Chain {
  private readonly users: readonly { readonly one: Placed; readonly free: number }[];

  constructor(
    private readonly unitsOf: (task: Placed) => number,
    users: readonly Placed[],
    capacity: number,
  ) {
    const most = users.reduce((sum, one) => Math.max(sum, unitsOf(one)), 0);
    // Where enough is left for anybody, nobody is held back.
    this.users = freeAtStarts(users, { capacity, unitsOf }).filter(({ free }) => free < most);
  }

  nextHeldBack(one: Placed): Placed | null {
    const units = this.unitsOf(one);
    if (units === 0 || one.endMs === one.startMs) return null;
    for (let at = firstFrom(this.users, one.endMs); at < this.users.length; at += 1) {
      const user = this.users[at];
      if (user !== undefined && user.one !== one && user.free < units) return user.one;
    }
    return null;
  }
}

/** The first that starts at or after a time. */
function firstFrom(users: readonly { readonly one: Placed }[], ms: number): number {
  let low = 0;
  let high = users.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((users[middle]?.one.startMs ?? Infinity) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

function freeAtStarts(
  users: readonly Placed[],
  { capacity, unitsOf }: { capacity: number; unitsOf: (task: Placed) => number },
) {
  const ends = users.filter((one) => one.endMs > one.startMs).toSorted((a, b) => a.endMs - b.endMs);
  let used = 0;
  let ended = 0;
  return users.map((one) => {
    for (let next = ends[ended]; next !== undefined && next.endMs <= one.startMs; next = ends[ended]) {
      used -= unitsOf(next);
      ended += 1;
    }
    if (one.endMs > one.startMs) used += unitsOf(one);
    return { one, free: capacity - used };
  });
}

export function chainsOf(plan: Plan, placed: readonly Placed[]): readonly Chain[] {
  const roles = new Set(placed.flatMap(({ planned }) => planned.role ?? []));
  return [
    new UnitChain(() => 1, placed, plan.maxTurns),
    ...plan.agents.map(({ name }) => {
      const isOwn = (one: Placed) => one.agent === name;
      return chainOf(placed, (one) => (isOwn(one) ? 1 : 0), planAgent(plan, name).instances);
    }),
    ...[...roles].map((role) =>
      chainOf(placed, ({ planned }) => (planned.role === role ? 1 : 0), roleLimit(plan, role)),
    ),
    ...plan.pools.map(({ name }) =>
      chainOf(placed, (one) => unitsIn(one, name), planPool(plan, name).capacity),
    ),
    new LockChain(plan, placed),
  ];
}

function chainOf(placed: readonly Placed[], unitsOf: (one: Placed) => number, capacity: number): Chain {
  return new UnitChain(
    unitsOf,
    placed.filter((one) => unitsOf(one) > 0),
    capacity,
  );
}

function unitsIn({ planned }: Placed, pool: string): number {
  return planned.uses.find((use) => use.pool === pool)?.units ?? 0;
}

/** Path locks: the next that claims something in conflict. */
class LockChain implements Chain {
  private readonly users = new Map<number, { readonly one: Placed; readonly mode: LockMode }[]>();

  constructor(
    private readonly plan: Plan,
    placed: readonly Placed[],
  ) {
    for (const one of placed) {
      for (const { path, mode } of one.planned.claims) {
        const own = this.users.get(path) ?? [];
        this.users.set(path, own);
        own.push({ one, mode });
      }
    }
  }

  nextHeldBack(one: Placed): Placed | null {
    let next: Placed | null = null;
    for (const { path, mode } of one.planned.claims) {
      for (const other of this.plan.overlaps[path] ?? []) {
        const users = this.users.get(other) ?? [];
        const found = users
          .slice(firstFrom(users, one.endMs))
          .find((user) => user.one !== one && !goTogether(user.mode, mode));
        if (found !== undefined && (next === null || found.one.at < next.at)) next = found.one;
      }
    }
    return next;
  }
}
