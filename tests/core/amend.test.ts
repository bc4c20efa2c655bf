/** What each case of a change of the plan comes to. */
import { describe, expect, it } from 'vitest';
import { amend } from '../../src/core/amend.js';
import { advance, advanceCampaign } from '../../src/core/engine.js';
import { itemsOf } from '../../src/core/log.js';
import type { Plan } from '../../src/core/plan.js';
import { goodMerge, goodReport } from '../../src/core/simulate.js';
import { mostTurns, taskState, type CampaignState } from '../../src/core/state.js';
import { indexOf } from '../../src/core/task-index.js';
import { viewStatus } from '../../src/core/view.js';
import { changedTo, specPlan, withDigests } from './amendment.js';
import { acknowledge, begin, done, effects, mergeReported, orderOf, reported } from './drive.js';
import { buildPlan, type TaskSketch } from './plan-builder.js';

function flat(tasks: readonly TaskSketch[], rest: Partial<Parameters<typeof buildPlan>[0]> = {}): Plan {
  return withDigests(buildPlan({ phases: [[tasks]], ...rest }));
}

const CHAIN = [{ id: 'a' }, { id: 'b', needs: ['a'] }, { id: 'c' }];

/** `a` is merged, `b` is at work, `c` too. */
function underWay(plan: Plan): CampaignState {
  let state = acknowledge(plan, advance(plan, begin(plan), []));
  state = advance(plan, begin(plan), []);
  state = advance(plan, state, [done(state, 'a', 1_000)]);
  const gen = taskState(state, 'a').gen;
  state = advance(plan, state, [mergeReported(state, goodMerge({ task: 'a', gen }, 2_000))]);
  expect(taskState(state, 'a').life).toMatchObject({ is: 'ended', as: 'done' });
  expect(taskState(state, 'b').life.is).toBe('preparing');
  return state;
}

function redefined(tasks: readonly TaskSketch[], id: string): Plan {
  return flat(tasks.map((task) => (task.id === id ? { ...task, digest: `${id}v2.` } : task)));
}

describe('a change of the plan', () => {
  it('leaves what is done and unchanged, and adds what is new', () => {
    const plan = flat(CHAIN);
    const state = underWay(plan);
    const next = flat([...CHAIN, { id: 'd', needs: ['a'] }]);
    const after = advanceCampaign({ plan, state }, [changedTo(next, state)]);
    expect(taskState(after.state, 'a')).toEqual(taskState(state, 'a'));
    expect(taskState(after.state, 'b')).toEqual(taskState(state, 'b'));
    expect(orderOf(after.state, 'd').gen).toBe(1);
  });

  it('has a changed task that was done run again from the campaign’s head, then what builds on it', () => {
    const plan = flat(CHAIN);
    const state = underWay(plan);
    const before = orderOf(state, 'b');
    const after = advanceCampaign({ plan, state }, [changedTo(redefined(CHAIN, 'a'), state)]);
    const order = effects(after.state, 'order').find(
      (each) => each.order.task === 'a' && each.order.gen === 2,
    );
    expect(order?.order).toMatchObject({ ask: 'changed', attempt: 2, sync: true, session: null });
    expect(itemsOf(after.state.merged)).toEqual([]);
    // b builds on it: its turn is interrupted, and what it comes to is not taken.
    expect(effects(after.state, 'interrupt')).toMatchObject([{ task: 'b', gen: 1 }]);
    const told = advanceCampaign(after, [reported(goodReport(before, 0, 5_000), 5_000)]);
    expect(taskState(told.state, 'b')).toMatchObject({ life: { is: 'waiting' }, stale: true, holds: false });
    expect(taskState(told.state, 'b').next.note).toContain('builds on was changed: a');
    expect(viewStatus(told.plan, told.state).tasks[1]?.waitReasons).toEqual([{ reason: 'need', on: 'a' }]);
    expect(taskState(told.state, 'c')).toEqual(taskState(state, 'c'));
  });

  it('tells the session of a task that is at work, and gives it its turns again', () => {
    const plan = flat(CHAIN);
    const state = underWay(plan);
    const { order } = effects(state, 'order').find(({ task }) => task === 'c')!;
    const next = redefined(CHAIN, 'c');
    const after = advanceCampaign({ plan, state }, [changedTo(next, state)]);
    const told = advanceCampaign(after, [reported(goodReport(order, 0, 5_000), 5_000)]);
    expect(effects(told.state, 'order').at(-1)?.order).toMatchObject({
      ask: 'changed',
      attempt: 1,
      gen: 2,
      session: 'session-c-1',
      note: 'What this task asks for was changed.',
    });
    expect(taskState(told.state, 'c').stale).toBe(false);
  });

  it('ends what is removed: not begun it is forgotten, at work it is interrupted, done it stays', () => {
    const plan = flat([...CHAIN, { id: 'd', needs: ['b'] }]);
    const state = underWay(plan);
    const after = advanceCampaign({ plan, state }, [changedTo(flat([{ id: 'c' }]), state)]);
    expect(after.plan.tasks.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    expect(effects(after.state, 'interrupt').map(({ task }) => task)).toEqual(['b']);
    const told = advanceCampaign(after, [reported(goodReport(orderOf(state, 'b'), 0, 5_000), 5_000)]);
    const tasks = viewStatus(told.plan, told.state).tasks.map(({ id, state: is, note }) => [id, is, note]);
    expect(tasks).toEqual([
      ['c', 'running', ''],
      ['a', 'done', ''],
      ['b', 'cancelled', 'removed from the campaign file'],
    ]);
    // Named again, it is done anew; what was done, and is the same, stays.
    const again = advanceCampaign(told, [changedTo(plan, told.state)]);
    expect(taskState(again.state, 'a').life).toMatchObject({ as: 'done' });
    expect(taskState(again.state, 'b').life.is).toBe('preparing');
  });

  it('lets a merge that is under way end: of a removed task it counts', () => {
    const plan = flat([{ id: 'a' }, { id: 'b', needs: ['a'] }, { id: 'c' }]);
    let state = begin(plan);
    state = advance(plan, state, [done(state, 'a', 1_000)]);
    expect(state.merging?.tasks).toEqual(['a']);
    const merge = mergeReported(state, goodMerge({ task: 'a', gen: 1 }, 2_000));
    const removed = advanceCampaign({ plan, state }, [changedTo(flat([{ id: 'c' }]), state), merge]);
    expect(taskState(removed.state, 'a').life).toMatchObject({ is: 'ended', as: 'done' });
    const changed = advanceCampaign({ plan, state }, [changedTo(redefined(CHAIN, 'a'), state), merge]);
    expect(effects(changed.state, 'order').at(-1)?.order).toMatchObject({
      task: 'a',
      ask: 'changed',
      gen: 2,
    });
    expect(itemsOf(changed.state.merged)).toEqual([]);
  });

  it('asks no more for what failed and is removed, and tries what failed and is changed', () => {
    const plan = flat([{ id: 'a', attempts: 1, turns: 1 }, { id: 'c' }]);
    let state = begin(plan);
    const good = goodReport(orderOf(state, 'a'), 0, 1_000);
    const failure = {
      class: 'agent-error',
      message: 'no',
      signature: 'x',
      resetAtMs: null,
      retryAfterMs: null,
      evidence: null,
    } as const;
    const turn = { ...good.turn!, ok: false, outcome: 'failed', failure } as const;
    state = advance(plan, state, [reported({ ...good, turn, verify: null }, 1_000)]);
    expect(taskState(state, 'a').life).toMatchObject({ as: 'failed' });
    const without = advanceCampaign({ plan, state }, [changedTo(flat([{ id: 'c' }]), state)]);
    expect(taskState(without.state, 'a').life).toMatchObject({ as: 'cancelled' });
    expect(indexOf(without.plan, without.state).failed).toBe(0);
    const mended = redefined([{ id: 'a', attempts: 1, turns: 1 }, { id: 'c' }], 'a');
    const again = advanceCampaign({ plan, state }, [changedTo(mended, state)]);
    expect(taskState(again.state, 'a')).toMatchObject({ attempt: 2, attemptLimit: 2, gen: 2 });
  });

  it('changes nothing where another plan came first, or it comes too late', () => {
    const plan = flat(CHAIN);
    const state = underWay(plan);
    const first = changedTo(redefined(CHAIN, 'a'), state);
    const once = amend({ plan, state }, first);
    const late = { ...changedTo(redefined(CHAIN, 'c'), state), key: 'other' };
    expect(amend(once, late)).toEqual(once);
    const stopping = advance(plan, state, [{ event: 'cancelled', atMs: state.nowMs, why: 'enough' }]);
    expect(amend({ plan, state: stopping }, changedTo(redefined(CHAIN, 'a'), stopping)).plan).toBe(plan);
  });

  it('frees a campaign from a deadline that it has no more, and takes its new number of turns', () => {
    const plan = flat(CHAIN, { deadlineMs: 1_000 });
    let state = begin(plan);
    state = advance(plan, state, [{ event: 'timerFired', atMs: 2_000 }]);
    state = advance(plan, state, [{ event: 'parallelSet', atMs: 2_000, key: null, turns: 1 }]);
    expect(state.paused).not.toBe(null);
    const next = { ...flat(CHAIN), maxTurns: 3 };
    const after = advanceCampaign({ plan, state }, [changedTo(next, state)]).state;
    expect(after.paused).toBe(null);
    expect(after.blockers.map((blocker) => blocker.state)).toEqual(['closed']);
    expect(mostTurns(next, after)).toBe(3);
  });

  it('has a task whose agent is gone go on with another, in a session of its own', () => {
    const plan = flat([{ id: 'a' }]);
    const state = begin(plan);
    const order = orderOf(state, 'a');
    const agents = [{ name: 'z', instances: 1, account: 'zacc', roles: null }];
    const next = flat([{ id: 'a', agents: ['z'] }], { agents });
    const after = advanceCampaign({ plan, state }, [changedTo(next, state)]);
    expect(after.plan.agents.map(({ name }) => name)).toEqual(['z', 'a']);
    const told = advanceCampaign(after, [reported(goodReport(order, 0, 5_000), 5_000)]);
    expect(effects(told.state, 'order').at(-1)?.order).toMatchObject({
      agent: 'z',
      session: null,
      attempt: 2,
    });
  });

  it('keeps the spec’s part apart from what only the campaign remembers', () => {
    const plan = flat(CHAIN);
    const state = underWay(plan);
    const next = flat([{ id: 'c' }]);
    const after = amend({ plan, state }, changedTo(next, state));
    expect(specPlan(after.plan)).toEqual(next);
  });
});
