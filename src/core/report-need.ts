/** What each task of a report needed, in little room: many that wait for many name them once, as a barrier. */
import { planJoin, tasksOfJoin } from './plan-index.js';
import type { Plan } from './plan.js';
import type { ReportData } from './status.js';

type ReportNeeds = Pick<ReportData, 'needs' | 'barriers'>;

/** Up to so many members stand where they are needed, and are easier to read there. */
const MOST_INLINE = 20;

export function reportNeeds(plan: Plan): ReportNeeds {
  const barriers = new Map<string, readonly string[]>();
  const lists = new Map(plan.joins.map((join) => [join.id, [...new Set(tasksOfJoin(plan, join))]]));
  const needs = plan.tasks.map(({ id, after }) => {
    const names = after.flatMap((join) => {
      const members = lists.get(planJoin(plan, join).id) ?? [];
      if (members.length <= MOST_INLINE) return members;
      barriers.set(join, members);
      return [join];
    });
    return [id, [...new Set(names)]] as const;
  });
  const named = Object.fromEntries(needs);
  return barriers.size === 0 ? { needs: named } : { needs: named, barriers: Object.fromEntries(barriers) };
}

/** The tasks that a task needed, each once. */
export function needsOf({ needs, barriers = {} }: ReportNeeds, task: string): readonly string[] {
  const names = needs[task] ?? [];
  if (!names.some((name) => barriers[name] !== undefined)) return names;
  return [...new Set(names.flatMap((name) => barriers[name] ?? [name]))];
}

/** For each task the greatest of its needs' numbers, each barrier looked through once; `none` where it needs nothing. */
export function greatestOfNeeds(
  { needs, barriers = {} }: ReportNeeds,
  { of, none }: { readonly of: (task: string) => number; readonly none: number },
): (task: string) => number {
  const greatest = (names: readonly string[], one: (name: string) => number) =>
    names.reduce((most, name) => Math.max(most, one(name)), none);
  const known = new Map(
    Object.entries(barriers).map(([name, members]) => [name, greatest(members, of)] as const),
  );
  return (task) => greatest(needs[task] ?? [], (name) => known.get(name) ?? of(name));
}
