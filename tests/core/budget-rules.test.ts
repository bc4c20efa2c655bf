/** What always holds of budgets, over random campaigns in a hostile world whose turns cost money. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEASURES, type Budget, type Cap, type Measure } from '../../src/core/amount.js';
import { budgetsOf } from '../../src/core/budget.js';
import type { Plan } from '../../src/core/plan.js';
import { planAgent, planTask } from '../../src/core/plan-index.js';
import { taskState, type CampaignState } from '../../src/core/state.js';
import { isWorking } from '../../src/core/task.js';
import { campaign, hostility } from './arbitrary-campaign.js';
import { play } from './hostile-world.js';
import { assertRule } from './kept-seeds.js';
import { expectNoIdleTask } from './rule-check.js';

const runs = { numRuns: Number(process.env['LONGHAUL_CAMPAIGNS'] ?? 75) };

const amount = (most: number) => fc.option(fc.integer({ min: 1, max: most }), { nil: undefined, freq: 2 });
const cap = fc
  .record({ micros: amount(9_000_000), tokens: amount(900_000), turns: amount(20), ms: amount(9_000_000) })
  .map((all): Cap => JSON.parse(JSON.stringify(all)) as Cap)
  .filter((one) => Object.keys(one).length > 0);

const budgets: fc.Arbitrary<readonly Budget[]> = fc
  .record({ campaign: cap, phase: fc.option(cap), task: fc.option(cap), account: fc.option(cap) })
  .map((caps) => [
    { scope: 'campaign', name: '', cap: caps.campaign },
    ...(caps.phase === null ? [] : [{ scope: 'phase', name: 'p1', cap: caps.phase } as const]),
    ...(caps.task === null ? [] : [{ scope: 'task', name: 't0', cap: caps.task } as const]),
    ...(caps.account === null ? [] : [{ scope: 'account', name: 'acc', cap: caps.account } as const]),
  ]);

const capped = fc
  .tuple(campaign, budgets, fc.constantFrom('pause' as const, 'finish' as const))
  .map(([plan, these, onCap]): Plan => ({ ...plan, budgets: these, onCap }));

/** What counts to a budget, summed anew from all tasks. */
function usedOf(
  { plan, state }: { plan: Plan; state: CampaignState },
  { scope, name }: Budget,
  measure: Measure,
): number {
  return plan.tasks.reduce((sum, { id, phase }) => {
    const { spent = [], life } = taskState(state, id);
    const names = { campaign: '', phase, task: id };
    const counts = (account: string) => (scope === 'account' ? account : names[scope]) === name;
    const rows = spent.filter(({ account }) => counts(account));
    const used = rows.reduce((all, row) => {
      return all + row[measure] + (measure === 'micros' ? row.unaccountedMicros : 0);
    }, 0);
    const reserved =
      isWorking(life) && counts(planAgent(plan, life.agent).account) ? life.reserved : undefined;
    return sum + used + (reserved?.[measure] ?? 0);
  }, 0);
}

describe('what always holds of budgets', () => {
  it('18: when a turn is ordered, what is spent and reserved is within every budget that it counts to', () => {
    assertRule(
      fc.property(capped, hostility, (plan, world) => {
        play(plan, world, (state, before) => {
          for (const { id, phase } of plan.tasks) {
            const { life, gen } = taskState(state, id);
            if (gen === taskState(before, id).gen || !isWorking(life) || life.reserved === undefined)
              continue;
            const names = { campaign: '', phase, task: id, account: planAgent(plan, life.agent).account };
            for (const budget of budgetsOf(plan, state).filter(({ scope, name }) => names[scope] === name))
              for (const measure of MEASURES.filter((each) => budget.cap[each] !== undefined)) {
                const used = usedOf({ plan, state }, budget, measure);
                expect(used, `${id}: ${measure} of ${budget.scope}`).toBeLessThanOrEqual(
                  budget.cap[measure]!,
                );
              }
          }
        });
      }),
      runs,
    );
  });

  it('18: every turn has its reservation, what is spent is what was reported, and nothing is counted twice', () => {
    assertRule(
      fc.property(capped, hostility, (plan, world) => {
        const { state, events, orders } = play(plan, world, () => undefined);
        const told = new Map<string, number>();
        const ordered = new Set(orders.map(({ order }) => `${order.task}/${order.gen}`));
        for (const event of events.flat()) {
          if (event.event !== 'taskReported' || event.report.turn?.begun !== true) continue;
          const { task, gen, turn } = event.report;
          expect(ordered).toContain(`${task}/${gen}`);
          told.set(`${task}/${gen}`, Math.round((turn.usage.costUsd ?? 0) * 1e6));
        }
        const rows = plan.tasks.flatMap(({ id }) => taskState(state, id).spent ?? []);
        expect(rows.reduce((sum, { turns }) => sum + turns, 0)).toBe(told.size);
        const sum = [...told.values()].reduce((so, micros) => so + micros, 0);
        expect(rows.reduce((so, { micros }) => so + micros, 0)).toBe(sum);
        for (const { order, before } of orders) {
          if (order.steps === 'check') continue;
          const { life } = taskState(before, order.task);
          if (isWorking(life)) expect(life.reserved, order.task).toBeDefined();
        }
      }),
      runs,
    );
  });

  it('8: what waits for nothing but a budget that can allow it runs, and a campaign at its cap goes on once it is raised', () => {
    assertRule(
      fc.property(capped, hostility, (plan, world) => {
        const { state } = play(plan, world, (now) => {
          if (now.end === null && now.stopping === null && now.paused === null) expectNoIdleTask(plan, now);
        });
        expect(state.end).not.toBeNull();
        if (plan.onCap === 'pause')
          for (const { id } of plan.tasks) {
            const { life } = taskState(state, id);
            expect(life.is === 'ended' && life.why.includes('the budget of'), planTask(plan, id).id).toBe(
              false,
            );
          }
      }),
      runs,
    );
  });
});
