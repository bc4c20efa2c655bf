/** Locks that agents ask for in the middle of a turn, one case at a time. */
import { describe, expect, it } from 'vitest';
import { advance, nextDue } from '../../src/core/engine.js';
import { LOCK_EXPIRY_MS, type LockRequest } from '../../src/core/lock.js';
import type { Plan } from '../../src/core/plan.js';
import { goodMerge, goodReport } from '../../src/core/simulate.js';
import { taskState, type CampaignState, type Event } from '../../src/core/state.js';
import { itemsOf } from '../../src/core/log.js';
import { lostByTask } from '../../src/core/metrics-wait.js';
import { withPlan } from '../../src/core/plan-facts.js';
import { viewReport, viewStatus } from '../../src/core/view.js';
import { acknowledge, begin, done, mergeReported, orderOf, reported } from './drive.js';
import { buildPlan, type PlanSketch, type TaskSketch } from './plan-builder.js';

function planOf(tasks: readonly TaskSketch[], more: Partial<PlanSketch> = {}): Plan {
  return buildPlan({ phases: [[tasks]], maxTurns: 9, ...more });
}

const paths = { paths: ['src/**', 'docs/**'], overlaps: [[0], [1]] };
let keys = 0;

function requestOf(given: Partial<LockRequest> = {}): LockRequest {
  const rest = { id: 'k', reason: '', estimateMs: null, priority: null } as const;
  return { paths: ['src/a.ts'], mode: 'exclusive', wait: 'yes', ...rest, ...given };
}

/** In the turn that runs. */
function asks(state: CampaignState, task: string, given: Partial<LockRequest> = {}): Event {
  const { gen } = taskState(state, task);
  const key = `key${(keys += 1)}`;
  return { event: 'lockAsked', atMs: state.nowMs, key, task, gen, request: requestOf(given) };
}

function releases(state: CampaignState, task: string, changesMade: boolean): Event {
  const key = `key${(keys += 1)}`;
  return { event: 'lockReleased', atMs: state.nowMs, key, task, id: 'k', changesMade };
}

/** Its turn ends to wait for the lock. */
function parks(state: CampaignState, task: string, given: Partial<LockRequest> = {}): Event {
  const good = goodReport(orderOf(state, task), state.nowMs, state.nowMs);
  const lock = requestOf({ ...given, wait: 'end' });
  const turn = { ...good.turn!, ok: false, outcome: 'blocked' as const, lock };
  return reported({ ...good, verify: null, turn }, state.nowMs);
}

/** `a held, b queued`, in the order of asking. */
function locks(state: CampaignState): string {
  return state.locks.locks.map(({ task, life }) => `${task} ${life.is}`).join(', ');
}

function reasons(plan: Plan, state: CampaignState, task: string) {
  return viewStatus(plan, state).tasks.find(({ id }) => id === task)!.waitReasons;
}

const two = planOf([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);

describe('a lock', () => {
  it('goes to who asks first, and then to who waits', () => {
    let state = begin(two);
    state = advance(two, state, [asks(state, 'a')]);
    state = advance(two, state, [asks(state, 'b'), asks(state, 'c', { priority: 1 })]);
    expect(locks(state)).toBe('a held, b queued, c queued');
    state = advance(two, state, [releases(state, 'a', false)]);
    expect(locks(state)).toBe('b queued, c held');
  });

  it('is shared by readers and by those who only intend to write, and then had alone', () => {
    let state = begin(two);
    state = advance(two, state, [
      asks(state, 'a', { mode: 'shared' }),
      asks(state, 'b', { mode: 'intent' }),
      asks(state, 'c', { paths: ['src'] }),
    ]);
    expect(locks(state)).toBe('a held, b held, c queued');
    // c waits for a and b: b, which has it already, is not behind c.
    state = advance(two, state, [asks(state, 'b')]);
    expect(locks(state)).toBe('a held, b held, c queued, b queued');
    state = advance(two, state, [releases(state, 'a', false)]);
    expect(locks(state)).toBe('c queued, b held');
  });

  it('that was released with changes is held until they are merged', () => {
    let state = begin(two);
    state = advance(two, state, [asks(state, 'a')]);
    state = advance(two, state, [asks(state, 'b'), releases(state, 'a', true)]);
    expect(locks(state)).toBe('a held, b queued');
    state = advance(two, state, [done(state, 'a', 10)]);
    // Others have asked for it, so it is merged before its group is through.
    expect(state.merging?.tasks).toEqual(['a']);
    state = advance(two, state, [mergeReported(state, goodMerge({ task: 'a', gen: 1 }, 20))]);
    expect(locks(state)).toBe('b held');
  });

  it('keeps tasks from starting that the spec gives the same path, and is kept by theirs', () => {
    const plan = planOf(
      [{ id: 'a' }, { id: 'later', needs: ['a'], claims: [{ path: 0, mode: 'shared' }] }, { id: 'b' }],
      paths,
    );
    let state = begin(plan);
    state = advance(plan, state, [asks(state, 'b')]);
    state = advance(plan, acknowledge(plan, state), [done(begin(plan), 'a', 10)]);
    state = advance(plan, state, [mergeReported(state, goodMerge({ task: 'a', gen: 1 }, 20))]);
    expect(reasons(plan, state, 'later')).toEqual([{ reason: 'lock', on: 'src/** (b)' }]);
    state = advance(plan, state, [releases(state, 'b', false)]);
    expect(orderOf(state, 'later').gen).toBe(1);
    state = advance(plan, state, [asks(state, 'b')]);
    expect(locks(state)).toBe('b queued');
  });
});

describe('who can not have it', () => {
  it('is denied at once where it does not want to wait, with who has it and what can be done instead', () => {
    const plan = planOf([{ id: 'a' }, { id: 'b' }, { id: 'idle' }], { instances: 2 });
    let state = begin(plan);
    const wants = { wait: 'no', paths: ['src/a.ts', 'src/b.ts'] } as const;
    state = advance(plan, state, [asks(state, 'a'), asks(state, 'b', wants)]);
    expect(state.locks.locks.at(-1)?.life).toEqual({
      is: 'denied',
      why: 'it is not free',
      denial: {
        owners: [{ task: 'a', path: 'src/a.ts', mode: 'exclusive', releaseAtMs: 1_800_000 }],
        expectedAtMs: 1_800_000,
        freePaths: ['src/b.ts'],
        readyTasks: ['idle'],
      },
    });
  });

  it('may end its turn: the lane goes back, and the grant resumes the session', () => {
    const plan = planOf([{ id: 'a' }, { id: 'b' }, { id: 'idle' }], { instances: 2 });
    let state = begin(plan);
    state = advance(plan, state, [asks(state, 'a')]);
    state = advance(plan, state, [parks(state, 'b')]);
    expect(reasons(plan, state, 'b')).toEqual([{ reason: 'lock', on: 'src/a.ts (a)' }]);
    expect(orderOf(state, 'idle').lane).toBe('a#2');
    state = advance(plan, acknowledge(plan, state), [releases(state, 'a', false)]);
    state = advance(plan, state, [reported(goodReport({ ...orderOf(begin(plan), 'a') }, 0, 5), 5)]);
    expect(orderOf(state, 'b')).toMatchObject({ gen: 2, ask: 'lock', session: 'session-b-1', sync: true });
    expect(orderOf(state, 'b').note).toBe('The lock k (exclusive: src/a.ts) is granted: it is yours now.');
    expect(orderOf(state, 'b').locks).toEqual([
      { id: 'k', paths: ['src/a.ts'], mode: 'exclusive', is: 'held' },
    ]);
  });

  it('is what the time was lost to', () => {
    let state = begin(two);
    state = advance(two, state, [asks(state, 'a')]);
    state = advance(two, state, [parks(state, 'b')]);
    expect(itemsOf(state.spans)).toMatchObject([{ task: 'b', kind: 'turn', outcome: 'locked' }]);
    const gone = done(state, 'a', state.nowMs + 60_000);
    state = advance(two, state, [gone]);
    const lost = lostByTask(withPlan(viewReport(two, state), two, []), state.nowMs);
    expect(lost.get('b')).toContainEqual({ reason: 'lock', ms: 60_000 });
  });

  it('fails its turn where it ends it to wait for what it has', () => {
    const plan = planOf([{ id: 'a' }]);
    let state = begin(plan);
    state = advance(plan, state, [parks(state, 'a')]);
    state = advance(plan, state, [parks(state, 'a')]);
    expect(orderOf(state, 'a')).toMatchObject({ gen: 3, ask: 'rejected' });
  });
});

describe('a deadlock', () => {
  const src = (id: string): Partial<LockRequest> => ({ id, paths: [`src/${id}.ts`] });

  it('does not end a turn for what the task has already under the name of one that is still queued', () => {
    let state = begin(two);
    state = advance(two, state, [asks(state, 'b')]);
    state = advance(two, state, [asks(state, 'a', { mode: 'intent', paths: ['docs/a'] })]);
    state = advance(two, state, [asks(state, 'a', { mode: 'shared' })]);
    expect(locks(state)).toBe('b held, a held, a queued');
    state = advance(two, state, [parks(state, 'a', { mode: 'intent', paths: ['docs/a'] })]);
    expect(taskState(state, 'a').parked).toBe(false);
    expect(orderOf(state, 'a').ask).toBe('lock');
  });

  it('between two that each want what the other has is broken, with the reason', () => {
    let state = begin(two);
    state = advance(two, state, [asks(state, 'a', src('x')), asks(state, 'b', src('y'))]);
    state = advance(two, state, [asks(state, 'a', src('y')), asks(state, 'b', src('x'))]);
    expect(locks(state)).toBe('a held, b held, a queued, b denied');
    expect(state.locks.locks.at(-1)?.life).toMatchObject({
      why: 'deadlock: b waits for a, which waits for b',
    });
  });

  it('of one that ended its turn is told to its next turn, and to a person the third time', () => {
    const plan = planOf(
      [{ id: 'a', finish: ['b'], claims: [{ path: 0, mode: 'exclusive' }] }, { id: 'b' }],
      paths,
    );
    let state = begin(plan);
    state = advance(plan, state, [done(state, 'a', 10)]);
    for (let turn = 1; turn <= 3; turn += 1) {
      expect(taskState(state, 'b').life.is).toBe('preparing');
      state = advance(plan, acknowledge(plan, state), [parks({ ...state, outbox: state.outbox }, 'b')]);
    }
    expect(taskState(state, 'b').life.is).toBe('blocked');
    expect(state.blockers[0]?.description).toContain('deadlock: b waits for a, which waits for b');
  });

  it('of a turn that has the lane of the one it waits for is broken', () => {
    const plan = planOf([{ id: 'a', priority: 1 }, { id: 'b' }], { instances: 1 });
    let state = begin(plan);
    state = advance(plan, state, [asks(state, 'a')]);
    const cut = goodReport(orderOf(state, 'a'), 0, 5);
    const failure = {
      class: 'transient',
      message: '',
      signature: 's',
      resetAtMs: null,
      retryAfterMs: null,
    } as const;
    const turn = {
      ...cut.turn!,
      ok: false,
      outcome: 'failed' as const,
      failure: { ...failure, evidence: null },
    };
    // While a rests, b gets the lane and waits for what a has; then a waits for the lane.
    state = advance(plan, state, [reported({ ...cut, verify: null, turn }, 5)]);
    state = advance(plan, state, [asks(state, 'b')]);
    expect(locks(state)).toBe('a held, b queued');
    state = advance(plan, state, [{ event: 'timerFired', atMs: 60_000 }]);
    expect(locks(state)).toBe('a held, b denied');
  });
});

describe('expiry', () => {
  it('takes a lock back from a task without a turn, and never from one with', () => {
    const plan = planOf([{ id: 'a' }, { id: 'b' }]);
    let state = begin(plan);
    state = advance(plan, state, [asks(state, 'a'), asks(state, 'b', { paths: ['docs'] })]);
    state = advance(plan, state, [{ event: 'timerFired', atMs: LOCK_EXPIRY_MS + 1 }]);
    expect(locks(state)).toBe('a held, b held');
    const blocker = { severity: 'high', description: 'which?', wait: true } as const;
    const asked = goodReport(orderOf(state, 'a'), 0, 5);
    const turn = { ...asked.turn!, ok: false, outcome: 'blocked' as const, blocker };
    state = advance(plan, state, [reported({ ...asked, verify: null, turn }, state.nowMs)]);
    state = advance(plan, state, [done(state, 'b', state.nowMs)]);
    const dueMs = state.nowMs + LOCK_EXPIRY_MS;
    state = { ...state, outbox: [] };
    const due = nextDue(plan, { ...state, merging: null, blockers: [] });
    expect(due).toEqual({ atMs: dueMs, why: 'a lock of a expires' });
    state = advance(plan, state, [{ event: 'timerFired', atMs: dueMs }]);
    // The work of b is done, and not merged yet.
    expect(locks(state)).toBe('a expired, b held');
    expect(taskState(state, 'a').messages.join()).toContain('The lock k (exclusive: src/a.ts) has expired.');
  });
});
