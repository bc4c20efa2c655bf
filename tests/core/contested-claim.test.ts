import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goTogether } from '../../src/core/claim-table.js';
import { contestedClaims } from '../../src/core/contested-claim.js';
import type { Claim, Plan } from '../../src/core/plan.js';
import { campaign } from './arbitrary-campaign.js';
import { buildPlan } from './plan-builder.js';

function asItIs(plan: Plan, id: string, claim: Claim): boolean {
  const others = plan.tasks.filter((task) => task.id !== id).flatMap(({ claims }) => claims);
  return others.some(
    ({ path, mode }) => plan.overlaps[claim.path]!.includes(path) && !goTogether(claim.mode, mode),
  );
}

describe('contested claims', () => {
  it('are those that a claim of another task does not go with', () => {
    fc.assert(
      fc.property(campaign, (plan) => {
        const contested = contestedClaims(plan);
        for (const { id, claims } of plan.tasks)
          expect(contested.get(id) ?? []).toEqual(claims.filter((claim) => asItIs(plan, id, claim)));
      }),
      { numRuns: 200 },
    );
  });

  it('are none of a task’s own paths, and not what all only read', () => {
    const claims = (own: number): Claim[] => [
      { path: 0, mode: 'exclusive' },
      { path: 1, mode: 'shared' },
      { path: own, mode: 'exclusive' },
    ];
    const plan = buildPlan({
      phases: [[['a', 'b'].map((id, index) => ({ id, claims: claims(2 + index) }))]],
      paths: ['src/**', 'docs/**', 'a/**', 'b/**'],
      overlaps: [[0], [1], [2], [3]],
    });
    const common = [{ path: 0, mode: 'exclusive' }];
    expect([...contestedClaims(plan)]).toEqual([
      ['a', common],
      ['b', common],
    ]);
  });
});
