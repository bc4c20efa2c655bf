/** What several files of rules ask of a campaign in the hostile world. */
import { expect } from 'vitest';
import { advance, advanceCampaign, takeEvents } from '../../src/core/engine.js';
import type { Plan } from '../../src/core/plan.js';
import { newCampaign, type CampaignState } from '../../src/core/state.js';
import { viewStatus } from '../../src/core/view.js';
import type { play } from './hostile-world.js';

/** Rule 8, of a campaign that is neither paused nor ending. */
export function expectNoIdleTask(plan: Plan, state: CampaignState): void {
  const staggered = Object.values(state.accounts).some((account) => account.staggered > 0);
  for (const each of viewStatus(plan, state).tasks) {
    const idle = each.state === 'waiting' && each.waitReasons.length === 0;
    expect(idle && !staggered, `${each.id} waits for nothing`).toBe(false);
  }
}

/** Rule 9, where the plan changes: the same comes of the same events, told through JSON; and of each told twice. */
export function expectSameAgain(first: Plan, played: ReturnType<typeof play>): void {
  let at = { plan: first, state: advance(first, newCampaign('hostile', first, 0), []) };
  for (const events of played.events) {
    const told = JSON.parse(JSON.stringify(at)) as typeof at;
    const twice = takeEvents(
      told,
      events.flatMap((event) => [event, event]),
    );
    expect({ ...twice.state, revision: 0 }).toEqual({ ...takeEvents(told, events).state, revision: 0 });
    at = advanceCampaign(told, events);
  }
  expect(at.state).toEqual(JSON.parse(JSON.stringify(played.state)));
  expect(at.plan).toEqual(JSON.parse(JSON.stringify(played.plan)));
}
