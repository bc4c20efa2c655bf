/**
 * Tasks that intend to change the same follow one another: whoever reads or owns it waits for all of them, and not
 * between each two. Only among equals: a more urgent task is not kept back by the batch of another.
 */
import type { Plan, PlanTask } from './plan.js';

/** The tasks in rank order, each with those that intend the same right behind it. */
export function batchIntents(plan: Plan, ranked: readonly PlanTask[]): readonly PlanTask[] {
  const byIntent = new Map<string, PlanTask[]>();
  for (const task of ranked) {
    for (const key of keysOf(plan, task)) {
      const batch = byIntent.get(key) ?? [];
      batch.push(task);
      byIntent.set(key, batch);
    }
  }
  if (byIntent.size === 0) return ranked;
  const placed = new Set<PlanTask>();
  for (const task of ranked) {
    placed.add(task);
    for (const key of keysOf(plan, task)) {
      for (const other of byIntent.get(key) ?? []) placed.add(other);
      // One walk is enough for all that have it.
      byIntent.delete(key);
    }
  }
  return [...placed];
}

/** One for each path that it intends to change, together with all that makes it an equal. */
function keysOf({ paths }: Plan, { claims, phase, priority, preference }: PlanTask): readonly string[] {
  return claims
    .filter(({ mode }) => mode === 'intent')
    .map(({ path }) => `${priority} ${preference} ${phase} ${paths[path] ?? ''}`);
}
