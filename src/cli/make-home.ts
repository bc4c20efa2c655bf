import { mkdirSync, statSync } from 'node:fs';
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
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) makeFolder(folder, root);
  }
}

/** From the top. */
function ancestorsOf(folder: string): readonly string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [] : [...ancestorsOf(parent), parent];
}

function makeFolder(folder: string, root: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another command may be making it.
    if (code === 'EEXIST' && statSync(folder).isDirectory()) return;
    const why = code === 'ENOENT' ? 'no folder can be made there' : whyUnreadable(error);
    throw new ProblemError(
      {
        code: 'home/unusable',
        message: `${folder} can't be made: ${code === 'EEXIST' ? 'a file of this name stands there' : why}`,
        hint: `Longhaul keeps its data in LONGHAUL_HOME, which is ${root} now: let it name a folder that you may write to, on a disk with room`,
        severity: 'problem',
      },
      { cause: error },
    );
  }
}
