/** Done means evidence: the checks that Longhaul itself makes on a turn's checkpoint, in the task's worktree. */
import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { turnFolder, worktreePath } from '../core/home.js';
import type { Mask } from '../core/mask.js';
import type { FoundOfCompletion } from '../core/completion.js';
import type { VerifyFacts } from '../core/ports.js';
import type { Failure } from '../core/turn.js';
import { checkpointFindings, snapshotAt, type TaskAt } from './checkpoint.js';
import { readMark } from './clone.js';
import { checkCompletion } from './completion-check.js';
import { runCommand } from './command.js';
import { readMask } from './copied-values.js';
import { commandEnvironment } from './command-environment.js';
import type { ActivityDeps } from './deps.js';
import { exclude } from './exclude.js';
import { changedFiles } from './diff.js';
import { checkDiff } from './diff-check.js';
import { reject, type FailedCommand } from './evidence.js';
import { checkFeeds } from './feed-check.js';
import { findCommit } from './git.js';
import { branchRef, diffBase, openCampaign } from './mirror.js';
import { compareWorktree, type Differences } from './snapshot.js';
import { keepResult } from './task-result.js';
import { setUpTask } from './worktree.js';

interface VerifyAt extends TaskAt {
  readonly commit: string;
}

interface MaskedAt extends VerifyAt {
  /** Of what is written down and told. */
  readonly mask: Mask;
}

export async function verifyCommit(
  deps: ActivityDeps,
  at: VerifyAt,
  signal: AbortSignal,
): Promise<VerifyFacts> {
  const startedAtMs = Date.now();
  const { home, brief, task, order } = at;
  const mask = await readMask(home, brief, task.id);
  const mirror = await openCampaign(home, brief);
  const { failure, tests, changed } = await judge(deps, { at: { ...at, mask }, mirror }, signal);
  if (failure === null)
    await keepResult(home, { campaign: brief.campaign, task: order.task, gen: order.gen });
  const isAccepted = failure === null;
  const differences = await checkCompletion(at, { mirror, changed, isAccepted, tests });
  return {
    ok: failure === null,
    failure,
    commit: at.commit,
    ...(differences.length === 0 ? {} : { differences: differences.map(mask) }),
    startedAtMs,
    endedAtMs: Date.now(),
  };
}

interface Judged {
  readonly failure: Failure | null;
  readonly tests: FoundOfCompletion['tests'];
  /** Files that differ from the task's start. */
  readonly changed: readonly string[];
}

async function judge(
  deps: ActivityDeps,
  { at, mirror }: { at: MaskedAt; mirror: string },
  signal: AbortSignal,
): Promise<Judged> {
  const { home, brief, task, order, commit, mask } = at;
  const from = await diffBase(mirror, brief, { task: task.id, commit });
  const changed = await changedFiles(mirror, from, commit);
  // Where it is merged already, and done again because something else has changed, there may be nothing to do.
  const merged = (await findCommit(mirror, branchRef(task.branch))) !== null;
  const lockedNow = async () => {
    const locks = await deps.campaigns.locks(brief.campaign, task.id);
    return locks.flatMap(({ state, mode, paths }) => (state === 'held' && mode !== 'shared' ? paths : []));
  };
  const found = await checkDiff(brief, task, { mirror, from, to: commit, files: changed, merged, lockedNow });
  const checked = await runChecks(deps, { at, mirror }, signal);
  const findings = [...found, ...(await checkFeeds(at)), ...checked.findings];
  const { commands } = checked;
  const passed = task.verify.length === 0 ? 'none' : 'pass';
  const judged = { tests: commands.length === 0 ? passed : 'fail', changed } as const;
  if (findings.length + commands.length === 0) return { ...judged, failure: null };
  const name = `${order.gen}/verify.md`;
  const failure = await reject(
    { home, campaign: brief.campaign, task: task.id, name, mask },
    { title: `${task.id} was not accepted`, findings, commands, timeoutMs: task.timeoutMs },
  );
  return { ...judged, failure };
}

interface Checked {
  readonly findings: readonly string[];
  readonly commands: readonly FailedCommand[];
}

async function runChecks(
  deps: ActivityDeps,
  { at, mirror }: { at: MaskedAt; mirror: string },
  signal: AbortSignal,
): Promise<Checked> {
  const place = snapshotAt(at, mirror);
  if ((await readMark(place.worktree)) === null) return { findings: [repositoryGone], commands: [] };
  // What the checkpoint left out is still the agent's: git must not ignore it when it is mended.
  const hasLeft = (await checkpointFindings(mirror, at.commit)).length > 0;
  const left: Differences = hasLeft
    ? await compareWorktree(place, at.commit)
    : { changed: [], untracked: [] };
  const commands = await runCommands(deps, { at, mirror }, signal);
  const after = await compareWorktree(place, at.commit);
  const changed = after.changed.filter((file) => !left.changed.includes(file));
  await exclude(
    place.worktree,
    after.untracked.filter((file) => !left.untracked.includes(file)),
  );
  return { findings: changed.length === 0 ? [] : [sayRewritten(at.commit, changed)], commands };
}

const repositoryGone =
  "The worktree's .git was removed or replaced, so nothing could be checked. The worktree is made again, with all files; leave .git alone.";

/** All of them, so that one turn can mend all of them; only what could not be set up is not worth trying. */
async function runCommands(
  deps: ActivityDeps,
  { at, mirror }: { at: MaskedAt; mirror: string },
  signal: AbortSignal,
): Promise<readonly FailedCommand[]> {
  const { home, brief, task, order, mask } = at;
  const cwd = worktreePath(home, brief.campaign, task.id);
  const logFile = `${turnFolder(home, { campaign: brief.campaign, task: task.id, gen: order.gen })}/verify.log`;
  await mkdir(path.dirname(logFile), { recursive: true });
  await appendFile(logFile, `[verifying ${at.commit}]\n`);
  const setup = await setUpTask(deps, { at, mirror, logName: 'verify.log', mask }, signal);
  if (setup !== null) return [setup];
  const env = commandEnvironment(deps.env, { brief, lane: order.lane, task: task.id });
  const run = { env, timeoutMs: task.timeoutMs, logFile, mask, signal };
  const failed: FailedCommand[] = [];
  for (const command of task.verify) {
    const result = await runCommand({ ...run, command, cwd });
    if (result.exitCode !== 0 || result.timedOut) failed.push({ command, ...result });
  }
  return failed;
}

/** What was tested is not what would be merged. */
function sayRewritten(commit: string, changed: readonly string[]): string {
  const names = changed.slice(0, 10).join(', ');
  return `Files differ from the commit that was verified (${commit.slice(0, 12)}), rewritten by its commands or after the turn: ${names}. Bring them into the form that the commands leave.`;
}
