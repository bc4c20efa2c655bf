/** What a turn's agent claimed to have done, beside what was found. */
import { existsSync, readFileSync } from 'node:fs';
import { readCompletion } from '../agents/completion-report.js';
import { compareCompletion } from '../core/completion.js';
import { turnFolder } from '../core/home.js';
import type { TaskAt } from './checkpoint.js';
import { git } from './git.js';
import { COMPLETION_FILE } from './turn-files.js';

interface CheckedAt extends TaskAt {
  readonly commit: string;
}

/** Empty where it claimed nothing, or all of it is so. */
export async function checkCompletion(
  { home, brief, task, order, commit }: CheckedAt,
  { mirror, isAccepted }: { readonly mirror: string; readonly isAccepted: boolean },
): Promise<readonly string[]> {
  const folder = turnFolder(home, { campaign: brief.campaign, task: order.task, gen: order.gen });
  const file = `${folder}/${COMPLETION_FILE}`;
  if (!existsSync(file)) return [];
  const completion = readCompletion(JSON.parse(readFileSync(file, 'utf8')));
  const missing = await findMissing(mirror, commit, completion.deliverables);
  return compareCompletion(completion, { isAccepted, isTested: task.verify.length > 0, missing });
}

async function findMissing(
  mirror: string,
  commit: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  // One list for all, and no path as an argument: an agent wrote them.
  const listed = await git(mirror, ['ls-tree', '-r', '-t', '-z', '--name-only', commit]);
  const known = new Set(listed.split('\0'));
  return paths.filter((path) => !known.has(path.replace(/\/+$/, '')));
}
