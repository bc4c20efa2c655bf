/** The rules that always hold, where a campaign is given other plans while it runs: random changes at random times. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amend } from '../../src/core/amend.js';
import { isRemoved } from '../../src/core/plan-change.js';
import { itemsOf } from '../../src/core/log.js';
import type { Plan, PlanTask } from '../../src/core/plan.js';
import { hasTask, planTask } from '../../src/core/plan-index.js';
import { mostTurns, taskState, type CampaignState } from '../../src/core/state.js';
import { findTask } from '../../src/core/task-table.js';
import { hasBegun, isWorking } from '../../src/core/task.js';
import { indexOf } from '../../src/core/task-index.js';
import { viewStatus } from '../../src/core/view.js';
import { changedTo, renamePhases, withDigests } from './amendment.js';
import { campaign, hostility } from './arbitrary-campaign.js';
import { play } from './hostile-world.js';
import { assertRule } from './kept-seeds.js';
import { expectNoIdleTask, expectSameAgain } from './rule-check.js';

const runs = { numRuns: Number(process.env['LONGHAUL_CAMPAIGNS'] ?? 75) };

const amended = fc
  .tuple(hostility, fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }))
  .map(([world, amendAt]) => ({ ...world, amendAt }));

const fresh = campaign.map(withDigests);

function working(plan: Plan, state: CampaignState) {
  return plan.tasks.flatMap((task) => {
    const { life } = taskState(state, task.id);
    return isWorking(life) ? [{ task, life }] : [];
  });
}

function mayMeet(plan: Plan, one: PlanTask, other: PlanTask): boolean {
  return one.claims.every((claim) =>
    other.claims.every(
      ({ path, mode }) =>
        !plan.overlaps[claim.path]!.includes(path) || (mode === 'shared' && claim.mode === 'shared'),
    ),
  );
}

describe('what holds also where the plan is changed', () => {
  it('1: no lane is taken twice, none begins beyond what is allowed, and no two tasks hold conflicting locks', () => {
    assertRule(
      fc.property(fresh, amended, (first, world) => {
        play(first, world, (state, before, { plan }) => {
          const busy = working(plan, state);
          expect(new Set(busy.map(({ life }) => life.lane)).size).toBe(busy.length);
          const begun = (id: string) =>
            taskState(state, id).gen > (findTask(before.tasks, id)?.gen ?? taskState(state, id).gen);
          if (busy.some(({ task }) => begun(task.id)))
            expect(busy.length).toBeLessThanOrEqual(mostTurns(plan, state));
          for (const { name, instances } of plan.agents) {
            const own = busy.filter(({ life }) => life.agent === name);
            if (own.some(({ task }) => begun(task.id))) expect(own.length).toBeLessThanOrEqual(instances);
          }
          const holders = plan.tasks.filter(({ id }) => taskState(state, id).holds);
          for (const [index, one] of holders.entries())
            for (const other of holders.slice(index + 1))
              expect(mayMeet(plan, one, other), `${one.id} and ${other.id}`).toBe(true);
          for (const { task } of busy)
            expect(taskState(state, task.id).holds).toBe(!taskState(state, task.id).stale);
        });
      }),
      runs,
    );
  });

  it('2: no task starts, or starts again, before what it needs now', () => {
    assertRule(
      fc.property(fresh, amended, (first, world) => {
        play(first, world, (state, before, { plan }) => {
          for (const { id, after } of plan.tasks) {
            const was = findTask(before.tasks, id);
            const isFirst = was === undefined || !hasBegun(was);
            if (!isFirst || !hasBegun(taskState(state, id))) continue;
            for (const join of after)
              expect(indexOf(plan, state).progress(join), `${id} after ${join}`).toBe('met');
          }
        });
      }),
      runs,
    );
  });

  it('4: what is finished and unchanged stays so; what is changed runs again; what was removed is told of', () => {
    assertRule(
      fc.property(fresh, amended, (first, world) => {
        const { plan, state } = play(first, world, (after, before, { plan: now, old }) => {
          if (now === old) return;
          for (const task of old.tasks) {
            const was = taskState(before, task.id);
            if (!hasTask(now, task.id)) {
              expect(was.gen, task.id).toBe(0);
              continue;
            }
            const is = taskState(after, task.id);
            expect(is.gen).toBeGreaterThanOrEqual(was.gen);
            if (was.life.is !== 'ended' || was.life.as !== 'done') continue;
            const isSame = planTask(now, task.id).digest === task.digest;
            if (isSame) expect(is.life, task.id).toEqual(was.life);
            else if (before.stopping === null) expect(is.attempt, task.id).toBe(was.attempt + 1);
          }
        });
        const { tasks } = viewStatus(plan, state);
        for (const each of tasks) expect(['done', 'failed', 'skipped', 'cancelled']).toContain(each.state);
        const merged = itemsOf(state.merged);
        expect(new Set(merged).size).toBe(merged.length);
        for (const task of plan.tasks.filter(isRemoved))
          expect(['done', 'cancelled']).toContain(tasks.find(({ id }) => id === task.id)?.state);
      }),
      runs,
    );
  });

  it('8: what can run, runs', () => {
    assertRule(
      fc.property(fresh, amended, (first, world) => {
        play(first, world, (state, _before, { plan }) => {
          if (state.paused !== null || state.stopping !== null || state.end !== null) return;
          expectNoIdleTask(plan, state);
        });
      }),
      runs,
    );
  });

  it('9: the same events give the same plans and states, through JSON too, and a second time nothing', () => {
    assertRule(
      fc.property(fresh, amended, (first, world) => {
        expectSameAgain(
          first,
          play(first, world, () => undefined),
        );
      }),
      runs,
    );
  });

  it('other names of phases and another order change no task, whatever it is at', () => {
    assertRule(
      fc.property(fresh, hostility, fc.nat(200), (plan, world, step) => {
        const states: CampaignState[] = [];
        play(plan, { ...world, cancelAt: null }, (state) => states.push(state));
        const state = states[step % states.length]!;
        const next = renamePhases({ ...plan, tasks: [...plan.tasks].reverse() });
        const after = amend({ plan, state }, changedTo(next, state)).state;
        for (const { id } of plan.tasks) expect(taskState(after, id)).toEqual(taskState(state, id));
      }),
      runs,
    );
  });
});
