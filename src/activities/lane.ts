/** What a command or an agent is told of its lane: a name, and a block of ports that no other lane uses. */
import { createHash } from 'node:crypto';
import type { CampaignBrief } from '../core/brief.js';
import { compareText } from '../core/compare.js';

/** The lane of merging, beside those of the agents. */
export const INTEGRATION_LANE = 'integration';

const FIRST_PORT = 20_000;
const PORTS_PER_LANE = 20;
/** Up to port 32,000: Linux gives out ports of its own from 32,768 on. */
const BLOCKS = 600;

export function laneEnvironment(brief: CampaignBrief, lane: string): Record<string, string> {
  return { LONGHAUL_LANE: lane, LONGHAUL_PORT_BASE: String(portBase(brief, lane)) };
}

/** Lanes of a campaign lie side by side; campaigns begin at a block by the hash of their id. */
function portBase(brief: CampaignBrief, lane: string): number {
  const hash = createHash('sha256').update(brief.campaign).digest().readUInt32BE(0);
  return FIRST_PORT + ((hash + laneIndex(brief, lane)) % BLOCKS) * PORTS_PER_LANE;
}

function laneIndex(brief: CampaignBrief, lane: string): number {
  const names = Object.keys(brief.agents).sort(compareText);
  const lanes = names.flatMap((name) =>
    Array.from({ length: brief.agents[name]?.instances ?? 0 }, (_, index) => `${name}#${index + 1}`),
  );
  const index = lanes.indexOf(lane);
  return index === -1 ? lanes.length : index;
}
