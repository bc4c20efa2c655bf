/** In which order ready tasks get lanes. */
import { compareText } from './compare.js';
import { longestPathsToEnd } from './graph.js';
import type { Plan, PlanTask } from './plan.js';
import { planPosition, tasksOfJoin } from './plan-index.js';
import type { TaskState } from './task.js';

interface Ranks {
  /** By position in the plan; 0 goes first. */
  readonly rank: readonly number[];
  readonly task: readonly string[];
}

const ranks = new WeakMap<Plan, Ranks>();

/** What never changes: explicit priority, the longest remaining path, the longest first, the id. */
function ranksOf(plan: Plan): Ranks {
  const known = ranks.get(plan);
  if (known !== undefined) return known;
  const paths = remainingPaths(plan);
  const task = [...plan.tasks].sort(
    (a, b) =>
      b.priority - a.priority ||
      (paths[b.id] ?? 0) - (paths[a.id] ?? 0) ||
      b.estimateMs - a.estimateMs ||
      compareText(a.id, b.id),
  );
  const rank: number[] = [];
  for (const [at, { id }] of task.entries()) rank[planPosition(plan, id)] = at;
  const made = { rank, task: task.map(({ id }) => id) };
  ranks.set(plan, made);
  return made;
}

/**
 * For each task the estimated time from its start to the campaign's end, were lanes without number, in ms. Joins are
 * nodes of their own: a barrier between two large phases is no edge for each pair.
 */
function remainingPaths(plan: Plan): Readonly<Record<string, number>> {
  const estimates = new Map<string, PlanTask>(plan.tasks.map((task) => [task.id, task]));
  const before: Record<string, readonly string[]> = {};
  for (const task of plan.tasks) before[task.id] = task.after.map(joinNode);
  for (const join of plan.joins) before[joinNode(join.id)] = tasksOfJoin(plan, join);
  const ids = [...plan.tasks.map(({ id }) => id), ...plan.joins.map(({ id }) => joinNode(id))];
  return longestPathsToEnd({ ids, before }, (id) => estimates.get(id)?.estimateMs ?? 0);
}

/** No task's id has a space. */
function joinNode(join: string): string {
  return `join ${join}`;
}

/** Lower goes first. One already begun comes before all others: a session at hand is worth more than a new one. */
export function rankOf(plan: Plan, id: string, task: Pick<TaskState, 'gen'>): number {
  const { rank } = ranksOf(plan);
  const own = rank[planPosition(plan, id)] ?? 0;
  return task.gen > 0 ? own - rank.length : own;
}

export function taskAtRank(plan: Plan, rank: number): string {
  const { task } = ranksOf(plan);
  return task[rank < 0 ? rank + task.length : rank] ?? '';
}
