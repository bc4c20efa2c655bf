/** Everything that workflows may ask of the world, joined; each part says what it needs. */
import type { Activities } from '../core/ports.js';
import { createCampaignActivities } from './campaign.js';
import type { ActivityDeps } from './deps.js';
import { createIntegrationActivities } from './integration-activities.js';
import { tellLasting } from './lasting.js';
import { createNotifyActivity } from './notify.js';
import { createPlanKeeping } from './plan-keeping.js';
import { createTurnActivity } from './run-turn.js';
import { createWorktreeActivities } from './worktree-activities.js';

export { recoverOrphans } from './orphan.js';
export { startToolServer } from './tool-server.js';

export function createActivities(deps: ActivityDeps): Activities {
  return tellLasting(deps.home.root, {
    ...createCampaignActivities(deps),
    ...createNotifyActivity(deps),
    ...createPlanKeeping(deps),
    ...createWorktreeActivities(deps),
    ...createIntegrationActivities(deps),
    ...createTurnActivity(deps),
  });
}
