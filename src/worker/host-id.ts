/** The host's id: made once per LONGHAUL_HOME, stable over restarts, a part of task queue names. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import type { HomePaths } from '../core/home.js';

/** Any number may call it at once: all get the same id. */
export function ensureHostId(home: HomePaths): string {
  return readHostId(home) ?? makeHostId(home);
}

function readHostId(home: HomePaths): string | null {
  try {
    return readFileSync(home.hostId, 'utf8').trim();
  } catch {
    return null;
  }
}

function makeHostId(home: HomePaths): string {
  mkdirSync(home.root, { recursive: true });
  const name = os
    .hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 30);
  const unfinished = `${home.hostId}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(unfinished, `${name}-${randomBytes(4).toString('hex')}\n`);
  try {
    // A link is made whole or not at all, and never over another's.
    linkSync(unfinished, home.hostId);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished);
  }
  return readFileSync(home.hostId, 'utf8').trim();
}
