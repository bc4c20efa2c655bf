import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchIntents } from '../../src/core/intent-batch.js';
import type { Claim, Plan, PlanTask } from '../../src/core/plan.js';
import { rankOf } from '../../src/core/schedule.js';
import { campaign } from './arbitrary-campaign.js';
import { buildPlan } from './plan-builder.js';

function intend(path: number): { readonly claims: readonly Claim[] } {
  return { claims: [{ path, mode: 'intent' }] };
}

function areEquals(one: PlanTask, other: PlanTask): boolean {
  const keys = ['phase', 'priority'] as const;
  return keys.every((key) => one[key] === other[key]);
}

function meet({ overlaps }: Plan, one: PlanTask, other: PlanTask): boolean {
  const pathsOf = ({ claims }: PlanTask) =>
    claims.flatMap(({ path, mode }) => (mode === 'intent' ? path : []));
  return pathsOf(one).some((path) => pathsOf(other).some((each) => overlaps[path]!.includes(each)));
}

describe('tasks that intend to change the same', () => {
  it('follow one another, also where their globs only overlap, and what is not among them keeps its order', () => {
    const paths = ['api/**', 'api/users/**', 'web/**'];
    const sketch = { paths, overlaps: [[0, 1], [0, 1], [2]] };
    const members = [
      { id: 'users', ...intend(1) },
      { id: 'web', ...intend(2) },
      { id: 'docs' },
      { id: 'api', ...intend(0) },
      { id: 'urgent', priority: 1, ...intend(0) },
    ];
    const plan = buildPlan({ phases: [[members]], ...sketch });
    const order = batchIntents(plan, plan.tasks).map(({ id }) => id);
    expect(order).toEqual(['users', 'api', 'web', 'docs', 'urgent']);
  });

  it('follow one another in an improved plan as well, where each task has a preference of its own', () => {
    const members = [
      { id: 'urgent', priority: 1, preference: 1, ...intend(0) },
      { id: 'users', preference: 4, ...intend(0) },
      { id: 'reader', preference: 3 },
      { id: 'api', preference: 2, ...intend(0) },
    ];
    const plan = buildPlan({ phases: [[members]], paths: ['api/**'], overlaps: [[0]] });
    const ranked = plan.tasks.map(({ id }) => ({ id, rank: rankOf(plan, id, { gen: 0 }) }));
    const order = ranked.sort((one, other) => one.rank - other.rank).map(({ id }) => id);
    expect(order).toEqual(['urgent', 'users', 'api', 'reader']);
  });

  it('are placed once each, and between two of them that overlap stand only those of their batch', () => {
    fc.assert(
      fc.property(campaign, (plan) => {
        const order = batchIntents(plan, plan.tasks);
        expect(new Set(order).size).toBe(plan.tasks.length);
        expect(order).toHaveLength(plan.tasks.length);
        for (const [at, task] of order.entries()) {
          const next = order.findIndex(
            (other, index) => index > at && areEquals(task, other) && meet(plan, task, other),
          );
          const between = next === -1 ? [] : order.slice(at + 1, next);
          for (const other of between) {
            const others = order.filter((each) => each !== other && areEquals(each, other));
            expect(areEquals(other, task) && others.some((each) => meet(plan, each, other))).toBe(true);
          }
        }
        expect(batchIntents({ ...plan, overlaps: plan.paths.map(() => []) }, plan.tasks)).toEqual(plan.tasks);
      }),
      { numRuns: 300 },
    );
  });
});
