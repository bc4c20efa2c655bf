/**
 * Tasks that may be given a lane, by rank. Those that begin or wait alike are a lot: what a person paused, and what waits
 * for the same locks and pool units, is passed over by the lot, however many tasks it holds.
 */
import { RankedSet } from './ranked-set.js';

export interface Lot {
  readonly phase: string;
  /** Who may carry out the next order, the preferred first. */
  readonly agents: readonly string[];
  /** What they would have to be given besides a lane, where others would have to be given just that; else empty. */
  readonly resources: string;
}

interface RankedLot {
  /** One for all walks: what is passed over may be remembered by it. */
  readonly lot: Lot;
  readonly ranks: RankedSet;
}

export class CandidateLots {
  /** By phase, agents and resources; none of them is empty. */
  private readonly lots = new Map<string, RankedLot>();
  /** The first rank of each lot, so that a walk costs what it comes by, and not as much as there are lots. */
  private readonly firsts = new RankedSet();
  private readonly lotOfFirst = new Map<number, RankedLot>();

  add(rank: number, where: Lot): void {
    const key = keyOf(where);
    const known = this.lots.get(key);
    const ranked = known ?? { lot: where, ranks: new RankedSet() };
    const was = ranked.ranks.first();
    ranked.ranks.add(rank);
    this.lots.set(key, ranked);
    this.moveFirst(ranked, was);
  }

  delete(rank: number, where: Lot): void {
    const key = keyOf(where);
    const ranked = this.lots.get(key);
    if (ranked === undefined) return;
    const was = ranked.ranks.first();
    ranked.ranks.delete(rank);
    if (ranked.ranks.size === 0) this.lots.delete(key);
    this.moveFirst(ranked, was);
  }

  /** Ranks, rising; a lot is asked for before each of its own. The lots must not change on the way. */
  *walk(passesOver: (lot: Lot) => boolean): Generator<{ readonly rank: number; readonly lot: Lot }> {
    const begun = new RankedSet();
    const walks = new Map<number, Walk>();
    const firsts = this.firsts[Symbol.iterator]();
    let first = nextOf(firsts);
    for (;;) {
      const rank = Math.min(first, begun.first() ?? Infinity);
      if (rank === Infinity) return;
      const walk = walks.get(rank) ?? this.beginAt(rank);
      if (rank === first) first = nextOf(firsts);
      walks.delete(rank);
      begun.delete(rank);
      if (passesOver(walk.lot)) continue;
      yield { rank, lot: walk.lot };
      const next = nextOf(walk.ranks);
      if (next === Infinity) continue;
      begun.add(next);
      walks.set(next, walk);
    }
  }

  private beginAt(rank: number): Walk {
    const ranked = this.lotOfFirst.get(rank);
    if (ranked === undefined) throw new Error(`stuck, this is a bug: no lot begins at rank ${rank}`);
    const ranks = ranked.ranks[Symbol.iterator]();
    nextOf(ranks);
    return { lot: ranked.lot, ranks };
  }

  private moveFirst(ranked: RankedLot, was: number | undefined): void {
    const is = ranked.ranks.first();
    if (was === is) return;
    if (was !== undefined) {
      this.firsts.delete(was);
      this.lotOfFirst.delete(was);
    }
    if (is === undefined) return;
    this.firsts.add(is);
    this.lotOfFirst.set(is, ranked);
  }
}

/** A lot on the way: its ranks that are still to come. */
interface Walk {
  readonly lot: Lot;
  readonly ranks: Iterator<number>;
}

/** Names have no spaces. */
function keyOf({ phase, agents, resources }: Lot): string {
  return [phase, ...agents, resources].join(' ');
}

function nextOf(ranks: Iterator<number>): number {
  const next = ranks.next();
  return next.done === true ? Infinity : next.value;
}
