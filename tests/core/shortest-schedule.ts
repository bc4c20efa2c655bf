/** The shortest makespan of a small problem by trying every order: some active schedule is always among the shortest. */
import { serialSchedule } from '../../src/core/schedule-pass.js';
import type { ScheduleProblem } from '../../src/core/schedule-problem.js';

export function findShortest(problem: ScheduleProblem): number {
  let shortest = Infinity;
  const extend = (order: readonly string[], left: readonly string[]): void => {
    if (left.length === 0) {
      shortest = Math.min(shortest, serialSchedule(problem, order).makespan);
      return;
    }
    for (const id of left) {
      const before = problem.activities.find((activity) => activity.id === id)?.before ?? [];
      if (before.every((other) => order.includes(other))) {
        extend(
          [...order, id],
          left.filter((other) => other !== id),
        );
      }
    }
  };
  extend(
    [],
    problem.activities.map(({ id }) => id),
  );
  return shortest;
}
