/** What an agent has said so far in one start, and what of it the campaign still has to be told. */
import { hear, isTerminal, NOTHING_HEARD, type Adapter, type Heard } from '../agents/adapter.js';
import type { BlockerReport } from '../core/turn.js';
import { findBlockerFile } from './blocker-file.js';
import { shortHash, type Turn } from './turn-files.js';

export interface Hearing {
  heard: Heard;
  /** Said all that it has to say. */
  told: boolean;
  /** Blockers without `wait` that the campaign was not told yet. */
  readonly undelivered: BlockerReport[];
}

export function newHearing(): Hearing {
  return { heard: NOTHING_HEARD, told: false, undelivered: [] };
}

export function hearLine(hearing: Hearing, adapter: Adapter, line: string): void {
  for (const event of adapter.parse(line, hearing.heard)) {
    hearing.heard = hear(hearing.heard, event);
    hearing.told ||= isTerminal(event);
    if (event.is === 'blocker' && !event.report.wait) hearing.undelivered.push(event.report);
  }
}

/** With `wait` it stays where it is until the turn's facts are written; without, it is sent on. */
export function lookForBlockerFile(hearing: Hearing, turn: Turn): void {
  const file = findBlockerFile(turn.worktree, { artifact: turn.files.blocker, agentRuns: true });
  if (file === null) return;
  if (file.report.wait) {
    hearing.told = true;
  } else {
    hearing.undelivered.push(file.report);
    file.consume();
  }
}

/** May be tried again until it is delivered; the key makes the second a repetition of the first. */
export async function deliverBlockers({ undelivered }: Hearing, turn: Turn): Promise<void> {
  const { task, gen } = turn.order;
  for (const report of [...undelivered]) {
    const key = `${task}/${gen}/${shortHash(report.description)}`;
    try {
      await turn.deps.campaigns.reportBlocker(turn.brief.campaign, { key, task, gen, report });
      undelivered.splice(undelivered.indexOf(report), 1);
    } catch {
      return;
    }
  }
}
