/** In which order ready tasks get lanes. */
import { compareText } from './compare.js';
import { longestPathsToEnd } from './graph.js';
import { batchIntents } from './intent-batch.js';
import type { Plan } from './plan.js';
import { planPosition, tasksOfJoin } from './plan-index.js';
import type { TaskState } from './task.js';

interface Ranks {
  /** By position in the plan; 0 goes first. */
  readonly rank: readonly number[];
  readonly task: readonly string[];
}

const ranks = new WeakMap<Plan, Ranks>();

/** What never changes: explicit priority, the preference of an improved schedule, the longest remaining path, the longest first, the id. */
function ranksOf(plan: Plan): Ranks {
  const known = ranks.get(plan);
  if (known !== undefined) return known;
  const paths = remainingPaths(plan);
  const sorted = [...plan.tasks].sort(
    (a, b) =>
      b.priority - a.priority ||
      // Plans of before there were preferences have none: NaN decides nothing either.
      b.preference - a.preference ||
      (paths[b.id] ?? 0) - (paths[a.id] ?? 0) ||
      b.estimateMs - a.estimateMs ||
      compareText(a.id, b.id),
  );
  const task = batchIntents(plan, sorted);
  const rank: number[] = [];
  for (const [at, { id }] of task.entries()) rank[planPosition(plan, id)] = at;
  const made = { rank, task: task.map(({ id }) => id) };
  ranks.set(plan, made);
  return made;
}

/**
 * For each task the estimated time from its start to the campaign's end, were lanes without number, in ms. Joins are
 * nodes of their own: a barrier between two large phases is no edge for each pair. So are the ends of tasks: what
 * finishes after others does so at its end, and a draft is there before.
 */
function remainingPaths(plan: Plan): Readonly<Record<string, number>> {
  const drafted = new Set(plan.joins.flatMap(({ asks, members }) => (asks === 'drafted' ? members : [])));
  const weights: Record<string, number> = {};
  const before: Record<string, readonly string[]> = {};
  for (const { id, after, finishAfter, estimateMs, draftAfter, round } of plan.tasks) {
    const share = drafted.has(id) ? draftAfter : 1;
    weights[id] = estimateMs * share + (round?.aheadMs ?? 0);
    weights[endNode(id)] = estimateMs * (1 - share);
    before[id] = after.map(joinNode);
    before[endNode(id)] = [id, ...finishAfter.map(joinNode)];
  }
  for (const join of plan.joins) {
    const tasks = tasksOfJoin(plan, join);
    before[joinNode(join.id)] = join.asks === 'drafted' ? tasks : tasks.map(endNode);
  }
  const ids = [
    ...plan.tasks.flatMap(({ id }) => [id, endNode(id)]),
    ...plan.joins.map(({ id }) => joinNode(id)),
  ];
  return longestPathsToEnd({ ids, before }, (id) => weights[id] ?? 0);
}

/** No task's id has a space. */
function joinNode(join: string): string {
  return `join ${join}`;
}

function endNode(task: string): string {
  return `end ${task}`;
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
