import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RepositoryBrief } from '../core/brief.js';
import { exclude } from './exclude.js';

/** A file that the spec's `copy` names is not there: a person has to look. */
export class MissingCopyError extends Error {}

/** Copies ignored files from the user's checkout, and sees to it that git ignores them here too. */
export async function copyIn(
  { location }: RepositoryBrief,
  files: readonly string[],
  worktree: string,
): Promise<void> {
  for (const file of files) {
    await mkdir(path.dirname(`${worktree}/${file}`), { recursive: true });
    try {
      await cp(path.join(location, file), `${worktree}/${file}`, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      const way = 'make it there, or take it out of `copy`';
      throw new MissingCopyError(`copy: ${file} is not in ${location}; ${way}`);
    }
  }
  await exclude(worktree, ['.longhaul', ...files]);
}
