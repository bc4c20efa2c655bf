import { expect, it } from 'vitest';
import { planChangeJson, renderPlanChange, type PlanChangeView } from '../../src/report/plan-change-text.js';
import { makeStatus } from './make.js';

const HOUR_MS = 3_600_000;

function view(costs: readonly [before: number | null, after: number | null]): PlanChangeView {
  const change = { kept: ['a'], added: ['b'], changed: [], stale: [], removed: [], again: [] };
  const [before, after] = costs;
  return {
    change,
    scheduled: [],
    status: makeStatus([]),
    before: { timeMs: HOUR_MS, costUsd: before },
    after: { timeMs: 2 * HOUR_MS, costUsd: after },
  };
}

const lastLine = (costs: Parameters<typeof view>[0]) => renderPlanChange(view(costs)).split('\n').at(-1);

it('says what is left to do before and after, in time and cost, and where a cost is unknown', () => {
  const time = 'Left to do, by estimates and what tasks took so far: 1h 00m now, 2h 00m then';
  expect(lastLine([1.5, 3])).toBe(`${time}; cost about $1.50 now, $3.00 then.`);
  expect(lastLine([1.5, null])).toBe(`${time}; cost about $1.50 now, unknown then.`);
  expect(lastLine([null, null])).toBe(`${time}; cost unknown.`);
});

it('has the same for programs', () => {
  const { left } = planChangeJson(view([null, 3]));
  expect(left).toEqual({ before: { minutes: 60, costUsd: null }, after: { minutes: 120, costUsd: 3 } });
});
