/** What happens after failures, and what people can do then. */
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/engine.js';
import type { Plan } from '../../src/core/plan.js';
import { goodReport } from '../../src/core/simulate.js';
import { taskState, type CampaignState } from '../../src/core/state.js';
import { viewStatus } from '../../src/core/view.js';
import { begin, done, failed, failureOf, mergeReported, orderOf, reported } from './drive.js';
import { buildPlan } from './plan-builder.js';

describe('turns that do not come to an end', () => {
  it('become a blocker after three in a row, also where they stall and time out in turns', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    let state = begin(plan);
    for (const [index, kind] of (['stalled', 'timed-out', 'stalled'] as const).entries()) {
      expect(taskState(state, 'a').life.is).toBe('preparing');
      const failure = failureOf({ class: kind, message: kind, signature: kind });
      state = advance(plan, state, [failed(state, { task: 'a', atMs: (index + 1) * 1_000 }, failure)]);
    }
    expect(viewStatus(plan, state).blockers).toMatchObject([
      { task: 'a', description: '3 times in a row: stalled' },
    ]);
  });
});

describe('the same failure three times in a row', () => {
  const broken = failureOf({ class: 'rejected', message: 'npm test failed', signature: 'same' });

  function threeTimes(plan: Plan): CampaignState {
    let state = begin(plan);
    for (const atMs of [1_000, 2_000, 3_000])
      state = advance(plan, state, [failed(state, { task: 'a', atMs }, broken)]);
    return state;
  }

  it('asks a person, who may give the task up: the others go on, what needs it is skipped', () => {
    const tasks = [{ id: 'a' }, { id: 'b', needs: ['a'] }, { id: 'c' }];
    const plan = buildPlan({ phases: [[tasks]] });
    const asked = threeTimes(plan);
    expect(viewStatus(plan, asked).blockers).toMatchObject([{ id: 'b1', task: 'a', state: 'open' }]);
    const skip = { event: 'taskSkipped', atMs: 4_000, key: 'k', task: 'a', note: 'not today' } as const;
    const skipped = advance(plan, asked, [skip]);
    expect(viewStatus(plan, skipped).blockers).toMatchObject([{ state: 'closed' }]);
    expect(viewStatus(plan, skipped).tasks.map(({ state, note }) => [state, note])).toEqual([
      ['skipped', 'not today'],
      ['skipped', 'needs a, which did not end done'],
      ['running', ''],
    ]);
  });

  it('fails at once where the task says fail-fast: nobody shall be waited for', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a', onFailure: 'fail-fast' }]]] });
    const state = threeTimes(plan);
    expect(viewStatus(plan, state).tasks).toMatchObject([
      { state: 'failed', note: '3 times in a row: npm test failed' },
    ]);
  });

  it('a running task can’t be skipped', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const state = advance(plan, begin(plan), [
      { event: 'taskSkipped', atMs: 1, key: 'k', task: 'a', note: null },
    ]);
    expect(viewStatus(plan, state).tasks).toMatchObject([{ state: 'running' }]);
  });
});

describe('costs', () => {
  it('keep what is known where some turn did not tell', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    let state = begin(plan);
    const blocked = goodReport(orderOf(state, 'a'), 0, 1_000);
    const usage = { inputTokens: 1, outputTokens: 1, costUsd: 0.02 };
    const failure = failureOf({ class: 'rejected', message: 'no' });
    state = advance(plan, state, [
      reported(
        { ...blocked, turn: { ...blocked.turn!, usage }, verify: { ...blocked.verify!, ok: false, failure } },
        1_000,
      ),
    ]);
    const next = goodReport(orderOf(state, 'a'), 1_000, 2_000);
    state = advance(plan, state, [
      reported({ ...next, turn: { ...next.turn!, usage: { ...usage, costUsd: null } } }, 2_000),
    ]);
    expect(viewStatus(plan, state)).toMatchObject({
      costUsd: 0.02,
      tasks: [{ costUsd: 0.02, costComplete: false, turn: 2 }],
    });
  });
});

describe('a phase that waits for the one before', () => {
  it('says so, and not every member’s name', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b' }]], [[{ id: 'c' }]]] });
    const [, , waits] = viewStatus(plan, begin(plan)).tasks;
    expect(waits?.waitReasons).toEqual([{ reason: 'need', on: 'phase p1' }]);
  });
});

describe('what does not pass by itself', () => {
  const lasting = failureOf({ class: 'lasting', message: 'The brief is gone; put it back.' });

  it('is for a person at once, whose answer tries again', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const asked = advance(plan, begin(plan), [failed(begin(plan), { task: 'a', atMs: 10 }, lasting)]);
    expect(viewStatus(plan, asked).blockers).toMatchObject([
      { task: 'a', state: 'open', description: 'The brief is gone; put it back.' },
    ]);
    const answer = { event: 'blockerAnswered', atMs: 20, key: null, blocker: 'b1', answer: 'done' } as const;
    expect(orderOf(advance(plan, asked, [answer]), 'a').gen).toBe(2);
  });

  it('keeps verified work for the same merge', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const merging = advance(plan, begin(plan), [done(begin(plan), 'a', 10)]);
    const facts = { task: 'a', gen: 1, head: '', conflicts: [], startedAtMs: 10, endedAtMs: 20 };
    const asked = advance(plan, merging, [
      mergeReported(merging, { ...facts, outcome: 'failed', failure: lasting }),
    ]);
    expect(asked.blockers).toMatchObject([{ about: { is: 'integration' } }]);
  });
});

describe('a turn that was not admitted', () => {
  it('is none: neither counted nor drawn', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const began = begin(plan);
    const good = goodReport(orderOf(began, 'a'), 0, 10);
    const turn = { ...good.turn!, ok: false, begun: false, outcome: 'interrupted' as const };
    const refused = advance(plan, began, [reported({ ...good, turn, verify: null }, 10)]);
    expect(viewStatus(plan, refused).tasks).toMatchObject([{ id: 'a', turns: 0 }]);
    expect(refused.spans).toEqual([]);
    const then = advance(plan, refused, [{ event: 'timerFired', atMs: 60_000 }]);
    const ended = advance(plan, then, [done(then, 'a', 70_000)]);
    expect(viewStatus(plan, ended).tasks).toMatchObject([{ id: 'a', turns: 1 }]);
  });
});

describe('an integration workflow that is ended by hand again and again', () => {
  const gone = (state: CampaignState) => ({ event: 'integrationGone', atMs: state.nowMs + 1 }) as const;

  it('is for a person after eight times', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    let state = advance(plan, begin(plan), [done(begin(plan), 'a', 10)]);
    let times = 0;
    for (; state.blockers.length === 0 && times < 20; times += 1) {
      expect(state.merging).not.toBeNull();
      state = advance(plan, state, [gone(state)]);
      expect(state.merging).toBeNull();
      state = advance(plan, state, [{ event: 'timerFired', atMs: state.nowMs + 400_000 }]);
    }
    expect(times).toBe(8);
    expect(state.blockers).toMatchObject([{ task: 'a', about: { is: 'integration' } }]);
  });

  it('leaves the results undelivered after eight times, and says where they are', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const merging = advance(plan, begin(plan), [done(begin(plan), 'a', 10)]);
    const facts = { task: 'a', gen: 1, head: '', conflicts: [], startedAtMs: 10, endedAtMs: 20 };
    let state = advance(plan, merging, [
      mergeReported(merging, { ...facts, outcome: 'merged', failure: null }),
    ]);
    for (let times = 0; times < 8; times += 1) {
      expect(state.delivery).toBe('ordered');
      state = advance(plan, state, [gone(state)]);
    }
    expect(state.delivery).toMatchObject({ outcome: 'failed' });
    expect(state.end).toMatchObject({ as: 'failed' });
    expect(viewStatus(plan, state).message).toContain('LONGHAUL_HOME/mirrors');
  });
});
