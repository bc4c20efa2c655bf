/** Blockers that nobody answers, that somebody has seen, that wait for another task. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, nextDue } from '../../src/core/engine.js';
import { goodMerge, goodReport } from '../../src/core/simulate.js';
import { taskState, type CampaignState, type Event } from '../../src/core/state.js';
import type { BlockerReport } from '../../src/core/turn.js';
import { viewStatus } from '../../src/core/view.js';
import { begin, done, effects, mergeReported, orderOf, reported } from './drive.js';
import { buildPlan } from './plan-builder.js';

const HOUR_MS = 3_600_000;
const plan = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b' }]]], maxTurns: 9 });

/** a's turn ends with a question. */
function asks(state: CampaignState, details: Partial<BlockerReport> = {}): Event {
  const good = goodReport(orderOf(state, 'a'), state.nowMs, state.nowMs);
  const blocker = { severity: 'medium', description: 'Which port?', wait: true, ...details } as const;
  const turn = { ...good.turn!, ok: false, outcome: 'blocked' as const, blocker };
  return reported({ ...good, verify: null, turn }, state.nowMs);
}

function told(state: CampaignState): readonly string[] {
  return effects(state, 'notify').map(({ notice }) => notice.text);
}

/** Lets the time pass in which nothing happens but what the campaign itself is due to do. */
function wait(from: CampaignState, untilMs: number): CampaignState {
  let state = from;
  for (;;) {
    const atMs = nextDue(plan, state)?.atMs ?? Infinity;
    if (atMs > untilMs) return advance(plan, state, [{ event: 'timerFired', atMs: untilMs }]);
    state = advance(plan, state, [{ event: 'timerFired', atMs }]);
  }
}

const asked = (details: Partial<BlockerReport> = {}) => {
  const state = begin(plan);
  return advance(plan, state, [asks(state, details)]);
};

describe('a blocker', () => {
  it('is told a bounded number of times, whatever is said and whenever, and then rests', () => {
    const time = fc.integer({ min: -HOUR_MS, max: 200 * HOUR_MS });
    fc.assert(
      fc.property(fc.option(time), fc.option(time), (neededByMs, ackAtMs) => {
        let state = asked(neededByMs === null ? {} : { neededByMs });
        if (ackAtMs !== null && ackAtMs > 0) {
          state = wait(state, ackAtMs);
          state = advance(plan, state, [{ event: 'blockerAcked', atMs: ackAtMs, key: 'k', blocker: 'b1' }]);
        }
        state = wait(state, 400 * HOUR_MS);
        const reminders = ackAtMs !== null && ackAtMs > 0 ? ackAtMs : Infinity;
        const stale = [1, 5, 29].filter((hours) => hours * HOUR_MS <= reminders).length;
        expect(told(state).length).toBe(1 + stale + (neededByMs === null ? 0 : 1));
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      { numRuns: 60 },
    );
  });

  it('that an agent’s program raised for a permission says so to the turn that begins with its answer, and to no other', () => {
    const answer = { event: 'blockerAnswered', atMs: 10, key: null, answer: 'yes' } as const;
    const answered = (details: Partial<BlockerReport>) =>
      advance(plan, asked(details), [{ ...answer, blocker: 'b1' }]);
    expect(orderOf(answered({}), 'a')).not.toHaveProperty('permission');
    const permitted = answered({ permission: true });
    expect(orderOf(permitted, 'a')).toMatchObject({ ask: 'answer', note: 'yes', permission: true });
    const asksAgain = advance(plan, permitted, [asks(permitted)]);
    const later = advance(plan, asksAgain, [{ ...answer, blocker: 'b2' }]);
    expect(orderOf(later, 'a')).toMatchObject({ ask: 'answer', turn: 3 });
    expect(orderOf(later, 'a')).not.toHaveProperty('permission');
  });

  it('that was answered reminds nobody', () => {
    const state = asked({ neededByMs: 2 * HOUR_MS });
    const answer = { event: 'blockerAnswered', atMs: 10, key: null, blocker: 'b1', answer: '80' } as const;
    expect(told(wait(advance(plan, state, [answer]), 100 * HOUR_MS))).toHaveLength(1);
  });

  it('becomes more severe when the time has come, and shows what it says', () => {
    const details = { blockingTask: 'b', workaround: 'a mock', neededByMs: 2 * HOUR_MS, impact: 'no API' };
    const state = wait(asked(details), 2 * HOUR_MS);
    expect(told(state).map((text) => text.replace(/: Which port\?$/, ''))).toEqual([
      'c: a is blocked (medium)',
      'c: b1 of a (medium) still waits for an answer',
      'c: b1 of a (high) was to be answered by now',
    ]);
    expect(viewStatus(plan, state).blockers).toMatchObject([
      {
        severity: 'high',
        blockingTask: 'b',
        workaround: 'a mock',
        impact: 'no API',
        neededBy: '1970-01-01T02:00:00.000Z',
        reminded: 1,
      },
    ]);
  });

  it('is answered by itself when the task that it waits for is done, with its work', () => {
    let state = asked({ blockingTask: 'b' });
    state = advance(plan, state, [done(state, 'b', 10)]);
    state = advance(plan, state, [mergeReported(state, goodMerge({ task: 'b', gen: 1 }, 20))]);
    expect(state.blockers[0]).toMatchObject({ state: 'answered' });
    expect(state.blockers[0]?.answer).toContain('b is done');
    const { ask, sync, note } = orderOf(acknowledged(state), 'a');
    expect({ ask, sync }).toEqual({ ask: 'answer', sync: true });
    expect(note).toContain('b is done');
  });

  it('that waits for a task which is done already, is not there, or is its own waits for a person', () => {
    let state = begin(plan);
    const early = asks(state, { blockingTask: 'b' });
    state = advance(plan, state, [done(state, 'b', 10)]);
    state = advance(plan, state, [mergeReported(state, goodMerge({ task: 'b', gen: 1 }, 20))]);
    state = advance(plan, state, [{ ...early, atMs: 30 }]);
    expect(taskState(state, 'b').life.is).toBe('ended');
    expect(state.blockers).toMatchObject([{ state: 'open' }]);
    for (const blockingTask of ['a', 'nobody', '__proto__'])
      expect(asked({ blockingTask }).blockers[0]?.blockingTask).toBeUndefined();
  });
});

function acknowledged(state: CampaignState): CampaignState {
  // Of a's orders only the newest is left.
  const { gen } = taskState(state, 'a');
  return { ...state, outbox: state.outbox.filter(({ key }) => key === `order:a:${gen}`) };
}
