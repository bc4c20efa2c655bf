/** Where a task's agent works: made once, kept over turns and attempts, brought up to date, never reset. */
import { writeFile } from 'node:fs/promises';
import { turnFolder, worktreePath } from '../core/home.js';
import type { Mask } from '../core/mask.js';
import type { PrepareFacts } from '../core/ports.js';
import type { Failure } from '../core/turn.js';
import { snapshotAt, type TaskAt } from './checkpoint.js';
import { makeClone, readMark } from './clone.js';
import { commandEnvironment } from './command-environment.js';
import { readMask } from './copied-values.js';
import { copyIn, MissingCopyError } from './copy-in.js';
import type { ActivityDeps } from './deps.js';
import { makeFailure } from './failure.js';
import { git, tryGit } from './git.js';
import { withHostLock } from './host-lock.js';
import { campaignHead, lastCheckpoint, MissingBaseError, noteStart, openCampaign } from './mirror.js';
import { setUp, type SetupFailure } from './setup.js';
import { sayHow } from './evidence.js';
import { isSyncUnfinished, syncWorktree } from './sync.js';

interface Prepared {
  readonly start: string;
  readonly conflicts: readonly string[];
  readonly failure: Failure | null;
}

export async function prepare(deps: ActivityDeps, at: TaskAt, signal: AbortSignal): Promise<PrepareFacts> {
  const worktree = worktreePath(at.home, at.brief.campaign, at.task.id);
  const { failure, start, conflicts } = await withHostLock(worktree, () => prepareHere(deps, at, signal));
  const { host, hostQueue, turnQueue } = deps;
  return { ok: failure === null, failure, host, hostQueue, turnQueue, start, conflicts };
}

async function prepareHere(deps: ActivityDeps, at: TaskAt, signal: AbortSignal): Promise<Prepared> {
  try {
    const mirror = await openCampaign(at.home, at.brief);
    const start = await ensureWorktree(at, mirror);
    const syncs = at.order.sync || (await isSyncUnfinished(at, mirror));
    const conflicts = syncs ? await syncWorktree(at, mirror) : [];
    // With conflict markers in its manifest no setup can work; verification runs it once they are settled.
    const failure = conflicts.length > 0 ? null : await runSetup(deps, { at, mirror }, signal);
    return { start, conflicts, failure };
  } catch (error) {
    if (!(error instanceof MissingBaseError || error instanceof MissingCopyError)) throw error;
    return { start: '', conflicts: [], failure: makeFailure('spec', error.message) };
  }
}

/** @returns the commit that the worktree started from */
async function ensureWorktree(at: TaskAt, mirror: string): Promise<string> {
  const { campaign } = at.brief;
  const worktree = worktreePath(at.home, campaign, at.task.id);
  const mark = await readMark(worktree);
  if (mark?.campaign === campaign && mark.task === at.task.id && (await isUsable(worktree)))
    return mark.start;
  const saved = await lastCheckpoint(mirror, campaign, at.task.id);
  const start = saved ?? (await campaignHead(mirror, at.brief));
  if (saved === null) await noteStart(mirror, { campaign, task: at.task.id, commit: start });
  await makeClone({
    mirror,
    worktree,
    branch: at.task.branch,
    mark: { campaign, task: at.task.id, start },
    finish: async (clone) => {
      if (saved !== null) await reopenCheckpoint(clone, saved);
      await copyIn(at.brief.repository, at.task.copy, clone);
    },
  });
  return start;
}

/** A configuration that git can't read makes a repository useless to the agent too. */
async function isUsable(worktree: string): Promise<boolean> {
  const at = { cwd: worktree, env: { GIT_DIR: `${worktree}/.git` } };
  return (await tryGit(at, ['rev-parse', '--git-dir'])).exitCode === 0;
}

/** A worktree that was lost: the files of the last checkpoint are back, uncommitted as they were. */
async function reopenCheckpoint(clone: string, checkpoint: string): Promise<void> {
  const [head = checkpoint, mergeHead] = (
    await git(clone, ['show', '--no-patch', '--format=%P', checkpoint])
  ).split(' ');
  await git(clone, ['reset', '--quiet', head]);
  if (mergeHead !== undefined) await writeFile(`${clone}/.git/MERGE_HEAD`, `${mergeHead}\n`);
}

/** Only a setup that never worked stops the task here; one that the agent broke is for verification to reject. */
async function runSetup(
  deps: ActivityDeps,
  { at, mirror }: { at: TaskAt; mirror: string },
  signal: AbortSignal,
): Promise<Failure | null> {
  const mask = await readMask(at.home, at.brief, at.task.id);
  const failed = await setUpTask(deps, { at, mirror, logName: 'setup.log', mask }, signal);
  if (!failed?.first) return null;
  const message = `setup: ${sayHow(failed, at.task.timeoutMs)} in the worktree of ${at.task.id}:\n${failed.tail.slice(-1_500)}`;
  return makeFailure('spec', message, { same: `${failed.command} ${failed.exitCode}` });
}

export function setUpTask(
  deps: ActivityDeps,
  { at, mirror, logName, mask }: { at: TaskAt; mirror: string; logName: string; mask: Mask },
  signal: AbortSignal,
): Promise<SetupFailure | null> {
  const { brief, task, order } = at;
  return setUp({
    place: snapshotAt(at, mirror),
    commands: task.setup,
    env: commandEnvironment(deps.env, { brief, lane: order.lane, task: task.id }),
    timeoutMs: task.timeoutMs,
    logFile: `${turnFolder(at.home, { campaign: brief.campaign, task: task.id, gen: order.gen })}/${logName}`,
    mask,
    signal,
  });
}
