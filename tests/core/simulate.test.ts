import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordWaits } from '../../src/core/plan-wait.js';
import { simulate } from '../../src/core/simulate.js';
import { withAgents } from '../../src/core/plan-agents.js';
import { campaign } from './arbitrary-campaign.js';
import { knownPlan, knownPlans } from './known-plans.js';
import { buildPlan } from './plan-builder.js';

/** Where one pass comes to more than the shortest schedule, which the search finds (known-plan.test.ts). */
const ONE_PASS: Readonly<Record<string, number>> = { 'jwt with 2': 18 };

describe('simulate', () => {
  it('goes to the end whatever the deadlines are: how much they are missed by is what it tells', () => {
    fc.assert(
      fc.property(campaign, (plan) => {
        const unlimited = { ...plan, deadlineMs: null, deadlineAtMs: null };
        expect(simulate({ ...plan, deadlineMs: 1, deadlineAtMs: 1 })).toEqual(simulate(unlimited));
      }),
      { numRuns: 30 },
    );
  });

  for (const { name, makespans, sequential, unit } of knownPlans) {
    for (const [agents, makespan] of makespans) {
      it(`one pass over ${name} with ${agents}`, () => {
        const { makespanMs, sequentialMs } = simulate(withAgents(knownPlan(name), agents));
        expect(makespanMs / unit).toBe(ONE_PASS[`${name} with ${agents}`] ?? makespan);
        expect(sequentialMs / unit).toBe(sequential);
      });
    }
  }

  it('starts the longest first, and says what each waited for', () => {
    const tasks = [
      { id: 'short', minutes: 1 },
      { id: 'long', minutes: 30 },
      { id: 'last', minutes: 1 },
      { id: 'after', needs: ['long'] },
    ];
    const plan = buildPlan({ phases: [[tasks]], instances: 2 });
    expect(
      simulate(plan).starts.map(({ task, lane, waitedFor }) => [task, lane, wordWaits(waitedFor)]),
    ).toEqual([
      ['long', 'a#1', ''],
      ['last', 'a#2', ''],
      ['short', 'a#2', 'lane a'],
      ['after', 'a#1', 'need long'],
    ]);
  });

  it('an explicit priority comes before the longest path', () => {
    const plan = buildPlan({
      phases: [
        [
          [
            { id: 'long', minutes: 30 },
            { id: 'urgent', minutes: 1, priority: 5 },
          ],
        ],
      ],
      instances: 1,
    });
    expect(simulate(plan).starts.map((start) => start.task)).toEqual(['urgent', 'long']);
  });
});
