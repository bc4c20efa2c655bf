/**
 * Merges the campaign's head into a task's worktree: computed in the mirror, carried into the worktree by plumbing,
 * so that nothing the agent configured runs, and nothing it wrote is lost. A note of the intent, kept in the mirror,
 * makes it one step: after a kill it is done again from the note, not from a half-changed worktree.
 */
import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { commitTree, snapshotAt, type TaskAt } from './checkpoint.js';
import { git, isAncestor, splitNul, tryGit, type GitAt } from './git.js';
import { campaignHead, noteStart, scratchFolder } from './mirror.js';
import { joinPublished } from './published.js';
import { mergeTrees } from './merge-tree.js';
import { indexAt, takeSnapshot, type Snapshot, type SnapshotAt } from './snapshot.js';

/** Marks a commit that only keeps work safe before a merge: never delivered (task-commit.ts). */
export const KEPT_WORK = 'Longhaul-Kept-Work';

interface Intent {
  /** The worktree's work before the merge, as a commit. */
  readonly work: string;
  /** The campaign's head that is merged in. */
  readonly other: string;
  readonly clean: boolean;
  /** The merged tree; with conflict markers in it where it is not clean. */
  readonly tree: string;
  readonly conflicts: readonly string[];
  /** For `update-index --index-info`: the sides of each conflict. */
  readonly stages: string;
}

/** @returns the files in conflict; the same when called again before the agent has settled them. */
export async function syncWorktree(at: TaskAt, mirror: string): Promise<readonly string[]> {
  const place = snapshotAt(at, mirror);
  const noteFile = await noteOf(at, mirror);
  const unfinished = await readNote(noteFile);
  if (unfinished === null) {
    const snapshot = await takeSnapshot(place);
    const head = await campaignHead(mirror, at.brief);
    const holder = snapshot.mergeHead ?? snapshot.head;
    if (holder !== null && (await isAncestor(mirror, head, holder))) return conflictsLeft(place);
    await writeFileAtomic(noteFile, JSON.stringify(await planMerge(at, { mirror, snapshot, head })));
  }
  const intent = unfinished ?? (await readNote(noteFile));
  if (intent === null) throw new Error(`${noteFile} vanished while it was needed`);
  await carryOut(at, place, intent);
  await noteStart(mirror, { campaign: at.brief.campaign, task: at.task.id, commit: intent.other });
  await rm(noteFile, { force: true });
  return intent.conflicts;
}

/** A merge that was begun must be ended before anybody works in the worktree, whatever is ordered now. */
export async function isSyncUnfinished(at: TaskAt, mirror: string): Promise<boolean> {
  return (await readNote(await noteOf(at, mirror))) !== null;
}

async function noteOf({ brief, task }: TaskAt, mirror: string): Promise<string> {
  return `${await scratchFolder(mirror, brief.campaign)}/${task.id}.sync.json`;
}

async function readNote(file: string): Promise<Intent | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Intent);
}

async function planMerge(
  at: TaskAt,
  { mirror, snapshot, head }: { mirror: string; snapshot: Snapshot; head: string },
): Promise<Intent> {
  const kept = await commitWork(at, mirror, snapshot);
  const work = await joinPublished(mirror, at.brief, { task: at.task.id, commit: kept });
  const merged = await mergeTrees(mirror, work, head);
  return { work, other: head, ...merged };
}

/** Uncommitted work becomes a commit, so that the merge can't cost any of it. */
async function commitWork(at: TaskAt, mirror: string, snapshot: Snapshot): Promise<string> {
  const { head, mergeHead, tree } = snapshot;
  if (head !== null && mergeHead === null && (await git(mirror, ['rev-parse', `${head}^{tree}`])) === tree)
    return head;
  const message = `Keep the work on ${at.task.id} before merging ${at.brief.campaignBranch}\n\n${KEPT_WORK}: true\n`;
  return commitTree(mirror, { ...snapshot, message });
}

async function carryOut(at: TaskAt, place: SnapshotAt, intent: Intent): Promise<void> {
  const { mirror, worktree } = place;
  const scratch = `${await scratchFolder(mirror, at.brief.campaign)}/${at.task.id}.sync.index`;
  await copyFile(scratch.replace(/\.sync\.index$/, '.index'), scratch).catch(() => undefined);
  const index = indexAt(place, scratch);
  await git(index, ['read-tree', '--reset', intent.work]);
  await tryGit(index, ['update-index', '-q', '--refresh']);
  // All that is in the worktree is in `work`: resetting the files to the merged tree loses nothing.
  await git(index, ['read-tree', '--reset', '-u', intent.tree]);
  const head = intent.clean ? await commitMerge(at, mirror, intent) : intent.work;
  // Stale locks of a git that was killed with its turn; nothing of the agent's runs now.
  await Promise.all(['index', 'HEAD'].map((name) => rm(`${worktree}/.git/${name}.lock`, { force: true })));
  await git(ownRepository(worktree), ['update-ref', '-m', 'longhaul: take in the campaign', 'HEAD', head]);
  await writeMergeState(at, worktree, intent);
  await showConflicts(index, intent);
  await rename(scratch, `${worktree}/.git/index`);
}

/** Commands that read no more of the agent's configuration than where refs are. */
function ownRepository(worktree: string): GitAt {
  return { cwd: worktree, env: { GIT_DIR: `${worktree}/.git` } };
}

async function commitMerge(at: TaskAt, mirror: string, { work, other, tree }: Intent): Promise<string> {
  const input = mergeMessage(at);
  return git({ cwd: mirror, input }, ['commit-tree', tree, '-p', work, '-p', other, '-F', '-']);
}

function mergeMessage({ brief, task }: TaskAt): string {
  return `Merge ${brief.campaignBranch} into ${task.branch}\n`;
}

async function writeMergeState(at: TaskAt, worktree: string, intent: Intent): Promise<void> {
  if (intent.clean) {
    await Promise.all(
      ['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG'].map((name) =>
        rm(`${worktree}/.git/${name}`, { force: true }),
      ),
    );
    return;
  }
  await writeFile(`${worktree}/.git/MERGE_MSG`, mergeMessage(at));
  await writeFile(`${worktree}/.git/MERGE_MODE`, 'no-ff');
  await writeFile(`${worktree}/.git/MERGE_HEAD`, `${intent.other}\n`);
}

/** As `git merge` leaves it: the sides of each conflict in the index, so that `git status` names the files. */
async function showConflicts(index: GitAt, intent: Intent): Promise<void> {
  if (intent.stages === '') return;
  const gone = intent.conflicts.map((file) => `0 ${'0'.repeat(intent.work.length)}\t${file}\0`).join('');
  await git({ ...index, input: gone + intent.stages }, ['update-index', '-z', '--index-info']);
}

/** What a merge of before left to settle, by the worktree's own index; a broken index names none. */
async function conflictsLeft(place: SnapshotAt): Promise<readonly string[]> {
  const index = indexAt(place, `${place.worktree}/.git/index`);
  const found = await tryGit(index, ['ls-files', '--unmerged', '-z']);
  if (found.exitCode !== 0) return [];
  return [...new Set(splitNul(found.stdout).map((line) => line.slice(line.indexOf('\t') + 1)))];
}
