/**
 * Errors that no retry mends. Temporal is told so, and the campaign asks a person at once (workflows/failures.ts):
 * their messages say the way out.
 */
import { ApplicationFailure } from '@temporalio/common';

export function lasting(code: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}

/** What the system says where a place is in the way, or nobody may write there. A full disk may be emptied. */
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

/** The same activities, whose errors of the file system that stay are told as such. */
export function tellLasting<Some extends object>(activities: Some): Some {
  const told = Object.entries(activities).map(([name, work]) => [name, tell(work as Work)] as const);
  return Object.fromEntries(told) as Some;
}

function tell(work: Work): Work {
  return async (...input) => {
    try {
      return await work(...input);
    } catch (error) {
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
