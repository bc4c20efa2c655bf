/**
 * The plan that is in force after a change: the new one, with what the old one still has to tell: tasks that have begun
 * and are named no more (a result names every task), and agents that are at work, or were.
 */
import { isRemoved, REMOVED, removedGroup } from './plan-change.js';
import type { Plan, PlanAgent, PlanTask } from './plan.js';
import type { CampaignState } from './state.js';
import { findTask } from './task-table.js';

export function planInForce(old: Plan, next: Plan, state: CampaignState): Plan {
  const left = leftTasks(old, next, state);
  const agents = [...next.agents, ...leftAgents({ old, next, left }, state)];
  if (left.length === 0) return { ...next, agents };
  const group = removedGroup(left.map(({ id }) => id));
  return {
    ...next,
    agents,
    phases: [...next.phases, { name: REMOVED, groups: [group.id], integrateAt: 'group' }],
    groups: [...next.groups, group],
    tasks: [...next.tasks, ...left.map((task) => ({ ...takeOut(task, next), group: group.id }))],
  };
}

/** What never began, and no blocker tells of, is forgotten. */
function leftTasks(old: Plan, next: Plan, state: CampaignState): readonly PlanTask[] {
  const named = new Set(next.tasks.map(({ id }) => id));
  const told = new Set(state.blockers.map(({ task }) => task));
  const hasBegun = (id: string) => (findTask(state.tasks, id)?.gen ?? 0) > 0;
  return old.tasks.filter(({ id }) => !named.has(id) && (hasBegun(id) || told.has(id)));
}

/** Nothing depends on it, and it depends on nothing; what its turn uses is in use until that has ended. */
function takeOut(task: PlanTask, { pools }: Plan): PlanTask {
  if (isRemoved(task)) return task;
  const known = new Set(pools.map(({ name }) => name));
  return {
    ...task,
    phase: REMOVED,
    after: [],
    finishAfter: [],
    mergeAfter: [],
    publishes: [],
    reviews: null,
    claims: [],
    uses: task.uses.filter(({ pool }) => known.has(pool)),
    mergeAtOnce: false,
  };
}

function leftAgents(
  { old, next, left }: { old: Plan; next: Plan; left: readonly PlanTask[] },
  state: CampaignState,
): readonly PlanAgent[] {
  const known = new Set(next.agents.map(({ name }) => name));
  const used = new Set([
    ...left.flatMap(({ agents }) => agents),
    ...old.tasks.flatMap(({ id }) => findTask(state.tasks, id)?.agent ?? []),
  ]);
  return old.agents.filter(({ name }) => !known.has(name) && used.has(name));
}
