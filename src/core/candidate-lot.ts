/**
 * Tasks that may be given a lane, by rank. Those of one phase and one choice of agents are a lot: what a person paused
 * is passed over by the lot, however many tasks it holds.
 */
import { RankedSet } from './ranked-set.js';

export interface Lot {
  readonly phase: string;
  /** Who may carry out the next order, the preferred first. */
  readonly agents: readonly string[];
}

interface RankedLot extends Lot {
  readonly ranks: RankedSet;
}

export class CandidateLots {
  /** By phase and agents, whose names have no spaces; none of them is empty. */
  private readonly lots = new Map<string, RankedLot>();

  add(rank: number, { phase, agents }: Lot): void {
    const key = keyOf({ phase, agents });
    const lot = this.lots.get(key) ?? { phase, agents, ranks: new RankedSet() };
    lot.ranks.add(rank);
    this.lots.set(key, lot);
  }

  delete(rank: number, where: Lot): void {
    const key = keyOf(where);
    const lot = this.lots.get(key);
    lot?.ranks.delete(rank);
    if (lot?.ranks.size === 0) this.lots.delete(key);
  }

  /** Ranks of all lots but those that are passed over, rising. The lots must not change on the way. */
  *walk(passesOver: (lot: Lot) => boolean): Generator<number> {
    const walked = [...this.lots.values()].filter((lot) => !passesOver(lot));
    const [only] = walked;
    if (only !== undefined && walked.length === 1) yield* only.ranks;
    else yield* mergeRising(walked.map(({ ranks }) => ranks));
  }
}

function keyOf({ phase, agents }: Lot): string {
  return [phase, ...agents].join(' ');
}

function* mergeRising(lists: readonly Iterable<number>[]): Generator<number> {
  const walks = lists.map((list) => list[Symbol.iterator]());
  const heads = walks.map((walk) => headOf(walk));
  for (;;) {
    const least = heads.reduce((a, b) => Math.min(a, b), Infinity);
    if (least === Infinity) return;
    yield least;
    const at = heads.indexOf(least);
    const walk = walks[at];
    if (walk !== undefined) heads[at] = headOf(walk);
  }
}

function headOf(walk: Iterator<number>): number {
  const head = walk.next();
  return head.done === true ? Infinity : head.value;
}
