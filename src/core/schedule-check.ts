/**
 * Judges a schedule by the problem alone: shares no code with what makes schedules, so that it can't share its faults.
 */
import { compareText } from './compare.js';
import type { ScheduleProblem, Starts } from './schedule-problem.js';

export type ScheduleViolation =
  /** It has no start, or one that is negative or no number. */
  | { readonly is: 'start'; readonly activity: string; readonly start: number | null }
  /** It starts before another has ended that it has to follow. */
  | {
      readonly is: 'early';
      readonly activity: string;
      readonly start: number;
      readonly other: string;
      readonly end: number;
    }
  /** More of a resource is in use from `time` on than there is. */
  | {
      readonly is: 'overuse';
      readonly resource: string;
      readonly time: number;
      readonly used: number;
      readonly capacity: number;
    }
  /** The schedule names what is no activity of the problem. */
  | { readonly is: 'unknown'; readonly activity: string };

/** Everything that is wrong with `starts`; nothing where the schedule is valid. */
export function checkSchedule(problem: ScheduleProblem, starts: Starts): readonly ScheduleViolation[] {
  const known = new Map(problem.activities.map((activity) => [activity.id, activity]));
  const startOf = (id: string) => (Object.hasOwn(starts, id) ? (starts[id] ?? Number.NaN) : Number.NaN);
  const found: ScheduleViolation[] = [];
  for (const id of Object.keys(starts)) if (!known.has(id)) found.push({ is: 'unknown', activity: id });
  for (const { id, before } of problem.activities) {
    const start = startOf(id);
    if (!(start >= 0 && start < Infinity)) {
      found.push({ is: 'start', activity: id, start: Number.isNaN(start) ? null : start });
    }
    for (const other of before) {
      const end = startOf(other) + (known.get(other)?.duration ?? Number.NaN);
      if (start < end) found.push({ is: 'early', activity: id, start, other, end });
    }
  }
  return [...found, ...findOveruse(problem, startOf)];
}

function findOveruse(
  { activities, capacity }: ScheduleProblem,
  startOf: (id: string) => number,
): readonly ScheduleViolation[] {
  const changes = new Map<string, { time: number; by: number }[]>();
  for (const { id, duration, demand } of activities) {
    if (duration === 0) continue;
    for (const [resource, amount] of Object.entries(demand)) {
      const own = changes.get(resource) ?? [];
      changes.set(resource, own);
      own.push({ time: startOf(id), by: amount }, { time: startOf(id) + duration, by: -amount });
    }
  }
  return [...changes]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([resource, own]) => {
      // What ends at a time makes room for what starts then.
      const inTime = own.toSorted((a, b) => a.time - b.time || a.by - b.by);
      const units = capacity[resource] ?? 0;
      let used = 0;
      return inTime.flatMap(({ time, by }): ScheduleViolation[] => {
        used += by;
        return by > 0 && used > units ? [{ is: 'overuse', resource, time, used, capacity: units }] : [];
      });
    });
}
