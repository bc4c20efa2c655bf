/** Plans whose answers are known: what the engine makes of them, improved, with every number that is told of them. */
import { describe, expect, it } from 'vitest';
import { compareAgents, withAgents } from '../../src/core/plan-agents.js';
import { costPlan } from '../../src/core/plan-cost.js';
import { bottleneckOf, findHelp } from '../../src/core/plan-help.js';
import { improvePlan, usualSchedules } from '../../src/core/plan-improve.js';
import { numberPlan, type PlanNumbers } from '../../src/core/plan-numbers.js';
import type { Plan } from '../../src/core/plan.js';
import { simulate } from '../../src/core/simulate.js';
import { buildPlan } from './plan-builder.js';
import { knownPlan, knownPlans } from './known-plans.js';

const HOUR_MS = 3_600_000;

function numbersOf(plan: Plan): PlanNumbers {
  const { plan: best, simulation, lowerBoundMs } = improvePlan(plan, usualSchedules(plan));
  return numberPlan(best, simulation, lowerBoundMs);
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

describe('known plans', () => {
  for (const { name, makespans, sequential, unit, paths } of knownPlans) {
    for (const [agents, makespan] of makespans) {
      it(`${name}: ${makespan} with ${agents}`, () => {
        const numbers = numbersOf(withAgents(knownPlan(name), agents));
        expect(round(numbers.makespanMs / unit)).toBe(makespan);
        expect(round(numbers.sequentialMs / unit)).toBe(sequential);
        expect(numbers.lowerBoundMs).toBeLessThanOrEqual(numbers.makespanMs);
        expect(numbers.speedup).toBeCloseTo(sequential / makespan, 6);
        if (agents === makespans[0]?.[0] && paths.length > 0)
          expect(paths).toContain(numbers.criticalPath.join(' '));
      });
    }
  }

  it('has no slack on the critical path, and what there is beside it', () => {
    const { tasks } = numbersOf(withAgents(knownPlan('graph'), 3));
    expect(tasks.map(({ id, slackMs }) => [id, slackMs / HOUR_MS])).toEqual([
      ['T1', 0],
      ['T2', 0],
      ['T3', 2],
      ['T4', 0],
    ]);
  });

  it('jwt on two agents: one pass takes 18, the improved plan 17, and an explicit priority wins still', () => {
    const plan = withAgents(knownPlan('jwt'), 2);
    const improved = improvePlan(plan, 1000);
    expect(improved.onePassMs / HOUR_MS).toBe(18);
    expect(improved.simulation.makespanMs / HOUR_MS).toBe(17);
    expect(improvePlan(plan, 1).simulation.makespanMs / HOUR_MS).toBe(18);
    const urgent = plan.tasks.map((task) => (task.id === 'T5' ? { ...task, priority: 1 } : task));
    const { starts } = improvePlan({ ...plan, tasks: urgent }, 1000).simulation;
    expect(starts.find(({ task }) => task === 'T5')?.startMs).toBe(3 * HOUR_MS);
  });

  it('review: utilisation of each lane, and its mean', () => {
    const numbers = numbersOf(withAgents(knownPlan('review'), 3));
    const shares = numbers.lanes.map(({ utilisation }) => Math.round(utilisation * 100));
    expect(shares.sort((a, b) => a - b)).toEqual([53, 67, 100]);
    expect(Math.round(numbers.utilisation * 100)).toBe(73);
    expect(numbers.idleMs).toBe(12 * 60_000);
  });

  it('slow one: the long one is the bottleneck, starts first, and to split it helps', () => {
    const improved = improvePlan(withAgents(knownPlan('slow one'), 3), 1000);
    const numbers = numberPlan(improved.plan, improved.simulation, improved.lowerBoundMs);
    expect(numbers.tasks[0]?.id).toBe('long');
    expect(bottleneckOf(numbers)).toEqual({ task: 'long', durationMs: 30 * 60_000 });
    expect(findHelp(improved, numbers)).toMatchObject([{ kind: 'split', on: 'long' }]);
  });

  it('compares numbers of agents: more never makes it longer, and one more is what helps where lanes lack', () => {
    const rows = compareAgents(knownPlan('slices'), { from: 1, to: 12, schedules: 1000 });
    expect(rows.map(({ makespanMs }) => makespanMs / HOUR_MS)).toEqual([
      26, 14, 10, 8, 8, 8, 8, 8, 8, 8, 8, 8,
    ]);
    const improved = improvePlan(withAgents(knownPlan('slices'), 2), 1000);
    const help = findHelp(improved, numberPlan(improved.plan, improved.simulation, improved.lowerBoundMs));
    expect(help?.[0]).toEqual({ kind: 'agent', on: 'a', makespanMs: 10 * HOUR_MS, savedMs: 4 * HOUR_MS });
  });

  it('has one efficiency: that of a plan for so many agents is that of their row in the table', () => {
    const plan = knownPlan('slices');
    const [first] = plan.agents;
    const two = { ...plan, agents: [first!, { ...first!, name: 'b' }] };
    for (const { agents, efficiency } of compareAgents(two, {
      from: 1,
      to: 4,
      schedules: usualSchedules(two),
    }))
      expect(numbersOf(withAgents(two, agents)).efficiency, `${agents} agents`).toBeCloseTo(efficiency);
    // Half of the lanes: four turns at once, on four lanes of each of the two agents.
    const { efficiency, speedup, atOnce } = numbersOf(withAgents(two, 4));
    expect(atOnce).toBe(4);
    expect(efficiency).toBeCloseTo(speedup / 4);
  });

  it('load: six tasks of one length over three agents give two each', () => {
    const { lanes } = numbersOf(withAgents(knownPlan('load'), 3));
    expect(lanes.map(({ tasks }) => tasks)).toEqual([2, 2, 2]);
  });

  it('twelve agents with contexts of 200,000 tokens: worst 2.4 million', () => {
    const plan = knownPlan('twelve');
    const rate = { usdPerMinute: 0.5, tokensPerMinute: null, contextTokens: 200_000 };
    expect(costPlan(plan, simulate(plan), () => rate)).toEqual({
      expectedUsd: 180,
      worstUsd: 720,
      expectedTokens: null,
      worstTokens: 2_400_000,
    });
  });

  it('what is not merged is told, with its end and why', () => {
    const members = [
      { id: 'quick', minutes: 10 },
      { id: 'slow', minutes: 20 },
      { id: 'late', minutes: 10, needs: ['slow'] },
    ];
    const timedOut = buildPlan({ phases: [[members]], groups: [[{ timeoutMs: 900_000 }]] });
    expect(numbersOf(timedOut).unmerged).toEqual([
      { task: 'slow', title: 'slow', as: 'failed', why: 'the timeout of group p1/g1', begins: true },
      { task: 'late', title: 'late', as: 'failed', why: 'the timeout of group p1/g1', begins: false },
    ]);
    const any = buildPlan({ phases: [[members]], groups: [[{ wait: 1, rest: 'finish' }]] });
    const why = 'group p1/g1 is met without it';
    expect(numbersOf(any).unmerged).toEqual([
      { task: 'slow', title: 'slow', as: 'done', why, begins: true },
      { task: 'late', title: 'late', as: 'cancelled', why, begins: false },
    ]);
    expect(numbersOf(buildPlan({ phases: [[members]] })).unmerged).toEqual([]);
  });

  it('the worst is the retry round too, and the dearest of the agents that may take an attempt', () => {
    const task = { id: 'a', minutes: 10, turns: 2, attempts: 3, agents: ['cheap', 'dear'] };
    const agents = ['cheap', 'dear'].map((name) => ({ name, instances: 1, account: name, roles: null }));
    const costOf = (onFailure: 'best-effort' | 'retry-failed', dear: number | null) => {
      const plan = buildPlan({ phases: [[[{ ...task, onFailure }]]], agents });
      return costPlan(plan, simulate(plan), (agent) => {
        const usdPerMinute = agent === 'dear' ? dear : 1;
        return { usdPerMinute, tokensPerMinute: 7, contextTokens: agent === 'dear' ? 200 : 100 };
      });
    };
    expect(costOf('best-effort', 4)).toEqual({
      expectedUsd: 10,
      worstUsd: 240,
      expectedTokens: 70,
      worstTokens: 600,
    });
    expect(costOf('retry-failed', 4)).toMatchObject({ expectedUsd: 10, worstUsd: 480, worstTokens: 1200 });
    expect(costOf('retry-failed', null)).toMatchObject({ expectedUsd: 10, worstUsd: null });
  });

  it('of a group that is met by any only what runs is time and money', () => {
    const members = [
      { id: 'one', minutes: 10 },
      { id: 'two', minutes: 10 },
    ];
    for (const rest of ['cancel', 'finish'] as const) {
      const sketch = { phases: [[members]], groups: [[{ wait: 1, rest }]], instances: 1 };
      const improved = improvePlan(buildPlan(sketch), 10);
      const numbers = numberPlan(improved.plan, improved.simulation, improved.lowerBoundMs);
      expect(numbers).toMatchObject({
        makespanMs: 600_000,
        sequentialMs: 600_000,
        speedup: 1,
        efficiency: 1,
      });
      expect(numbers.distance).toBeGreaterThanOrEqual(0);
      const rate = { usdPerMinute: 1, tokensPerMinute: 2, contextTokens: null };
      expect(costPlan(improved.plan, improved.simulation, () => rate)).toMatchObject({
        expectedUsd: 10,
        expectedTokens: 20,
        worstUsd: 160,
      });
    }
  });
});

it('draft: who needs one starts when it is there, after half of the estimate', () => {
  const plan = buildPlan({
    phases: [
      [
        [
          { id: 'A', minutes: 240 },
          { id: 'B', minutes: 360 },
        ],
      ],
    ],
    instances: 2,
  });
  const join = { id: 'draft:A', members: ['A'], count: 1, asks: 'drafted' as const };
  const tasks = plan.tasks.map((task) => (task.id === 'B' ? { ...task, after: [join.id] } : task));
  const numbers = numbersOf({ ...plan, joins: [...plan.joins, join], tasks });
  expect([numbers.makespanMs, numbers.sequentialMs]).toEqual([8 * HOUR_MS, 10 * HOUR_MS]);
  expect(numbers.tasks[1]).toMatchObject({ id: 'B', waitedFor: [{ on: 'draft of A', task: 'A' }] });
  expect(numbers.criticalPath).toEqual(['A', 'B']);
});
