/** Tasks that somebody wants while the campaign runs: what can be asked for. */
import type { AdditionAsked, AdditionRequest } from './addition-book.js';
import { groupsCalled } from './spec-need.js';
import { canReopen } from './tell.js';
import { hasTask, planGroup, planTask } from './plan-index.js';
import { isRemoved } from './plan-change.js';
import type { Plan } from './plan.js';
import { proposalFaults } from './proposal.js';
import type { CampaignState } from './state.js';

const MOST_OPEN_ADDITIONS = 10;
export const MOST_TASKS_AT_ONCE = 20;
const ENDING = 'The campaign is ending: no tasks can be added any more.';
/** Of the tasks' JSON. */
export const LONGEST_ADDITION = 32_768;

/** Tasks that came while it ran. */
export function addedTasks({ tasks }: Plan): number {
  return tasks.filter(({ depth, group }) => depth > 0 && !isRemoved({ group })).length;
}

/** Why it is refused at once, as a sentence; null where it is not. */
export function additionFault(plan: Plan, state: CampaignState, asked: AdditionAsked): string | null {
  const { by, task, tasks, problem } = asked;
  if (problem !== null) return problem;
  if (!canReopen(state)) return ENDING;
  if (task !== null && !hasTask(plan, task)) return `There is no task ${task}.`;
  if (by === 'agent' && plan.proposals === 'refuse') return 'This campaign takes no proposals.';
  const [fault] = by === 'agent' ? proposalFaults(tasks) : [];
  if (fault !== undefined) return fault;
  return (
    sizeFault(plan, state, asked) ?? placeFault(plan, state, asked) ?? depthFault(plan, depthOf(plan, task))
  );
}

/** The same of one that was taken, after what came since: the plan may be another one, and the group's time over. */
export function openFault(
  plan: Plan,
  state: CampaignState,
  { group, depth, tasks }: AdditionRequest,
): string | null {
  if (!canReopen(state)) return ENDING;
  if (!plan.groups.some(({ id }) => id === group))
    return `The group "${group}" is not in the campaign any more.`;
  return (
    groupFault(plan, state, group) ??
    limitFault(plan, addedTasks(plan) + tasks.length) ??
    depthFault(plan, depth)
  );
}

function sizeFault(plan: Plan, { additions }: CampaignState, { tasks }: AdditionAsked): string | null {
  if (tasks.length === 0) return 'It names no task: "tasks" must be a list with at least one.';
  if (tasks.length > MOST_TASKS_AT_ONCE)
    return `It names ${tasks.length} tasks, and at most ${MOST_TASKS_AT_ONCE} can be added at once.`;
  if (JSON.stringify(tasks).length > LONGEST_ADDITION)
    return `Its tasks have more than ${LONGEST_ADDITION / 1024} KB of text: put what is long into files of the repository.`;
  if (additions.open.length >= MOST_OPEN_ADDITIONS)
    return `${MOST_OPEN_ADDITIONS} others wait to be added or answered: ask again when they are settled.`;
  const open = additions.open.reduce((sum, other) => sum + other.tasks.length, 0);
  return limitFault(plan, addedTasks(plan) + open + tasks.length);
}

function limitFault({ mostAdded }: Plan, sum: number): string | null {
  return sum > mostAdded
    ? `With it, ${sum} tasks would have been added while the campaign runs, and limits.tasks allows ${mostAdded}.`
    : null;
}

function placeFault(plan: Plan, state: CampaignState, asked: AdditionAsked): string | null {
  const id = groupOf(plan, asked);
  return id === null ? `There is no one group "${asked.group ?? ''}".` : groupFault(plan, state, id);
}

function groupFault(plan: Plan, state: CampaignState, id: string): string | null {
  const { name, wait, members, phase } = planGroup(plan, id);
  if (isRemoved({ group: id }) || name.includes(' ')) return `No task can be added to the group "${name}".`;
  if (wait < members.length)
    return `The group "${name}" waits for only some of its tasks, so none can be added: name another group.`;
  if (state.groups[id]?.expired === true)
    return `The time of the group "${name}" of phase "${phase}" is over: name another group.`;
  return null;
}

function depthFault(plan: Plan, depth: number): string | null {
  return depth > plan.mostDepth
    ? `It comes of added tasks ${depth} times over, and limits.depth allows ${plan.mostDepth}.`
    : null;
}

function depthOf(plan: Plan, task: string | null): number {
  return task === null ? 1 : planTask(plan, task).depth + 1;
}

/** Null where none, or more than one, is called so. */
function groupOf(plan: Plan, { group, task }: AdditionAsked): string | null {
  if (group !== null) {
    const called = groupsCalled(plan.groups, group);
    return called.length === 1 ? (called[0]?.id ?? null) : null;
  }
  if (task !== null) return planTask(plan, task).group;
  return plan.groups.findLast(({ id, name }) => !isRemoved({ group: id }) && !name.includes(' '))?.id ?? null;
}

/** Of one without a fault. */
export function requestOf(plan: Plan, key: string, asked: AdditionAsked): AdditionRequest {
  const { by, task, why, tasks } = asked;
  const group = groupOf(plan, asked) ?? '';
  return { key, by, task, group, depth: depthOf(plan, task), why, tasks, sources: [] };
}

/** Without what only the campaign's own state needs. */
export function bareRequest({
  key,
  by,
  task,
  group,
  depth,
  why,
  tasks,
  sources,
}: AdditionRequest): AdditionRequest {
  return { key, by, task, group, depth, why, tasks, sources };
}

/** What a round that is ready asks for. */
export function roundRequest(plan: Plan, template: string): AdditionRequest {
  const { group, depth, round } = planTask(plan, template);
  const from = round?.from ?? '';
  const isRound = hasTask(plan, from) && planTask(plan, from).round !== null;
  const sources = isRound
    ? plan.tasks
        .filter(({ madeOf, group: at }) => madeOf === from && !isRemoved({ group: at }))
        .map(({ id }) => ({ task: id, prefix: id.slice(from.length + 1) }))
    : [{ task: from, prefix: '' }];
  const depths = sources.map(({ task }) => (hasTask(plan, task) ? planTask(plan, task).depth : 0));
  const deepest = depths.reduce((most, one) => Math.max(most, one), depth);
  return {
    key: `round:${template}`,
    by: 'round',
    task: template,
    group,
    depth: deepest + 1,
    why: '',
    tasks: [],
    sources,
  };
}
