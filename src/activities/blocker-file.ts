/** `.longhaul/blocker.json` in a worktree: how any agent raises a blocker. Never part of the diff. */
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { readBlocker } from '../agents/blocker-report.js';
import type { BlockerReport } from '../core/turn.js';

export interface BlockerFile {
  readonly report: BlockerReport;
  /** Moves it to the turn's artifacts, so that it is raised once. */
  consume(): void;
}

/** Null where there is none; while the agent runs (`whole: false`) also where it is still being written. */
export function findBlockerFile(
  worktree: string,
  at: { readonly artifact: string; readonly agentRuns: boolean },
): BlockerFile | null {
  const path = `${worktree}/.longhaul/blocker.json`;
  const text = readText(path);
  if (text === null) return null;
  const value = parse(text);
  if (value === undefined && at.agentRuns) return null;
  return {
    report: readBlocker(value ?? text),
    consume: () => {
      copyFileSync(path, at.artifact);
      rmSync(path, { force: true });
    },
  };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Undefined where it is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
