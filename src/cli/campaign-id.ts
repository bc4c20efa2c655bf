import type { CampaignEntry } from '../client/campaign-list.js';
import { clientError } from '../client/client-error.js';
import type { LonghaulClient } from '../client/longhaul-client.js';

/** The campaign that a command is about where none is named: the only live one, else the newest. */
export async function chooseCampaign(client: LonghaulClient, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) return wanted;
  const entries = await client.list();
  const live = entries.filter(isLive);
  if (live.length > 1) throw ambiguous(live);
  const chosen = live[0] ?? entries[0];
  if (chosen !== undefined) return chosen.id;
  throw clientError('client/unknown-campaign', 'there is no campaign yet', '`longhaul run FILE` starts one');
}

function isLive({ state }: CampaignEntry): boolean {
  return state === 'running' || state === 'paused';
}

function ambiguous(live: readonly CampaignEntry[]): Error {
  const ids = live.map(({ id }) => id).join(', ');
  return clientError(
    'client/ambiguous-campaign',
    `${live.length} campaigns are live: ${ids}`,
    'name the one you mean',
  );
}
