/** The embedded server's database file, and the copy of it that is made before another version touches it. */
import { appendFileSync, constants, existsSync, readFileSync, rmSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { HomePaths } from '../core/home.js';

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
 *
 * @returns what a person has to know of it; null where nothing was copied
 */
export async function keepDatabase(home: HomePaths, change: VersionChange): Promise<string | null> {
  const database = databasePath(home);
  if (change.from === change.to || !existsSync(database)) return null;
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const folder = `${home.server}/before-${change.to.replaceAll(/[^\w.]+/g, '-')}-${stamp}`;
  await mkdir(folder, { recursive: true });
  try {
    for (const file of [database, `${database}-wal`, `${database}-shm`]) {
      if (existsSync(file))
        await copyFile(file, path.join(folder, path.basename(file)), constants.COPYFILE_FICLONE);
    }
  } catch (error) {
    // On a full disk, say: half a copy is none, and each further try would leave another.
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return `Temporal's version changes from ${change.from ?? 'an unknown one'} to ${change.to}: its database was copied to ${folder} first`;
}

/** What the supervisor, which has no terminal, has to tell a person: each line waits for the next command that has one. */
function untoldPath(home: HomePaths): string {
  return `${home.server}/untold.txt`;
}

export function leaveUntold(home: HomePaths, text: string): void {
  try {
    appendFileSync(untoldPath(home), `${text}\n`);
  } catch {
    // It stands in the log too, and no server stays away for it.
  }
}

/** Each line once, whoever asks first. */
export function takeUntold(home: HomePaths): readonly string[] {
  try {
    const text = readFileSync(untoldPath(home), 'utf8');
    // Of two that have read it, one removes it.
    rmSync(untoldPath(home));
    return text.trimEnd().split('\n');
  } catch {
    return [];
  }
}
