import type { LockRelease, LockRequest } from '../core/lock.js';
import { isRecord, numberOf, textOf } from './adapter.js';

const MOST_PATHS = 20;
const LONGEST_PATH = 300;
const LONGEST_ID = 100;
const LONGEST_REASON = 500;

/** From an agent's own words; a single path may stand for a list of one. */
export function readLock(value: unknown): LockRequest {
  const said = isRecord(value) ? value : {};
  const paths: readonly unknown[] = Array.isArray(said.paths) ? said.paths : [said.paths ?? said.path];
  const minutes = numberOf(said.estimatedMinutes);
  return {
    id: nameOf(said.id),
    paths: paths.flatMap((path) => pathOf(path)).slice(0, MOST_PATHS),
    mode: said.mode === 'shared' || said.mode === 'intent' ? said.mode : 'exclusive',
    reason: (textOf(said.reason) ?? '').trim().slice(0, LONGEST_REASON),
    estimateMs: minutes === null ? null : Math.max(0, minutes) * 60_000,
    priority: numberOf(said.priority),
    wait: said.wait === false ? 'no' : said.wait === 'end' ? 'end' : 'yes',
  };
}

/** Where it does not say, there may be changes: those are kept safe. */
export function readRelease(value: unknown): LockRelease {
  const said = isRecord(value) ? value : {};
  return { id: nameOf(said.id), changesMade: said.changesMade !== false };
}

function nameOf(value: unknown): string {
  return (textOf(value) ?? String(numberOf(value) ?? '')).trim().slice(0, LONGEST_ID) || 'lock';
}

function pathOf(value: unknown): readonly string[] {
  const path =
    textOf(value)
      ?.trim()
      .replace(/^(\.\/)+/, '')
      .slice(0, LONGEST_PATH) ?? '';
  return path === '' ? [] : [path];
}
