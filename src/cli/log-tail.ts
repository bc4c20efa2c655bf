import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

const CHUNK_BYTES = 64 * 1024;

/** Whole lines of a file that grows; a file that is not there yet has none. */
export class LogTail {
  #offset = 0;
  #rest = '';
  readonly #decoder = new StringDecoder('utf8');

  constructor(readonly file: string) {}

  /** What was written since the last time. With `final`, a last line without its end counts too. */
  async readLines(final: boolean): Promise<readonly string[]> {
    const lines = (this.#rest + (await this.#readNew())).split('\n');
    this.#rest = final ? '' : (lines.pop() ?? '');
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  }

  async #readNew(): Promise<string> {
    const handle = await open(this.file, 'r').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    });
    if (handle === null) return '';
    try {
      let text = '';
      const buffer = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, this.#offset);
        if (bytesRead === 0) return text;
        this.#offset += bytesRead;
        text += this.#decoder.write(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  }
}
