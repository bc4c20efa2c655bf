/** The rules that always hold, where tasks come while a campaign runs: in rounds, from agents and from people. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addedTasks } from '../../src/core/addition-request.js';
import { isRemoved } from '../../src/core/plan-change.js';
import type { Plan, PlanTask } from '../../src/core/plan.js';
import { hasTask, planTask } from '../../src/core/plan-index.js';
import { estimateOf, simulate } from '../../src/core/simulate.js';
import { mostTurns, taskState, type CampaignState } from '../../src/core/state.js';
import { findTask } from '../../src/core/task-table.js';
import { hasBegun, isWorking } from '../../src/core/task.js';
import { indexOf } from '../../src/core/task-index.js';
import { viewStatus } from '../../src/core/view.js';
import { withDigests } from './amendment.js';
import { campaign, hostility } from './arbitrary-campaign.js';
import { assumed, withNeeds, withRounds } from './extension.js';
import { play, type Hostility } from './hostile-world.js';
import { assertRule } from './kept-seeds.js';
import { expectNoIdleTask, expectSameAgain } from './rule-check.js';

const runs = { numRuns: Number(process.env['LONGHAUL_CAMPAIGNS'] ?? 75) };

const growing = fc
  .record({
    plan: campaign,
    needs: fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { minLength: 2, maxLength: 10 }),
    picks: fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }),
    proposals: fc.constantFrom('accept' as const, 'ask' as const, 'refuse' as const),
    mostAdded: fc.constantFrom(0, 3, 10, 200),
    mostDepth: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ plan, needs, picks, ...limits }): Plan =>
    withDigests(withRounds(withNeeds({ ...plan, ...limits }, needs), picks)),
  );

const world: fc.Arbitrary<Hostility> = fc
  .tuple(
    hostility,
    fc.constantFrom(0, 0.05, 0.2),
    fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 2 }),
  )
  // Where most goes wrong, most campaigns end before a round is ready.
  .map(([given, proposals, amendAt]) => ({ ...given, wrong: given.wrong / 3, proposals, amendAt }));

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

function isDone(state: CampaignState, id: string): boolean {
  const life = findTask(state.tasks, id)?.life;
  return life?.is === 'ended' && life.as === 'done';
}

describe('what holds also where tasks come while it runs', () => {
  it('1: no lane is taken twice, no two tasks hold conflicting locks, and a round takes neither', () => {
    assertRule(
      fc.property(growing, world, (first, given) => {
        const { orders } = play(first, given, (state, before, { plan }) => {
          const busy = working(plan, state);
          expect(new Set(busy.map(({ life }) => life.lane)).size).toBe(busy.length);
          const begun = (id: string) =>
            taskState(state, id).gen > (findTask(before.tasks, id)?.gen ?? taskState(state, id).gen);
          if (busy.some(({ task }) => begun(task.id)))
            expect(busy.length).toBeLessThanOrEqual(mostTurns(plan, state));
          const holders = plan.tasks.filter(({ id }) => taskState(state, id).holds);
          for (const [index, one] of holders.entries())
            for (const other of holders.slice(index + 1))
              expect(mayMeet(plan, one, other), `${one.id} and ${other.id}`).toBe(true);
          for (const { round, id } of plan.tasks)
            if (round !== null) expect(taskState(state, id).gen).toBe(0);
        });
        const rounds = new Set(first.tasks.flatMap(({ round, id }) => (round === null ? [] : [id])));
        for (const { order } of orders) expect(rounds.has(order.task), order.task).toBe(false);
      }),
      runs,
    );
  });

  it('2: no task starts before what it needs then: of a round, all that was made of it', () => {
    assertRule(
      fc.property(growing, world, (first, given) => {
        play(first, given, (state, before, { plan }) => {
          for (const { id, after } of plan.tasks) {
            const was = findTask(before.tasks, id);
            if ((was !== undefined && hasBegun(was)) || !hasBegun(taskState(state, id))) continue;
            for (const join of after)
              expect(indexOf(plan, state).progress(join), `${id} after ${join}`).toBe('met');
            const rounds = after.flatMap((join) => /^done:(.*)$/.exec(join)?.[1] ?? []);
            const made = plan.tasks.filter(({ madeOf }) => madeOf !== null && rounds.includes(madeOf));
            if (planTask(plan, id).madeOf !== null) continue;
            for (const other of made) expect(isDone(state, other.id), `${id} before ${other.id}`).toBe(true);
          }
        });
      }),
      runs,
    );
  });

  it('4: each task ends in exactly one way, nothing that was asked for is left, and nothing is taken back', () => {
    assertRule(
      fc.property(growing, world, (first, given) => {
        const { plan, state } = play(first, given, (after, before, { plan: now, old }) => {
          if (now === old || before.stopping !== null) return;
          for (const task of old.tasks) {
            const was = taskState(before, task.id);
            if (!hasTask(now, task.id)) expect(was.gen, task.id).toBe(0);
            else expect(taskState(after, task.id).gen).toBeGreaterThanOrEqual(was.gen);
          }
        });
        const { tasks } = viewStatus(plan, state);
        for (const each of tasks) expect(['done', 'failed', 'skipped', 'cancelled']).toContain(each.state);
        expect(state.additions).toEqual({ open: [], out: null, lost: 0 });
        expect(state.blockers.filter((blocker) => blocker.state === 'open')).toEqual([]);
      }),
      runs,
    );
  });

  it('never more tasks come than the limits allow, nor of more than may come of each other', () => {
    assertRule(
      fc.property(growing, world, (first, given) => {
        play(first, given, (state, _before, { plan }) => {
          expect(
            addedTasks({ ...plan, tasks: plan.tasks.filter((task) => !isRemoved(task)) }),
          ).toBeLessThanOrEqual(plan.mostAdded);
          for (const { depth } of plan.tasks) expect(depth).toBeLessThanOrEqual(plan.mostDepth);
          expect(state.additions.open.length).toBeLessThanOrEqual(10);
          if (first.proposals === 'refuse')
            expect(state.additions.open.filter(({ by }) => by === 'agent')).toEqual([]);
        });
      }),
      runs,
    );
  });

  it('a round is made once each time that it is ready, in the very step in which it ends done', () => {
    assertRule(
      fc.property(growing, world, (first, given) => {
        let made = 0;
        let ended = 0;
        const { state: last } = play(first, given, (state, before, { plan, old }) => {
          const rounds = plan.tasks.filter(({ round, id }) => round !== null && hasTask(old, id));
          for (const { id } of rounds)
            if (isDone(state, id) && !isDone(before, id)) {
              ended += 1;
              expect(state.planRevision, id).toBeGreaterThan(before.planRevision);
            }
          const notes = (at: CampaignState) =>
            (at.notes ?? []).filter((note) => note.what === 'tasksAdded' && note.by === 'round').length;
          if ((state.notes ?? []).length < 300) made += notes(state) - notes(before);
          const orders = state.outbox.filter((effect) => effect.do === 'extend');
          expect(orders.length).toBeLessThanOrEqual(1);
        });
        if ((last.notes ?? []).length < 300) expect(made).toBe(ended);
      }),
      runs,
    );
  });

  it('8: what can run, runs, and what can be made, is being made', () => {
    assertRule(
      fc.property(growing, world, (first, given) => {
        play(first, given, (state, _before, { plan }) => {
          if (state.stopping !== null || state.end !== null) return;
          const { rounds } = indexOf(plan, state);
          const wants = [...rounds].length > 0 || state.additions.open.some(({ is }) => is === 'wanted');
          if (wants) expect(state.additions.out).not.toBe(null);
          if (state.paused !== null) return;
          expectNoIdleTask(plan, state);
        });
      }),
      runs,
    );
  });

  it('9: the same events give the same plans and states, through JSON too, and a second time nothing', () => {
    assertRule(
      fc.property(growing, world, (first, given) => {
        expectSameAgain(
          first,
          play(first, given, () => undefined),
        );
      }),
      runs,
    );
  });

  it('11: where all goes well, the run starts tasks as the plan does that assumes as many', () => {
    assertRule(
      fc.property(growing, (plan) => {
        const groups = plan.groups.map((group) => ({ ...group, timeoutMs: null }));
        const nothing = { claims: [], uses: [] };
        const unlimited: Plan = {
          ...plan,
          groups,
          deadlineMs: null,
          deadlineAtMs: null,
          mostAdded: 1_000,
          mostDepth: 20,
          tasks: plan.tasks.map((task) => ({ ...task, ...nothing })),
        };
        const { orders } = play(
          unlimited,
          { seed: 1, wrong: 0, lossy: 0, cancelAt: null, exact: true },
          () => undefined,
        );
        const planned = assumed(unlimited);
        const own = orders.filter(({ order }) => estimateOf(planned, order) > 0);
        const run = own.map(({ order, atMs }) => ({ task: order.task, lane: order.lane, startMs: atMs }));
        expect(run).toEqual(
          simulate(planned).starts.map(({ task, lane, startMs }) => ({ task, lane, startMs })),
        );
      }),
      runs,
    );
  });
});
