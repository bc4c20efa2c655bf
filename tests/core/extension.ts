/** Plans with more tasks, as a compiler would make them: of rounds, and of what agents and people ask for. */
import type { AdditionRequest } from '../../src/core/addition-book.js';
import { roundRequest } from '../../src/core/addition-request.js';
import type { Join, Plan, PlanTask } from '../../src/core/plan.js';
import { planJoin, planTask } from '../../src/core/plan-index.js';
import type { Random } from '../../src/core/random.js';
import type { Event } from '../../src/core/state.js';
import { isBarrier, specPlan, withDigests, withoutTask } from './amendment.js';

/** An agent's wish, or (null) a person's; some of it is more than may be asked for. */
export function askedBy(
  task: string | null,
  key: string,
  { atMs, random }: { atMs: number; random: Random },
): Extract<Event, { event: 'additionAsked' }> {
  const count = random() < 0.05 ? 21 : Math.floor(random() * 4);
  const tasks = Array.from({ length: count }, (_, at) => ({ id: `${key}x${at}`, title: 'more' }));
  const by = task === null ? 'person' : 'agent';
  const groups = ['p1/g1', 'p2/g1', 'p3/g1', null] as const;
  const group = task === null ? (groups[Math.floor(random() * groups.length)] ?? null) : null;
  return { event: 'additionAsked', atMs, key, by, task, group, why: 'there is more', tasks, problem: null };
}

/** How many tasks each source has for a round. */
const MOST_MADE = 3;

export function extensionOf(inForce: Plan, request: AdditionRequest, random: Random): Plan {
  const plan = specPlan(inForce);
  if (request.by !== 'round') return withDigests(addAsked(plan, request, random));
  const keys = request.sources.flatMap(({ prefix }) =>
    Array.from(
      { length: Math.floor(random() * (MOST_MADE + 1)) },
      (_, at) => `${prefix}${prefix && '-'}${at + 1}`,
    ),
  );
  return withDigests(makeRound(plan, request, keys));
}

/** As many as a plan expects. */
export function expected(plan: Plan, request: AdditionRequest): Plan {
  const keys = request.sources.flatMap(({ prefix }) =>
    ['1', '2'].map((key) => `${prefix}${prefix && '-'}${key}`),
  );
  return withDigests(makeRound(plan, request, keys));
}

/** With the tasks that are expected of all rounds, each made after those that it is over. */
export function assumed(plan: Plan): Plan {
  const next = plan.tasks.find(({ round }) => {
    const source = plan.tasks.find(({ id }) => id === round?.from);
    return round !== null && round.aheadMs > 0 && (source?.round?.aheadMs ?? 0) === 0;
  });
  return next === undefined ? plan : assumed(expected(plan, roundRequest(plan, next.id)));
}

export function makeRound(plan: Plan, { task, depth }: AdditionRequest, keys: readonly string[]): Plan {
  const template = planTask(plan, task ?? '');
  const ids = keys.map((key) => `${template.id}-${key}`);
  const gone = plan.tasks.filter(({ madeOf, id }) => madeOf === template.id && !ids.includes(id));
  const rest = gone.reduce((so, { id }) => withoutTask(so, id), plan);
  const known = new Set(rest.tasks.map(({ id }) => id));
  const next = ids
    .filter((id) => !known.has(id))
    .reduce((so, id) => addMade(so, { template, id, depth }), rest);
  return mapTask(next, template.id, (one) => ({ ...one, round: { ...one.round!, aheadMs: 0 } }));
}

function addMade(
  plan: Plan,
  { template, id, depth }: { template: PlanTask; id: string; depth: number },
): Plan {
  const followers = plan.tasks.filter(
    ({ after, madeOf }) => madeOf !== template.id && after.includes(`done:${template.id}`),
  );
  const task: PlanTask = {
    ...template,
    id,
    title: id,
    digest: `${id}v.`,
    round: null,
    madeOf: template.id,
    depth,
    after: [...template.after, `done:${template.id}`],
    estimateMs: template.round?.aheadMs === 0 ? 600_000 : (template.round?.aheadMs ?? 0),
    branch: `longhaul/test/a/${id}`,
    mergeAtOnce: followers.length > 0,
  };
  const done = (member: string): Join => ({
    id: `done:${member}`,
    members: [member],
    count: 1,
    asks: 'done',
  });
  const joins = [done(template.id), ...(followers.length > 0 ? [done(id)] : [])];
  const placed = place(
    { ...plan, joins: [...plan.joins, ...joins.filter((join) => lacks(plan, join))] },
    task,
  );
  return followers.reduce(
    (so, follower) => mapTask(so, follower.id, (one) => ({ ...one, after: [...one.after, `done:${id}`] })),
    placed,
  );
}

function lacks({ joins }: Plan, { id }: Join): boolean {
  return !joins.some((join) => join.id === id);
}

function mapTask(plan: Plan, id: string, change: (task: PlanTask) => PlanTask): Plan {
  return { ...plan, tasks: plan.tasks.map((task) => (task.id === id ? change(task) : task)) };
}

/** In its group, and in all that waits for the group's end. */
function place(plan: Plan, task: PlanTask): Plan {
  const groups = plan.groups.map((group) => {
    if (group.id !== task.group) return group;
    return { ...group, members: [...group.members, task.id], wait: group.wait + 1 };
  });
  const mates = plan.groups.find(({ id }) => id === task.group)!.members;
  const joins = plan.joins.map((join): Join =>
    isBarrier(join) && join.members.some((member) => mates.includes(member))
      ? { ...join, members: [...join.members, task.id], count: join.count + 1 }
      : join,
  );
  return { ...plan, groups, joins, tasks: [...plan.tasks, task] };
}

/** Like one of its group, needing nothing but what phases wait for. */
function addAsked(plan: Plan, request: AdditionRequest, random: Random): Plan {
  const mates = plan.tasks.filter(
    ({ group, round, reviews }) => group === request.group && round === null && reviews === null,
  );
  const model = mates[Math.floor(random() * mates.length)];
  if (model === undefined) return plan;
  return (request.tasks as readonly { id: string }[]).reduce((so, { id }) => {
    const task: PlanTask = {
      ...model,
      id,
      title: id,
      digest: `${id}v.`,
      madeOf: null,
      depth: request.depth,
      after: model.after.filter((join) => isBarrier(planJoin(plan, join))),
      finishAfter: [],
      mergeAfter: [],
      publishes: [],
      mergeAtOnce: false,
      branch: `longhaul/test/a/${id}`,
    };
    return place(so, task);
  }, plan);
}

/** Some tasks need others, whatever the random campaign has made of them. */
export function withNeeds(plan: Plan, picks: readonly (readonly [number, number])[]): Plan {
  const whole = new Set(
    plan.groups.filter(({ wait, members }) => wait === members.length).map(({ id }) => id),
  );
  return picks.reduce((so, [one, other]) => {
    const at = 1 + (one % Math.max(1, so.tasks.length - 1));
    const task = so.tasks[at];
    const need = so.tasks[other % at];
    if (task === undefined || need === undefined || task.reviews !== null || need.reviews !== null) return so;
    const join: Join = { id: `done:${need.id}`, members: [need.id], count: 1, asks: 'done' };
    if (!whole.has(need.group) || task.after.includes(join.id)) return so;
    const joins = lacks(so, join) ? [...so.joins, join] : so.joins;
    const needing = mapTask({ ...so, joins }, task.id, (it) => ({ ...it, after: [...it.after, join.id] }));
    return mapTask(needing, need.id, (it) => ({ ...it, mergeAtOnce: it.round === null }));
  }, plan);
}

/** Some tasks of the plan become rounds over one that they need, where a round can be. */
export function withRounds(plan: Plan, picks: readonly number[]): Plan {
  const users = new Set(plan.contracts.flatMap(({ provider, consumers }) => [provider ?? '', ...consumers]));
  const late = new Set([
    ...plan.tasks.flatMap(({ finishAfter }) => finishAfter),
    ...plan.joins
      .filter(({ asks }) => asks === 'drafted')
      .flatMap(({ members }) => members.map((id) => `done:${id}`)),
  ]);
  const whole = new Set(
    plan.groups.filter(({ wait, members }) => wait === members.length).map(({ id }) => id),
  );
  const isFit = (so: Plan, task: PlanTask) =>
    sourceOf(so, task) !== null &&
    task.round === null &&
    task.reviews === null &&
    task.publishes.length === 0 &&
    whole.has(task.group) &&
    !users.has(task.id) &&
    !late.has(`done:${task.id}`);
  return picks.reduce((so, at) => {
    const fit = so.tasks.filter((task) => isFit(so, task));
    const task = fit[at % Math.max(1, fit.length)];
    const from = task === undefined ? null : sourceOf(so, task);
    if (task === undefined || from === null) return so;
    const nothing = {
      claims: [],
      uses: [],
      finishAfter: [],
      mergeAfter: [],
      estimateMs: 0,
      mergeAtOnce: false,
    };
    return mapTask(so, task.id, (one) => ({ ...one, ...nothing, round: { from, aheadMs: one.estimateMs } }));
  }, plan);
}

function sourceOf(plan: Plan, { after }: PlanTask): string | null {
  const need = after.map((id) => planJoin(plan, id)).find(({ id }) => id.startsWith('done:'));
  return need?.members[0] ?? null;
}
