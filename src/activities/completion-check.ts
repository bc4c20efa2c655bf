/** What a turn's agent claimed to have done, beside what was found. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readCompletion } from '../agents/completion-report.js';
import { compareCompletion, type FoundOfCompletion } from '../core/completion.js';
import { turnFolder, worktreePath } from '../core/home.js';
import type { TaskAt } from './checkpoint.js';
import { FILES_OF_OURS } from './forbidden.js';
import { git } from './git.js';
import { COMPLETION_FILE } from './turn-files.js';

interface CheckedAt extends TaskAt {
  readonly commit: string;
}

interface FoundOfTurn extends Omit<FoundOfCompletion, 'missing'> {
  readonly mirror: string;
  /** Files that differ from its start. */
  readonly changed: readonly string[];
}

/** Empty where it claimed nothing, or all of it is so. */
export async function checkCompletion(
  { home, brief, order, commit }: CheckedAt,
  { mirror, changed, ...found }: FoundOfTurn,
): Promise<readonly string[]> {
  const folder = turnFolder(home, { campaign: brief.campaign, task: order.task, gen: order.gen });
  const file = `${folder}/${COMPLETION_FILE}`;
  if (!existsSync(file)) return [];
  const completion = readCompletion(JSON.parse(readFileSync(file, 'utf8')));
  const worktree = worktreePath(home, brief.campaign, order.task);
  const claimed = completion.deliverables.flatMap((file) => inRepository(file, worktree));
  const missing = await findMissing(mirror, { commit, changed }, claimed);
  return compareCompletion(completion, { ...found, missing });
}

/** What is Longhaul's own, or the whole, is no file of the work. */
function inRepository(file: string, worktree: string): readonly string[] {
  const own = file.startsWith(`${worktree}/`) ? file.slice(worktree.length + 1) : file;
  const name = path.posix.normalize(own).replace(/\/+$/, '');
  return name === '.' || name === FILES_OF_OURS || name.startsWith(`${FILES_OF_OURS}/`) ? [] : [name];
}

/** What was taken away is work as well. */
async function findMissing(
  mirror: string,
  { commit, changed }: { readonly commit: string; readonly changed: readonly string[] },
  paths: readonly string[],
): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  // One list for all, and no path as an argument: an agent wrote them.
  const listed = await git(mirror, ['ls-tree', '-r', '-t', '-z', '--name-only', commit]);
  const known = new Set([...listed.split('\0'), ...changed]);
  return paths.filter((name) => !known.has(name) && !changed.some((file) => file.startsWith(`${name}/`)));
}
