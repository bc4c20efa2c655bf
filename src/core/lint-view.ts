/** What the rules of the lint look at: a compiled campaign, and where each of its parts is written. */
import type { CampaignBrief } from './brief.js';
import { topologicalOrder } from './graph.js';
import type { Join, Plan, PlanGroup, PlanTask } from './plan.js';
import {
  planAgent,
  planGroup,
  planJoin,
  planPool,
  planPosition,
  planTask,
  roleLimit,
  tasksOfJoin,
} from './plan-index.js';
import type { Problem } from './problem.js';
import { makeCouldOverlap, type CouldOverlap } from './spec-order.js';
import { outlineOf, type Outline } from './spec-outline.js';
import type { SpecPath } from './spec-source.js';
import type { Written } from './spec-written.js';

export interface LintInput {
  /** The file's plain data, its variables filled in. */
  readonly written: Written;
  readonly plan: Plan;
  readonly brief: CampaignBrief;
}

export type LintRule = (view: LintView) => readonly Problem[];

type Warned = Pick<Problem, 'code' | 'message' | 'hint'>;

/** What takes long to find is found when a rule first asks for it. */
export class LintView {
  readonly plan: Plan;
  readonly brief: CampaignBrief;
  /** Its tasks are those of the plan, in the same order. */
  readonly outline: Outline;
  private depths: ReadonlyMap<string, number> | null = null;
  private order: CouldOverlap | null = null;

  constructor(private readonly input: LintInput) {
    this.plan = withoutReviews(input.plan);
    this.brief = input.brief;
    this.outline = outlineOf(input.written.value);
  }

  /** A value of the file, as it is written there. */
  get root(): unknown {
    return this.input.written.value;
  }

  warn(path: SpecPath, warned: Warned): Problem {
    return { ...warned, where: this.input.written.placeOf(path), severity: 'warning' };
  }

  /** The path of a task, or of one of its keys. */
  taskPath(id: string, ...keys: SpecPath): SpecPath {
    return [...(this.outline.tasks[planPosition(this.plan, id)]?.path ?? []), ...keys];
  }

  /** What the file says of a task. */
  taskValue(id: string): Readonly<Record<string, unknown>> {
    return this.outline.tasks[planPosition(this.plan, id)]?.value ?? {};
  }

  /** The path of a group's name, or else of what makes its tasks one. */
  groupPath({ id, members }: PlanGroup): SpecPath {
    const group = this.outline.groups.find((other) => other.id === id);
    const path = group?.path ?? this.outline.phases[group?.phase ?? -1]?.path;
    return path == null ? this.taskPath(members[0] ?? '', 'group') : [...path, 'name'];
  }

  /** Groups that somebody wrote as such: a plain list of tasks is ordered by needs alone. */
  get writtenGroups(): readonly PlanGroup[] {
    const isPlain = this.outline.tasks.some(
      ({ path, value }) => path[0] === 'tasks' && value['group'] === undefined,
    );
    return isPlain ? [] : this.plan.groups;
  }

  /** How many tasks of its phase have to be over, one after the other, before it: of two with the same number none waits for the other. */
  depth(id: string): number {
    this.depths ??= findDepths(this.plan);
    return this.depths.get(id) ?? 0;
  }

  /** By indexes in the plan's tasks. */
  couldOverlap(a: number, b: number): boolean {
    this.order ??= makeCouldOverlap(this.outline, this.root) ?? (() => false);
    return this.order(a, b);
  }

  /** Does it wait for the other in any way, be it for a draft or to finish after it, itself or by what it waits for? */
  dependsOn(task: string, other: string): boolean {
    const { phase } = planTask(this.plan, task);
    const seen = new Set<string>([task]);
    const joins = new Set<string>();
    for (const id of seen) {
      const { after, finishAfter } = planTask(this.plan, id);
      for (const join of [...after, ...finishAfter]) {
        if (joins.has(join)) continue;
        joins.add(join);
        const before = tasksOfJoin(this.plan, planJoin(this.plan, join));
        for (const each of before) if (planTask(this.plan, each).phase === phase) seen.add(each);
      }
    }
    return seen.has(other);
  }
}

/** What the file does not have has no place in it: rules look at what somebody wrote. */
function withoutReviews(plan: Plan): Plan {
  if (plan.contracts.every(({ reviewers }) => reviewers.length === 0)) return plan;
  const isWritten = (id: string) => planTask(plan, id).reviews === null;
  const groups = plan.groups.filter(({ members }) => members.some(isWritten));
  const kept = new Set(groups.map(({ id }) => id));
  const reviews = new Set(plan.joins.filter(({ asks }) => asks === 'approved').map(({ id }) => id));
  return {
    ...plan,
    groups,
    phases: plan.phases.map((phase) => ({ ...phase, groups: phase.groups.filter((id) => kept.has(id)) })),
    tasks: plan.tasks
      .filter(({ id }) => isWritten(id))
      .map((task) => ({ ...task, after: task.after.filter((id) => !reviews.has(id)) })),
    joins: plan.joins
      .filter(({ id }) => !reviews.has(id))
      .map((join) => (join.asks === 'ended' || join.asks === 'verified' ? withMembers(plan, join) : join)),
  };
}

function withMembers(plan: Plan, join: Join): Join {
  const members = join.members.filter((id) => planTask(plan, id).reviews === null);
  return { ...join, members, count: Math.min(join.count, members.length) };
}

/** The widest row of tasks of which none waits for another: at least so many can run at once, if lanes allow. */
export function widestRow(view: LintView, members: readonly string[]): readonly string[] {
  return rowsOf(view, members).reduce<readonly string[]>(
    (widest, row) => (row.length > widest.length ? row : widest),
    [],
  );
}

/** Tasks of one phase by their depth. */
export function rowsOf(view: LintView, members: readonly string[]): readonly (readonly string[])[] {
  const rows = new Map<number, string[]>();
  for (const id of members) {
    const depth = view.depth(id);
    const row = rows.get(depth);
    if (row === undefined) rows.set(depth, [id]);
    else row.push(id);
  }
  return [...rows.values()];
}

/** How many of these tasks lanes, limits and pools let run at once. */
export function mostAtOnce({ plan }: LintView, members: readonly string[]): number {
  const tasks = members.map((id) => planTask(plan, id));
  const agents = new Set(tasks.flatMap((task) => task.agents));
  const lanes = [...agents].reduce((sum, name) => sum + planAgent(plan, name).instances, 0);
  return Math.min(
    members.length,
    plan.maxTurns,
    lanes,
    byRole(plan, tasks),
    ...plan.pools.map(byPool(plan, tasks)),
  );
}

function byRole(plan: Plan, tasks: readonly PlanTask[]): number {
  const counts = new Map<string, number>();
  for (const { role } of tasks) counts.set(role ?? '', (counts.get(role ?? '') ?? 0) + 1);
  return [...counts].reduce(
    (sum, [role, count]) => sum + Math.min(count, role === '' ? count : roleLimit(plan, role)),
    0,
  );
}

function byPool(plan: Plan, tasks: readonly PlanTask[]) {
  return ({ name }: Plan['pools'][number]): number => {
    const units = tasks
      .flatMap(({ uses }) => uses.filter(({ pool }) => pool === name).map((use) => use.units))
      .sort((a, b) => a - b);
    let left = planPool(plan, name).capacity;
    const fitting = units.filter((amount) => (left -= amount) >= 0).length;
    return tasks.length - units.length + fitting;
  };
}

/** Joins are nodes too: a phase's barrier stands between thousands of tasks, and must not become an edge for each pair. */
function findDepths(plan: Plan): ReadonlyMap<string, number> {
  const joins = new Map(plan.joins.map((join) => [`join ${join.id}`, tasksOfJoin(plan, join)]));
  const before: Record<string, readonly string[]> = Object.fromEntries(joins);
  for (const { id, after } of plan.tasks) before[id] = after.map((join) => `join ${join}`);
  const order = topologicalOrder({ ids: [...joins.keys(), ...plan.tasks.map(({ id }) => id)], before }) ?? [];
  const depths = new Map<string, number>();
  const phaseOf = (id: string | undefined) => (id === undefined ? '' : planTask(plan, id).phase);
  for (const node of order) {
    const members = joins.get(node);
    if (members !== undefined) {
      depths.set(
        node,
        members.reduce((most, id) => Math.max(most, depths.get(id) ?? 0), 0),
      );
      continue;
    }
    // What a join asks for is all of one phase; an earlier one is over when this one begins.
    const waits = (before[node] ?? []).filter((join) => phaseOf(joins.get(join)?.[0]) === phaseOf(node));
    depths.set(node, 1 + waits.reduce((most, join) => Math.max(most, depths.get(join) ?? 0), 0));
  }
  return depths;
}

const MOST_NAMED = 5;

/** `"a", "b" and 3 more`. */
export function nameSome(ids: readonly string[]): string {
  const named = ids
    .slice(0, MOST_NAMED)
    .map((id) => `"${id}"`)
    .join(', ');
  return ids.length > MOST_NAMED ? `${named} and ${ids.length - MOST_NAMED} more` : named;
}

export function groupOf(view: LintView, task: string): PlanGroup {
  return planGroup(view.plan, planTask(view.plan, task).group);
}
