/**
 * Which declared paths are held, and by whom. Shared goes with shared; everything else keeps others out: an intent has
 * become exclusive by the time it is held, since its task's turn has started. All claims of a task are taken at once,
 * with its first order, and held until its branch is merged or given up.
 */
import { planTask } from './plan-index.js';
import type { Claim, Plan } from './plan.js';

export class ClaimTable {
  /** Holders by path, in no order that anything depends on. */
  private readonly holders = new Map<number, Map<string, Claim['mode']>>();

  constructor(private readonly plan: Plan) {}

  hold(task: string): void {
    for (const { path, mode } of planTask(this.plan, task).claims) {
      const holders = this.holders.get(path) ?? new Map<string, Claim['mode']>();
      this.holders.set(path, holders.set(task, mode));
    }
  }

  release(task: string): void {
    for (const { path } of planTask(this.plan, task).claims) this.holders.get(path)?.delete(task);
  }

  /** Who holds what this task would need, in the plan's order of claims; empty = it may have them all. */
  conflicts(task: string): readonly Conflict[] {
    return planTask(this.plan, task).claims.flatMap((claim) =>
      (this.plan.overlaps[claim.path] ?? []).flatMap((path) => this.conflictsAt(task, claim, path)),
    );
  }

  /** As `conflicts`, asked of all that wait, at every decision. */
  hasConflict(task: string): boolean {
    for (const claim of planTask(this.plan, task).claims) {
      for (const path of this.plan.overlaps[claim.path] ?? []) {
        for (const [holder, mode] of this.holders.get(path) ?? [])
          if (holder !== task && !goTogether(claim.mode, mode)) return true;
      }
    }
    return false;
  }

  private conflictsAt(task: string, claim: Claim, path: number): Conflict[] {
    const conflicts: Conflict[] = [];
    for (const [holder, mode] of this.holders.get(path) ?? []) {
      if (holder !== task && !goTogether(claim.mode, mode)) conflicts.push({ path, holder });
    }
    return conflicts;
  }
}

export interface Conflict {
  /** Index in Plan.paths. */
  readonly path: number;
  readonly holder: string;
}

export function goTogether(one: Claim['mode'], other: Claim['mode']): boolean {
  return one === 'shared' && other === 'shared';
}
