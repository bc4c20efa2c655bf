/**
 * A plan as a problem of activities and resources, for the search and for the lower bound. It knows less than the
 * engine: of several agents it asks only that enough lanes are there, and merges take no time and hold no locks.
 */
import { compareText } from './compare.js';
import { goTogether } from './claim-table.js';
import { isKept, planAgent, tasksOfJoin } from './plan-index.js';
import type { Join, Plan, PlanTask } from './plan.js';
import type { ScheduleActivity, ScheduleProblem } from './schedule-problem.js';

interface ProblemOptions {
  /** Without lanes, roles' limits and `maxTurns`: as if there were agents without number. */
  readonly lanes: boolean;
  /**
   * True = no schedule of the plan can be shorter than the problem's bound: what only some members of a join have to
   * bring is not waited for, and what may be cancelled takes no time. False = the shortest members bring it.
   */
  readonly optimistic: boolean;
}

export function problemOf(plan: Plan, options: ProblemOptions): ScheduleProblem {
  const drafted = new Set(plan.joins.flatMap(({ asks, members }) => (asks === 'drafted' ? members : [])));
  const resources = resourcesOf(plan, options);
  const cancelled = options.optimistic ? cancellable(plan) : new Set<string>();
  const activities = plan.tasks.flatMap((task) => {
    const demand = resources.demandOf(task);
    const duration = cancelled.has(task.id) ? 0 : Math.round(task.estimateMs);
    return taskActivities({ ...task, estimateMs: duration }, { isDrafted: drafted.has(task.id), demand });
  });
  const joins = plan.joins.map((join) => joinActivity(plan, join, options));
  return { activities: [...activities, ...joins], capacity: resources.capacity };
}

/** The activity that a task begins with has the task's id; no task's id has a space. */
function taskActivities(
  { id, after, finishAfter, estimateMs, draftAfter }: PlanTask,
  { isDrafted, demand }: { isDrafted: boolean; demand: ScheduleActivity['demand'] },
): ScheduleActivity[] {
  const draftMs = isDrafted ? Math.round(estimateMs * draftAfter) : estimateMs;
  const begin = { id, duration: draftMs, before: after.map(joinNode), demand };
  const rest = { id: restNode(id), duration: estimateMs - draftMs, before: [id], demand };
  const end = {
    id: endNode(id),
    duration: 0,
    before: [restNode(id), ...finishAfter.map(joinNode)],
    demand: {},
  };
  return [begin, rest, end];
}

function joinActivity(plan: Plan, join: Join, { optimistic }: ProblemOptions): ScheduleActivity {
  const tasks = [...new Set(tasksOfJoin(plan, join))];
  const asked =
    join.count >= join.members.length ? tasks : optimistic ? [] : shortest(plan, tasks, join.count);
  const before = asked.map(join.asks === 'drafted' ? (id) => id : endNode);
  return { id: joinNode(join.id), duration: 0, before, demand: {} };
}

function shortest(plan: Plan, ids: readonly string[], count: number): readonly string[] {
  const among = new Set(ids);
  return plan.tasks
    .filter(({ id }) => among.has(id))
    .sort((a, b) => a.estimateMs - b.estimateMs)
    .slice(0, count)
    .map(({ id }) => id);
}

function cancellable(plan: Plan): ReadonlySet<string> {
  return new Set(
    plan.groups.flatMap(({ members, wait, rest }) =>
      wait < members.length ? members.filter((id) => rest === 'cancel' || !isKept(plan, id)) : [],
    ),
  );
}

interface Resources {
  readonly capacity: Record<string, number>;
  readonly demandOf: (task: PlanTask) => ScheduleActivity['demand'];
}

function resourcesOf(plan: Plan, { lanes }: ProblemOptions): Resources {
  const capacity: Record<string, number> = {};
  for (const { name, capacity: units } of plan.pools) capacity[`pool ${name}`] = units;
  const locks = lockDemands(plan, capacity);
  const laneDemand = lanes ? laneDemands(plan, capacity) : () => ({});
  const demandOf = (task: PlanTask) => ({
    ...Object.fromEntries(task.uses.map(({ pool, units }) => [`pool ${pool}`, units])),
    ...Object.fromEntries(locks.get(task.id) ?? []),
    ...laneDemand(task),
  });
  return { capacity, demandOf };
}

/** A task that several agents can do takes one of all their lanes, beside the tasks that only some of these can do. */
function laneDemands(plan: Plan, capacity: Record<string, number>): Resources['demandOf'] {
  capacity['turns'] = plan.maxTurns;
  for (const { role, turns } of plan.roleLimits) capacity[`role ${role}`] = turns;
  const sets = new Map<string, ReadonlySet<string>>();
  for (const { agents } of plan.tasks) {
    const names = [...new Set(agents)];
    const key = `agents ${names.toSorted(compareText).join(' ')}`;
    if (sets.has(key)) continue;
    sets.set(key, new Set(names));
    capacity[key] = names.reduce((sum, name) => sum + planAgent(plan, name).instances, 0);
  }
  const limited = new Set(plan.roleLimits.map(({ role }) => role));
  return ({ agents, role }) => {
    const demand: Record<string, number> = { turns: 1 };
    if (role !== null && limited.has(role)) demand[`role ${role}`] = 1;
    for (const [key, set] of sets) if (agents.every((name) => set.has(name))) demand[key] = 1;
    return demand;
  };
}

/** A resource for some paths that all overlap (or one, with itself): who keeps others out takes all of it. */
function lockDemands(plan: Plan, capacity: Record<string, number>) {
  const claimants = claimantsOf(plan);
  const demands = new Map<string, Map<string, number>>();
  for (const [number, paths] of cliquesOf(plan, [...claimants.keys()]).entries()) {
    const users = paths.flatMap((path) => claimants.get(path) ?? []);
    const tasks = new Set(users.map(({ task }) => task));
    if (tasks.size < 2 || !users.some(({ exclusive }) => exclusive)) continue;
    const resource = `lock ${number}`;
    capacity[resource] = tasks.size;
    for (const user of users) demandLock(demands, user, { resource, all: tasks.size });
  }
  return demands;
}

/**
 * Sets of paths that all overlap one another, so that each two which overlap (and each by itself) are together in one:
 * of five hundred that all do, this is one set, and there are more than a hundred thousand such twos.
 */
function cliquesOf({ overlaps }: Plan, paths: readonly number[]): readonly (readonly number[])[] {
  const isUsed = new Set(paths);
  const around = new Map(
    paths.map((path) => [path, new Set(overlaps[path]?.filter((other) => isUsed.has(other)))]),
  );
  const covered = new Map(paths.map((path) => [path, new Set<number>()]));
  const cliques: (readonly number[])[] = [];
  for (const path of paths) {
    // Itself last: where it is in a set with another, that is enough.
    for (const other of [...(around.get(path) ?? [])].sort(
      (a, b) => Number(a === path) - Number(b === path) || a - b,
    )) {
      if (covered.get(path)?.has(other) === true) continue;
      const clique = growClique([path, other], around);
      for (const one of clique) for (const two of clique) covered.get(one)?.add(two);
      cliques.push(clique);
    }
  }
  return cliques;
}

function growClique(
  first: readonly number[],
  around: ReadonlyMap<number, ReadonlySet<number>>,
): readonly number[] {
  const clique = [...new Set(first)];
  const overlapsAll = (path: number) => clique.every((one) => around.get(one)?.has(path) === true);
  let left = [...(around.get(first[0] ?? -1) ?? [])].filter(
    (path) => !clique.includes(path) && overlapsAll(path),
  );
  for (let next = left[0]; next !== undefined; next = left[0]) {
    const beside = around.get(next);
    clique.push(next);
    left = left.slice(1).filter((path) => beside?.has(path) === true);
  }
  return clique;
}

interface Claimant {
  readonly task: string;
  readonly exclusive: boolean;
}

function claimantsOf({ tasks }: Plan): ReadonlyMap<number, readonly Claimant[]> {
  const claimants = new Map<number, Claimant[]>();
  for (const { id, claims } of tasks) {
    for (const { path, mode } of claims) {
      const own = claimants.get(path) ?? [];
      claimants.set(path, own);
      own.push({ task: id, exclusive: !goTogether(mode, mode) });
    }
  }
  return claimants;
}

function demandLock(
  demands: Map<string, Map<string, number>>,
  { task, exclusive }: Claimant,
  { resource, all }: { readonly resource: string; readonly all: number },
): void {
  const own = demands.get(task) ?? new Map<string, number>();
  demands.set(task, own);
  own.set(resource, exclusive ? all : (own.get(resource) ?? 1));
}

function joinNode(join: string): string {
  return `join ${join}`;
}

function restNode(task: string): string {
  return `rest ${task}`;
}

function endNode(task: string): string {
  return `end ${task}`;
}
