/**
 * Reads what a program writes into a file, line by line as it grows, in memory that is bounded whatever is printed. The
 * program writes the file itself, so that it neither dies nor falls silent with the worker that started it.
 */
import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { promisify } from 'node:util';

/**
 * What one start of a program may print in a file: nothing slows it down any more, as a pipe did, so something has to
 * end it before the disk is full.
 */
export const MOST_PRINTED = 1024 * 1024 * 1024;
const LONGEST_LINE = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** After which others get a look in. */
const CHUNKS_AT_ONCE = 64;
const REMEMBERED = 64;
const TAIL = 4_096;
const TAIL_LINES = 15;
const TAIL_SHOWN = 1_200;

const readFrom = promisify(read);

export class OutputTail {
  lines = 0;
  chunks = 0;
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  readonly #decoder = new StringDecoder('utf8');
  #offset: number;
  /** What was read last, to be found where it was. */
  #last: Buffer = Buffer.alloc(0);
  /** The line that has not ended yet; null while one that is too long is skipped. */
  #partial: string | null = '';
  #tail = '';

  /** `from` is where the start's own output begins: earlier ones have written into the same file. */
  constructor(
    path: string,
    private readonly from: number,
    private readonly onLine: (line: string) => void,
  ) {
    this.#file = openSync(path, 'r');
    this.#offset = from;
  }

  /** Bytes of the file that were read. */
  get offset(): number {
    return this.#offset;
  }

  isTooLong(): boolean {
    return fstatSync(this.#file).size - this.from > MOST_PRINTED;
  }

  /** One call at a time. Returns whether there is more. */
  async readNew(): Promise<boolean> {
    const { size } = fstatSync(this.#file);
    if (this.#wasEmptied(size)) {
      this.#offset = 0;
      this.#last = Buffer.alloc(0);
    }
    for (let chunk = 0; chunk < CHUNKS_AT_ONCE && this.#offset < size; chunk += 1) {
      const { bytesRead } = await readFrom(this.#file, this.#buffer, 0, CHUNK_BYTES, this.#offset);
      if (bytesRead === 0) return false;
      this.#offset += bytesRead;
      this.#last = Buffer.from(this.#buffer.subarray(Math.max(0, bytesRead - REMEMBERED), bytesRead));
      this.#take(this.#decoder.write(this.#buffer.subarray(0, bytesRead)));
    }
    return this.#offset < size;
  }

  /** Whoever opens /dev/stdout with `>` empties the file: what is in it now was printed since. */
  #wasEmptied(size: number): boolean {
    if (size < this.#offset) return true;
    if (size === this.#offset || this.#last.length === 0) return false;
    const now = Buffer.alloc(this.#last.length);
    readSync(this.#file, now, 0, now.length, this.#offset - now.length);
    return !now.equals(this.#last);
  }

  async readAll(): Promise<void> {
    while (!this.isTooLong() && (await this.readNew()));
  }

  /** Nobody writes any more: the last line counts without its end too. */
  close(): void {
    closeSync(this.#file);
    if (this.#partial !== null && this.#partial !== '') this.#takeLine(this.#partial);
    this.#partial = '';
  }

  lastLines(): string {
    const lines = this.#tail.trimEnd().split(/\r?\n/).slice(-TAIL_LINES);
    return lines.join('\n').slice(-TAIL_SHOWN).trim();
  }

  #take(text: string): void {
    this.chunks += 1;
    this.#tail = (this.#tail + text).slice(-TAIL);
    const pieces = text.split('\n');
    for (const [index, piece] of pieces.entries()) {
      this.#partial = this.#partial === null ? null : this.#partial + piece;
      if (this.#partial !== null && this.#partial.length > LONGEST_LINE) this.#partial = null;
      if (index === pieces.length - 1) return;
      if (this.#partial !== null) this.#takeLine(this.#partial);
      this.#partial = '';
    }
  }

  #takeLine(line: string): void {
    this.lines += 1;
    this.onLine(line);
  }
}
