/** Orders in which a pass places the activities: each of them has every activity after those before it. */
import { pickIndex, type Random } from './random.js';
import type { ScheduleView } from './schedule-problem.js';

/** The lowest key first. Keys must not put an activity before its predecessors; equal ones don't. */
export function orderByKey(view: ScheduleView, keys: Float64Array): Int32Array {
  const { position, topological } = view;
  return topological
    .slice()
    .sort(
      (a, b) =>
        (keys[a] as number) - (keys[b] as number) || (position[a] as number) - (position[b] as number),
    );
}

/**
 * At every place the one with the lower key of two that may follow, drawn at random: the order of a rule, but another
 * one each time. A place costs the same, however many may follow.
 */
export function sampleOrder(view: ScheduleView, keys: Float64Array, random: Random): Int32Array {
  const ready: number[] = [];
  const queue = new ReadyQueue(view, (number) => ready.push(number));
  const keyOf = (at: number) => keys[ready[at] as number] as number;
  return view.topological.map(() => {
    const one = pickIndex(random, ready.length);
    const other = pickIndex(random, ready.length);
    const at = keyOf(other) < keyOf(one) ? other : one;
    const number = ready[at] as number;
    ready[at] = ready[ready.length - 1] as number;
    ready.pop();
    queue.placed(number);
    return number;
  });
}

/** The first in `order` of those that may follow, again and again. An order that is feasible stays as it is. */
export function makeFeasible(view: ScheduleView, order: Int32Array): Int32Array {
  const rank = new Int32Array(order.length);
  order.forEach((number, at) => (rank[number] = at));
  const ready = new RankHeap(order.length);
  const queue = new ReadyQueue(view, (number) => {
    ready.push(rank[number] as number);
  });
  return order.map(() => {
    const number = order[ready.pop()] as number;
    queue.placed(number);
    return number;
  });
}

/** Tells of every activity, once, when all before it are placed. */
class ReadyQueue {
  private readonly missing: Int32Array;

  constructor(
    private readonly view: ScheduleView,
    private readonly tell: (number: number) => void,
  ) {
    const { from } = view.before;
    this.missing = Int32Array.from(
      view.durations,
      (_, number) => (from[number + 1] as number) - (from[number] as number),
    );
    this.missing.forEach((count, number) => {
      if (count === 0) tell(number);
    });
  }

  placed(number: number): void {
    const { from, items } = this.view.after;
    for (let at = from[number] as number; at < (from[number + 1] as number); at += 1) {
      const other = items[at] as number;
      const left = (this.missing[other] as number) - 1;
      this.missing[other] = left;
      if (left === 0) this.tell(other);
    }
  }
}

/** Gives back the lowest first. */
class RankHeap {
  private readonly ranks: Int32Array;
  private size = 0;

  constructor(most: number) {
    this.ranks = new Int32Array(most);
  }

  push(rank: number): void {
    let at = this.size;
    this.size += 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = this.ranks[parent] as number;
      if (above <= rank) break;
      this.ranks[at] = above;
      at = parent;
    }
    this.ranks[at] = rank;
  }

  pop(): number {
    const top = this.ranks[0] as number;
    this.size -= 1;
    const rank = this.ranks[this.size] as number;
    let at = 0;
    for (let child = 1; child < this.size; child = 2 * at + 1) {
      if (child + 1 < this.size && (this.ranks[child + 1] as number) < (this.ranks[child] as number))
        child += 1;
      if ((this.ranks[child] as number) >= rank) break;
      this.ranks[at] = this.ranks[child] as number;
      at = child;
    }
    this.ranks[at] = rank;
    return top;
  }
}
