/**
 * A task's own repository, as Longhaul sees it: with distrust. The agent owns its configuration, hooks and filters,
 * so nothing is run in it that could run them; what is needed is fetched into the mirror and worked on there.
 */
import { findCommit, tryGit } from './git.js';

export interface TaskHead {
  /** Null where HEAD has no commit (an unborn branch), or the repository is gone or broken. */
  readonly head: string | null;
  /** The other side of a merge that is not committed yet. */
  readonly mergeHead: string | null;
  /** What could not be read, in words; null where all is well. */
  readonly finding: string | null;
}

/** Reads HEAD and MERGE_HEAD, and brings their commits into the mirror. Never throws for what the agent did. */
export async function importHead(mirror: string, worktree: string): Promise<TaskHead> {
  const head = await readCommit(worktree, 'HEAD');
  const mergeHead = await readCommit(worktree, 'MERGE_HEAD');
  const wanted: string[] = [];
  for (const commit of [head, mergeHead]) {
    if (commit !== null && (await findCommit(mirror, commit)) === null) wanted.push(commit);
  }
  if (wanted.length === 0) return { head, mergeHead, finding: null };
  const fetched = await tryGit(mirror, [
    ...['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', `--upload-pack=${uploadPack}`],
    ...[worktree, ...wanted],
  ]);
  if (fetched.exitCode === 0) return { head, mergeHead, finding: null };
  const why = fetched.stderr.trim().split('\n').at(-1) ?? '';
  return {
    head: null,
    mergeHead: null,
    finding: `the worktree's own commits could not be read (${why}); only its files are kept`,
  };
}

/** The agent's configuration could name a program for objects that are missing; no protocol, no program. */
const uploadPack =
  'GIT_ALLOW_PROTOCOL=none GIT_NO_LAZY_FETCH=1 git -c uploadpack.allowAnySHA1InWant=true upload-pack';

async function readCommit(worktree: string, name: string): Promise<string | null> {
  const at = { cwd: worktree, env: { GIT_DIR: `${worktree}/.git` } };
  const found = await tryGit(at, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  return found.exitCode === 0 ? found.stdout : null;
}
