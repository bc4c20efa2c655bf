/** What a person pauses: parts of a campaign. That nothing paused starts is a rule (rules.test.ts). */
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/engine.js';
import type { Part } from '../../src/core/part.js';
import type { Plan } from '../../src/core/plan.js';
import { goodReport } from '../../src/core/simulate.js';
import { newCampaign, taskState, type CampaignState, type Event } from '../../src/core/state.js';
import { viewStatus } from '../../src/core/view.js';
import { acknowledge, begin, done, orderOf, reported } from './drive.js';
import { buildPlan } from './plan-builder.js';

const agents = [
  { name: 'a', instances: 1, account: 'team', roles: null },
  { name: 'b', instances: 1, account: 'own', roles: null },
];
const agentA: Part = { part: 'agent', name: 'a' };

function pause(part: Part, atMs = 0): Event {
  return { event: 'paused', atMs, key: null, part, why: 'not now' };
}

function resume(part: Part, atMs: number): Event {
  return { event: 'resumed', atMs, key: null, part };
}

function parallel(turns: number, atMs: number): Event {
  return { event: 'parallelSet', atMs, key: null, turns };
}

function beginWith(plan: Plan, ...events: readonly Event[]): CampaignState {
  return advance(plan, newCampaign('c', plan, 0), events);
}

function view(plan: Plan, state: CampaignState) {
  return viewStatus(plan, state).tasks.map(({ id, step, agent, waitReasons }) =>
    [id, step, agent, ...waitReasons.map(({ reason, on }) => `${reason} ${on}`)].join(' ').trimEnd(),
  );
}

describe('a pause', () => {
  const several = buildPlan({
    phases: [[[{ id: 'x', agents: ['a', 'b'] }, { id: 'y', agents: ['a', 'b'] }, { id: 'z' }]]],
    agents,
  });

  it.each([agentA, { part: 'account', name: 'team' }] as const)(
    'of $part $name has the next agent in a task’s list do it',
    (part) => {
      const paused = beginWith(several, pause(part));
      // The second of them waits for the agent that is not paused.
      expect(view(several, paused)).toEqual([
        'x preparing b',
        'y waiting  lane b',
        `z waiting  pause ${part.part} ${part.name}`,
      ]);
      expect(view(several, advance(several, paused, [resume(part, 10)]))).toEqual([
        'x preparing b',
        'y preparing a',
        'z waiting  lane a',
      ]);
    },
  );

  it('of a phase keeps it from beginning, and says so', () => {
    const plan = buildPlan({ phases: [[[{ id: 'x' }, { id: 'y' }]]], agents });
    const paused = beginWith(plan, pause({ part: 'phase', name: 'p1' }));
    expect(view(plan, paused)).toEqual(['x waiting  pause phase p1', 'y waiting  pause phase p1']);
    const status = viewStatus(plan, paused);
    expect(status).toMatchObject({
      state: 'running',
      pauses: [{ part: 'phase', name: 'p1', why: 'not now' }],
    });
  });

  it('lets a turn finish; one that was cut short goes on after it, and counts as nothing', () => {
    const plan = buildPlan({ phases: [[[{ id: 'x' }]]], agents });
    const paused = advance(plan, begin(plan), [pause(agentA, 5)]);
    expect(view(plan, paused)).toEqual(['x preparing a']);
    expect(view(plan, advance(plan, paused, [done(paused, 'x', 10)]))[0]).toContain('x integrating');
    const good = goodReport(orderOf(paused, 'x'), 0, 10);
    const turn = { ...good.turn!, ok: false, outcome: 'interrupted' as const };
    const cut = advance(plan, paused, [reported({ ...good, turn, verify: null }, 10)]);
    expect(view(plan, cut)).toEqual(['x waiting a pause agent a']);
    expect(taskState(cut, 'x')).toMatchObject({ transients: 0, next: { ask: 'continue' } });
    expect(view(plan, advance(plan, cut, [resume(agentA, 20)]))).toEqual(['x preparing a']);
  });

  it('of what is not there, or is paused already, changes nothing; others stand in a fixed order', () => {
    const parts: readonly Part[] = [
      { part: 'account', name: 'team' },
      { part: 'agent', name: 'b' },
      { part: 'phase', name: 'p1' },
      agentA,
    ];
    const nobody = pause({ part: 'phase', name: 'p9' });
    const once = beginWith(several, ...parts.map((part) => pause(part)), nobody);
    const names = once.pauses.map(({ part, name }) => `${part} ${name}`);
    expect(names).toEqual(['phase p1', 'agent a', 'agent b', 'account team']);
    expect(advance(several, once, [pause(agentA, 50)]).pauses).toEqual(once.pauses);
  });

  it('by hand of an account shows as its pause, and ends with its limit', () => {
    const account: Part = { part: 'account', name: 'team' };
    const paused = beginWith(several, pause(account));
    expect(viewStatus(several, paused).accounts[0]).toMatchObject({ paused: true, why: 'not now' });
    const resumed = advance(several, paused, [resume(account, 10)]);
    expect(viewStatus(several, resumed).accounts[0]).toMatchObject({ paused: false, why: '' });
  });
});

describe('how many turns may run at once', () => {
  it('changes with a person’s word: more begin at once, and those that run too many finish', () => {
    const plan = buildPlan({ phases: [[['x', 'y', 'z'].map((id) => ({ id }))]], maxTurns: 1 });
    const steps = (state: CampaignState) => viewStatus(plan, state).tasks.map(({ step }) => step);
    const more = advance(plan, begin(plan), [parallel(2, 5)]);
    expect(steps(more)).toEqual(['preparing', 'preparing', 'waiting']);
    const fewer = acknowledge(plan, advance(plan, more, [parallel(1, 6)]));
    expect(steps(fewer)).toEqual(['preparing', 'preparing', 'waiting']);
    expect(viewStatus(plan, fewer).maxTurns).toBe(1);
    expect(steps(advance(plan, fewer, [done(more, 'x', 10)]))).toEqual([
      'integrating',
      'preparing',
      'waiting',
    ]);
  });
});
