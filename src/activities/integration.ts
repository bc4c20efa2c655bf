/** Merges one task's verified commit into the campaign's branch, which is always a tested commit. */
import type { CampaignBrief } from '../core/brief.js';
import type { MergeFacts, MergeInput } from '../core/ports.js';
import { taskOf } from './brief-file.js';
import { MissingCopyError } from './copy-in.js';
import type { ActivityDeps } from './deps.js';
import { reject } from './evidence.js';
import { makeFailure } from './failure.js';
import { findCommit, git, isAncestor, moveRef } from './git.js';
import { withHostLock } from './host-lock.js';
import { integrationPath, trialTimeoutMs, tryCommit } from './integration-worktree.js';
import { mergeTrees } from './merge-tree.js';
import { branchRef, campaignHead, openCampaign } from './mirror.js';
import { findMerge, mergeMessage, taskCommit, type Verified } from './task-commit.js';

const MOST_CONFLICTS = 50;

interface MergeAt extends Verified {
  readonly input: MergeInput;
  readonly mirror: string;
}

type Merged = Pick<MergeFacts, 'outcome' | 'head' | 'conflicts' | 'failure'>;

export async function mergeTask(
  deps: ActivityDeps,
  { brief, input }: { brief: CampaignBrief; input: MergeInput },
  signal: AbortSignal,
): Promise<MergeFacts> {
  const startedAtMs = Date.now();
  const mirror = await openCampaign(deps.home, brief);
  const at = { ...input, brief, task: taskOf(brief, input.task), input, mirror };
  const merged = await withHostLock(integrationPath(deps, brief.campaign), () =>
    mergeUntilMoved(deps, at, signal).catch((error: unknown) => cannotTest(at, error)),
  );
  return { task: input.task, gen: input.gen, ...merged, startedAtMs, endedAtMs: Date.now() };
}

async function cannotTest({ mirror, brief }: MergeAt, error: unknown): Promise<Merged> {
  if (!(error instanceof MissingCopyError)) throw error;
  const head = await campaignHead(mirror, brief);
  return { outcome: 'failed', head, conflicts: [], failure: makeFailure('spec', error.message) };
}

/** Whoever moves the branch meanwhile, the merge starts over on the new head. */
async function mergeUntilMoved(deps: ActivityDeps, at: MergeAt, signal: AbortSignal): Promise<Merged> {
  for (;;) {
    const merged = (await findEarlier(at)) ?? (await mergeOnto(deps, at, signal));
    if (merged !== 'moved') return merged;
  }
}

/** Merged already, by a run of this activity that was killed before it could say so. */
async function findEarlier(at: MergeAt): Promise<Merged | null> {
  const { mirror, brief, task, gen } = at;
  const head = await campaignHead(mirror, brief);
  const base = brief.repository.baseCommit;
  const merge = await findMerge(mirror, { base, head, task: task.id, gen });
  return merge === null ? null : finish(at, { head, commit: `${merge}^2` });
}

async function mergeOnto(deps: ActivityDeps, at: MergeAt, signal: AbortSignal): Promise<Merged | 'moved'> {
  const { mirror, brief } = at;
  const head = await campaignHead(mirror, brief);
  if ((await findCommit(mirror, at.commit)) === null) return missing(at, head);
  const commit = await taskCommit(mirror, at);
  if (await isAncestor(mirror, commit, head)) return finish(at, { head, commit });
  const merged = await mergeTrees(mirror, head, commit);
  if (!merged.clean) return conflict(deps, at, { head, files: merged.conflicts });
  const merge = await git({ cwd: mirror, input: mergeMessage(at) }, [
    ...['commit-tree', merged.tree, '-p', head, '-p', commit, '-F', '-'],
  ]);
  const failure = await test(deps, { at, merge }, signal);
  if (failure !== null) return { outcome: 'rejected', head, conflicts: [], failure };
  const moved = await moveRef(mirror, branchRef(brief.campaignBranch), { from: head, to: merge });
  return moved ? finish(at, { head: merge, commit }) : 'moved';
}

/** The task's branch is what was merged of it. */
async function finish(at: MergeAt, { head, commit }: { head: string; commit: string }): Promise<Merged> {
  await git(at.mirror, ['update-ref', branchRef(at.task.branch), commit]);
  return { outcome: 'merged', head, conflicts: [], failure: null };
}

function missing({ mirror, commit, task }: MergeAt, head: string): Merged {
  const message = `the verified commit ${commit} of ${task.id} is not in the mirror ${mirror}; order a new turn of the task with \`longhaul retry\``;
  return { outcome: 'failed', head, conflicts: [], failure: makeFailure('spec', message) };
}

async function conflict(
  deps: ActivityDeps,
  at: MergeAt,
  { head, files }: { head: string; files: readonly string[] },
): Promise<Merged> {
  const { brief, task, gen } = at;
  const conflicts = files.slice(0, MOST_CONFLICTS);
  const named = conflicts.length === 0 ? 'moved or renamed folders' : conflicts.join(', ');
  const failure = await reject(evidenceAt(deps, at), {
    title: `${task.id} does not merge with what others have merged before it (turn ${gen})`,
    findings: [
      `Merging ${task.branch} into ${brief.campaignBranch} gives conflicts in: ${named}.`,
      `${brief.campaignBranch} is merged into this worktree: look for the conflict markers, keep what both sides meant, and leave no markers behind.`,
    ],
    commands: [],
    timeoutMs: task.timeoutMs,
  });
  return { outcome: 'conflict', head, conflicts, failure };
}

function evidenceAt(deps: ActivityDeps, { brief, task, gen }: MergeAt) {
  return { home: deps.home, campaign: brief.campaign, task: task.id, name: `${gen}/merge.md` };
}

async function test(deps: ActivityDeps, { at, merge }: { at: MergeAt; merge: string }, signal: AbortSignal) {
  const { brief, mirror, task, gen, input } = at;
  const tasks = [...new Set([...input.merged, task.id])].map((id) => taskOf(brief, id));
  const commands = brief.integrationVerify[task.phase] ?? [];
  const failed = await tryCommit(
    deps,
    { brief, mirror, commit: merge, tasks, commands, task: task.id, gen },
    signal,
  );
  if (failed.length === 0) return null;
  return reject(evidenceAt(deps, at), {
    title: `${task.id}, merged with what others have merged before it, does not pass`,
    findings: [
      `The task's own verification passed; together with ${brief.campaignBranch} these commands fail, also when tried again.`,
    ],
    commands: failed,
    timeoutMs: trialTimeoutMs({ tasks }),
  });
}
