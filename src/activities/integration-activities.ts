import type { Activities } from '../core/ports.js';
import { createBriefReader } from './brief-file.js';
import { deliverCampaign } from './delivery.js';
import type { ActivityDeps } from './deps.js';
import { withHeartbeat } from './heartbeat.js';
import { mergeTasks } from './integration.js';
import { extendCampaign } from './extend.js';
import { publishAll } from './publish.js';

const MERGE_FOR_MS = 1_000;

/** What brings the tasks' work together, and to the user. */
export function createIntegrationActivities(
  deps: ActivityDeps,
  mergeForMs = MERGE_FOR_MS,
): Pick<Activities, 'merge' | 'publish' | 'extend' | 'deliver'> {
  const readBrief = createBriefReader(deps.home);
  return {
    merge: async (input) => {
      const brief = await readBrief(input.campaign, input.briefDigest);
      return withHeartbeat((signal, tell) =>
        mergeTasks(deps, { brief, input, signal, mergeForMs, onTask: (task) => tell({ task }) }),
      );
    },
    publish: async (input) => {
      const brief = await readBrief(input.campaign, input.briefDigest);
      return withHeartbeat((signal) => publishAll(deps, { brief, input, signal }));
    },
    extend: async (input) => {
      const brief = await readBrief(input.campaign, input.briefDigest);
      return withHeartbeat(() => extendCampaign(deps, brief, input));
    },
    deliver: async (input) => {
      const brief = await readBrief(input.campaign, input.briefDigest);
      return withHeartbeat((signal) => deliverCampaign(deps, { brief, input }, signal));
    },
  };
}
