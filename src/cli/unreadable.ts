import type { HomePaths } from '../core/home.js';
import { ProblemError } from '../core/problem.js';

/** Why a file can't be read or written, in words; the system's own where there are none. */
const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a file stands where a folder should be',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

export function whyUnreadable(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return Object.hasOwn(WHY, code) ? (WHY[code] ?? message) : message;
}

/** Of a disk that is full the system does not name the file; ours are all below LONGHAUL_HOME. */
function placeOf({ code }: NodeJS.ErrnoException, root: string): string | undefined {
  return code === 'ENOSPC' ? root : undefined;
}

/** What the system says of a place below LONGHAUL_HOME, with the way out; any other error as it is. */
export function explainHome(error: unknown, { root }: HomePaths): unknown {
  if (!(error instanceof Error)) return error;
  const { code = '', path = placeOf(error, root) } = error as NodeJS.ErrnoException;
  if (!Object.hasOwn(WHY, code) || path?.startsWith(root) !== true) return error;
  return new ProblemError(
    {
      code: 'home/unusable',
      message: `${path} can't be used: ${whyUnreadable(error)}`,
      hint: `Longhaul keeps its data in LONGHAUL_HOME, which is ${root} now: let it name a folder that you may write to, on a disk with room`,
      severity: 'problem',
    },
    { cause: error },
  );
}
