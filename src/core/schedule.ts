/** In which order ready tasks get lanes. */
import { compareText } from './compare.js';
import { longestPathsToEnd } from './graph.js';
import type { Plan } from './plan.js';
import { planEdges, planTask } from './plan-index.js';
import { taskState, type CampaignState } from './state.js';

const tails = new WeakMap<Plan, Readonly<Record<string, number>>>();

/** For each task the estimated time from its start to the campaign's end, were lanes without number, in ms. */
function remainingPaths(plan: Plan): Readonly<Record<string, number>> {
  const known = tails.get(plan);
  if (known !== undefined) return known;
  const graph = { ids: plan.tasks.map((task) => task.id), before: planEdges(plan) };
  const paths = longestPathsToEnd(graph, (id) => planTask(plan, id).estimateMs);
  tails.set(plan, paths);
  return paths;
}

/**
 * Tasks in the order in which they get lanes: those already begun (a session at hand is worth more than a new one),
 * then explicit priority, the longest remaining path, the longest first, the id.
 */
export function rankTasks(plan: Plan, state: CampaignState): readonly string[] {
  const paths = remainingPaths(plan);
  const begun = (id: string) => (taskState(state, id).gen > 0 ? 1 : 0);
  return plan.tasks
    .filter((task) => taskState(state, task.id).life.is === 'waiting')
    .sort(
      (a, b) =>
        begun(b.id) - begun(a.id) ||
        b.priority - a.priority ||
        (paths[b.id] ?? 0) - (paths[a.id] ?? 0) ||
        b.estimateMs - a.estimateMs ||
        compareText(a.id, b.id),
    )
    .map((task) => task.id);
}
