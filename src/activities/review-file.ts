/** `.longhaul/review.json` in a worktree: how any agent says its verdict on a contract. Never part of the diff. */
import { rmSync, writeFileSync } from 'node:fs';
import { parseJson } from '../agents/json.js';
import { readReview } from '../agents/review-report.js';
import type { Review } from '../core/ports.js';
import { readAgentFile } from './agent-file.js';

const MOST_BYTES = 64 * 1024;

/** Null where there is none, or none that says yes or no. */
export function readReviewFile(worktree: string): Review | null {
  const text = readText(worktree);
  try {
    return text === null ? null : readReview(parseJson(text));
  } catch {
    return null;
  }
}

/** Moves it to the turn's artifacts, so that a later turn, on a newer version, does not find it. */
export function consumeReview(worktree: string, artifact: string): void {
  const text = readText(worktree);
  if (text !== null) writeFileSync(artifact, text);
  rmSync(fileOf(worktree), { recursive: true, force: true });
}

function readText(worktree: string): string | null {
  const found = readAgentFile(fileOf(worktree), MOST_BYTES);
  return found !== null && 'text' in found ? found.text : null;
}

function fileOf(worktree: string): string {
  return `${worktree}/.longhaul/review.json`;
}
