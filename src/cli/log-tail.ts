import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

const CHUNK_BYTES = 64 * 1024;

/** Whole lines of a file that grows; a file that is not there yet has none. */
export class LogTail {
  #offset = 0;
  #rest = '';
  readonly #decoder = new StringDecoder('utf8');

  constructor(readonly file: string) {}

  /**
   * What was written since the last time, as far as `toByte` of the file. With `final`, a last line without its end
   * counts too.
   */
  async readLines(final: boolean, toByte = Infinity): Promise<readonly string[]> {
    const lines = (this.#rest + (await this.#readNew(toByte))).split('\n');
    // What stands behind the last line's end is the beginning of the next one, or nothing.
    this.#rest = lines.pop() ?? '';
    if (!final || this.#rest === '') return lines;
    const last = this.#rest;
    this.#rest = '';
    return [...lines, last];
  }

  async #readNew(toByte: number): Promise<string> {
    if (this.#offset >= toByte) return '';
    const handle = await open(this.file, 'r').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    });
    if (handle === null) return '';
    try {
      let text = '';
      const buffer = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        const wanted = Math.min(CHUNK_BYTES, toByte - this.#offset);
        const { bytesRead } = await handle.read(buffer, 0, wanted, this.#offset);
        if (bytesRead === 0) return text;
        this.#offset += bytesRead;
        text += this.#decoder.write(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  }
}
