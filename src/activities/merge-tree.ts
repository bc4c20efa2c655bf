import { GitError, splitNul, tryGit } from './git.js';

export interface MergedTree {
  readonly clean: boolean;
  /** With conflict markers in the files where there are conflicts. */
  readonly tree: string;
  readonly conflicts: readonly string[];
  /** `<mode> <blob> <stage>\t<path>\0` for each side of each conflict. */
  readonly stages: string;
}

/** Merges two commits without a worktree. Several files may be in conflict, and a conflict may have no file. */
export async function mergeTrees(mirror: string, ours: string, theirs: string): Promise<MergedTree> {
  const args = ['merge-tree', '--write-tree', '-z', '--no-messages', ours, theirs];
  const result = await tryGit(mirror, args);
  if (result.exitCode > 1) throw new GitError(args, mirror, result);
  const [tree = '', ...stages] = splitNul(result.stdout);
  if (result.exitCode === 0) return { clean: true, tree, conflicts: [], stages: '' };
  const files = stages.map((line) => line.slice(line.indexOf('\t') + 1));
  return {
    clean: false,
    tree,
    conflicts: [...new Set(files)],
    stages: stages.map((line) => `${line}\0`).join(''),
  };
}
