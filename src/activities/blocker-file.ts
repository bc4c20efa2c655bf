/** `.longhaul/blocker.json` in a worktree: how any agent raises a blocker. Never part of the diff. */
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { readBlockerText } from '../agents/blocker-report.js';
import type { BlockerReport } from '../core/turn.js';

export interface BlockerFile {
  readonly report: BlockerReport;
  /** Moves it to the turn's artifacts, so that it is raised once. */
  consume(): void;
}

/** Null where there is none; while the agent runs also where it is not right, or not yet. */
export function findBlockerFile(
  worktree: string,
  at: { readonly artifact: string; readonly agentRuns: boolean },
): BlockerFile | null {
  const path = `${worktree}/.longhaul/blocker.json`;
  const text = readText(path);
  if (text === null) return null;
  const { report, fault } = readBlockerText(text);
  if (fault !== null && at.agentRuns) return null;
  return {
    report,
    consume: () => {
      if (isFile(path)) copyFileSync(path, at.artifact);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** What was wrong with the blocker file that a turn left, for the session that wrote it; null where nothing was. */
export function readBlockerFault(artifact: string): string | null {
  const text = existsSync(artifact) ? readText(artifact) : null;
  return text === null ? null : readBlockerText(text).fault;
}

const MOST_BYTES = 64 * 1024;

/** What is there and can't be read is no reason to overlook it: the text says why instead. */
function readText(path: string): string | null {
  const file = openFile(path);
  if (typeof file !== 'number') return file;
  try {
    if (!fstatSync(file).isFile()) return 'It is no file.';
    const buffer = Buffer.alloc(MOST_BYTES);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, MOST_BYTES, 0));
  } catch (error) {
    return sayUnreadable(error);
  } finally {
    closeSync(file);
  }
}

/** The handle; a text that says why there is none; or null where there is no file. Never waits for a pipe's other end. */
function openFile(path: string): number | string | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : sayUnreadable(error);
  }
}

function sayUnreadable(error: unknown): string {
  return `It can't be read: ${error instanceof Error ? error.message : String(error)}`;
}

function isFile(path: string): boolean {
  const file = openFile(path);
  if (typeof file !== 'number') return false;
  try {
    return fstatSync(file).isFile();
  } finally {
    closeSync(file);
  }
}
