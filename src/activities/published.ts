/**
 * What a task publishes before it is done: a chain of commits of its own in the mirror, each with the files published
 * so far on top of what the task started from. The chain is what makes later merges clean: whoever merges the task's
 * work, or the campaign into the task, joins the two histories at the last of them that the campaign's branch holds.
 */
import { randomUUID } from 'node:crypto';
import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { globMatches } from '../core/glob.js';
import { FILES_OF_OURS, findInIndex, MOST_BYTES } from './forbidden.js';
import { findCommit, git, isAncestor, moveRef, tryGit, GitError } from './git.js';
import { campaignHead, diffBase, scratchFolder } from './mirror.js';
import { indexAt, type SnapshotAt } from './snapshot.js';

function publishedRef(campaign: string, task: string): string {
  return `refs/longhaul-published/${campaign}/${task}`;
}

/** Files that can't be published, in words for the agent. */
export class UnpublishableError extends Error {}

export interface Publishing {
  readonly brief: CampaignBrief;
  readonly task: TaskBrief;
  readonly place: SnapshotAt;
  /** Paths in the worktree. */
  readonly files: readonly string[];
}

/**
 * The same files again give the same commit.
 * @throws UnpublishableError
 */
export async function commitPublished(at: Publishing): Promise<string> {
  const files = await Promise.all(at.files.map((file) => checkFile(at, file)));
  const { mirror, campaign } = at.place;
  const ref = publishedRef(campaign, at.task.id);
  for (;;) {
    const last = await findCommit(mirror, ref);
    const parent = last ?? (await diffBase(mirror, at.brief, { task: at.task.id, commit: null }));
    const tree = await writeTree(at, { parent, files });
    if (tree === (await git(mirror, ['rev-parse', `${parent}^{tree}`])) && last !== null) return last;
    const input = `Publish ${files.length === 1 ? files[0] : `${files.length} files`} of ${at.task.id}\n`;
    const commit = await git({ cwd: mirror, input }, ['commit-tree', tree, '-p', parent, '-F', '-']);
    if (await moveRef(mirror, ref, { from: last, to: commit })) return commit;
  }
}

async function checkFile({ brief, task, place }: Publishing, file: string): Promise<string> {
  const name = path.posix.normalize(file);
  if (name === '.' || name.startsWith('../') || path.posix.isAbsolute(name))
    throw new UnpublishableError(`"${file}" is not a path in your worktree`);
  const found = await lstat(`${place.worktree}/${name}`).catch(() => null);
  if (found === null) throw new UnpublishableError(`there is no file "${file}" in your worktree`);
  if (!found.isFile()) throw new UnpublishableError(`"${file}" is not a file; name the files one by one`);
  if (found.size > MOST_BYTES) throw new UnpublishableError(`"${file}" is larger than 50 MB`);
  const isOurs = ['.git', FILES_OF_OURS, ...place.excluded].some(
    (each) => name === each || name.startsWith(`${each}/`),
  );
  if (isOurs) throw new UnpublishableError(`"${file}" is not part of your work`);
  const owner = Object.values(brief.tasks).find((other) => other.id !== task.id && isOwned(other, name));
  if (owner !== undefined && !mayChange(task, name))
    throw new UnpublishableError(`"${file}" belongs to the task ${owner.id}`);
  return name;
}

function isOwned({ owns }: TaskBrief, file: string): boolean {
  return owns.some((glob) => globMatches(glob, file));
}

/** As a change of it would be judged at the turn's end. */
function mayChange({ owns, intends }: TaskBrief, file: string): boolean {
  return [...owns, ...intends].some((glob) => globMatches(glob, file));
}

async function writeTree(
  { place }: Publishing,
  { parent, files }: { parent: string; files: readonly string[] },
): Promise<string> {
  const scratch = await scratchFolder(place.mirror, place.campaign);
  const draft = `${scratch}/${place.task}.${randomUUID()}.published`;
  try {
    const index = indexAt(place, draft);
    await git(index, ['read-tree', parent]);
    const input = files.map((file) => `${file}\0`).join('');
    const added = await tryGit({ ...index, input }, ['update-index', '--add', '--replace', '-z', '--stdin']);
    if (added.exitCode !== 0) throw new UnpublishableError(added.stderr.trim().slice(0, 300));
    const [forbidden] = await findInIndex(place, { index, base: parent });
    if (forbidden !== undefined) throw new UnpublishableError(forbidden.why);
    return await git(index, ['write-tree']);
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * The task's commit, with what it published and the campaign's branch holds among its ancestors: without that, git would
 * take the published files for somebody else's and find conflicts in them.
 */
export async function joinPublished(
  mirror: string,
  brief: CampaignBrief,
  { task, commit }: { readonly task: string; readonly commit: string },
): Promise<string> {
  const last = await findCommit(mirror, publishedRef(brief.campaign, task));
  if (last === null) return commit;
  const head = await campaignHead(mirror, brief);
  const base = await tryGit(mirror, ['merge-base', last, head]);
  if (base.exitCode > 1) throw new GitError(['merge-base', last, head], mirror, base);
  const merged = base.stdout;
  if (base.exitCode === 1 || (await isAncestor(mirror, merged, commit))) return commit;
  const input = `Take in what ${task} published before\n`;
  return git({ cwd: mirror, input }, [
    ...['commit-tree', `${commit}^{tree}`, '-p', commit, '-p', merged, '-F', '-'],
  ]);
}
