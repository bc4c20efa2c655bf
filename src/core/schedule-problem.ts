/**
 * The resource-constrained project scheduling problem: activities that follow one another and share resources of
 * limited capacity; when should each start, so that the last one ends as early as possible? No domain words here.
 */
import { topologicalOrder } from './graph.js';

/** All numbers are whole and not negative, whatever the unit of time: so sums are exact, and times compare. */
export interface ScheduleProblem {
  readonly activities: readonly ScheduleActivity[];
  readonly capacity: Readonly<Record<string, number>>;
}

export interface ScheduleActivity {
  readonly id: string;
  readonly duration: number;
  /** The ids of the activities that must have ended before it starts. */
  readonly before: readonly string[];
  /** What it uses while it runs, by resource. With a duration of 0 it uses nothing. */
  readonly demand: Readonly<Record<string, number>>;
}

/** A start time for each activity, by id. */
export type Starts = Readonly<Record<string, number>>;

export interface Schedule {
  readonly starts: Starts;
  /** When the last activity ends; the first starts at 0 at the earliest. */
  readonly makespan: number;
}

/** Lists of whole numbers, one after the other: the list of `i` is items[from[i]] up to, not with, items[from[i + 1]]. */
export interface Lists {
  readonly from: Int32Array;
  readonly items: Int32Array;
}

/** The problem by number instead of id, seen from its begin or, mirrored in time, from its end. */
export interface ScheduleView {
  readonly durations: Float64Array;
  readonly before: Lists;
  readonly after: Lists;
  /** Every activity after those before it. */
  readonly topological: Int32Array;
  /** Where each activity stands in `topological`. */
  readonly position: Int32Array;
}

export interface IndexedProblem {
  readonly ids: readonly string[];
  readonly numberOf: ReadonlyMap<string, number>;
  readonly forward: ScheduleView;
  readonly backward: ScheduleView;
  readonly capacities: Float64Array;
  /** Which resources each activity uses, more than 0 of each, and `amounts` beside `uses.items`. */
  readonly uses: Lists;
  readonly amounts: Float64Array;
}

/** Throws a RangeError where the problem has no solution or is none. */
export function indexProblem(problem: ScheduleProblem): IndexedProblem {
  const { activities, capacity } = problem;
  const ids = activities.map(({ id }) => id);
  const numberOf = new Map(ids.map((id, number) => [id, number]));
  if (numberOf.size !== ids.length) throw new RangeError('activities: two have the same id');
  const topological = orderActivities(problem, numberOf);
  const before = buildLists(
    activities.map((one) => [...new Set(one.before)].map((id) => find(numberOf, id))),
  );
  const after = invertLists(before);
  const durations = Float64Array.from(activities, ({ id, duration }) =>
    checkWhole(`duration of activity ${id}`, duration),
  );
  checkWhole(
    'the sum of all durations',
    durations.reduce((sum, one) => sum + one, 0),
  );
  return {
    ids,
    numberOf,
    forward: viewOf(durations, { before, after }, topological),
    backward: viewOf(durations, { before: after, after: before }, topological.toReversed()),
    ...indexUses(activities, capacity),
  };
}

/** `order` as numbers; each activity has to be in it once. */
export function numberOrder({ ids, numberOf }: IndexedProblem, order: readonly string[]): Int32Array {
  const numbers = Int32Array.from(order, (id) => find(numberOf, id));
  if (new Set(numbers).size !== ids.length || numbers.length !== ids.length)
    throw new RangeError(
      `order: expected each of the ${ids.length} activities once, got ${numbers.length} entries, ${new Set(numbers).size} of them different`,
    );
  return numbers;
}

export function nameStarts({ ids }: IndexedProblem, starts: Float64Array): Starts {
  return Object.fromEntries(ids.map((id, number) => [id, starts[number] as number]));
}

function find(numberOf: ReadonlyMap<string, number>, id: string): number {
  const number = numberOf.get(id);
  if (number === undefined) throw new RangeError(`there is no activity ${id}`);
  return number;
}

function orderActivities({ activities }: ScheduleProblem, numberOf: ReadonlyMap<string, number>): Int32Array {
  const order = topologicalOrder({
    ids: activities.map(({ id }) => id),
    before: Object.fromEntries(activities.map(({ id, before }) => [id, before])),
  });
  if (order === null) throw new RangeError('activities: they wait for one another in a cycle');
  return Int32Array.from(order, (id) => find(numberOf, id));
}

function indexUses(
  activities: readonly ScheduleActivity[],
  capacity: Readonly<Record<string, number>>,
): Pick<IndexedProblem, 'capacities' | 'uses' | 'amounts'> {
  const resources = new Map(Object.keys(capacity).map((name, number) => [name, number]));
  const capacities = Float64Array.from(Object.entries(capacity), ([name, units]) =>
    checkWhole(`capacity of ${name}`, units),
  );
  const amounts: number[] = [];
  const uses = activities.map(({ id, demand }) =>
    Object.entries(demand).flatMap(([name, amount]) => {
      checkWhole(`demand of activity ${id} for ${name}`, amount);
      if (amount === 0) return [];
      const resource = resources.get(name);
      const units = resource === undefined ? 0 : (capacities[resource] as number);
      if (resource === undefined || amount > units)
        throw new RangeError(`activity ${id} wants ${amount} of ${name}, whose capacity is ${units}`);
      amounts.push(amount);
      return [resource];
    }),
  );
  return { capacities, uses: buildLists(uses), amounts: Float64Array.from(amounts) };
}

function checkWhole(what: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${what}: expected a whole number from 0 to 2^53 - 1, got ${value}`);
  return value;
}

function viewOf(
  durations: Float64Array,
  edges: Pick<ScheduleView, 'before' | 'after'>,
  topological: Int32Array,
): ScheduleView {
  const position = new Int32Array(topological.length);
  topological.forEach((number, at) => (position[number] = at));
  return { durations, ...edges, topological, position };
}

function buildLists(lists: readonly (readonly number[])[]): Lists {
  const from = new Int32Array(lists.length + 1);
  lists.forEach((list, index) => (from[index + 1] = (from[index] as number) + list.length));
  return { from, items: Int32Array.from(lists.flat()) };
}

/** Where `i` has `j` in its list, `j` gets `i` into its own. */
function invertLists({ from, items }: Lists): Lists {
  const lists: number[][] = Array.from({ length: from.length - 1 }, () => []);
  for (let index = 0; index + 1 < from.length; index += 1) {
    for (let at = from[index] as number; at < (from[index + 1] as number); at += 1) {
      lists[items[at] as number]?.push(index);
    }
  }
  return buildLists(lists);
}
