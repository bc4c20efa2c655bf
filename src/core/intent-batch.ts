/**
 * Tasks that intend to change the same, or what overlaps, follow one another: whoever reads or owns it waits for all of
 * them, and not between each two. Only among equals: a more urgent task is not kept back by the batch of another.
 */
import type { Plan, PlanTask } from './plan.js';

/** The tasks in rank order, each with those that intend the same right behind it, and those that intend what they do. */
export function batchIntents(plan: Plan, ranked: readonly PlanTask[]): readonly PlanTask[] {
  const byIntent = new Map<string, number[]>();
  ranked.forEach((task, rank) => {
    for (const path of intentsOf(task)) {
      const key = keyOf(task, path);
      const ranks = byIntent.get(key);
      if (ranks === undefined) byIntent.set(key, [rank]);
      else ranks.push(rank);
    }
  });
  if (byIntent.size === 0) return ranked;
  const placed = new Set<PlanTask>();
  for (const [rank, task] of ranked.entries()) {
    if (placed.has(task)) continue;
    for (const at of takeBatch(plan, ranked, { rank, byIntent })) placed.add(ranked[at] ?? task);
  }
  return [...placed];
}

/** Ranks, rising, of those that are in a batch with this one. What was taken is gone: one walk is enough for each path. */
function takeBatch(
  { overlaps }: Plan,
  ranked: readonly PlanTask[],
  { rank, byIntent }: { readonly rank: number; readonly byIntent: Map<string, readonly number[]> },
): readonly number[] {
  const batch = new Set([rank]);
  // A set's walk comes by what is added on the way.
  for (const at of batch) {
    const task = ranked[at];
    if (task === undefined) continue;
    for (const path of intentsOf(task)) {
      for (const other of overlaps[path] ?? []) {
        const key = keyOf(task, other);
        for (const found of byIntent.get(key) ?? []) batch.add(found);
        byIntent.delete(key);
      }
    }
  }
  return [...batch].sort((one, other) => one - other);
}

function intentsOf({ claims }: PlanTask): readonly number[] {
  return claims.filter(({ mode }) => mode === 'intent').map(({ path }) => path);
}

/**
 * A path, together with all that makes two tasks equals. Not the preference that an improved plan gives to each task
 * alone: the search sees what batches make of it, as it goes by what the engine does.
 */
function keyOf({ phase, priority }: PlanTask, path: number): string {
  return `${priority} ${phase} ${path}`;
}
