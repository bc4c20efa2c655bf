/** Plans whose answers are known: what the engine makes of them, improved, with every number that is told of them. */
import { describe, expect, it } from 'vitest';
import { compareAgents, withAgents } from '../../src/core/plan-agents.js';
import { costPlan } from '../../src/core/plan-cost.js';
import { bottleneckOf, findHelp } from '../../src/core/plan-help.js';
import { improvePlan, usualSchedules } from '../../src/core/plan-improve.js';
import { numberPlan, type PlanNumbers } from '../../src/core/plan-numbers.js';
import type { Plan } from '../../src/core/plan.js';
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

  it('load: six tasks of one length over three agents give two each', () => {
    const { lanes } = numbersOf(withAgents(knownPlan('load'), 3));
    expect(lanes.map(({ tasks }) => tasks)).toEqual([2, 2, 2]);
  });

  it('twelve agents with contexts of 200,000 tokens: worst 2.4 million', () => {
    const plan = knownPlan('twelve');
    const rate = { usdPerMinute: 0.5, tokensPerMinute: null, contextTokens: 200_000 };
    expect(costPlan(plan, () => rate)).toEqual({
      expectedUsd: 180,
      worstUsd: 720,
      expectedTokens: null,
      worstTokens: 2_400_000,
    });
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
