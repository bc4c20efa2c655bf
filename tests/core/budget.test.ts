import { describe, expect, it } from 'vitest';
import type { Budget, Cap } from '../../src/core/amount.js';
import { amend } from '../../src/core/amend.js';
import { advance } from '../../src/core/engine.js';
import { indexOf } from '../../src/core/task-index.js';
import { goodReport, simulate } from '../../src/core/simulate.js';
import { taskState, type CampaignState, type Event } from '../../src/core/state.js';
import { viewStatus } from '../../src/core/view.js';
import { buildPlan, type PlanSketch } from './plan-builder.js';
import { begin, cutShort, effects, failureOf, mergeReported, orderOf, reported } from './drive.js';
import { planOf } from './compile-spec.js';

const tasks = (...ids: readonly string[]): PlanSketch => ({
  phases: [[ids.map((id) => ({ id }))]],
  maxTurns: 2,
});
const ofCampaign = (cap: Cap): Budget => ({ scope: 'campaign', name: '', cap });
const withBudget = (sketch: PlanSketch, ...budgets: readonly Budget[]) => ({ ...buildPlan(sketch), budgets });

const running = (state: CampaignState, ...ids: readonly string[]) =>
  ids.filter((id) => taskState(state, id).life.is === 'preparing');
const raised = (cap: Cap): Event => ({
  event: 'budgetSet',
  atMs: 1,
  key: null,
  scope: 'campaign',
  name: '',
  cap,
});

/** Its turn ended well and cost so much; null = nobody knows. */
function cost(state: CampaignState, task: string, costUsd: number | null): Event {
  const good = goodReport(orderOf(state, task), 0, 60_000);
  const turn = { ...good.turn!, usage: { inputTokens: 900, outputTokens: 100, costUsd } };
  return reported({ ...good, turn }, 60_000);
}

function killed(state: CampaignState, task: string): Event {
  const good = goodReport(orderOf(state, task), 0, 60_000);
  const usage = { inputTokens: 0, outputTokens: 0, costUsd: null };
  return reported(cutShort({ ...good, turn: { ...good.turn!, usage } }, 'interrupted', null), 60_000);
}

describe('a budget', () => {
  it('is shared by the turns that may run side by side, where nothing is known of what they cost', () => {
    const state = begin(withBudget(tasks('a', 'b', 'c'), ofCampaign({ micros: 9_000_001 })));
    expect(running(state, 'a', 'b', 'c')).toEqual(['a', 'b']);
    expect(taskState(state, 'a').life).toMatchObject({ reserved: { micros: 4_500_000 } });
    expect(taskState(state, 'b').life).toMatchObject({ reserved: { micros: 4_500_001 } });
  });
  it('allows a turn where the usual cost of such turns is left, and no other', () => {
    const plan = withBudget({ ...tasks('a', 'b', 'c'), maxTurns: 1 }, ofCampaign({ micros: 5_000_000 }));
    const one = advance(plan, begin(plan), [cost(begin(plan), 'a', 1)]);
    expect(taskState(one, 'b').life).toMatchObject({ reserved: { micros: 3_000_000 } });
    const two = advance(plan, one, [cost(one, 'b', 3.5)]);
    expect(running(two, 'c')).toEqual([]);
    expect(viewStatus(plan, two).tasks[2]?.waitReasons).toEqual([
      { reason: 'budget', on: 'the budget of the campaign: $4.50 of $5.00 spent, $2.25 needed' },
    ]);
  });
  it('that is used up is told of once, with the command that raises it; raised, it goes on', () => {
    const plan = withBudget(tasks('a', 'b', 'c'), ofCampaign({ turns: 2 }));
    const first = begin(plan);
    const spent = advance(plan, first, [cost(first, 'a', 1), cost(first, 'b', 1)]);
    const notices = effects(spent, 'notify').map(({ notice }) => notice);
    expect(notices).toMatchObject([{ about: 'budget', severity: 'high' }]);
    expect(notices[0]?.text).toBe(
      'c: no new turns within the budget of the campaign: 2 turns of 2 turns spent; to go on: longhaul budget c --turns 3',
    );
    expect(viewStatus(plan, spent).message).toContain('longhaul budget c --turns 3');
    expect(effects(advance(plan, spent, [{ event: 'timerFired', atMs: 9 }]), 'notify')).toHaveLength(1);
    expect(running(advance(plan, spent, [raised({ turns: 3 })]), 'c')).toEqual(['c']);
  });
  it('with onCap: finish, leaves the rest and delivers what there is', () => {
    const plan = {
      ...withBudget({ ...tasks('a', 'b'), maxTurns: 1 }, ofCampaign({ turns: 1 })),
      onCap: 'finish' as const,
    };
    const first = begin(plan);
    const spent = advance(plan, first, [cost(first, 'a', 1)]);
    expect(taskState(spent, 'b').life).toMatchObject({ is: 'ended', as: 'skipped' });
    const merge = { task: 'a', gen: 1, outcome: 'merged', head: '', conflicts: [], failure: null } as const;
    const merged = advance(plan, spent, [mergeReported(spent, { ...merge, startedAtMs: 0, endedAtMs: 0 })]);
    expect(effects(merged, 'deliver').map(({ input }) => input.tasks)).toEqual([['a']]);
  });
  it('of a phase, a task or an account concerns no others', () => {
    const agents = ['a', 'b'].map((name) => ({ name, instances: 2, account: name, roles: null }));
    const sketch = {
      phases: [
        [
          [
            { id: 'x', agents: ['a'] },
            { id: 'y', agents: ['a', 'b'] },
          ],
        ],
      ],
      agents,
    } satisfies PlanSketch;
    const none = { turns: 0 };
    const byAccount = begin(withBudget(sketch, { scope: 'account', name: 'a', cap: none }));
    expect(running(byAccount, 'x', 'y')).toEqual(['y']);
    expect(taskState(byAccount, 'y').agent).toBe('b');
    expect(running(begin(withBudget(sketch, { scope: 'task', name: 'y', cap: none })), 'x', 'y')).toEqual([
      'x',
    ]);
    expect(running(begin(withBudget(sketch, { scope: 'phase', name: 'p1', cap: none })), 'x', 'y')).toEqual(
      [],
    );
  });
  it('gives a turn what it reserved; one that used that up goes on in its session, and no turn or attempt is counted', () => {
    const plan = withBudget(tasks('a'), ofCampaign({ micros: 8_000_000 }));
    const first = begin(plan);
    expect(orderOf(first, 'a').maxUsd).toBe(4);
    const good = goodReport(orderOf(first, 'a'), 0, 60_000);
    const turn = { ...good.turn!, usage: { inputTokens: 1, outputTokens: 1, costUsd: 4.1 } };
    const cut = cutShort({ ...good, turn }, 'capped', failureOf({ class: 'cap' }));
    const rests = advance(plan, first, [reported(cut, 60_000)]);
    const goesOn = advance(plan, rests, [{ event: 'timerFired', atMs: 70_000 }]);
    expect(viewStatus(plan, goesOn).tasks[0]?.waitReasons).toMatchObject([{ reason: 'budget' }]);
    const again = advance(plan, goesOn, [raised({ micros: 20_000_000 })]);
    expect(orderOf(again, 'a')).toMatchObject({ ask: 'continue', attempt: 1, session: good.turn!.session });
    expect(taskState(again, 'a')).toMatchObject({ rejected: 0, attempt: 1 });
  });
  it('takes what a killed turn had reserved for spent, until the session tells its sum', () => {
    const plan = withBudget(tasks('a'), ofCampaign({ micros: 8_000_000 }));
    const first = begin(plan);
    const cut = advance(plan, first, [killed(first, 'a')]);
    const of = (state: CampaignState) => indexOf(plan, state).ledger.of(ofCampaign({}));
    expect(of(cut)).toMatchObject({
      unaccountedMicros: 4_000_000,
      spent: { micros: 4_000_000, turns: 1 },
      unknown: 1,
    });
    const again = advance(plan, cut, [{ event: 'timerFired', atMs: 600_000 }]);
    const told = advance(plan, again, [cost(again, 'a', 2)]);
    expect(of(told)).toMatchObject({ unaccountedMicros: 0, spent: { micros: 2_000_000, turns: 2 } });
  });
  it('does not take a cost that nobody knows for nothing spent: such turns are counted', () => {
    const plan = withBudget(tasks('a'), ofCampaign({ micros: 8_000_000 }));
    const first = begin(plan);
    const told = advance(plan, first, [cost(first, 'a', null)]);
    expect(indexOf(plan, told).ledger.of(ofCampaign({}))).toMatchObject({ unknown: 1, unaccountedMicros: 0 });
  });
  it('that a person set holds until the campaign file says something else', () => {
    const plan = withBudget(tasks('a'), ofCampaign({ turns: 1 }));
    const state = advance(plan, begin(plan), [raised({ turns: 5 })]);
    const edit = (cap: Cap) =>
      amend(
        { plan, state },
        {
          event: 'planChanged',
          atMs: 2,
          key: null,
          revision: 1,
          plan: { ...plan, budgets: [ofCampaign(cap)] },
        },
      ).state.budgets;
    expect(edit({ turns: 1 })).toEqual([ofCampaign({ turns: 5 })]);
    expect(edit({ turns: 2 })).toEqual([]);
  });
  it('is shown with what is spent, reserved and left; and so is what each account has spent', () => {
    const agents = ['a', 'b'].map((name) => ({ name, instances: 1, account: name, roles: null }));
    const sketch = {
      phases: [[[{ id: 'x' }, { id: 'y', agents: ['b'] }, { id: 'z' }]]],
      agents,
    } satisfies PlanSketch;
    const plan = withBudget(sketch, ofCampaign({ micros: 10_000_000 }));
    const first = begin(plan);
    const state = advance(plan, first, [cost(first, 'x', 1.5), cost(first, 'y', null)]);
    expect(viewStatus(plan, state).budgets).toEqual([
      {
        scope: 'campaign',
        name: '',
        measure: 'usd',
        cap: 10,
        spent: 1.5,
        reserved: 1.7,
        left: 6.8,
        unknownTurns: 1,
      },
      { scope: 'account', name: 'a', measure: 'usd', cap: null, spent: 1.5, reserved: 1.7, left: null },
      {
        scope: 'account',
        name: 'b',
        measure: 'usd',
        cap: null,
        spent: 0,
        reserved: 0,
        left: null,
        unknownTurns: 1,
      },
    ]);
    const none = buildPlan(tasks('a'));
    expect(viewStatus(none, begin(none))).not.toHaveProperty('budgets');
  });
  it('does not stop a plan half way', () => {
    expect(simulate(withBudget(tasks('a', 'b', 'c'), ofCampaign({ turns: 1 }))).starts).toHaveLength(3);
  });
});

const SPEC = `
version: 1
name: c
agents: { x: { adapter: claude-code, account: team } }
`;

describe('the budgets of a campaign file', () => {
  it('are those of the campaign, of phases, tasks and accounts', () => {
    const { plan } = planOf(`${SPEC}
limits: { budget: { usd: 40, hours: 1.5 } }
accounts: { team: { budget: { usd: 0.1 } } }
onCap: finish
phases: [{ name: p, budget: { turns: 9 }, tasks: [{ id: a, title: A, budget: { tokens: 30_000_000 } }] }]
`);
    expect([plan.onCap, ...(plan.budgets ?? [])]).toEqual([
      'finish',
      ofCampaign({ micros: 40_000_000, ms: 5_400_000 }),
      { scope: 'phase', name: 'p', cap: { turns: 9 } },
      { scope: 'task', name: 'a', cap: { tokens: 30_000_000 } },
      { scope: 'account', name: 'team', cap: { micros: 100_000 } },
    ]);
  });
  it('leave the plan as it is where there are none', () => {
    expect(planOf(`${SPEC}tasks: [{ id: a, title: A }]\n`).plan).not.toHaveProperty('budgets');
  });
});
