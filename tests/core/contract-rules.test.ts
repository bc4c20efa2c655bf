/** Contracts, over random campaigns in a hostile world. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskState } from '../../src/core/state.js';
import { campaign, hostility } from './arbitrary-campaign.js';
import { play } from './hostile-world.js';

describe('whatever the world does', () => {
  it('nothing is merged that a contract was published anew under, and nobody is done who has not seen it', () => {
    fc.assert(
      fc.property(campaign, hostility, (random, world) => {
        play(random, world, (now, before) => {
          if (now.stopping !== null || now.delivery !== null) return;
          const isBehind = (id: string) => taskState(now, id).behind === 'contract';
          if (now.merging !== null && now.merging.order !== before.merging?.order)
            expect(now.merging.tasks.filter(isBehind)).toEqual([]);
          const over = random.tasks.filter(({ id }) => {
            const { life } = taskState(now, id);
            return life.is === 'ended' && life.as === 'done';
          });
          expect(
            over.map(({ id }) => id).filter((id) => now.merged.flat().includes(id) && isBehind(id)),
          ).toEqual([]);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('a publication is merged once or told to its author; and what is merged has published all that it was to', () => {
    fc.assert(
      fc.property(campaign, hostility, (random, world) => {
        const { state } = play(random, world, (now, before) => {
          for (const { id, publishes } of random.tasks) {
            const is = taskState(now, id).published;
            expect(publishes).toEqual(expect.arrayContaining([...is]));
            expect(is).toEqual(expect.arrayContaining([...taskState(before, id).published]));
          }
          expect(new Set(now.publications.map(({ key }) => key)).size).toBe(now.publications.length);
        });
        for (const { id, publishes } of random.tasks) {
          if (!state.merged.flat().includes(id)) continue;
          expect([...taskState(state, id).published].sort()).toEqual([...publishes].sort());
        }
      }),
      { numRuns: 150 },
    );
  });
});
