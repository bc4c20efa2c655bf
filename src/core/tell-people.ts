import type { Notice } from './notice.js';
import type { CampaignState, Effect } from './state.js';

/** The same key again takes the place of the first. */
export function tellPeople(state: CampaignState, key: string, notice: Notice): CampaignState {
  const effect: Effect = { key: `notify:${key}`, do: 'notify', notice };
  return { ...state, outbox: [...state.outbox.filter((other) => other.key !== effect.key), effect] };
}
