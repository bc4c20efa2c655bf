/**
 * The tree of everything in a worktree that git does not ignore, written into the mirror by plumbing with an index of
 * its own. Whatever state the worktree's own repository is in (detached, rebasing, locked, deleted), and whatever is
 * configured there (hooks, filters), has no say here.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, lstat, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { excludePattern } from './exclude.js';
import { FILES_OF_OURS, findInIndex, MOST_BYTES, tooLarge } from './forbidden.js';
import { git, splitNul, tryGit, type GitAt } from './git.js';
import { scratchFolder } from './mirror.js';
import { importHead, type TaskHead } from './task-repository.js';

export interface SnapshotAt {
  readonly mirror: string;
  readonly campaign: string;
  readonly task: string;
  readonly worktree: string;
  /** Paths that are never committed: what was copied in. Relative to the worktree. */
  readonly excluded: readonly string[];
  /** What the task is compared with, given its head: the campaign's commit. */
  readonly baseOf: (head: string | null) => Promise<string>;
}

export interface Snapshot extends TaskHead {
  readonly tree: string;
  readonly base: string;
  /** What could not be taken in, and why. */
  readonly findings: readonly string[];
}

const MOST_FINDINGS = 20;

export async function takeSnapshot(at: SnapshotAt): Promise<Snapshot> {
  const scratch = `${await scratchFolder(at.mirror, at.campaign)}/${at.task}`;
  const draft = `${scratch}.${randomUUID()}.index`;
  try {
    const head = await importHead(at.mirror, at.worktree);
    const base = await at.baseOf(head.head);
    await writeFile(`${scratch}.exclude`, await excludeList(at));
    // The index of the time before knows which files have not changed since: a large repository is not read again.
    await copyFile(`${scratch}.index`, draft).catch(() => undefined);
    const index = indexAt(at, draft);
    await git(index, ['read-tree', '--reset', head.head ?? base]);
    const found = [...(await addFiles(at, index)), ...(await dropForbidden(at, { index, base }))];
    const tree = await git(index, ['write-tree']);
    await rename(draft, `${scratch}.index`);
    return { ...head, tree, base, findings: bound(head.finding === null ? found : [head.finding, ...found]) };
  } finally {
    await rm(draft, { force: true });
  }
}

/** Where commands see the worktree's files through the mirror and an index outside the worktree. */
export function indexAt(at: Pick<SnapshotAt, 'mirror' | 'worktree'>, index: string): GitAt {
  const env = { GIT_DIR: at.mirror, GIT_WORK_TREE: at.worktree, GIT_INDEX_FILE: index };
  return { cwd: at.worktree, env };
}

export interface Differences {
  /** Tracked files that are changed or missing. */
  readonly changed: readonly string[];
  /** What is not tracked and not ignored; of a folder of such files just the folder, with `/` at its end. */
  readonly untracked: readonly string[];
}

/** How the worktree differs from a commit or tree. */
export async function compareWorktree(at: SnapshotAt, tree: string): Promise<Differences> {
  const scratch = `${await scratchFolder(at.mirror, at.campaign)}/${at.task}`;
  const draft = `${scratch}.${randomUUID()}.index`;
  try {
    await writeFile(`${scratch}.exclude`, await excludeList(at));
    await copyFile(`${scratch}.index`, draft).catch(() => undefined);
    const index = indexAt(at, draft);
    await git(index, ['read-tree', '--reset', tree]);
    const list = [...useExcludes(at), 'ls-files', '-z', '--exclude-standard'];
    const changed = splitNul(await git(index, [...list, '--modified', '--deleted']));
    const untracked = await git(index, [...list, '--others', '--directory', '--no-empty-directory']);
    return { changed: [...new Set(changed)], untracked: splitNul(untracked) };
  } finally {
    await rm(draft, { force: true });
  }
}

function useExcludes(at: SnapshotAt): readonly string[] {
  return ['-c', `core.excludesFile=${at.mirror}/longhaul/${at.campaign}/${at.task}.exclude`];
}

function bound(findings: readonly string[]): readonly string[] {
  if (findings.length <= MOST_FINDINGS) return findings;
  const rest = findings.length - MOST_FINDINGS + 1;
  return [...findings.slice(0, MOST_FINDINGS - 1), `and ${rest} more of the kind`];
}

/** With the mirror as GIT_DIR, git looks for info/exclude there: the worktree's own, and the user's, are put together. */
async function excludeList(at: SnapshotAt): Promise<string> {
  const named = await tryGit(at.mirror, ['config', '--type=path', 'core.excludesFile']);
  const config = process.env['XDG_CONFIG_HOME'] ?? `${os.homedir()}/.config`;
  const users = named.exitCode === 0 ? named.stdout : `${config}/git/ignore`;
  const texts = await Promise.all(
    [users, `${at.worktree}/.git/info/exclude`].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  return [...texts, ...[FILES_OF_OURS, ...at.excluded].map(excludePattern)].join('\n');
}

async function addFiles(at: SnapshotAt, index: GitAt): Promise<readonly string[]> {
  const excludes = useExcludes(at);
  const seen = splitNul(
    await git(index, [...excludes, 'ls-files', '-z', '--others', '--modified', '--exclude-standard']),
  );
  const nested = seen.filter((file) => file.endsWith('/')).map((file) => file.slice(0, -1));
  const large = await findLarge(at.worktree, seen);
  const left = [...nested, ...large].map((file) => `:(exclude,literal)${file}\0`);
  const add = ['add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'];
  const input = `.\0${left.join('')}`;
  const added = await tryGit({ ...index, input }, [...excludes, ...add]);
  // A file that can't be read, or vanished meanwhile, must not cost the others.
  const again =
    added.exitCode === 0 ? null : await tryGit({ ...index, input }, [...excludes, ...add, '--ignore-errors']);
  return [
    ...nested.map(
      (file) => `${file} is a git repository of its own; its files are not committed: remove its .git`,
    ),
    ...large.map(tooLarge),
    ...(again === null || again.exitCode === 0
      ? []
      : [`not all files could be read: ${again.stderr.trim().slice(0, 300)}`]),
  ];
}

async function findLarge(worktree: string, files: readonly string[]): Promise<readonly string[]> {
  const large = new Set<string>();
  for (const file of files) {
    const found = await lstat(`${worktree}/${file}`).catch(() => null);
    if (found?.isFile() === true && found.size > MOST_BYTES) large.add(file);
  }
  return [...large];
}

/** What we would not commit, also where the agent did: it goes back to what it was in the base. */
async function dropForbidden(
  at: SnapshotAt,
  { index, base }: { index: GitAt; base: string },
): Promise<readonly string[]> {
  const dropped = await findInIndex(at, { index, base });
  const input = dropped.map(
    ({ change: { file, old } }) => `${old.mode === '000000' ? '0' : old.mode} ${old.blob}\t${file}\0`,
  );
  if (input.length > 0)
    await git({ ...index, input: input.join('') }, ['update-index', '-z', '--index-info']);
  return dropped.map(({ why }) => `${why}. Commits that hold it are delivered as one without it`);
}
