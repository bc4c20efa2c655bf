/**
 * A git that is killed while it moves a ref leaves the ref's lock behind, and every later move would fail for ever. A
 * living git holds such a lock for moments.
 */
import { randomBytes } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const STALE_MS = 10_000;

/**
 * Removes the lock that `stderr` complains of where its holder must be dead. Locks of refs only, and of the packed refs
 * of a repository that is `cwd` itself: an index or a configuration may be locked by a person.
 *
 * @returns whether it is worth to try again
 */
export function removeStaleLock(cwd: string, stderr: string): boolean {
  const [, ref = '', lock] =
    /(?:cannot lock ref '(.+)': )?Unable to create '(.+\.lock)': File exists/.exec(stderr) ?? [];
  if (lock === undefined) return false;
  const isOfRef = ref.startsWith('refs/') && lock.endsWith(`/${ref}.lock`);
  if (!isOfRef && lock !== path.join(cwd, 'packed-refs.lock')) return false;
  const nowMs = fileSystemNow(path.dirname(lock));
  // In one breath, so that no other move of ours has its fresh lock taken away.
  const changedMs = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (changedMs === undefined || nowMs - changedMs < STALE_MS) return false;
  rmSync(lock, { force: true });
  return true;
}

/** Hosts that share the file system may have other clocks than it. Git takes no file that ends in `.lock` for a ref. */
function fileSystemNow(folder: string): number {
  const probe = `${folder}/longhaul-${process.pid}-${randomBytes(4).toString('hex')}.lock`;
  writeFileSync(probe, '');
  try {
    return statSync(probe).mtimeMs;
  } finally {
    rmSync(probe, { force: true });
  }
}
