/**
 * Errors that no retry mends. Temporal is told so, and the campaign asks a person at once (workflows/failures.ts):
 * their messages say the way out.
 */
import { asyncLocalStorage } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { GitError } from './git.js';

export function lasting(code: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}

/** What the system says where a place is in the way, or nobody may write there. */
const refusals: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'the name is too long',
};

type Work = (...input: never[]) => Promise<unknown>;

/** The same activities, whose errors of the file system that stay are told as such; `root` is the home's. */
export function tellLasting<Some extends object>(root: string, activities: Some): Some {
  const told = Object.entries(activities).map(([name, work]) => [name, tell(root, work as Work)] as const);
  return Object.fromEntries(told) as Some;
}

/** A disk may have been full for a moment: a person is asked after about 15 s of tries (workflows/activities.ts). */
const TRIES_ON_FULL_DISK = 5;
const FULL = /No space left on device|Out of diskspace|Disk quota exceeded/;

function isOfFullDisk(error: unknown): boolean {
  if (error instanceof GitError) return FULL.test(error.result.stderr);
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function fullDisk(root: string, error: unknown): ApplicationFailure {
  const { path = root, message } = error as NodeJS.ErrnoException;
  const place = error instanceof GitError ? error.at : path;
  return lasting(
    'worker/disk-full',
    `the disk is full that holds ${place}. Make room there; then answer, and the work goes on. (${message})`,
  );
}

function tell(root: string, work: Work): Work {
  return async (...input) => {
    try {
      return await work(...input);
    } catch (error) {
      const tries = asyncLocalStorage.getStore()?.info.attempt ?? 1;
      if (isOfFullDisk(error) && tries >= TRIES_ON_FULL_DISK) throw fullDisk(root, error);
      const { code = '', path, syscall = 'it' } = error as NodeJS.ErrnoException;
      const why = refusals[code];
      if (why === undefined || path === undefined) throw error;
      throw lasting(
        'worker/path-refused',
        `${path} can't be used (${syscall}: ${why}). Give the worker's user access to it, or clear it out of the way; then answer.`,
      );
    }
  };
}
