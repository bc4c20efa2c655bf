/** What would make a plan shorter. */
import { expect, it } from 'vitest';
import { findHelp } from '../../src/core/plan-help.js';
import { improvePlan } from '../../src/core/plan-improve.js';
import { numberPlan } from '../../src/core/plan-numbers.js';
import { buildPlan } from './plan-builder.js';

it('tries the few locks that the critical path waited for longest, of however many that overlap one another', () => {
  const paths = Array.from({ length: 12 }, (_, at) => `src/**/m${at}*/**`);
  const tasks = paths.map((_, path) => ({
    id: `t${path}`,
    minutes: 10,
    claims: [{ path, mode: 'exclusive' as const }],
  }));
  const overlaps = paths.map(() => paths.map((_, at) => at));
  const plan = buildPlan({ phases: [[tasks]], instances: 4, maxTurns: 4, paths, overlaps });
  const improved = improvePlan(plan, 1);
  const numbers = numberPlan(improved.plan, improved.simulation, improved.lowerBoundMs);
  const locks = (findHelp(improved, numbers) ?? []).filter(({ kind }) => kind === 'lock');
  expect(locks).toHaveLength(5);
  expect(locks.every(({ savedMs }) => savedMs === 10 * 60_000)).toBe(true);
});
