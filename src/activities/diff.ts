import { git, splitNul } from './git.js';

/** Files that differ between two commits, a renamed one under both names. */
export async function changedFiles(mirror: string, from: string, to: string): Promise<readonly string[]> {
  return splitNul(await git(mirror, ['diff-tree', '-r', '--name-only', '--no-renames', '-z', from, to]));
}
