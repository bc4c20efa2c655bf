/** The rules that always hold (docs/architecture.md, "What always holds"), over random campaigns in a hostile world. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usersOf } from '../../src/core/review.js';
import { advance, advanceCampaign, takeEvents } from '../../src/core/engine.js';
import { itemsOf } from '../../src/core/log.js';
import { MOST_MERGES } from '../../src/core/integration.js';
import { pausesOf } from '../../src/core/part.js';
import type { Plan, PlanTask } from '../../src/core/plan.js';
import { isKept, planTask } from '../../src/core/plan-index.js';
import { estimateOf, simulate } from '../../src/core/simulate.js';
import { mostTurns, newCampaign, taskState, type CampaignState } from '../../src/core/state.js';
import { isWorking } from '../../src/core/task.js';
import { indexOf } from '../../src/core/task-index.js';
import { viewStatus } from '../../src/core/view.js';
import { campaign, hostility } from './arbitrary-campaign.js';
import { play } from './hostile-world.js';
import { assertRule } from './kept-seeds.js';
import { expectNoIdleTask } from './rule-check.js';

/** Per rule: over 2,000 random campaigns in all, with the other files of rules; as many as LONGHAUL_CAMPAIGNS says by hand. */
const runs = { numRuns: Number(process.env['LONGHAUL_CAMPAIGNS'] ?? 75) };

function working(plan: Plan, state: CampaignState) {
  return plan.tasks.flatMap((task) => {
    const { life } = taskState(state, task.id);
    return isWorking(life) ? [{ task, life }] : [];
  });
}

/** Tasks that were ordered since they last waited for their claims, and are not given up or merged. */
function holders(plan: Plan, state: CampaignState) {
  return plan.tasks.filter(({ id }) => taskState(state, id).holds);
}

function mayMeet(plan: Plan, one: PlanTask, other: PlanTask): boolean {
  return one.claims.every((claim) =>
    other.claims.every(
      ({ path, mode }) =>
        !plan.overlaps[claim.path]!.includes(path) || (mode === 'shared' && claim.mode === 'shared'),
    ),
  );
}

/** It uses or implements a contract of another task, or finishes after one. */
function mayChangeUnder(plan: Plan, id: string): boolean {
  const users = plan.contracts.flatMap(usersOf);
  return users.includes(id) || planTask(plan, id).finishAfter.length > 0;
}

/** It reviews a contract, or is the author of one that is reviewed. */
function mayBeReopened(plan: Plan, id: string): boolean {
  return plan.contracts.some(
    ({ author, reviewers }) => reviewers.includes(id) || (author === id && reviewers.length > 0),
  );
}

describe('what always holds', () => {
  it('1: no lane is taken twice, no more turns run than allowed, pools never exceed their capacity', () => {
    assertRule(
      fc.property(campaign, hostility, (plan, world) => {
        play(plan, world, (state, before) => {
          const busy = working(plan, state);
          expect(new Set(busy.map(({ life }) => life.lane)).size).toBe(busy.length);
          // Where a person lowered the number, those that ran go on.
          if (busy.some(({ task }) => taskState(before, task.id).gen < taskState(state, task.id).gen))
            expect(busy.length).toBeLessThanOrEqual(mostTurns(plan, state));
          for (const { name, instances } of plan.agents)
            expect(busy.filter(({ life }) => life.agent === name).length).toBeLessThanOrEqual(instances);
          for (const { role, turns } of plan.roleLimits)
            expect(busy.filter(({ task }) => task.role === role).length).toBeLessThanOrEqual(turns);
          for (const { name, capacity } of plan.pools) {
            const uses = busy.flatMap(({ task }) => task.uses).filter(({ pool }) => pool === name);
            expect(uses.reduce((sum, { units }) => sum + units, 0)).toBeLessThanOrEqual(capacity);
          }
          for (const { task, life } of busy) expect(task.agents).toContain(life.agent);
        });
      }),
      runs,
    );
  });

  it('1: nothing that a person paused starts: a phase, an agent, an account', () => {
    assertRule(
      fc.property(campaign, hostility, (plan, world) => {
        for (const { order, before } of play(plan, world, () => undefined).orders) {
          const { phase } = planTask(plan, order.task);
          expect(pausesOf(plan, before, { phase, agent: order.agent })).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('1: no two tasks hold conflicting locks, and one that runs holds its own', () => {
    assertRule(
      fc.property(campaign, hostility, (plan, world) => {
        play(plan, world, (state) => {
          const all = holders(plan, state);
          for (const [index, one] of all.entries())
            for (const other of all.slice(index + 1))
              expect(mayMeet(plan, one, other), `${one.id} and ${other.id}`).toBe(true);
          for (const { task } of working(plan, state)) expect(all).toContain(task);
        });
      }),
      runs,
    );
  });

  it('2: no turn is ordered before its task’s needs are met; phases are in order', () => {
    assertRule(
      fc.property(campaign, hostility, (plan, world) => {
        const { orders } = play(plan, world, () => undefined);
        for (const { order, before } of orders.filter((each) => each.order.gen === 1)) {
          for (const join of planTask(plan, order.task).after) {
            expect(indexOf(plan, before).progress(join), `${order.task} after ${join}`).toBe('met');
          }
          if (order.steps === 'turn') continue;
          for (const join of planTask(plan, order.task).finishAfter) {
            expect(indexOf(plan, before).progress(join), `${order.task} finishes after ${join}`).not.toBe(
              'open',
            );
          }
        }
      }),
      runs,
    );
  });

  it('2: what a task needs by name is merged before it starts, also a member that its group is met without', () => {
    fc.assert(
      fc.property(campaign, hostility, (plan, world) => {
        for (const { order, before } of play(plan, world, () => undefined).orders) {
          if (order.gen > 1) continue;
          const merged = new Set(itemsOf(before.merged));
          for (const join of planTask(plan, order.task).after.filter((id) => id.startsWith('done:')))
            expect([...merged], `${order.task} after ${join}`).toContain(join.slice('done:'.length));
        }
      }),
      runs,
    );
  });

  it('2: a consumer starts when all have approved of the newest version, each after it was there', () => {
    assertRule(
      fc.property(campaign, hostility, (plan, world) => {
        const versionOf = (state: CampaignState, id: string) =>
          state.contracts[planTask(plan, id).reviews ?? '']?.count ?? 0;
        const reviews = plan.tasks.filter((task) => task.reviews !== null).map(({ id }) => id);
        const approvals = new Map<string, { id: string; gen: number; version: number }>();
        const { orders } = play(plan, world, (state) => {
          if (state.stopping !== null || state.delivery !== null || state.end !== null) return;
          for (const id of reviews) {
            const { verdict, gen } = taskState(state, id);
            if (verdict !== 'approved') continue;
            const version = versionOf(state, id);
            expect(approvals.get(`${id}:${gen}`)?.version ?? version, `${id} approved of another`).toBe(
              version,
            );
            approvals.set(`${id}:${gen}`, { id, gen, version });
          }
        });
        for (const { id, gen, version } of approvals.values()) {
          const judged = orders.find(({ order }) => order.task === id && order.gen === gen);
          expect(versionOf(judged!.before, id), `${id} judged an older one`).toBe(version);
        }
        for (const { order, before } of orders) {
          const { reviews: reviewed, after } = planTask(plan, order.task);
          if (reviewed !== null) continue;
          for (const { id, consumers, reviewers } of plan.contracts) {
            if (order.gen > 1 || !consumers.includes(order.task)) continue;
            expect(after).toContain(`published:${id}`);
            for (const reviewer of reviewers)
              expect(['approved', 'waived'], `${order.task} by ${reviewer}`).toContain(
                taskState(before, reviewer).verdict,
              );
          }
        }
      }),
      runs,
    );
  });

  it('4: every task ends in exactly one of done, failed, skipped, cancelled, and a done one stays done', () => {
    assertRule(
      fc.property(campaign, hostility, (plan, world) => {
        const { state } = play(plan, world, (after, before) => {
          for (const { id } of plan.tasks) {
            const was = taskState(before, id).life;
            const is = taskState(after, id);
            // Only what it works with, published anew, has it verified again; or a review, where it is about that.
            if (was.is === 'ended' && was.as === 'done' && !is.recheck && !mayBeReopened(plan, id))
              expect(is.life).toEqual(was);
            if (is.recheck && is.caughtUp) expect(mayChangeUnder(plan, id), id).toBe(true);
          }
        });
        const status = viewStatus(plan, state);
        expect(status.tasks.map((each) => each.id)).toEqual(plan.tasks.map((each) => each.id));
        for (const each of status.tasks)
          expect(['done', 'failed', 'skipped', 'cancelled']).toContain(each.state);
        expect(status.blockers.filter((blocker) => blocker.state === 'open')).toEqual([]);
        for (const { members, wait, rest } of plan.groups) {
          // Reviews leave nothing to merge.
          if (members.some((id) => planTask(plan, id).reviews !== null)) continue;
          const done = members.filter((id) => status.tasks.find((each) => each.id === id)?.state === 'done');
          const merged = members.filter((id) => state.merged.flat().includes(id));
          expect(merged.filter((id) => !isKept(plan, id)).length).toBeLessThanOrEqual(wait);
          // Those that finished although their group was met without them keep their branches, and are not merged.
          if (wait === members.length || rest === 'cancel') expect(merged).toEqual(done);
          else expect(done).toEqual(expect.arrayContaining(merged));
        }
        expect(new Set(state.merged.flat()).size).toBe(state.merged.flat().length);
      }),
      runs,
    );
  });

  it('5: gen only grows, and each gen is ordered once', () => {
    assertRule(
      fc.property(campaign, hostility, (plan, world) => {
        const { orders } = play(plan, world, (after, before) => {
          for (const { id } of plan.tasks)
            expect(taskState(after, id).gen).toBeGreaterThanOrEqual(taskState(before, id).gen);
        });
        const keys = orders.map(({ order }) => `${order.task}:${order.gen}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      runs,
    );
  });

  it('8: what can run, runs: no deadlock (play throws), and no lane idles while a ready task waits', () => {
    assertRule(
      fc.property(campaign, hostility, (plan, world) => {
        play(plan, world, (state) => {
          if (state.paused !== null || state.stopping !== null || state.end !== null) return;
          expectNoIdleTask(plan, state);
        });
      }),
      runs,
    );
  });

  it('9: the same events give the same states, also after a round trip through JSON', () => {
    assertRule(
      fc.property(campaign, hostility, (plan, world) => {
        const played = play(plan, world, () => undefined);
        let again = advance(plan, newCampaign('hostile', plan, 0), []);
        for (const events of played.events) {
          const told = JSON.parse(JSON.stringify(again)) as CampaignState;
          again = advanceCampaign({ plan, state: told }, events).state;
        }
        expect(again).toEqual(JSON.parse(JSON.stringify(played.state)));
        expect(again).toEqual(played.state);
      }),
      runs,
    );
  });

  it('every event may come twice in a row: the second changes nothing but the clock', () => {
    assertRule(
      fc.property(campaign, hostility, (plan, world) => {
        let state = advance(plan, newCampaign('hostile', plan, 0), []);
        for (const events of play(plan, world, () => undefined).events) {
          const once = takeEvents({ plan, state }, events).state;
          const twice = takeEvents(
            { plan, state },
            events.flatMap((event) => [event, event]),
          ).state;
          expect({ ...twice, revision: 0 }).toEqual({ ...once, revision: 0 });
          state = advance(plan, once, []);
        }
      }),
      runs,
    );
  });

  it('17: one merge order is out at a time; what something waits for is in the next, and not behind others', () => {
    assertRule(
      fc.property(campaign, hostility, (plan, world) => {
        play(plan, world, (state, before) => {
          const due = plan.tasks.filter(({ id }) => {
            const { life } = taskState(state, id);
            return life.is === 'integrating' && life.notBeforeMs <= state.nowMs;
          });
          const isFree = (id: string): boolean =>
            taskState(state, id).life.is === 'ended' ||
            (due.some((task) => task.id === id) && planTask(plan, id).mergeAfter.every(isFree));
          const awaited = due.filter(({ mergeAtOnce, id }) => mergeAtOnce && isFree(id)).map(({ id }) => id);
          const { merging, publishing } = state;
          if (merging === null) {
            if (state.stopping === null && publishing === null) expect(awaited).toEqual([]);
            return;
          }
          expect(publishing).toBe(null);
          expect(merging.tasks.length).toBeLessThanOrEqual(MOST_MERGES);
          expect(due.map(({ id }) => id)).toEqual(expect.arrayContaining([...merging.tasks]));
          if (merging.order === before.merging?.order || awaited.length === 0) return;
          expect(merging.tasks).toEqual(awaited.slice(0, MOST_MERGES));
        });
      }),
      runs,
    );
  });

  it('11: where all goes well, the run starts tasks in the plan’s order and takes the plan’s time', () => {
    assertRule(
      fc.property(campaign, (plan) => {
        // Where the deadline is reached, it is a person who decides how it goes on.
        const unlimited = { ...plan, deadlineMs: null, deadlineAtMs: null };
        const { orders } = play(
          unlimited,
          { seed: 1, wrong: 0, lossy: 0, cancelAt: null, exact: true },
          () => undefined,
        );
        const own = orders.filter(({ order }) => estimateOf(plan, order) > 0);
        const run = own.map(({ order, atMs }) => ({ task: order.task, lane: order.lane, startMs: atMs }));
        expect(run).toEqual(
          simulate(unlimited).starts.map(({ task, lane, startMs }) => ({ task, lane, startMs })),
        );
      }),
      runs,
    );
  });
});
