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

const of = (plan: Plan) => new Forecast(() => Promise.resolve(plan));

it('foresees the end', async () => {
  expect(await of(PLAN).at(STATUS, atMs(0))).toEqual({ atMs: atMs(30), isEarliest: false });
});

it('foresees the end beyond a deadline', async () => {
  expect((await of({ ...PLAN, deadlineMs: 60_000 }).at(STATUS, atMs(0)))?.atMs).toBe(atMs(30));
});

it('foresees nothing, and ends nothing, where the simulation throws, or the plan can’t be read', async () => {
  expect(await of({ ...PLAN, agents: [] }).at(STATUS, atMs(0))).toBeNull();
  expect(await new Forecast(() => Promise.reject(new Error('no JSON'))).at(STATUS, atMs(0))).toBeNull();
});

it('goes by the plan of now, which a round or an edited file has changed', async () => {
  let plan = PLAN;
  const forecast = new Forecast(() => Promise.resolve(plan));
  expect((await forecast.at(STATUS, atMs(0)))?.atMs).toBe(atMs(30));
  const tasks = [
    { id: 'a', minutes: 10 },
    { id: 'b', minutes: 20, needs: ['a'] },
    { id: 'c', minutes: 30, needs: ['b'] },
  ];
  plan = buildPlan({ phases: [[tasks]] });
  const more = makeStatus([...STATUS.tasks, makeTask('c')], { revision: 2 });
  expect((await forecast.at(more, atMs(0)))?.atMs).toBe(atMs(60));
});
