/**
 * In which order a program wrote to its two outputs, which go to files of their own: each time that a look found more,
 * a line `<ms> <bytes of stdout> <bytes of stderr>`, the files' sizes by then. What came between two looks is told file
 * by file.
 */
import { appendFileSync } from 'node:fs';

export interface OutputSizes {
  readonly out: number;
  readonly err: number;
}

/** Some hours of a program that never rests; after that, what it printed is told file by file. */
const MOST_LINES = 50_000;

export class OutputOrder {
  #last: OutputSizes;
  #lines = 0;

  constructor(
    private readonly file: string,
    from: OutputSizes,
  ) {
    this.#last = from;
  }

  note(sizes: OutputSizes): void {
    const isNews = sizes.out !== this.#last.out || sizes.err !== this.#last.err;
    if (!isNews || this.#lines >= MOST_LINES) return;
    this.#last = sizes;
    this.#lines += 1;
    try {
      appendFileSync(this.file, `${Date.now()} ${sizes.out} ${sizes.err}\n`);
    } catch {
      // A full disk costs the order, not the turn.
      this.#lines = MOST_LINES;
    }
  }
}
