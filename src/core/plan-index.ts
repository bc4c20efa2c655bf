import type { Join, Plan, PlanGroup, PlanPhase, PlanTask } from './plan.js';

/** Look-ups by id; made once for each plan object. */
interface PlanIndex {
  readonly task: ReadonlyMap<string, PlanTask>;
  readonly join: ReadonlyMap<string, Join>;
  readonly group: ReadonlyMap<string, PlanGroup>;
  readonly phase: ReadonlyMap<string, PlanPhase>;
}

const indexes = new WeakMap<Plan, PlanIndex>();

function indexOf(plan: Plan): PlanIndex {
  const known = indexes.get(plan);
  if (known !== undefined) return known;
  const index: PlanIndex = {
    task: new Map(plan.tasks.map((task) => [task.id, task])),
    join: new Map(plan.joins.map((join) => [join.id, join])),
    group: new Map(plan.groups.map((group) => [group.id, group])),
    phase: new Map(plan.phases.map((phase) => [phase.name, phase])),
  };
  indexes.set(plan, index);
  return index;
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`stuck, this is a bug: the plan has no ${what}`);
  return value;
}

export function planTask(plan: Plan, id: string): PlanTask {
  return found(indexOf(plan).task.get(id), `task ${id}`);
}

export function hasTask(plan: Plan, id: string): boolean {
  return indexOf(plan).task.has(id);
}

export function planJoin(plan: Plan, id: string): Join {
  return found(indexOf(plan).join.get(id), `join ${id}`);
}

export function planGroup(plan: Plan, id: string): PlanGroup {
  return found(indexOf(plan).group.get(id), `group ${id}`);
}

export function planPhase(plan: Plan, name: string): PlanPhase {
  return found(indexOf(plan).phase.get(name), `phase ${name}`);
}

/** Direct predecessors of each task, through joins of both kinds: the plan as a graph of tasks. */
export function planEdges(plan: Plan): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    plan.tasks.map((task) => [
      task.id,
      [...new Set(task.after.flatMap((join) => planJoin(plan, join).members))],
    ]),
  );
}
