/** What no schedule can beat. */
import {
  indexProblem,
  type IndexedProblem,
  type ScheduleProblem,
  type ScheduleView,
} from './schedule-problem.js';

/** So many limits of tail are tried per resource: all of them in a small problem, a sample in a large one. */
const MOST_TAILS = 64;
const MOST_GRAINS = 8;

interface Use {
  readonly head: number;
  readonly tail: number;
  readonly duration: number;
  readonly amount: number;
}

/**
 * The greatest of: the longest path; for each resource, the work of a set of activities divided by the capacity,
 * between the shortest path to any of them and the shortest path from any of them to the end.
 */
export function lowerBound(problem: ScheduleProblem): number {
  return boundMakespan(indexProblem(problem));
}

export function boundMakespan(problem: IndexedProblem): number {
  const { forward, backward, capacities, uses, amounts } = problem;
  const { durations } = forward;
  const heads = longestPathsBefore(forward);
  const tails = longestPathsBefore(backward);
  let bound = 0;
  heads.forEach((head, number) => {
    bound = Math.max(bound, head + (durations[number] as number) + (tails[number] as number));
  });
  const users: Use[][] = Array.from(capacities, () => []);
  durations.forEach((duration, number) => {
    if (duration === 0) return;
    const head = heads[number] as number;
    const tail = tails[number] as number;
    for (let at = uses.from[number] as number; at < (uses.from[number + 1] as number); at += 1) {
      users[uses.items[at] as number]?.push({ head, tail, duration, amount: amounts[at] as number });
    }
  });
  users.forEach((own, resource) => {
    bound = Math.max(bound, boundByResource(own, capacities[resource] as number));
  });
  return bound;
}

/** For each activity the longest path to it, without its own duration. */
export function longestPathsBefore({ durations, before, topological }: ScheduleView): Float64Array {
  const paths = new Float64Array(durations.length);
  for (const number of topological) {
    let longest = 0;
    for (let at = before.from[number] as number; at < (before.from[number + 1] as number); at += 1) {
      const other = before.items[at] as number;
      longest = Math.max(longest, (paths[other] as number) + (durations[other] as number));
    }
    paths[number] = longest;
  }
  return paths;
}

function boundByResource(uses: readonly Use[], capacity: number): number {
  const byHead = uses.toSorted((a, b) => b.head - a.head);
  const tails = sample(
    uses.map(({ tail }) => tail),
    MOST_TAILS,
  );
  let bound = 0;
  for (const grain of findGrains(uses, capacity)) {
    const works = byHead.map(({ amount, duration }) => weigh(amount, grain, capacity) * duration);
    for (const tail of tails) {
      let work = 0;
      byHead.forEach((use, at) => {
        if (use.tail < tail) return;
        work += works[at] as number;
        bound = Math.max(bound, use.head + Math.ceil(work / capacity) + tail);
      });
    }
  }
  return bound;
}

/**
 * An amount so large that less than `grain` is left beside it counts as all of the capacity, and in return one smaller
 * than `grain` counts as nothing: what fits side by side still does.
 */
function weigh(amount: number, grain: number, capacity: number): number {
  if (amount < grain) return 0;
  return amount > capacity - grain ? capacity : amount;
}

function findGrains(uses: readonly Use[], capacity: number): readonly number[] {
  const grains = uses.map(({ amount }) => amount).filter((amount) => amount * 2 <= capacity);
  // Just above half of the capacity: of two such activities only one can run.
  return [0, ...sample(grains, MOST_GRAINS), Math.floor(capacity / 2) + 1];
}

/** At most `most` of the different values, evenly spread over them, the least and the greatest included. */
function sample(values: readonly number[], most: number): readonly number[] {
  const different = [...new Set(values)].toSorted((a, b) => a - b);
  if (different.length <= most) return different;
  const stride = (different.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, k) => different[Math.round(k * stride)] as number);
}
