/** A LONGHAUL_HOME of a test's own, and its end: everything that its records name is ended, by pid and birth. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { homePaths, type HomePaths } from '../../src/core/home.js';
import { endProcess, isAlive, type ProcessId } from '../../src/server/daemon.js';
import { readStatus, type HomeStatus } from '../../src/server/up.js';

export function makeHome(): HomePaths {
  return homePaths(realpathSync(mkdtempSync(path.join(os.tmpdir(), 'longhaul-home-'))));
}

export async function removeHome(home: HomePaths): Promise<void> {
  for (const name of ['supervisor', 'worker', 'server'] as const) {
    const living = readStatus(home)[name];
    if (living !== null) await endProcess(living, name === 'worker' ? 5_000 : 500);
  }
  rmSync(home.root, { recursive: true, force: true });
}

/** Ends the processes that records name, at once, as a crash would; returns when they are gone. */
export async function kill(...ids: readonly ProcessId[]): Promise<void> {
  for (const { pid } of ids) process.kill(pid, 'SIGKILL');
  while (ids.some(isAlive)) await sleep(5);
}

/** Waits for what the records say to become true; a test that waits longer than two minutes has failed. */
export async function waitFor<Result>(
  home: HomePaths,
  look: (status: HomeStatus) => Result | null | false,
): Promise<Result> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const result = look(readStatus(home));
    if (result !== null && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`waited in vain; runs: ${JSON.stringify(readStatus(home))}`);
    await sleep(20);
  }
}
