/** The critical path of a simulation: from the task that ends last back to whatever ended each one's wait. */
import type { PlannedWait } from './plan-wait.js';
import type { PlannedStart, Simulation } from './simulate.js';

/** Ids, in the order of their times. */
export function criticalPathOf({ starts, finishes, makespanMs }: Simulation): readonly string[] {
  const startOf = new Map(starts.map((start) => [start.task, start]));
  const finishOf = new Map(finishes.map((finish) => [finish.task, finish]));
  const path: string[] = [];
  const seen = new Set<string>();
  // Of those that end together the first in the order of starts: the same one every time.
  let at = starts.find(({ endMs }) => endMs === makespanMs);
  while (at !== undefined && !seen.has(at.task)) {
    seen.add(at.task);
    path.unshift(at.task);
    const wait = endedBy(at.waitedFor, at.startMs, startOf);
    const before = wait === null ? undefined : startOf.get(wait);
    // What was over long before finished only now, after others: these are on the path too.
    const finish = before === undefined || before.endMs >= at.startMs ? undefined : finishOf.get(before.task);
    const last = finish === undefined ? null : endedBy(finish.waitedFor, finish.atMs, startOf);
    if (before !== undefined && last !== null && !seen.has(before.task)) {
      seen.add(before.task);
      path.unshift(before.task);
      at = startOf.get(last);
    } else at = before;
  }
  return path;
}

/** Needs come first in the list; of several the one whose own work ended at this time. */
function endedBy(
  waits: readonly PlannedWait[],
  atMs: number,
  startOf: ReadonlyMap<string, PlannedStart>,
): string | null {
  const tasks = waits.flatMap(({ task }) => task ?? []);
  return tasks.find((task) => startOf.get(task)?.endMs === atMs) ?? tasks[0] ?? null;
}
