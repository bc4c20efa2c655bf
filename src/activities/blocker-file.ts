/** `.longhaul/blocker.json` in a worktree: how any agent raises a blocker. Never part of the diff. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { readBlockerText } from '../agents/blocker-report.js';
import type { BlockerReport } from '../core/turn.js';
import { readAgentFile, readAgentText } from './agent-file.js';

export interface BlockerFile {
  readonly report: BlockerReport;
  /** Moves it to the turn's artifacts, so that it is raised once. */
  consume(): void;
}

/** Null where there is none; while the agent runs also where it is not right, or not yet. */
export function findBlockerFile(
  worktree: string,
  at: { readonly artifact: string; readonly agentRuns: boolean },
): BlockerFile | null {
  const path = `${worktree}/.longhaul/blocker.json`;
  const text = readAgentText(path);
  if (text === null) return null;
  const { report, fault } = readBlockerText(text);
  if (fault !== null && at.agentRuns) return null;
  return {
    report,
    consume: () => {
      const left = readAgentFile(path, MOST_BYTES);
      if (left !== null && 'text' in left) writeFileSync(at.artifact, left.text);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** What was wrong with the blocker file that a turn left, for the session that wrote it; null where nothing was. */
export function readBlockerFault(artifact: string): string | null {
  const text = existsSync(artifact) ? readAgentText(artifact) : null;
  return text === null ? null : readBlockerText(text).fault;
}

const MOST_BYTES = 64 * 1024;
