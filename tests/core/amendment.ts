/** Random changes of a plan: what a person makes of the campaign file while the campaign runs. */
import { isRemoved, REMOVED, type PlanChanged } from '../../src/core/plan-change.js';
import type { Join, Plan, PlanTask } from '../../src/core/plan.js';
import { planJoin, tasksOfJoin } from '../../src/core/plan-index.js';
import type { Random } from '../../src/core/random.js';
import type { CampaignEvent } from '../../src/core/engine.js';
import type { CampaignState, Event } from '../../src/core/state.js';

/** A change to this plan, of the campaign as it is. */
export function changedTo(plan: Plan, state: CampaignState): PlanChanged {
  return {
    event: 'planChanged',
    atMs: state.nowMs,
    key: `to${state.planRevision}`,
    revision: state.planRevision,
    plan,
  };
}

const CHANGES = [addTask, removeTask, redefine, redefine, reorder, renamePhases, move, resize];

/** One to three changes at once, of what the spec says: what it names no more is not in it. */
export function amendmentOf(
  plan: Plan,
  random: Random,
  at: { atMs: number; step: number; revision: number },
): PlanChanged {
  let next = specPlan(plan);
  for (let count = 1 + Math.floor(random() * 3); count > 0; count -= 1)
    next = pick(CHANGES, random)(next, random, at.step);
  const { atMs, step, revision } = at;
  return { event: 'planChanged', atMs, key: `plan${step}`, revision, plan: withDigests(next) };
}

/** Without what only the campaign remembers. */
export function specPlan(plan: Plan): Plan {
  return {
    ...plan,
    phases: plan.phases.filter(({ name }) => name !== REMOVED),
    groups: plan.groups.filter(({ phase }) => phase !== REMOVED),
    tasks: plan.tasks.filter((task) => !isRemoved(task)),
  };
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)]!;
}

function redefine(plan: Plan, random: Random, step: number): Plan {
  const { id } = pick(plan.tasks, random);
  return withTask(plan, id, (task) => ({ ...task, digest: `${id}v${step}.` }));
}

function withTask(plan: Plan, id: string, change: (task: PlanTask) => PlanTask): Plan {
  return { ...plan, tasks: plan.tasks.map((task) => (task.id === id ? change(task) : task)) };
}

/** Another agent, other paths, another number of attempts: the same work, elsewhere. */
function move(plan: Plan, random: Random): Plan {
  const { id } = pick(plan.tasks, random);
  const other = pick(plan.tasks, random);
  const { claims, agents, uses, role } = other;
  return withTask(plan, id, (task) => ({ ...task, claims, agents, uses, role, attempts: other.attempts }));
}

function reorder(plan: Plan, random: Random): Plan {
  const shuffled = <T>(list: readonly T[]) =>
    list
      .map((item) => ({ item, rank: random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  const groups = plan.groups.map((group) => ({ ...group, members: shuffled(group.members) }));
  return { ...plan, groups, tasks: shuffled(plan.tasks) };
}

/** Phases and groups are called otherwise. */
export function renamePhases(plan: Plan): Plan {
  const renamed = (name: string) => `x${name}`;
  return {
    ...plan,
    phases: plan.phases.map((phase) => ({
      ...phase,
      name: renamed(phase.name),
      groups: phase.groups.map(renamed),
    })),
    groups: plan.groups.map((group) => ({ ...group, id: renamed(group.id), phase: renamed(group.phase) })),
    tasks: plan.tasks.map((task) => ({
      ...task,
      phase: renamed(task.phase),
      group: renamed(task.group),
    })),
  };
}

function resize(plan: Plan, random: Random): Plan {
  const agents = plan.agents.map((agent) => ({ ...agent, instances: 1 + Math.floor(random() * 4) }));
  return { ...plan, agents, maxTurns: 1 + Math.floor(random() * 5) };
}

function addTask(plan: Plan, random: Random, step: number): Plan {
  const model = pick(plan.tasks, random);
  const taken = new Set(plan.tasks.map(({ id }) => id));
  const id = [`n${step}`, `n${step}b`, `n${step}c`].find((name) => !taken.has(name));
  if (id === undefined) return plan;
  const digest = `${id}v${step}.`;
  // A spec can't need one task of a round, only all of them.
  const after = model.after.filter((join) => model.madeOf === null || join !== `done:${model.madeOf}`);
  const own = { round: null, madeOf: null, depth: 0, after };
  const task: PlanTask = { ...model, ...own, id, digest, publishes: [], reviews: null, mergeAtOnce: false };
  const joins = plan.joins.map((join): Join => {
    if (!isBarrier(join) || !join.members.includes(model.id)) return join;
    const all = join.count === join.members.length;
    return { ...join, members: [...join.members, id], count: join.count + (all ? 1 : 0) };
  });
  const groups = plan.groups.map((group) => {
    if (group.id !== model.group) return group;
    const all = group.wait === group.members.length;
    return { ...group, members: [...group.members, id], wait: group.wait + (all ? 1 : 0) };
  });
  const contracts = plan.contracts.map((contract) =>
    contract.consumers.includes(model.id)
      ? { ...contract, consumers: [...contract.consumers, id] }
      : contract,
  );
  return { ...plan, joins, groups, contracts, tasks: [...plan.tasks, task] };
}

export function isBarrier({ asks }: Join): boolean {
  return asks === 'ended' || asks === 'verified';
}

/** With all that needs it needing it no more. */
function removeTask(plan: Plan, random: Random): Plan {
  return withoutTask(plan, pick(plan.tasks, random).id);
}

export function withoutTask(plan: Plan, id: string): Plan {
  const { group } = plan.tasks.find((task) => task.id === id)!;
  const own = plan.groups.find((each) => each.id === group)!;
  if (own.members.length === 1) return plan;
  const lost = new Set(plan.contracts.filter(({ author }) => author === id).map((contract) => contract.id));
  const judges = plan.contracts
    .filter((contract) => lost.has(contract.id))
    .flatMap(({ reviewers }) => reviewers);
  const isLost = (join: Join) => {
    if (isBarrier(join)) return false;
    if (join.asks === 'published') return lost.has(join.members[0]!);
    const without = join.asks === 'approved' ? [id, ...judges] : [id];
    return join.members.some((member) => without.includes(member));
  };
  const gone = new Set(plan.joins.filter(isLost).map((join) => join.id));
  const keeps = (join: string) => !gone.has(join);
  return {
    ...plan,
    joins: plan.joins
      .filter((join) => keeps(join.id))
      .map((join) => {
        const members = join.members.filter((member) => member !== id);
        return { ...join, members, count: Math.min(join.count, members.length) };
      }),
    groups: plan.groups.map((each) => {
      const members = each.members.filter((member) => member !== id);
      return { ...each, members, wait: Math.min(each.wait, members.length) };
    }),
    contracts: plan.contracts
      .filter((contract) => !lost.has(contract.id))
      .map((contract) => ({
        ...contract,
        provider: contract.provider === id ? null : contract.provider,
        consumers: contract.consumers.filter((user) => user !== id),
        reviewers: contract.reviewers.filter((reviewer) => reviewer !== id),
      })),
    tasks: plan.tasks
      .filter((task) => task.id !== id)
      .map((task) => ({
        ...task,
        after: task.after.filter(keeps),
        finishAfter: task.finishAfter.filter(keeps),
        reviews: lost.has(task.reviews ?? '') ? null : task.reviews,
        mergeAfter: task.mergeAfter.filter((other) => other !== id),
      })),
  };
}

/** As the compiler makes them: the own half stays, the other is of all that the task builds on. */
export function withDigests(plan: Plan): Plan {
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  const known = new Map<string, string>();
  const digestOf = (id: string): string => {
    const task = tasks.get(id);
    if (task === undefined) return '';
    const made = known.get(id);
    if (made !== undefined) return made;
    const own = task.digest.split('.')[0] ?? '';
    const inputs = [...task.after, ...task.finishAfter]
      .map((join) => planJoin(plan, join))
      .filter((join) => !isBarrier(join))
      .flatMap((join) => tasksOfJoin(plan, join))
      .sort();
    const digest = `${own}.${hash([own, ...[...new Set(inputs)].map((input) => `${input} ${digestOf(input)}`)])}`;
    known.set(id, digest);
    return digest;
  };
  return { ...plan, tasks: plan.tasks.map((task) => ({ ...task, digest: digestOf(task.id) })) };
}

function hash(texts: readonly string[]): string {
  let value = 7;
  for (const sign of texts.join('\n')) value = (Math.imul(value, 31) + sign.charCodeAt(0)) >>> 0;
  return value.toString(36);
}

/** Of a campaign whose plan is not changed. */
export function eventsOf(told: readonly (readonly CampaignEvent[])[]): readonly (readonly Event[])[] {
  return told.map((events) =>
    events.flatMap((event): readonly Event[] =>
      event.event === 'planChanged' || event.event === 'extended' ? [] : [event],
    ),
  );
}
