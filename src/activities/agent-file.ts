/** Small files that an agent wrote: never through a link, never waiting for a pipe's other end, never without a bound. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, rmSync } from 'node:fs';

/** A file without a text has the reason why in its place: what is there is no reason to overlook it. */
export type AgentFile = { readonly text: string } | { readonly unreadable: string };

/** Null where there is none. Of more than `mostBytes` the beginning, or the end. */
export function readAgentFile(
  path: string,
  mostBytes: number,
  part: 'beginning' | 'end' = 'beginning',
): AgentFile | null {
  const file = openFile(path);
  if (typeof file !== 'number') return file;
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return { unreadable: 'It is no file.' };
    const buffer = Buffer.alloc(Math.min(mostBytes, found.size));
    const from = part === 'end' ? found.size - buffer.length : 0;
    return { text: buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, from)) };
  } catch (error) {
    return sayUnreadable(error);
  } finally {
    closeSync(file);
  }
}

const MOST_TEXT = 64 * 1024;

/** The first 64 KiB of what is there; where it can't be read, why not. Null where nothing is. */
export function readAgentText(path: string): string | null {
  const found = readAgentFile(path, MOST_TEXT);
  if (found === null) return null;
  return 'text' in found ? found.text : found.unreadable;
}

function openFile(path: string): number | AgentFile | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : sayUnreadable(error);
  }
}

function sayUnreadable(error: unknown): AgentFile {
  return { unreadable: `It can't be read: ${error instanceof Error ? error.message : String(error)}` };
}

/** Where an agent put something else in the place of our folder, that goes: we would write through it. */
export function ensureOwnFolder(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory()) rmSync(folder, { force: true });
}
