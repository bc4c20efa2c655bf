import { closeSync, ftruncateSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

const MOST_KEPT = 20 * 1024 * 1024;
const END_KEPT = 64 * 1024;

/** Of what is longer than 20 MB the beginning and the end are kept. For a file that nobody writes any more. */
export function trimOutput(path: string): void {
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    if (size <= MOST_KEPT + END_KEPT) return;
    const end = Buffer.alloc(END_KEPT);
    readSync(file, end, 0, END_KEPT, size - END_KEPT);
    ftruncateSync(file, MOST_KEPT);
    const note = '\n(longhaul: more than 20 MB were printed; the rest is left out, but for the last lines)\n';
    writeSync(
      file,
      Buffer.concat([Buffer.from(note), end.subarray(end.indexOf('\n') + 1)]),
      0,
      null,
      MOST_KEPT,
    );
  } finally {
    closeSync(file);
  }
}
