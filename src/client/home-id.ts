/** The home's id: made once per LONGHAUL_HOME, the same for all hosts that share it, a part of task queue names. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import type { HomePaths } from '../core/home.js';

/** Any number may call it at once: all get the same id. */
export function ensureHomeId(home: HomePaths): string {
  return readHomeId(home) ?? makeHomeId(home);
}

function readHomeId(home: HomePaths): string | null {
  try {
    return readFileSync(home.homeId, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Named after the machine where it was made, for people who read task queues; the digits make it one of its kind. */
function makeHomeId(home: HomePaths): string {
  mkdirSync(home.root, { recursive: true });
  const name = os
    .hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 30);
  const suffix = randomBytes(4).toString('hex');
  const unfinished = `${home.homeId}.${suffix}.${process.pid}`;
  writeFileSync(unfinished, `${name}-${suffix}\n`);
  try {
    // A link is made whole or not at all, and never over another's.
    linkSync(unfinished, home.homeId);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished);
  }
  return readFileSync(home.homeId, 'utf8').trim();
}
