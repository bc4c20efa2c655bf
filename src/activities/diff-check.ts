/** What a task's diff must be like, whatever the tests say. */
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { globMatches } from '../core/glob.js';
import { checkpointFindings } from './checkpoint.js';
import { git, tryGit } from './git.js';

export interface Diff {
  readonly mirror: string;
  readonly from: string;
  readonly to: string;
  readonly files: readonly string[];
  /** Work of this task is on the campaign's branch already. */
  readonly merged: boolean;
  /** Globs that it was granted in the middle of a turn, to write there. */
  readonly lockedNow: () => Promise<readonly string[]>;
}

const MOST_NAMED = 10;

/** @returns findings, one sentence each; empty when all is well. */
export async function checkDiff(
  brief: CampaignBrief,
  task: TaskBrief,
  diff: Diff,
): Promise<readonly string[]> {
  return [
    ...checkChanges(task, diff),
    ...(await checkOwners(brief, task, diff)),
    ...(await checkMarkers(diff)),
    ...(await checkpointFindings(diff.mirror, diff.to)),
  ];
}

function checkChanges({ changes }: TaskBrief, { files, merged }: Diff): readonly string[] {
  if (changes === 'required' && files.length === 0 && !merged)
    return ['Nothing was changed, but the task asks for a change.'];
  if (changes === 'none' && files.length > 0) {
    return [
      `The task must not change any file, but these are changed: ${nameFiles(files)}. Undo the changes.`,
    ];
  }
  return [];
}

/**
 * A path is the task's own, or nobody's, or one that it intends to change or has a lock on; what another owns is that
 * one's to change.
 */
async function checkOwners(
  brief: CampaignBrief,
  task: TaskBrief,
  { files, lockedNow }: Diff,
): Promise<readonly string[]> {
  const others = Object.values(brief.tasks).filter(({ id, owns }) => id !== task.id && owns.length > 0);
  const own = [...task.owns, ...task.intends];
  const foreign = files.filter((file) => !isIn(own, file) && others.some(({ owns }) => isIn(owns, file)));
  if (foreign.length === 0) return [];
  const locked = await lockedNow();
  const forbidden = foreign.filter((file) => !isIn(locked, file));
  return others.flatMap((other) => {
    const taken = forbidden.filter((file) => isIn(other.owns, file));
    if (taken.length === 0) return [];
    return [
      `These files belong to the task ${other.id} and must not be changed here: ${nameFiles(taken)}. Undo these changes, or ask for a lock on them first.`,
    ];
  });
}

function isIn(globs: readonly string[], file: string): boolean {
  return globs.some((glob) => globMatches(glob, file));
}

function nameFiles(files: readonly string[]): string {
  const rest = files.length - MOST_NAMED;
  return rest > 0 ? `${files.slice(0, MOST_NAMED).join(', ')} and ${rest} more` : files.join(', ');
}

/** Lines that were added and look like a conflict, in a file that has both its beginning and its end. */
async function checkMarkers({ mirror, from, to }: Diff): Promise<readonly string[]> {
  const checked = await tryGit(mirror, ['diff', '--check', '--no-ext-diff', '--no-renames', from, to]);
  const suspects = checked.stdout
    .split('\n')
    .map((line) => /^(.*):\d+: leftover conflict marker/.exec(line)?.[1])
    .filter((file) => file !== undefined);
  const found: string[] = [];
  for (const file of new Set(suspects)) {
    const text = await git(mirror, ['cat-file', 'blob', `${to}:${file}`]);
    if (/^<{7}( |$)/m.test(text) && /^>{7}( |$)/m.test(text)) found.push(file);
  }
  return found.length === 0
    ? []
    : [`Conflict markers are left in ${nameFiles(found)}. Settle the conflicts.`];
}
