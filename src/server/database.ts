/** The embedded server's database file, and the copy of it that is made before another version touches it. */
import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { HomePaths } from '../core/home.js';
import type { OnStep } from './step.js';

export function databasePath(home: HomePaths): string {
  return `${home.server}/temporal.db`;
}

export interface VersionChange {
  readonly from: string | null;
  readonly to: string;
}

/**
 * Copies the database, with what SQLite has not yet moved into its main file, where another version is about to open
 * it. Only while no server runs: the three files belong together.
 */
export async function keepDatabase(home: HomePaths, change: VersionChange, onStep: OnStep): Promise<void> {
  const database = databasePath(home);
  if (change.from === change.to || !existsSync(database)) return;
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const folder = `${home.server}/before-${change.to.replaceAll(/[^\w.]+/g, '-')}-${stamp}`;
  await mkdir(folder, { recursive: true });
  for (const file of [database, `${database}-wal`, `${database}-shm`]) {
    if (existsSync(file))
      await copyFile(file, path.join(folder, path.basename(file)), constants.COPYFILE_FICLONE);
  }
  onStep(
    `Temporal's version changes from ${change.from ?? 'an unknown one'} to ${change.to}: its database was copied to ${folder} first`,
  );
}
