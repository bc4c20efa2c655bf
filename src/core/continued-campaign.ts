/** What a campaign goes on from where it continues as new. */
import { NO_ADDITIONS } from './addition-book.js';
import { NO_LOCKS } from './lock.js';
import { readLog } from './log.js';
import type { CampaignState, SpanState } from './state.js';

/** What a campaign is continued with may be of an older Longhaul, whose state lacks what came since. */
export function continuedCampaign(state: CampaignState): CampaignState {
  const added = { pauses: [], maxTurns: null, planRevision: 1, locks: NO_LOCKS, additions: NO_ADDITIONS };
  return {
    ...added,
    ...state,
    merged: readLog<string>(state.merged),
    spans: readLog<SpanState>(state.spans),
  };
}
