/** Moments that the random campaigns of rules.test.ts do not reach, each driven by its own events. */
import { describe, expect, it } from 'vitest';
import { advance, nextDue } from '../../src/core/engine.js';
import { goodReport } from '../../src/core/simulate.js';
import { taskState, type Event } from '../../src/core/state.js';
import { viewStatus } from '../../src/core/view.js';
import {
  acknowledge,
  begin,
  done,
  effects,
  failed,
  failureOf,
  mergeReported,
  orderOf,
  reported,
} from './drive.js';
import { buildPlan } from './plan-builder.js';

const spec = failureOf({ class: 'spec', message: 'no such command' });

describe('the deadline', () => {
  it('is not due again and again while the campaign stops', () => {
    const plan = buildPlan({
      phases: [[[{ id: 'a', onFailure: 'fail-fast' }, { id: 'b' }]]],
      deadlineMs: 1_000,
    });
    const began = begin(plan);
    const stopping = advance(plan, began, [failed(began, { task: 'a', atMs: 500 }, spec)]);
    const late = advance(plan, stopping, [{ event: 'timerFired', atMs: 5_000 }]);
    expect(taskState(late, 'b').life.is).toBe('preparing');
    expect(nextDue(plan, late)?.atMs).toBeGreaterThan(5_000);
  });

  it('is lifted by a resume, also when the task that its blocker names is over by then', () => {
    const phases = [[[{ id: 'b', needs: ['a'] }, { id: 'a' }, { id: 'c' }]]];
    const plan = buildPlan({ phases, deadlineMs: 1_000, instances: 1 });
    const began = begin(plan);
    const reached = advance(plan, began, [{ event: 'timerFired', atMs: 1_000 }]);
    expect(reached.blockers).toMatchObject([{ task: 'b', about: { is: 'deadline' } }]);
    const skipped = advance(plan, reached, [failed(began, { task: 'a', atMs: 1_100 }, spec)]);
    expect(taskState(skipped, 'b').life).toMatchObject({ is: 'ended', as: 'skipped' });
    expect(skipped.blockers).toMatchObject([{ state: 'open' }]);
    const resumed = advance(plan, skipped, [{ event: 'resumed', atMs: 1_200, key: 'k', part: null }]);
    expect(resumed.paused).toBeNull();
    expect(taskState(resumed, 'c').life.is).toBe('preparing');
    expect(resumed.blockers).toMatchObject([{ state: 'closed' }]);
  });
});

describe('the retry round', () => {
  const once = { turns: 1, attempts: 1, onFailure: 'retry-failed' } as const;

  it('does not wait for verified work that waits to be merged with the group', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a', ...once }, { id: 'b' }], [{ id: 'other' }]]] });
    const began = begin(plan);
    const next = advance(plan, began, [done(began, 'b', 10), failed(began, { task: 'a', atMs: 20 }, spec)]);
    expect(taskState(next, 'b').life).toMatchObject({ is: 'integrating' });
    expect(taskState(next, 'a')).toMatchObject({ attempt: 2, life: { is: 'preparing' } });
  });

  it('runs those that are given it side by side', () => {
    const plan = buildPlan({
      phases: [[[{ id: 'a', ...once }, { id: 'b', ...once }, { id: 'c' }]]],
      instances: 3,
    });
    const began = begin(plan);
    const gone = [failed(began, { task: 'a', atMs: 10 }, spec), failed(began, { task: 'b', atMs: 20 }, spec)];
    const limit = failureOf({ class: 'usage-limit', resetAtMs: 1_000 });
    const limited = advance(plan, began, [failed(began, { task: 'c', atMs: 5 }, limit), ...gone]);
    const again = advance(plan, limited, [{ event: 'timerFired', atMs: 60_000 }]);
    // After a limit turns begin one by one.
    const first = advance(plan, again, [done(again, 'c', 61_000)]);
    const second = advance(plan, first, [{ event: 'timerFired', atMs: 120_000 }]);
    const third = advance(plan, second, [{ event: 'timerFired', atMs: 130_000 }]);
    expect(['a', 'b'].map((id) => taskState(third, id).life.is)).toEqual(['preparing', 'preparing']);
  });

  it('does not wait for one that waits for the very task, by way of a lock', () => {
    const claims = [{ path: 0, mode: 'exclusive' }] as const;
    const late = { id: 'late', finish: ['a'], claims, priority: 1 };
    const plan = buildPlan({
      phases: [[[{ id: 'a', ...once }, late, { id: 'b', claims }]]],
      paths: ['src/**'],
      overlaps: [[0]],
    });
    const began = begin(plan);
    const finishing = advance(plan, began, [done(began, 'late', 10)]);
    expect(taskState(finishing, 'late').life.is).toBe('finishing');
    const again = advance(plan, finishing, [failed(finishing, { task: 'a', atMs: 20 }, spec)]);
    expect(taskState(again, 'b').life.is).toBe('waiting');
    expect(taskState(again, 'a')).toMatchObject({ attempt: 2, life: { is: 'preparing' } });
  });
});

describe('what is out', () => {
  it('an order that is still under way to its executor is not taken for lost', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const continued = advance(plan, begin(plan), [{ event: 'continued', atMs: 10 }]);
    const lost: Event = { event: 'executorGone', atMs: 20, task: 'a', gen: 1 };
    expect(taskState(advance(plan, continued, [lost]), 'a').life.is).toBe('preparing');
    const arrived = acknowledge(plan, continued);
    expect(taskState(advance(plan, arrived, [lost]), 'a').life.is).toBe('resting');
  });

  it('a look at the executors asks for those alone that have their orders', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const under = advance(plan, begin(plan), [{ event: 'continued', atMs: 4_000_000 }]);
    expect(effects(under, 'check')).toMatchObject([{ orders: [], integration: false }]);
    const there = advance(plan, acknowledge(plan, begin(plan)), [{ event: 'continued', atMs: 4_000_000 }]);
    expect(effects(there, 'check')).toMatchObject([{ orders: [{ task: 'a', gen: 1 }] }]);
  });

  it('executors are looked at every hour, and every ten minutes once the campaign has continued as new', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const first = acknowledge(plan, begin(plan));
    expect(nextDue(plan, first)?.atMs).toBe(3_600_000);
    const looked = advance(plan, first, [{ event: 'continued', atMs: 4_000_000 }]);
    const [check] = effects(looked, 'check');
    const gone = { gone: [], integrationGone: false };
    const then = advance(plan, looked, [{ event: 'checked', atMs: 4_000_100, key: check!.key, ...gone }]);
    expect(nextDue(plan, then)?.atMs).toBe(4_600_000);
    const due = advance(plan, then, [{ event: 'timerFired', atMs: 4_600_000 }]);
    expect(effects(due, 'check')).toHaveLength(1);
  });

  it('a delivery that is ordered again is another effect than the first', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const merging = advance(plan, begin(plan), [done(begin(plan), 'a', 10)]);
    const facts = { task: 'a', gen: 1, head: '', conflicts: [], startedAtMs: 10, endedAtMs: 20 };
    const outcome = { outcome: 'merged', failure: null } as const;
    const delivering = advance(plan, merging, [mergeReported(merging, { ...facts, ...outcome })]);
    const again = advance(plan, delivering, [{ event: 'integrationGone', atMs: 30 }]);
    expect(effects(again, 'deliver')).toHaveLength(1);
    expect(effects(again, 'deliver')[0]?.key).not.toBe(effects(delivering, 'deliver')[0]?.key);
  });

  it('a delivery that nobody ordered, as after a reset, does not stand for the one to come', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const facts = { outcome: 'delivered', message: '', branch: '', head: '' } as const;
    expect(advance(plan, begin(plan), [{ event: 'delivered', atMs: 10, facts }]).delivery).toBeNull();
  });
});

describe('the next order', () => {
  it('takes the campaign’s head in again where the worktree could not be prepared', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const began = begin(plan);
    const merging = advance(plan, began, [done(began, 'a', 10)]);
    const facts = { task: 'a', gen: 1, head: '', conflicts: ['x'], startedAtMs: 10, endedAtMs: 20 };
    const conflict = { ...facts, outcome: 'conflict', failure: null } as const;
    const back = advance(plan, merging, [mergeReported(merging, conflict)]);
    expect(orderOf(back, 'a')).toMatchObject({ ask: 'conflict', sync: true });
    const blank = { task: 'a', gen: 2, turn: null, checkpoint: null, verify: null };
    const places = { host: '', hostQueue: '', turnQueue: '', start: '', conflicts: [] };
    const unprepared = { ...blank, prepare: { ok: false, failure: failureOf({}), ...places } };
    const resting = advance(plan, back, [reported(unprepared, 30)]);
    const again = advance(plan, resting, [{ event: 'timerFired', atMs: 10_000 }]);
    expect(orderOf(again, 'a')).toMatchObject({ gen: 3, sync: true });
    // Prepared now: the turn that goes on where this one broke off has it already.
    const broken = advance(plan, again, [failed(again, { task: 'a', atMs: 11_000 }, failureOf({}))]);
    const on = advance(plan, broken, [{ event: 'timerFired', atMs: 60_000 }]);
    expect(orderOf(on, 'a')).toMatchObject({ gen: 4, sync: false });
  });
});

describe('what a person is asked and says', () => {
  it('a merge that never works becomes a blocker, whose answer tries the same merge again', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    let state = advance(plan, begin(plan), [done(begin(plan), 'a', 10)]);
    const facts = { task: 'a', gen: 1, head: '', conflicts: [], startedAtMs: 10, endedAtMs: 20 };
    const keys = new Set(effects(state, 'merge').map(({ key }) => key));
    for (let tries = 1; taskState(state, 'a').life.is === 'integrating'; tries += 1) {
      expect(tries).toBeLessThan(20);
      const failure = failureOf({ message: 'the disk is full' });
      state = acknowledge(plan, state);
      state = advance(plan, state, [
        mergeReported(state, { ...facts, outcome: 'failed', failure, endedAtMs: state.nowMs + 1 }),
      ]);
      const due = nextDue(plan, state);
      if (due !== null) state = advance(plan, state, [{ event: 'timerFired', atMs: due.atMs }]);
      for (const { key } of effects(state, 'merge')) keys.add(key);
    }
    expect(state.blockers).toMatchObject([
      { id: 'b1', state: 'open', description: expect.stringContaining('disk') as string },
    ]);
    const answer: Event = {
      event: 'blockerAnswered',
      atMs: state.nowMs,
      key: null,
      blocker: 'b1',
      answer: 'mended',
    };
    const again = effects(advance(plan, state, [answer]), 'merge');
    expect(again).toMatchObject([{ input: { tasks: [{ task: 'a', gen: 1, commit: 'commit-a-1' }] } }]);
    expect(keys).not.toContain(again[0]?.key);
  });

  it('messages without a key count each', () => {
    const once = { turns: 1, attempts: 1 };
    const plan = buildPlan({ phases: [[[{ id: 'a', ...once }, { id: 'b', ...once }, { id: 'c' }]]] });
    const began = begin(plan);
    const lost = advance(
      plan,
      began,
      ['a', 'b'].map((task) => failed(began, { task, atMs: 10 }, spec)),
    );
    const retry = (task: string): Event => ({ event: 'taskRetried', atMs: 20, key: null, task, note: null });
    const retried = advance(plan, lost, [retry('a'), retry('b')]);
    expect(['a', 'b'].map((id) => taskState(retried, id).life.is)).toEqual(['preparing', 'preparing']);
  });

  it('an agent that floods its blockers fills neither the state nor people’s screens', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const flood = Array.from({ length: 500 }, (_, index): Event => {
      const report = { severity: 'low', description: `${index}`, wait: false } as const;
      return { event: 'blockerRaised', atMs: 10, key: `${index}`, task: 'a', gen: 1, report };
    });
    expect(advance(plan, begin(plan), flood).blockers.length).toBeLessThan(50);
  });
});

describe('limits of an account', () => {
  it.each([
    { class: 'usage-limit' as const, resetAtMs: 8.64e15 },
    { class: 'rate-limited' as const, retryAfterMs: 1e300 },
  ])('a time beyond all calendars is not believed: $class', (given) => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const began = begin(plan);
    const limited = advance(plan, began, [failed(began, { task: 'a', atMs: 10 }, failureOf(given))]);
    const until = viewStatus(plan, limited).accounts[0]?.pausedUntil ?? '';
    expect(Date.parse(until)).toBeLessThan(40 * 24 * 3_600_000);
  });

  it('a turn that verification rejects shows that the account bears turns again', () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const began = begin(plan);
    const limit = failureOf({ class: 'rate-limited' });
    const limited = advance(plan, began, [failed(began, { task: 'a', atMs: 10 }, limit)]);
    expect(limited.accounts['acc']?.strikes).toBe(1);
    const again = advance(plan, limited, [{ event: 'timerFired', atMs: 60_000 }]);
    const verify = {
      ok: false,
      failure: failureOf({ class: 'rejected' }),
      commit: 'c',
      startedAtMs: 0,
      endedAtMs: 0,
    };
    const good = goodReport(orderOf(again, 'a'), 60_000, 70_000);
    const rejected = advance(plan, again, [reported({ ...good, verify }, 70_000)]);
    expect(rejected.accounts['acc']?.strikes).toBe(0);
  });
});
