/** Groups that are met before all are done, groups with a time of their own, and partial work. */
import { describe, expect, it } from 'vitest';
import { compareText } from '../../src/core/compare.js';
import { advance } from '../../src/core/engine.js';
import { itemsOf } from '../../src/core/log.js';
import { goodMerge, goodReport, simulate } from '../../src/core/simulate.js';
import { viewStatus } from '../../src/core/view.js';
import type { Plan } from '../../src/core/plan.js';
import type { CampaignState } from '../../src/core/state.js';
import { acknowledge, begin, done, effects, failureOf, mergeReported, orderOf, reported } from './drive.js';
import { planOf as compiledOf } from './compile-spec.js';
import { buildPlan, type PlanSketch } from './plan-builder.js';

type Groups = NonNullable<PlanSketch['groups']>[number];

function planOf(minutes: readonly number[], group: Groups[number], more: Partial<PlanSketch> = {}): Plan {
  const members = minutes.map((each, index) => ({ id: `t${index + 1}`, minutes: each }));
  const next = [{ id: 'next', minutes: 5 }];
  return buildPlan({ phases: [[members], [next]], groups: [[group]], maxTurns: 9, ...more });
}

/** By task: its minutes. */
function starts(plan: Plan): readonly string[] {
  const lines = simulate(plan).starts.map(
    ({ task, startMs, endMs }) => `${task} ${startMs / 60_000}-${endMs / 60_000}`,
  );
  return lines.sort((a, b) => compareText(a, b));
}

function states(plan: Plan, state: CampaignState): readonly string[] {
  return viewStatus(plan, state).tasks.map((task) => `${task.id} ${task.state}`);
}

/** All that is ordered to be merged is. */
function mergeAll(plan: Plan, state: CampaignState): CampaignState {
  const [order] = effects(state, 'merge');
  if (order === undefined) throw new Error('no merge is ordered');
  const merges = order.input.tasks.map((task) => goodMerge(task, state.nowMs));
  return advance(plan, acknowledge(plan, state), [mergeReported(state, ...merges)]);
}

describe('a group that is met by fewer than all', () => {
  it('goes on with the first, and cancels the rest', () => {
    expect(starts(planOf([10, 20, 30], { wait: 1 }))).toEqual([
      'next 10-15',
      't1 0-10',
      't2 0-10',
      't3 0-10',
    ]);
  });

  it('waits for as many as it says', () => {
    expect(starts(planOf([10, 20, 30], { wait: 2 }))).toEqual([
      'next 20-25',
      't1 0-10',
      't2 0-20',
      't3 0-20',
    ]);
  });

  it('lets the rest finish beside what follows, and merges nothing of it', () => {
    const plan = planOf([10, 20, 30], { wait: 1, rest: 'finish' });
    expect(starts(plan)).toEqual(['next 10-15', 't1 0-10', 't2 0-20', 't3 0-30']);
  });

  it('does not begin what it can do without', () => {
    const plan = planOf([10, 20], { wait: 1, rest: 'finish' }, { maxTurns: 1 });
    expect(starts(plan)).toEqual(['next 20-25', 't2 0-20']);
  });
});

describe('a member that others need by name', () => {
  /** `wait: any, rest: finish`; `next` of the next phase needs the slower one by name. */
  const text = (agents: number, needs = '') => `version: 1
name: shop
agents: { a: { adapter: claude-code, instances: ${agents} } }
defaults: { verify: [make] }
phases:
- name: p
  groups:
  - name: g
    wait: any
    rest: finish
    tasks:
    - { id: quick, title: Quick, estimate: 10m }
    - { id: slow, title: Slow, estimate: 20m${needs} }
    - { id: third, title: Third, estimate: 30m }
- name: q
  groups:
  - { name: h, tasks: [{ id: free, title: Free, estimate: 5m }] }
  - { name: i, tasks: [{ id: next, title: Next, needs: [slow], estimate: 5m }] }
`;

  it('is merged though its group is met without it, and then what needs it starts', () => {
    const { plan } = compiledOf(text(5));
    expect(starts(plan)).toEqual(['free 10-15', 'next 20-25', 'quick 0-10', 'slow 0-20', 'third 0-30']);
    let state = begin(plan);
    const first = state;
    state = advance(plan, state, [done(first, 'quick', 600_000)]);
    state = mergeAll(plan, state);
    state = mergeAll(plan, advance(plan, acknowledge(plan, state), [done(first, 'slow', 1_200_000)]));
    expect(itemsOf(state.merged)).toEqual(['quick', 'slow']);
    expect(orderOf(state, 'next').gen).toBe(1);
    state = advance(plan, acknowledge(plan, state), [done(first, 'third', 1_800_000)]);
    expect(effects(state, 'merge')).toEqual([]);
    expect(states(plan, state)).toContain('third done');
  });

  it('is begun though the group is met before; and so is what it needs of its group', () => {
    const order = (plan: Plan) => simulate(plan).starts.map(({ task }) => task);
    const one = text(1).replace('id: quick,', 'id: quick, priority: 9,');
    expect(order(compiledOf(one).plan)).toEqual(['quick', 'slow', 'free', 'next']);
    const chained = text(1, ', needs: [third]').replace('id: quick,', 'id: quick, priority: 9,');
    expect(order(compiledOf(chained).plan)).toEqual(['quick', 'third', 'free', 'slow', 'next']);
  });
});

it('a group that could be met by work that waits for its provider has the provider begin', () => {
  const members = [
    { id: 'author', minutes: 10, publishes: ['c'] },
    { id: 'provider', minutes: 10, needs: ['author'], provides: ['c'] },
    { id: 'consumer', minutes: 10, contracts: ['c'], priority: 1 },
  ];
  const plan = buildPlan({
    phases: [[members], [[{ id: 'next', minutes: 5 }]]],
    groups: [[{ wait: 2 }]],
    maxTurns: 1,
  });
  expect(starts(plan).map((line) => line.split(' ')[0])).toEqual(['author', 'consumer', 'next', 'provider']);
});

describe('a group with a timeout', () => {
  const group = { timeoutMs: 15 * 60_000 };

  it('fails who is not verified in time, and the others go on', () => {
    expect(starts(planOf([10, 20], group))).toEqual(['next 15-20', 't1 0-10', 't2 0-15']);
  });

  it('ends the campaign where its failures do', () => {
    const failFast = { onFailure: 'fail-fast' as const };
    const plan = buildPlan({
      phases: [[[{ id: 'slow', minutes: 20, ...failFast }]], [[{ id: 'next' }]]],
      groups: [[group]],
    });
    let state = acknowledge(plan, begin(plan));
    state = advance(plan, state, [{ event: 'timerFired', atMs: 15 * 60_000 }]);
    expect(effects(state, 'interrupt')).toMatchObject([{ task: 'slow', why: 'the timeout of group p1/g1' }]);
    const { turn, ...good } = goodReport({ ...orderOf(begin(plan), 'slow') }, 0, 900_000);
    if (turn === null) throw new Error('a good report has a turn');
    const cut = { ...turn, ok: false, outcome: 'interrupted' as const };
    state = advance(plan, state, [reported({ ...good, turn: cut, verify: null }, 900_000)]);
    expect(states(plan, state)).toEqual(['slow failed', 'next cancelled']);
  });

  it('stands still while the campaign is paused', () => {
    const plan = planOf([20], group);
    let state = acknowledge(plan, begin(plan));
    state = advance(plan, state, [{ event: 'paused', atMs: 60_000, key: null, part: null, why: 'lunch' }]);
    state = advance(plan, state, [{ event: 'resumed', atMs: 3_600_000, key: null, part: null }]);
    state = advance(plan, state, [{ event: 'timerFired', atMs: 3_600_000 + 13 * 60_000 }]);
    expect(effects(state, 'interrupt')).toEqual([]);
    state = advance(plan, state, [{ event: 'timerFired', atMs: 3_600_000 + 14 * 60_000 }]);
    expect(effects(state, 'interrupt')).toHaveLength(1);
  });
});

describe('partial work', () => {
  function cutShort(partial: 'accept' | 'reject') {
    const plan = buildPlan({ phases: [[[{ id: 'a', partial }]]] });
    const state = begin(plan);
    const order = orderOf(state, 'a');
    const { turn, ...good } = goodReport(order, 0, 60_000);
    if (turn === null) throw new Error('a good report has a turn');
    const failure = failureOf({ class: 'timed-out', message: 'too long' });
    const report = { ...good, turn: { ...turn, ok: false, outcome: 'timed-out' as const, failure } };
    return { order, plan, state: advance(plan, state, [reported(report, 60_000)]) };
  }

  it('that passes its checks counts as done where the task accepts it', () => {
    const { order, plan, state } = cutShort('accept');
    expect(order.partial).toBe(true);
    expect(effects(state, 'merge')).toHaveLength(1);
    expect(viewStatus(plan, state).tasks[0]?.note).toBe('partial: too long');
  });

  it('is another turn where it does not', () => {
    const { order, state } = cutShort('reject');
    expect(order.partial).toBe(false);
    expect(effects(state, 'merge')).toEqual([]);
  });
});

describe('a deadline by the clock', () => {
  it('pauses the campaign, and a person lifts it', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }], [{ id: 'b' }]]], instances: 1, deadlineAtMs: 60_000 });
    let state = acknowledge(plan, begin(plan));
    state = advance(plan, state, [{ event: 'timerFired', atMs: 60_000 }]);
    expect(state.paused?.why).toBe('the deadline is reached');
    state = advance(plan, state, [{ event: 'resumed', atMs: 61_000, key: null, part: null }]);
    expect(state.paused).toBe(null);
    expect(state.deadlineAtMs).toBe(null);
  });
});
