import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { HomePaths } from '../core/home.js';
import { ProblemError } from '../core/problem.js';
import { whyUnreadable } from './unreadable.js';

/**
 * Makes LONGHAUL_HOME, folder by folder. Node's own `recursive` never comes to an end where a file system makes no folders
 * and says that their parent is missing, as /proc does; below a folder that could be made it is safe.
 */
export function makeHome({ root, server }: HomePaths): void {
  for (const folder of [...ancestorsOf(root), root, server]) {
    makeFolder(folder, root);
  }
}

/** From the top. */
function ancestorsOf(folder: string): readonly string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [] : [...ancestorsOf(parent), parent];
}

function makeFolder(folder: string, root: string): void {
  try {
    if (!isFolder(folder)) mkdirSync(folder);
  } catch (error) {
    // Another command may be making it.
    if (codeOf(error) === 'EEXIST' && isFolder(folder)) return;
    throw new ProblemError(
      {
        code: 'home/unusable',
        message: `${folder} can't be made: ${whyNot(folder, error)}`,
        hint: `Longhaul keeps its data in LONGHAUL_HOME, which is ${root} now: let it name a folder that you may write to, on a disk with room`,
        severity: 'problem',
      },
      { cause: error },
    );
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}

function whyNot(folder: string, error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOENT') return 'no folder can be made there';
  if (code !== 'EEXIST') return whyUnreadable(error);
  return existsSync(folder) ? 'a file of this name stands there' : 'it is a link to what is not there';
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
