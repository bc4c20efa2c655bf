import type { Activities } from '../core/ports.js';
import { createBriefReader } from './brief-file.js';
import { deliverCampaign } from './delivery.js';
import type { ActivityDeps } from './deps.js';
import { withHeartbeat } from './heartbeat.js';
import { mergeTask } from './integration.js';

/** What brings the tasks' work together, and to the user. */
export function createIntegrationActivities(deps: ActivityDeps): Pick<Activities, 'merge' | 'deliver'> {
  const readBrief = createBriefReader(deps.home);
  return {
    merge: async (input) => {
      const brief = await readBrief(input.campaign, input.briefDigest);
      return withHeartbeat((signal) => mergeTask(deps, { brief, input }, signal));
    },
    deliver: async (input) => {
      const brief = await readBrief(input.campaign, input.briefDigest);
      return withHeartbeat((signal) => deliverCampaign(deps, { brief, input }, signal));
    },
  };
}
