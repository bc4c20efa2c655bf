import { contestedClaims } from './contested-claim.js';
import type {
  Claim,
  Join,
  Plan,
  PlanAgent,
  PlanContract,
  PlanGroup,
  PlanPhase,
  PlanPool,
  PlanTask,
} from './plan.js';
import { isRemoved } from './plan-change.js';

/** Look-ups by id; made once for each plan object. */
interface PlanIndex {
  readonly task: ReadonlyMap<string, PlanTask>;
  readonly join: ReadonlyMap<string, Join>;
  readonly group: ReadonlyMap<string, PlanGroup>;
  readonly phase: ReadonlyMap<string, PlanPhase>;
  readonly agent: ReadonlyMap<string, PlanAgent>;
  readonly contract: ReadonlyMap<string, PlanContract>;
  readonly pool: ReadonlyMap<string, PlanPool>;
  readonly roleLimit: ReadonlyMap<string, number>;
  /** By task: its claims that others could be in the way of, where it has some. */
  readonly contested: ReadonlyMap<string, readonly Claim[]>;
  /** By task: these claims and its uses, as a text, where another task has just the same; else it has no entry. */
  readonly resources: ReadonlyMap<string, string>;
  /** Did a search for a short schedule give some task a preference? */
  readonly preferences: boolean;
  /** A task's place in the plan's order. */
  readonly position: ReadonlyMap<string, number>;
  /** Groups that are met by fewer than all their members, and groups with a timeout. */
  readonly racing: readonly PlanGroup[];
  /** Members that others need by name, of groups that are met by fewer and let the rest finish. */
  readonly kept: ReadonlySet<string>;
  readonly timed: readonly PlanGroup[];
  readonly removed: readonly PlanGroup[];
  /** Joins that a task can meet, itself or by a contract that it publishes. */
  readonly joinsOf: ReadonlyMap<string, readonly Join[]>;
  /** Tasks that start or finish after a join. */
  readonly followers: ReadonlyMap<string, readonly string[]>;
  /** By source: the rounds over its output; those over a round stand with that. */
  readonly rounds: ReadonlyMap<string, readonly string[]>;
}

const indexes = new WeakMap<Plan, PlanIndex>();

function indexOf(plan: Plan): PlanIndex {
  const known = indexes.get(plan);
  if (known !== undefined) return known;
  const contract = new Map(plan.contracts.map((each) => [each.id, each]));
  const contested = contestedClaims(plan);
  const index: PlanIndex = {
    task: new Map(plan.tasks.map((task) => [task.id, task])),
    join: new Map(plan.joins.map((join) => [join.id, join])),
    group: new Map(plan.groups.map((group) => [group.id, group])),
    phase: new Map(plan.phases.map((phase) => [phase.name, phase])),
    agent: new Map(plan.agents.map((agent) => [agent.name, agent])),
    contract,
    pool: new Map(plan.pools.map((pool) => [pool.name, pool])),
    roleLimit: new Map(plan.roleLimits.map(({ role, turns }) => [role, turns])),
    contested,
    resources: sharedResources(plan.tasks, contested),
    preferences: plan.tasks.some(({ preference }) => preference > 0),
    position: new Map(plan.tasks.map((task, position) => [task.id, position])),
    racing: plan.groups.filter(({ wait, members }) => wait < members.length),
    kept: keptMembers(plan, contract),
    timed: plan.groups.filter(({ timeoutMs }) => timeoutMs !== null),
    removed: plan.groups.filter(({ id }) => isRemoved({ group: id })),
    joinsOf: gather(plan.joins, (join) => joinTasks(join, contract)),
    followers: gatherIds(plan.tasks),
    rounds: gatherRounds(plan.tasks),
  };
  indexes.set(plan, index);
  return index;
}

/**
 * What others need by its own name, and not as one of several, their group does not give up: it is worked on and merged
 * though the group is met without it. Inside the group that holds for what such a member needs itself.
 */
function keptMembers(plan: Plan, contracts: ReadonlyMap<string, PlanContract>): ReadonlySet<string> {
  const groupOf = new Map(
    plan.groups
      .filter(({ wait, members, rest }) => rest === 'finish' && wait < members.length)
      .flatMap(({ id, members }) => members.map((member) => [member, id])),
  );
  const kept = new Set<string>();
  if (groupOf.size === 0) return kept;
  const needed = neededOf(plan, contracts);
  const keep = (id: string) => {
    for (const other of needed.get(id) ?? []) {
      if (kept.has(other) || !groupOf.has(other)) continue;
      if (groupOf.get(other) === groupOf.get(id) && !kept.has(id)) continue;
      kept.add(other);
      keep(other);
    }
  };
  for (const { id } of plan.tasks) keep(id);
  return kept;
}

/** By task: those whose work it can't go on without, or must be merged after. */
function neededOf({ joins, tasks }: Plan, contracts: ReadonlyMap<string, PlanContract>) {
  const byJoin = new Map(
    joins
      .filter(({ asks, count, members }) => count === members.length && !ORDERS.has(asks))
      .map((join) => [join.id, joinTasks(join, contracts)]),
  );
  return new Map(
    tasks.map(({ id, after, finishAfter, mergeAfter, reviews }) => {
      // Who only judges it can do without it.
      const joined = reviews === null ? [...after, ...finishAfter] : [];
      return [id, [...joined.flatMap((join) => byJoin.get(join) ?? []), ...mergeAfter]];
    }),
  );
}

/** Joins of phases, which any end of a task is good enough for. */
const ORDERS: ReadonlySet<Join['asks']> = new Set(['ended', 'verified']);

/** The tasks whose state decides about a join: its members, or the authors of its contracts. */
function joinTasks(join: Join, contracts: ReadonlyMap<string, PlanContract>): readonly string[] {
  if (join.asks !== 'published') return join.members;
  return join.members.flatMap((id) => contracts.get(id)?.author ?? []);
}

function sharedResources(
  tasks: readonly PlanTask[],
  contested: PlanIndex['contested'],
): ReadonlyMap<string, string> {
  const wanted = tasks.filter(({ id, uses }) => contested.has(id) || uses.length > 0);
  const texts = wanted.map(({ id, uses }) => [id, JSON.stringify([contested.get(id) ?? [], uses])] as const);
  const times = new Map<string, number>();
  for (const [, text] of texts) times.set(text, (times.get(text) ?? 0) + 1);
  return new Map(texts.filter(([, text]) => (times.get(text) ?? 0) > 1));
}

function gather(joins: readonly Join[], tasksOf: (join: Join) => readonly string[]) {
  const gathered = new Map<string, Join[]>();
  for (const join of joins) for (const task of new Set(tasksOf(join))) push(gathered, task, join);
  return gathered;
}

function gatherIds(tasks: readonly PlanTask[]) {
  const gathered = new Map<string, string[]>();
  for (const task of tasks) {
    for (const join of new Set([...task.after, ...task.finishAfter])) push(gathered, join, task.id);
  }
  return gathered;
}

function gatherRounds(tasks: readonly PlanTask[]) {
  const gathered = new Map<string, string[]>();
  for (const { id, round } of tasks) if (round !== null) push(gathered, round.from, id);
  return gathered;
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
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

export function planAgent(plan: Plan, name: string): PlanAgent {
  return found(indexOf(plan).agent.get(name), `agent ${name}`);
}

export function planContract(plan: Plan, id: string): PlanContract {
  return found(indexOf(plan).contract.get(id), `contract ${id}`);
}

export function planPool(plan: Plan, name: string): PlanPool {
  return found(indexOf(plan).pool.get(name), `pool ${name}`);
}

/** Turns of the role that may run at once. */
export function roleLimit(plan: Plan, role: string): number {
  return indexOf(plan).roleLimit.get(role) ?? Infinity;
}

/** Claims that other tasks could be in the way of. */
export function contestedClaimsOf(plan: Plan, id: string): readonly Claim[] {
  return indexOf(plan).contested.get(id) ?? [];
}

/** What others could be in the way of, as a text, where another task claims and uses just the same; else empty. */
export function sharedResourcesOf(plan: Plan, id: string): string {
  return indexOf(plan).resources.get(id) ?? '';
}

export function hasPreferences(plan: Plan): boolean {
  return indexOf(plan).preferences;
}

export function planPosition(plan: Plan, id: string): number {
  return found(indexOf(plan).position.get(id), `task ${id}`);
}

/** Joins whose progress a task's state can change. */
export function joinsOfTask(plan: Plan, id: string): readonly Join[] {
  return indexOf(plan).joinsOf.get(id) ?? [];
}

/** Rounds that are made of what this task hands on. */
export function roundsOver(plan: Plan, id: string): readonly string[] {
  const { madeOf } = planTask(plan, id);
  const { rounds } = indexOf(plan);
  return [...(rounds.get(id) ?? []), ...(rounds.get(madeOf ?? '') ?? [])];
}

/** Tasks that start or finish after a join. */
export function tasksAfter(plan: Plan, join: string): readonly string[] {
  return indexOf(plan).followers.get(join) ?? [];
}

/** The tasks whose state decides about a join. */
export function tasksOfJoin(plan: Plan, join: Join): readonly string[] {
  return joinTasks(join, indexOf(plan).contract);
}

export function planGroup(plan: Plan, id: string): PlanGroup {
  return found(indexOf(plan).group.get(id), `group ${id}`);
}

/** Groups that are met by fewer than all their members. */
export function racingGroups(plan: Plan): readonly PlanGroup[] {
  return indexOf(plan).racing;
}

/** Is it merged whatever its group is met by? */
export function isKept(plan: Plan, id: string): boolean {
  return indexOf(plan).kept.has(id);
}

export function timedGroups(plan: Plan): readonly PlanGroup[] {
  return indexOf(plan).timed;
}

export function planPhase(plan: Plan, name: string): PlanPhase {
  return found(indexOf(plan).phase.get(name), `phase ${name}`);
}

/** Of tasks that the campaign file names no more: one, or none. */
export function removedGroups(plan: Plan): readonly PlanGroup[] {
  return indexOf(plan).removed;
}

/** Direct predecessors of each task, through joins of both kinds: the plan as a graph of tasks. */
export function planEdges(plan: Plan): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    plan.tasks.map((task) => [
      task.id,
      [...new Set(task.after.flatMap((join) => tasksOfJoin(plan, planJoin(plan, join))))],
    ]),
  );
}
