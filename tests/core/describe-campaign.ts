import type { Plan } from '../../src/core/plan.js';
import { taskState, type CampaignState } from '../../src/core/state.js';
import { viewStatus } from '../../src/core/view.js';

/** Where each task is, and what it waits for: of a campaign that came to a stand. */
export function describeCampaign(plan: Plan, state: CampaignState): string {
  const tasks = viewStatus(plan, state).tasks.map(({ id, state: is, step, attempts, waitReasons }) => {
    const { holds, round } = taskState(state, id);
    const waits = waitReasons.map(({ reason, on }) => `${reason} ${on}`).join(', ');
    return `${id} ${is}/${step} attempt ${attempts} round ${round}${holds ? ' holds' : ''}: ${waits}`;
  });
  return `${tasks.join('; ')}; outbox ${JSON.stringify(state.outbox)}`;
}
