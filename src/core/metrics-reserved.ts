/**
 * What kept ready tasks from paths and pools that were free: another one that waited for a lock or a pool, and so held a
 * reservation on all that it would use (core/reservation.ts). Derived as the rest is: when tasks waited, by what they use.
 */
import { goTogether } from './claim-table.js';
import { unionOf, within, type Interval, type IntervalSet } from './interval.js';
import type { Claim } from './plan.js';
import type { PlanFacts, TaskFacts } from './planned.js';

const MODES: readonly Claim['mode'][] = ['exclusive', 'shared', 'intent'];

export class ReservedTimes {
  private readonly facts: ReadonlyMap<string, TaskFacts>;
  private readonly waits = new Map<string, Interval[]>();
  private readonly sets = new Map<string, IntervalSet>();

  constructor(private readonly plan: PlanFacts) {
    this.facts = new Map(plan.tasks.map((task) => [task.id, task]));
  }

  /** When the task waited for a lock or a pool. To be told of all tasks before the first question. */
  note(task: string, waited: IntervalSet): void {
    const { claims = [], uses = [] } = this.facts.get(task) ?? {};
    for (const key of [...claims.map(pathKey), ...uses.map(poolKey)]) {
      const waits = this.waits.get(key);
      if (waits === undefined) this.waits.set(key, [...waited]);
      else waits.push(...waited);
    }
  }

  /** When others held reservations in the task's way; in the stretch its own wait must be for nothing that was taken. */
  against(task: string, stretch: Interval): IntervalSet {
    const { claims = [], uses = [] } = this.facts.get(task) ?? {};
    const keys = [...claims.flatMap((claim) => this.pathsAgainst(claim)), ...uses.map(poolKey)];
    return unionOf(keys.flatMap((key) => within(this.setOf(key), stretch)));
  }

  private pathsAgainst({ path, mode }: Claim): readonly string[] {
    const modes = MODES.filter((other) => !goTogether(mode, other));
    return (this.plan.overlaps[path] ?? []).flatMap((other) =>
      modes.map((theirs) => pathKey({ path: other, mode: theirs })),
    );
  }

  private setOf(key: string): IntervalSet {
    const known = this.sets.get(key) ?? unionOf(this.waits.get(key) ?? []);
    this.sets.set(key, known);
    return known;
  }
}

function pathKey({ path, mode }: Claim): string {
  return `path ${path} ${mode}`;
}

function poolKey({ pool }: TaskFacts['uses'][number]): string {
  return `pool ${pool}`;
}
