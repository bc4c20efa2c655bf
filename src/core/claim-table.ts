/**
 * Which declared paths are held, and by whom. Shared goes with shared; everything else keeps others out: an intent has
 * become exclusive by the time it is held, since its task's turn has started. All claims of a task are taken at once,
 * with its first order, and held until its branch is merged or given up.
 */
import { compareText } from './compare.js';
import { asHeld, goWith } from './lock.js';
import { planTask } from './plan-index.js';
import type { Claim, LockMode, Plan } from './plan.js';

export class ClaimTable {
  /** Holders by path, in no order that anything depends on. */
  private readonly holders = new Map<number, Map<string, Claim['mode']>>();

  /** How often something was held or released: what was found for one number holds as long as it stays. */
  changes = 0;

  constructor(private readonly plan: Plan) {}

  hold(task: string): void {
    this.changes += 1;
    for (const { path, mode } of planTask(this.plan, task).claims) {
      const holders = this.holders.get(path) ?? new Map<string, Claim['mode']>();
      this.holders.set(path, holders.set(task, mode));
    }
  }

  release(task: string): void {
    this.changes += 1;
    for (const { path } of planTask(this.plan, task).claims) {
      const holders = this.holders.get(path);
      holders?.delete(task);
      if (holders?.size === 0) this.holders.delete(path);
    }
  }

  /** Who holds what this task would need, in the plan's order of claims; empty = it may have them all. */
  conflicts(task: string): readonly Conflict[] {
    return planTask(this.plan, task).claims.flatMap((claim) =>
      this.heldAround(claim.path).flatMap((path) => this.conflictsAt(task, claim, path)),
    );
  }

  /** As `conflicts`, asked of all that wait, at every decision. */
  hasConflict(task: string): boolean {
    for (const claim of planTask(this.plan, task).claims) {
      for (const path of this.heldAround(claim.path)) {
        for (const [holder, mode] of this.holders.get(path) ?? [])
          if (holder !== task && !goTogether(claim.mode, mode)) return true;
      }
    }
    return false;
  }

  /** Who holds this very path, in the order of their names: what is told of it is the same every time. */
  holdersAt(path: number): readonly Holder[] {
    return [...(this.holders.get(path) ?? [])]
      .map(([holder, mode]) => ({ holder, mode: asHeld(mode) }))
      .sort((a, b) => compareText(a.holder, b.holder));
  }

  /** Where holders of what overlaps this path can be, rising: few paths are held at a time, however many overlap. */
  private heldAround(path: number): readonly number[] {
    const overlaps = this.plan.overlaps[path] ?? [];
    if (overlaps.length <= this.holders.size) return overlaps;
    return [...this.holders.keys()].filter((held) => isAmong(overlaps, held)).sort((a, b) => a - b);
  }

  private conflictsAt(task: string, claim: Claim, path: number): Conflict[] {
    const conflicts: Conflict[] = [];
    for (const [holder, mode] of this.holders.get(path) ?? []) {
      if (holder !== task && !goTogether(claim.mode, mode)) conflicts.push({ path, holder });
    }
    return conflicts;
  }
}

export interface Holder {
  readonly holder: string;
  readonly mode: LockMode;
}

export interface Conflict {
  /** Index in Plan.paths. */
  readonly path: number;
  readonly holder: string;
}

export function goTogether(one: LockMode, other: LockMode): boolean {
  return goWith(asHeld(one), asHeld(other));
}

/** `sorted` rises. */
function isAmong(sorted: readonly number[], value: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value;
}
