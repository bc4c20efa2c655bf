/** Tasks that start without others, and finish after them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/engine.js';
import type { Plan } from '../../src/core/plan.js';
import { planTask } from '../../src/core/plan-index.js';
import { goodMerge, simulate } from '../../src/core/simulate.js';
import { taskState, type CampaignState } from '../../src/core/state.js';
import { indexOf } from '../../src/core/task-index.js';
import { viewStatus } from '../../src/core/view.js';
import { campaign, hostility } from './arbitrary-campaign.js';
import { acknowledge, begin, done, effects, failed, failureOf, mergeReported, orderOf } from './drive.js';
import { play } from './hostile-world.js';
import { buildPlan, type TaskSketch } from './plan-builder.js';

const late: readonly TaskSketch[] = [
  { id: 'slow', minutes: 60, turns: 1, attempts: 1 },
  { id: 'quick', minutes: 10, finish: ['slow'] },
];

function planned() {
  return buildPlan({ phases: [[late]] });
}

/** `quick` has done its own work, `slow` still runs. */
function finishing() {
  const plan = planned();
  const begun = begin(plan);
  return { plan, state: advance(plan, begun, [done(begun, 'quick', 600_000)]) };
}

describe('a finish need', () => {
  it('lets the task start, and keeps it from being verified: it waits without a lane', () => {
    const { plan, state } = finishing();
    expect(orderOf(begin(plan), 'quick').steps).toBe('turn');
    expect(taskState(state, 'quick').life).toEqual({ is: 'finishing' });
    const [, quick] = viewStatus(plan, state).tasks;
    expect(quick).toMatchObject({ state: 'waiting', waitReasons: [{ reason: 'need', on: 'slow' }] });
    expect(indexOf(plan, state).load.turns).toBe(1);
  });

  it('once it is met, a turn in the same session adapts to what came in', () => {
    const { plan, state } = finishing();
    const verified = advance(plan, acknowledge(plan, state), [done(begin(plan), 'slow', 3_600_000)]);
    const session = taskState(verified, 'quick').session;
    const merged = mergeAll(plan, verified);
    expect(orderOf(merged, 'quick')).toMatchObject({
      gen: 2,
      ask: 'adapt',
      steps: 'all',
      sync: true,
      session,
      note: 'Merged into this worktree: the work of slow.',
    });
  });

  it('that is met before the first order changes nothing: the task starts from a commit that holds it', () => {
    const plan = buildPlan({
      phases: [
        [
          [
            { id: 'slow' },
            { id: 'gate', needs: ['slow'] },
            { id: 'quick', needs: ['gate'], finish: ['slow'] },
          ],
        ],
      ],
    });
    const orders = play(plan, calm, () => undefined).orders.map(({ order }) => order);
    expect(orders.map(({ task, ask, steps, sync }) => [task, ask, steps, sync])).toEqual([
      ['slow', 'task', 'all', false],
      ['gate', 'task', 'all', false],
      ['quick', 'task', 'all', false],
    ]);
  });

  it('that can not be met any more costs no work: it is verified without', () => {
    const { plan, state } = finishing();
    const lost = advance(plan, acknowledge(plan, state), [
      failed(begin(plan), { task: 'slow', atMs: 3_600_000 }, failureOf({ class: 'agent-error' })),
    ]);
    expect(taskState(lost, 'slow').life).toMatchObject({ is: 'ended', as: 'failed' });
    expect(orderOf(lost, 'quick')).toMatchObject({ gen: 2, steps: 'check', sync: false });
    const over = advance(plan, acknowledge(plan, lost), [done(lost, 'quick', 3_700_000)]);
    expect(taskState(over, 'quick').life.is).toBe('integrating');
    expect(taskState(over, 'quick').summary).toContain('Without the work of slow');
  });

  it('brings in what was met before anything is verified, whatever goes wrong', () => {
    fc.assert(
      fc.property(campaign, hostility, (plan, world) => {
        const { orders } = play(plan, world, () => undefined);
        for (const { id, finishAfter } of plan.tasks) {
          const own = orders.filter(({ order }) => order.task === id);
          const first = own.find(({ order }) => order.steps !== 'turn');
          if (first === undefined || first === own[0]) continue;
          const met = finishAfter.some((join) => indexOf(plan, first.before).progress(join) === 'met');
          if (met) expect(first.order, `${id} takes in what it finishes after`).toMatchObject({ sync: true });
          expect(planTask(plan, id).finishAfter).not.toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});

const calm = { seed: 1, wrong: 0, lossy: 0, cancelAt: null, exact: true } as const;

/** All that is ordered to be merged is. */
function mergeAll(plan: Plan, state: CampaignState): CampaignState {
  const [order] = effects(state, 'merge');
  if (order === undefined) throw new Error('no merge is ordered');
  const merges = order.input.tasks.map((task) => goodMerge(task, state.nowMs));
  return advance(plan, acknowledge(plan, state), [mergeReported(state, ...merges)]);
}

describe('simulate', () => {
  it('finish: what finishes late delays nobody who has time', () => {
    const hours: readonly (readonly [string, number, string, string?])[] = [
      ['T1', 3, ''],
      ['T2', 4, 'T1'],
      ['T3', 3, 'T2'],
      ['T4', 5, 'T1', 'T2'],
      ['T5', 5, 'T1', 'T2'],
      ['T6', 3, 'T2'],
      ['T7', 4, 'T1 T2 T3 T4 T5 T6'],
    ];
    const ids = (text = '') => text.split(' ').filter((id) => id !== '');
    const tasks = hours.map(([id, h, needs, finish]) => ({
      id,
      minutes: h * 60,
      needs: ids(needs),
      finish: ids(finish),
    }));
    const { makespanMs, sequentialMs, starts } = simulate(buildPlan({ phases: [[tasks]], instances: 4 }));
    expect([makespanMs / 3_600_000, sequentialMs / 3_600_000]).toEqual([14, 27]);
    expect(starts).toHaveLength(7);
  });
});
