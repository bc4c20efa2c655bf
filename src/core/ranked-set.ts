/** A set of distinct numbers, walked in rising order whatever order they came in: small changes are cheap. */
export class RankedSet {
  private readonly ranks: number[] = [];

  get size(): number {
    return this.ranks.length;
  }

  first(): number | undefined {
    return this.ranks[0];
  }

  add(rank: number): void {
    const at = this.position(rank);
    if (this.ranks[at] !== rank) this.ranks.splice(at, 0, rank);
  }

  /** Was it there? */
  delete(rank: number): boolean {
    const at = this.position(rank);
    if (this.ranks[at] !== rank) return false;
    this.ranks.splice(at, 1);
    return true;
  }

  /** The set must not change on the way. */
  [Symbol.iterator](): Iterator<number> {
    return this.ranks[Symbol.iterator]();
  }

  /** Where the rank stands, or would stand. */
  private position(rank: number): number {
    let low = 0;
    let high = this.ranks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ranks[middle] ?? Infinity) < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
