/** What a home has learnt of a repository, readable without server and worker. */
import { readFile } from 'node:fs/promises';
import { learntFile, type HomePaths } from '../core/home.js';
import type { Learnt } from '../core/learnt.js';

/** Null where nothing was learnt yet, or what is there can't be read: estimates do without. */
export async function readLearnt(home: HomePaths, repository: string): Promise<Learnt | null> {
  try {
    const learnt = JSON.parse(await readFile(learntFile(home, repository), 'utf8')) as Partial<Learnt>;
    return learnt.version === 1 && Array.isArray(learnt.tasks) ? { version: 1, tasks: learnt.tasks } : null;
  } catch {
    return null;
  }
}
