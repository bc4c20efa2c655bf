import type { CampaignEntry, CampaignList } from '../client/campaign-list.js';
import { clientError, isOutside } from '../client/client-error.js';
import type { LonghaulClient } from '../client/longhaul-client.js';
import { printNote } from './output.js';

/**
 * The campaign that a command is about where none is named: the only live one, else the newest. Where there was a
 * choice to be made, stderr says which it is and why.
 */
export async function chooseCampaign(
  client: LonghaulClient,
  wanted: string | undefined,
  by: 'word' | 'option' = 'word',
): Promise<string> {
  if (wanted !== undefined) return wanted;
  const list = await client.list();
  const live = list.entries.filter(isLive);
  if (live.length > 1) throw ambiguous(live, by);
  const chosen = live[0] ?? list.entries[0];
  if (chosen === undefined && list.away !== null && isOutside(list.away)) throw list.away;
  if (chosen === undefined)
    throw clientError(
      'client/unknown-campaign',
      'there is no campaign yet',
      '`longhaul run FILE` starts one',
    );
  const why = explainChoice(list, live.length > 0);
  if (why !== null) printNote(`This is ${chosen.id}, ${why}.`);
  return chosen.id;
}

function isLive({ state }: CampaignEntry): boolean {
  return state === 'running' || state === 'paused';
}

function explainChoice({ entries, away }: CampaignList, isOnlyLive: boolean): string | null {
  if (entries.length === 1) return null;
  if (isOnlyLive) return away === null ? null : 'the only one that was live when last seen';
  const unsure = entries.some(({ state }) => state === 'unknown');
  return unsure && away !== null
    ? 'the newest: without a server nobody knows which ones are live'
    : 'the newest: none is live';
}

function ambiguous(live: readonly CampaignEntry[], by: 'word' | 'option'): Error {
  const ids = live.map(({ id }) => id).join(', ');
  return clientError(
    'client/ambiguous-campaign',
    `${live.length} campaigns are live: ${ids}`,
    `name the one you mean: the same command with ${by === 'option' ? '--id ' : ''}${live[0]?.id ?? ''}, for example`,
  );
}
