/**
 * What an agent says to its campaign, as an object of the small protocol of docs/agents.md: printed on a line by those
 * whose program speaks so, or made of the call of a tool (tool.ts).
 */
import { numberOf, textOf, type AgentEvent } from './adapter.js';
import { readBlocker } from './blocker-report.js';
import { readCompletion } from './completion-report.js';
import { readLock, readRelease } from './lock-report.js';
import { readProposal } from './propose-report.js';
import { readPublish } from './publish-report.js';
import { readReview } from './review-report.js';

/** Null where it says something else. */
export function readSaid(said: Readonly<Record<string, unknown>>): readonly AgentEvent[] | null {
  switch (said.type) {
    case 'progress':
      return [{ is: 'progress', percent: percentOf(said.percent), note: textOf(said.note) }];
    case 'blocker':
      return [{ is: 'blocker', report: readBlocker({ ...said, wait: said.wait === true }) }];
    case 'draft':
    case 'contract':
      return [{ is: 'publish', said: readPublish(said.type, said) }];
    case 'propose':
      return [{ is: 'propose', proposal: readProposal(said) }];
    case 'lock':
      return [{ is: 'lock', request: readLock(said) }];
    case 'release':
      return [{ is: 'release', release: readRelease(said) }];
    case 'review': {
      const review = readReview(said);
      return review === null ? [] : [{ is: 'review', review }];
    }
    case 'complete':
      return [{ is: 'completion', completion: readCompletion(said) }];
    default:
      return null;
  }
}

function percentOf(value: unknown): number | null {
  const percent = numberOf(value);
  return percent === null ? null : Math.min(Math.max(percent, 0), 100);
}
