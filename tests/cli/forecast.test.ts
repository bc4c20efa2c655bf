import { expect, it } from 'vitest';
import { Forecast } from '../../src/cli/forecast.js';
import type { Plan } from '../../src/core/plan.js';
import { buildPlan } from '../core/plan-builder.js';
import { atMs, makeStatus, makeTask } from '../report/make.js';

const PLAN = buildPlan({
  phases: [
    [
      [
        { id: 'a', minutes: 10 },
        { id: 'b', minutes: 20, needs: ['a'] },
      ],
    ],
  ],
});
const STATUS = makeStatus([makeTask('a'), makeTask('b')]);

it('foresees the end', () => {
  expect(new Forecast(PLAN).at(STATUS, atMs(0))).toEqual({ atMs: atMs(30), isEarliest: false });
});

it('foresees nothing, and ends nothing, where the simulation throws', () => {
  const broken: Plan = { ...PLAN, agents: [] };
  expect(new Forecast(broken).at(STATUS, atMs(0))).toBeNull();
});
