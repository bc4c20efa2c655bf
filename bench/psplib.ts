/** Instances in the single-mode text format of PSPLIB (Kolisch and Sprecher 1996). */
import type { ScheduleActivity, ScheduleProblem } from '../src/core/schedule-problem.js';

export function readPsplib(text: string): ScheduleProblem {
  const lines = text.split(/\r?\n/);
  const before: Record<string, string[]> = {};
  // Number, modes, how many successors, the successors.
  for (const [job, , , ...successors] of tableAfter(lines, 'PRECEDENCE RELATIONS', 1)) {
    for (const successor of successors) (before[String(successor)] ??= []).push(String(job));
  }
  // Number, mode, duration, the demand for each resource.
  const activities = tableAfter(lines, 'REQUESTS/DURATIONS', 2).map(
    ([job, , duration = Number.NaN, ...amounts]): ScheduleActivity => ({
      id: String(job),
      duration,
      before: before[String(job)] ?? [],
      demand: byResource(amounts),
    }),
  );
  const [units] = tableAfter(lines, 'RESOURCEAVAILABILITIES', 1);
  if (units === undefined || activities.length === 0)
    throw new Error('not a PSPLIB file: no activities or no capacities');
  return { activities, capacity: byResource(units) };
}

/** The rows of numbers after a title and the lines of its head, up to a line of asterisks or the end. */
function tableAfter(lines: readonly string[], title: string, head: number): readonly (readonly number[])[] {
  const at = lines.findIndex((line) => line.startsWith(title));
  if (at < 0) throw new Error(`not a PSPLIB file: it has no ${title}`);
  const rows = lines.slice(at + 1 + head);
  const end = rows.findIndex((line) => line.startsWith('*'));
  return rows.slice(0, end < 0 ? rows.length : end).map((line) => line.trim().split(/\s+/).map(Number));
}

function byResource(values: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(values.map((value, index) => [`R${index + 1}`, value]));
}
