import type { CampaignState, OpenOrder } from './state.js';

/** An order that nobody has acknowledged: who carries it there starts the executor where there is none. */
export function isUnderWay(state: CampaignState, { task, gen }: OpenOrder): boolean {
  return state.outbox.some(
    (effect) => effect.do === 'order' && effect.task === task && effect.order.gen === gen,
  );
}
