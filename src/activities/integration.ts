/** Merges tasks' verified commits into the campaign's branch, which is always a tested commit. */
import type { CampaignBrief } from '../core/brief.js';
import type { MergeFacts, MergeInput, MergeTask } from '../core/ports.js';
import { taskOf } from './brief-file.js';
import { readMask } from './copied-values.js';
import { MissingCopyError } from './copy-in.js';
import type { ActivityDeps } from './deps.js';
import { reject } from './evidence.js';
import { makeFailure } from './failure.js';
import { findCommit, git, isAncestor, moveRef } from './git.js';
import { withHostLock } from './host-lock.js';
import { integrationPath, trialTimeoutMs, tryCommit } from './integration-worktree.js';
import { mergeTrees } from './merge-tree.js';
import { branchRef, campaignHead, openCampaign } from './mirror.js';
import { joinPublished } from './published.js';
import { findMerges, mergeMessage, taskCommit, type Verified } from './task-commit.js';

const MOST_CONFLICTS = 50;
export interface MergeOrder {
  readonly brief: CampaignBrief;
  readonly input: MergeInput;
  readonly signal: AbortSignal;
  /**
   * An order that has taken this long ends with the merge at hand. Quick merges share a round trip to the campaign;
   * slow ones are told one by one, so that nothing that waits for one waits for the next too, and a campaign that stops
   * does so after the one at hand.
   */
  readonly mergeForMs: number;
  /** Called before each merge. */
  readonly onTask: (task: string) => void;
}

interface MergeAt extends Verified {
  readonly mirror: string;
  /** Tasks that are merged with this one, itself included. */
  readonly merged: readonly string[];
}

type Merged = Pick<MergeFacts, 'outcome' | 'head' | 'conflicts' | 'failure'>;

/** One by one, up to the first that can't be merged; see mergeForMs. */
export async function mergeTasks(deps: ActivityDeps, order: MergeOrder): Promise<readonly MergeFacts[]> {
  const mirror = await openCampaign(deps.home, order.brief);
  return withHostLock(integrationPath(deps, order.brief.campaign), async () => {
    const found = await findEarlier(order, mirror, order.input.tasks);
    return found.length > 0 ? found : mergeInOrder(deps, order, mirror);
  });
}

/**
 * Merged already, by a run of this activity that was killed before it could say so: told first, the rest is due again.
 * They need not be the order's first: a task that changed nothing leaves no trace.
 */
async function findEarlier(
  { brief }: Pick<MergeOrder, 'brief'>,
  mirror: string,
  tasks: readonly MergeTask[],
): Promise<readonly MergeFacts[]> {
  const head = await campaignHead(mirror, brief);
  const mergeOf = await findMerges(mirror, { base: brief.repository.baseCommit, head });
  const found: MergeFacts[] = [];
  for (const each of tasks) {
    const startedAtMs = Date.now();
    const merge = mergeOf(each.task, each.gen);
    if (merge === null) continue;
    const at = { ...each, brief, mirror, task: taskOf(brief, each.task) };
    const merged = await finish(at, { head, commit: `${merge}^2` });
    found.push({ task: each.task, gen: each.gen, ...merged, startedAtMs, endedAtMs: Date.now() });
  }
  return found;
}

async function mergeInOrder(
  deps: ActivityDeps,
  order: MergeOrder,
  mirror: string,
): Promise<readonly MergeFacts[]> {
  const { input, signal, mergeForMs } = order;
  const merged = [...input.merged];
  const merges: MergeFacts[] = [];
  const startedAtMs = Date.now();
  for (const each of input.tasks) {
    if (merges.length > 0 && (signal.aborted || Date.now() - startedAtMs >= mergeForMs)) break;
    merged.push(each.task);
    const facts = await mergeTask(deps, order, { each, mirror, merged }).catch((error: unknown) => {
      // What is merged is told first. This one is the first of the next order, which breaks if it does so again.
      if (merges.length > 0) return null;
      throw error;
    });
    if (facts === null) break;
    merges.push(facts);
    if (facts.outcome !== 'merged') break;
  }
  return merges;
}

async function mergeTask(
  deps: ActivityDeps,
  { brief, signal, onTask }: MergeOrder,
  { each, mirror, merged }: { each: MergeTask; mirror: string; merged: readonly string[] },
): Promise<MergeFacts> {
  onTask(each.task);
  const startedAtMs = Date.now();
  const at: MergeAt = { ...each, brief, task: taskOf(brief, each.task), mirror, merged: [...merged] };
  const done = await mergeUntilMoved(deps, at, signal).catch((error: unknown) => cannotTest(at, error));
  return { task: each.task, gen: each.gen, ...done, startedAtMs, endedAtMs: Date.now() };
}

async function cannotTest({ mirror, brief }: MergeAt, error: unknown): Promise<Merged> {
  if (!(error instanceof MissingCopyError)) throw error;
  const head = await campaignHead(mirror, brief);
  return { outcome: 'failed', head, conflicts: [], failure: makeFailure('spec', error.message) };
}

/** Whoever moves the branch meanwhile, the merge starts over on the new head; and it may have been this very merge. */
async function mergeUntilMoved(deps: ActivityDeps, at: MergeAt, signal: AbortSignal): Promise<Merged> {
  for (;;) {
    const merged = await mergeOnto(deps, at, signal);
    if (merged !== 'moved') return merged;
    const [earlier] = await findEarlier(at, at.mirror, [{ ...at, task: at.task.id }]);
    if (earlier !== undefined) return earlier;
  }
}

async function mergeOnto(deps: ActivityDeps, at: MergeAt, signal: AbortSignal): Promise<Merged | 'moved'> {
  const { mirror, brief } = at;
  const head = await campaignHead(mirror, brief);
  if ((await findCommit(mirror, at.commit)) === null) return missing(at, head);
  const commit = await joinPublished(mirror, brief, {
    task: at.task.id,
    commit: await taskCommit(mirror, at),
  });
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
async function finish(
  at: Omit<MergeAt, 'merged'>,
  { head, commit }: { head: string; commit: string },
): Promise<Merged> {
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
  const failure = await reject(await evidenceAt(deps, at), {
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

async function evidenceAt({ home }: ActivityDeps, { brief, task, gen }: MergeAt) {
  const mask = await readMask(home, brief, task.id);
  return { home, campaign: brief.campaign, task: task.id, name: `${gen}/merge.md`, mask };
}

async function test(deps: ActivityDeps, { at, merge }: { at: MergeAt; merge: string }, signal: AbortSignal) {
  const { brief, mirror, task, gen } = at;
  const tasks = at.merged.map((id) => taskOf(brief, id));
  const commands = brief.integrationVerify[task.phase] ?? [];
  const failed = await tryCommit(
    deps,
    { brief, mirror, commit: merge, tasks, commands, task: task.id, gen },
    signal,
  );
  if (failed.length === 0) return null;
  return reject(await evidenceAt(deps, at), {
    title: `${task.id}, merged with what others have merged before it, does not pass`,
    findings: [
      `The task's own verification passed; together with ${brief.campaignBranch} these commands fail, also when tried again.`,
    ],
    commands: failed,
    timeoutMs: trialTimeoutMs({ tasks }),
  });
}
