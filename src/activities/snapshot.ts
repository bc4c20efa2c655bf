/**
 * The tree of everything in a worktree that git does not ignore, written into the mirror by plumbing with an index of
 * its own. Whatever state the worktree's own repository is in (detached, rebasing, locked, deleted), and whatever is
 * configured there (hooks, filters), has no say here.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, lstat, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { excludePattern } from './exclude.js';
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

export const MOST_BYTES = 50_000_000;
const MOST_FINDINGS = 20;
export const FILES_OF_OURS = '.longhaul';

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

function tooLarge(file: string): string {
  return `${file} is larger than 50 MB and is not committed: make it smaller, or have git ignore it`;
}

async function findLarge(worktree: string, files: readonly string[]): Promise<readonly string[]> {
  const large = new Set<string>();
  for (const file of files) {
    const found = await lstat(`${worktree}/${file}`).catch(() => null);
    if (found?.isFile() === true && found.size > MOST_BYTES) large.add(file);
  }
  return [...large];
}

interface Entry {
  readonly file: string;
  readonly old: { readonly mode: string; readonly blob: string };
  readonly now: { readonly mode: string; readonly blob: string };
}

/** What the agent committed by itself and we would not: it goes back to what it was in the base. */
async function dropForbidden(
  at: SnapshotAt,
  { index, base }: { index: GitAt; base: string },
): Promise<readonly string[]> {
  const entries = readRaw(
    await git(index, ['diff-index', '--cached', '--raw', '--no-abbrev', '--no-renames', '-z', base]),
  );
  const sizes = await blobSizes(at.mirror, entries);
  const findings: string[] = [];
  const dropped = entries.filter((entry) => {
    const why = whyForbidden(at, entry, sizes.get(entry.now.blob) ?? 0);
    if (why !== null) findings.push(why);
    return why !== null;
  });
  const input = dropped.map(
    ({ file, old }) => `${old.mode === '000000' ? '0' : old.mode} ${old.blob}\t${file}\0`,
  );
  if (input.length > 0)
    await git({ ...index, input: input.join('') }, ['update-index', '-z', '--index-info']);
  return findings;
}

function whyForbidden(at: SnapshotAt, { file, now }: Entry, size: number): string | null {
  if (now.mode === '160000')
    return `${file} was committed as a submodule, which campaigns can't hold: remove it`;
  if (size > MOST_BYTES) return tooLarge(file);
  if (now.mode === '000000') return null;
  const isOurs = [FILES_OF_OURS, ...at.excluded].some((path) => file === path || file.startsWith(`${path}/`));
  return isOurs ? `${file} was put here by Longhaul and must not be committed: remove it from git` : null;
}

/** `:<old mode> <new mode> <old blob> <new blob> <status>`, then the path. */
function readRaw(text: string): readonly Entry[] {
  const items = splitNul(text);
  const entries: Entry[] = [];
  for (let at = 0; at + 1 < items.length; at += 2) {
    const [oldMode = '', mode = '', oldBlob = '', blob = ''] = (items[at] ?? '').slice(1).split(' ');
    entries.push({ file: items[at + 1] ?? '', old: { mode: oldMode, blob: oldBlob }, now: { mode, blob } });
  }
  return entries;
}

async function blobSizes(mirror: string, entries: readonly Entry[]): Promise<Map<string, number>> {
  const blobs = entries
    .filter(({ now }) => now.mode.startsWith('1') && now.mode !== '160000')
    .map(({ now }) => now.blob);
  const input = blobs.map((blob) => `${blob}\n`).join('');
  const text = await git({ cwd: mirror, input }, ['cat-file', '--batch-check=%(objectname) %(objectsize)']);
  return new Map(
    text.split('\n').map((line) => {
      const [blob = '', size = '0'] = line.split(' ');
      return [blob, Number(size)];
    }),
  );
}
