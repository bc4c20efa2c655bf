/** Which verified tasks one merge order carries, and what its report means for each. */
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/engine.js';
import type { Plan } from '../../src/core/plan.js';
import type { MergeFacts } from '../../src/core/ports.js';
import { goodMerge } from '../../src/core/simulate.js';
import { taskState, type CampaignState } from '../../src/core/state.js';
import { acknowledge, begin, done, effects, failed, failureOf, mergeReported } from './drive.js';
import { buildPlan } from './plan-builder.js';

/** All of these are verified, in this order. */
function verified(plan: Plan, ids: readonly string[], from?: CampaignState): CampaignState {
  return ids.reduce(
    (state, id, at) => {
      const next = advance(plan, state, [done(state, id, state.nowMs + at + 1)]);
      return next;
    },
    from ?? begin(plan),
  );
}

function ordered(state: CampaignState): readonly (readonly string[])[] {
  return effects(state, 'merge').map(({ input }) => input.tasks.map(({ task }) => task));
}

function merged(task: string): MergeFacts {
  return goodMerge({ task, gen: 1 }, 1_000);
}

function life(state: CampaignState, id: string) {
  return taskState(state, id).life;
}

const names = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `t${index}` }));

describe('a merge order', () => {
  it('carries a group in the plan’s order, once all of it is verified', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b' }, { id: 'c' }]]] });
    const two = verified(plan, ['c', 'a']);
    expect(ordered(two)).toEqual([]);
    const all = verified(plan, ['b'], two);
    expect(ordered(all)).toEqual([['a', 'b', 'c']]);
    expect(effects(all, 'merge')[0]?.input).toMatchObject({ merged: [] });
  });

  it('is one at a time: what becomes due meanwhile goes with the next', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b' }]]], integrateAt: 'each' });
    const both = verified(plan, ['a', 'b']);
    expect(ordered(both)).toEqual([['a']]);
    const next = advance(plan, acknowledge(plan, both), [mergeReported(both, merged('a'))]);
    expect(ordered(next)).toEqual([['b']]);
    expect(effects(next, 'merge')[0]?.input).toMatchObject({ merged: ['a'] });
  });

  it('names of the tasks merged before one of each kind, however many there are', () => {
    const sketches = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, at) => ({
      id,
      trial: at % 2 === 0 ? 'even' : 'odd',
    }));
    const plan = buildPlan({ phases: [[sketches.slice(0, 5)], [sketches.slice(5)]] });
    const all = verified(plan, ['a', 'b', 'c', 'd', 'e']);
    const next = advance(plan, acknowledge(plan, all), [
      mergeReported(all, ...['b', 'a', 'c', 'd', 'e'].map(merged)),
    ]);
    expect(effects(verified(plan, ['f'], next), 'merge')[0]?.input).toMatchObject({ merged: ['b', 'a'] });
  });

  it('carries what something waits for before, and not together with, what nothing waits for', () => {
    const plan = buildPlan({
      phases: [
        [
          [{ id: 'a' }, { id: 'b' }],
          [{ id: 'needed' }, { id: 'late', needs: ['needed'] }],
        ],
      ],
    });
    const began = begin(plan);
    const all = advance(
      plan,
      began,
      ['a', 'b', 'needed'].map((id) => done(began, id, 10)),
    );
    expect(ordered(all)).toEqual([['needed']]);
    const next = advance(plan, acknowledge(plan, all), [mergeReported(all, merged('needed'))]);
    expect(life(next, 'late').is).toBe('preparing');
    expect(ordered(next)).toEqual([['a', 'b']]);
  });

  it('is bounded', () => {
    const plan = buildPlan({ phases: [[names(30)]], instances: 30, maxTurns: 30 });
    const ids = plan.tasks.map(({ id }) => id);
    const all = verified(plan, ids);
    expect(ordered(all)).toEqual([ids.slice(0, 25)]);
    const report = mergeReported(all, ...ids.slice(0, 25).map(merged));
    expect(ordered(advance(plan, acknowledge(plan, all), [report]))).toEqual([ids.slice(25)]);
  });

  it('merges a provider before its consumer, and takes it along', () => {
    const phases = [[[{ id: 'consumer', mergeAfter: ['provider'] }], [{ id: 'provider' }, { id: 'slow' }]]];
    const plan = buildPlan({ phases });
    const first = verified(plan, ['consumer']);
    expect(ordered(first)).toEqual([]);
    expect(ordered(verified(plan, ['provider'], first))).toEqual([['provider', 'consumer']]);
  });
});

describe('integration at the end', () => {
  const plan = buildPlan({
    phases: [[[{ id: 'a' }, { id: 'needed' }]], [[{ id: 'b', needs: ['needed'] }, { id: 'fails' }]]],
    integrateAt: 'end',
  });
  const first = verified(plan, ['a', 'needed']);

  it('merges before it only what something waits for; the next phase starts without the rest', () => {
    expect(ordered(first)).toEqual([['needed']]);
    expect(['b', 'fails'].map((id) => life(first, id).is)).toEqual(['waiting', 'preparing']);
    const next = advance(plan, first, [mergeReported(first, merged('needed'))]);
    expect(['a', 'b'].map((id) => life(next, id).is)).toEqual(['integrating', 'preparing']);
    expect(ordered(acknowledge(plan, next))).toEqual([]);
  });

  it('merges all the rest in the plan’s order once every task is verified or over', () => {
    const over = failed(first, { task: 'fails', atMs: 500 }, failureOf({ class: 'spec' }));
    const next = advance(plan, first, [mergeReported(first, merged('needed')), over]);
    expect(next.merging).toBeNull();
    expect(verified(plan, ['b'], next).merging?.tasks).toEqual(['a', 'b']);
  });
});

describe('its report', () => {
  const plan = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b' }, { id: 'c' }]]] });
  const all = acknowledge(plan, verified(plan, ['a', 'b', 'c']));
  const failure = failureOf({ class: 'rejected', message: 'conflict in x' });
  const conflict = { ...merged('b'), outcome: 'conflict', conflicts: ['x'], failure } as const;

  it('gives a conflict to its owner; what was not tried is due as before', () => {
    const next = advance(plan, all, [mergeReported(all, merged('a'), conflict)]);
    expect(life(next, 'a')).toMatchObject({ is: 'ended', as: 'done' });
    expect(effects(next, 'order')).toMatchObject([{ order: { task: 'b', gen: 2, ask: 'conflict' } }]);
    // Nothing waits for c: it goes with its group again.
    expect(life(next, 'c').is).toBe('integrating');
    expect(ordered(next)).toEqual([]);
    const again = verified(plan, ['b'], next);
    expect(ordered(again)).toEqual([['b', 'c']]);
  });

  it('of an order that broke lets its first rest, and orders the others at once', () => {
    const broken = {
      ...merged('a'),
      outcome: 'failed',
      failure: failureOf({ message: 'disk full' }),
    } as const;
    const next = advance(plan, all, [mergeReported(all, broken)]);
    expect(life(next, 'a')).toMatchObject({ is: 'integrating', notBeforeMs: next.nowMs + 5_000 });
    expect(ordered(next)).toEqual([['b', 'c']]);
  });

  it('that comes a second time does not end the order after it', () => {
    const report = mergeReported(all, merged('a'));
    const next = advance(plan, all, [report]);
    expect(ordered(next)).toEqual([['b', 'c']]);
    const failed = { ...merged('b'), outcome: 'failed', failure: failureOf({}) } as const;
    const late = mergeReported(all, merged('a'), failed);
    const again = advance(plan, acknowledge(plan, next), [report, late]);
    expect(again.merging).toEqual(next.merging);
    expect(life(again, 'b')).toEqual(life(next, 'b'));
  });

  it('from before a reset counts what was merged', () => {
    const report = mergeReported(all, merged('a'), merged('b'));
    const reset = advance(plan, verified(plan, ['a', 'b']), [report]);
    expect(['a', 'b'].map((id) => life(reset, id).is)).toEqual(['ended', 'ended']);
    expect(reset.merged.flat()).toEqual(['a', 'b']);
  });
});

describe('a campaign that stops with an order out', () => {
  it('waits for its report, keeps what was merged, and orders no more', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b' }]]] });
    const out = acknowledge(plan, verified(plan, ['a', 'b']));
    const stopping = advance(plan, out, [{ event: 'cancelled', atMs: 20, why: 'enough' }]);
    expect(['a', 'b'].map((id) => life(stopping, id).is)).toEqual(['integrating', 'integrating']);
    const told = advance(plan, stopping, [mergeReported(out, merged('a'))]);
    expect(life(told, 'a')).toMatchObject({ as: 'done' });
    expect(life(told, 'b')).toMatchObject({ as: 'cancelled' });
    expect(effects(told, 'deliver')).toMatchObject([{ input: { tasks: ['a'], kept: ['b'] } }]);
  });
});
