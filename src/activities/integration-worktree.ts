/**
 * Where merged commits are tested before the campaign's branch moves to them. It holds nothing of value: the one
 * worktree that may be reset and cleaned.
 */
import { rm } from 'node:fs/promises';
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { turnFolder, worktreePath } from '../core/home.js';
import { runCommand, type CommandResult } from './command.js';
import { commandEnvironment } from './command-environment.js';
import { readMask } from './copied-values.js';
import { copyIn } from './copy-in.js';
import { makeClone, readMark } from './clone.js';
import type { ActivityDeps } from './deps.js';
import type { FailedCommand } from './evidence.js';
import { git } from './git.js';
import { INTEGRATION_LANE } from './lane.js';
import { setUp } from './setup.js';
import type { SnapshotAt } from './snapshot.js';

/** Not a task's id: ids don't begin with a dot. */
const NAME = '.integration';

export interface Trial {
  readonly brief: CampaignBrief;
  readonly mirror: string;
  readonly commit: string;
  /** Whose setup, copies and, without `commands`, verify commands are used. */
  readonly tasks: readonly TaskBrief[];
  /** The commands of the phase's own; empty for those of the tasks. */
  readonly commands: readonly string[];
  /** Whose log it is. */
  readonly task: string;
  readonly gen: number;
}

export function integrationPath(deps: ActivityDeps, campaign: string): string {
  return worktreePath(deps.home, campaign, NAME);
}

export function trialTimeoutMs({ tasks }: Pick<Trial, 'tasks'>): number {
  return Math.max(...tasks.map(({ timeoutMs }) => timeoutMs));
}

/** @returns the commands that failed, each tried twice; empty when the commit is good. */
export async function tryCommit(
  deps: ActivityDeps,
  trial: Trial,
  signal: AbortSignal,
): Promise<readonly FailedCommand[]> {
  const place = await checkOut(deps, trial);
  const at = { campaign: trial.brief.campaign, task: trial.task, gen: trial.gen };
  const run = {
    env: commandEnvironment(deps.env, { brief: trial.brief, lane: INTEGRATION_LANE, task: trial.task }),
    timeoutMs: trialTimeoutMs(trial),
    logFile: `${turnFolder(deps.home, at)}/merge.log`,
    mask: await readMask(deps.home, trial.brief, NAME),
    signal,
  };
  const setup = await setUp({ ...run, place, commands: unite(trial.tasks.map((task) => task.setup)) });
  if (setup !== null) return [setup];
  const commands = trial.commands.length > 0 ? trial.commands : unite(trial.tasks.map((task) => task.verify));
  const failed: FailedCommand[] = [];
  for (const command of commands) {
    const result = await runTwice(() => runCommand({ ...run, command, cwd: place.worktree }));
    if (!passed(result)) failed.push({ command, ...result });
  }
  return failed;
}

/** A flaky test costs a second run, not a turn. */
async function runTwice(run: () => Promise<CommandResult>): Promise<CommandResult> {
  const first = await run();
  return passed(first) ? first : run();
}

function passed({ exitCode, timedOut }: CommandResult): boolean {
  return exitCode === 0 && !timedOut;
}

function unite(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())];
}

async function checkOut(deps: ActivityDeps, { brief, mirror, commit, tasks }: Trial): Promise<SnapshotAt> {
  const worktree = integrationPath(deps, brief.campaign);
  const mark = await readMark(worktree);
  if (mark?.task !== NAME) {
    const whose = { campaign: brief.campaign, task: NAME, start: commit };
    await makeClone({ mirror, worktree, branch: null, mark: whose });
  }
  await rm(`${worktree}/.git/index.lock`, { force: true });
  await git(worktree, ['checkout', '--quiet', '--force', '--detach', commit]);
  await git(worktree, ['clean', '-ffdq']);
  const copies = unite(tasks.map((task) => task.copy));
  await copyIn(brief.repository, copies, worktree);
  return {
    mirror,
    campaign: brief.campaign,
    task: NAME,
    worktree,
    excluded: copies,
    baseOf: () => Promise.resolve(commit),
  };
}
