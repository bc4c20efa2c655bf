/** How long after one start the next may come: at once, then ever later, until a start lasted. */
const DELAYS_MS = [0, 500, 1_000, 2_000, 5_000, 10_000, 30_000] as const;
const LASTED_MS = 60_000;

export class BackOff {
  #starts = 0;
  #lastStartMs = -Infinity;

  constructor(private readonly now: () => number) {}

  /** Starts in a row that did not last a minute. */
  get starts(): number {
    return this.#starts;
  }

  mayStart(): boolean {
    const delayMs = DELAYS_MS[Math.min(this.#starts, DELAYS_MS.length - 1)] ?? 0;
    return this.now() - this.#lastStartMs >= delayMs;
  }

  noteStart(): void {
    this.#starts = this.now() - this.#lastStartMs >= LASTED_MS ? 1 : this.#starts + 1;
    this.#lastStartMs = this.now();
  }
}
