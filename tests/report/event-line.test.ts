import { describe, expect, test } from 'vitest';
import type { Status, TaskStatus } from '../../src/core/status.js';
import { renderEventLines } from '../../src/report/event-line.js';
import { at, atMs, makeBlocker, makeDone, makeStatus, makeTask } from './make.js';

const NOW = at(9);
const IN_TURN = {
  state: 'running',
  step: 'turning',
  attempts: 1,
  agent: 'claude',
  lane: 'claude#1',
  startedAt: at(1),
} as const;

/** The lines between two looks at a campaign of one task. */
function linesBetween(before: Partial<TaskStatus>, after: Partial<TaskStatus>): string[] {
  return renderEventLines(
    makeStatus([makeTask('api', before)]),
    makeStatus([makeTask('api', after)], { revision: 2 }),
    atMs(9),
  );
}

function campaignLines(before: Partial<Status>, after: Partial<Status>): string[] {
  return renderEventLines(makeStatus([], before), makeStatus([], { revision: 2, ...after }), atMs(9));
}

describe('a phase', () => {
  test('begins before its first task starts, however late we look', () => {
    const over = makeDone('plan', [0, 3]);
    const old = { ...over, phase: 'design' };
    const before = makeStatus([{ ...makeTask('plan', IN_TURN), phase: 'design' }, makeTask('api')], {
      phase: 'design',
    });
    const after = makeStatus([old, makeTask('api', { ...IN_TURN, startedAt: at(4) })], { revision: 2 });
    const together = makeStatus([old, makeTask('api', { ...IN_TURN, startedAt: at(3) })], { revision: 2 });
    expect(renderEventLines(before, together, atMs(9))[0]).toBe(`${at(3)} plan done and merged, cost $0.50`);
    expect(renderEventLines(before, after, atMs(9))).toEqual([
      `${at(3)} plan done and merged, cost $0.50`,
      `${at(4)} phase build begins`,
      `${at(4)} api started on claude#1: Do api`,
    ]);
    const lines = renderEventLines(null, after, atMs(9));
    expect(lines.slice(0, 2)).toEqual([
      `${at(0)} campaign cart started: Shopping cart`,
      `${at(0)} phase design begins`,
    ]);
    expect(lines.indexOf(`${at(4)} phase build begins`)).toBe(lines.length - 2);
  });
});

describe('a task', () => {
  test('starts, with its own time', () => {
    expect(linesBetween({}, IN_TURN)).toEqual([`${at(1)} api started on claude#1: Do api`]);
  });

  test('has a second turn', () => {
    expect(linesBetween({ ...IN_TURN, step: 'verifying' }, { ...IN_TURN, turns: 1 })).toEqual([
      `${NOW} api attempt 1, turn 2 on claude#1`,
    ]);
  });

  test('has a second attempt', () => {
    expect(linesBetween({ ...IN_TURN, turns: 1 }, { ...IN_TURN, attempts: 2, turns: 2 })).toEqual([
      `${NOW} api attempt 2, turn 3 on claude#1`,
    ]);
  });

  test.each([
    [{ step: 'verifying' }, 'is being verified'],
    [{ step: 'integrating', turns: 1 }, 'verified, waits for its merge'],
    [
      { state: 'blocked', step: 'blocked', turns: 1, waitReasons: [{ reason: 'blocker', on: 'b1' }] },
      'blocked: blocker b1 needs an answer',
    ],
    [
      {
        state: 'waiting',
        step: 'resting',
        turns: 1,
        waitReasons: [{ reason: 'account', on: 'team', until: at(20) }],
      },
      'stands still: tries again at 09:20 UTC',
    ],
    [
      { state: 'done', step: 'ended', turns: 1, endedAt: NOW, costUsd: null, note: 'Two\nendpoints.' },
      'done and merged, cost ?: Two endpoints.',
    ],
    [{ state: 'failed', step: 'ended', turns: 1, endedAt: NOW, note: 'npm test' }, 'failed: npm test'],
  ] as const)('goes on to %j', (facts, text) => {
    expect(linesBetween(IN_TURN, { ...IN_TURN, ...facts })).toEqual([`${NOW} api ${text}`]);
  });

  test('is not told again while nothing but its progress changes', () => {
    expect(linesBetween(IN_TURN, { ...IN_TURN, progress: 50 })).toEqual([]);
  });
});

describe('a campaign', () => {
  test('tells a blocker once, with the command that answers it', () => {
    expect(campaignLines({}, { blockers: [makeBlocker('b1', { raisedAt: at(3) })] })).toEqual([
      `${at(3)} blocker b1 of payment (high): Which currency do prices have?; answer it: longhaul answer cart b1 "…"`,
    ]);
    expect(campaignLines({ blockers: [makeBlocker('b1')] }, { blockers: [makeBlocker('b1')] })).toEqual([]);
    const answered = makeBlocker('b1', { state: 'answered', answer: 'EUR' });
    expect(campaignLines({ blockers: [makeBlocker('b1')] }, { blockers: [answered] })).toEqual([
      `${NOW} blocker b1 of payment answered: EUR`,
    ]);
  });

  test('tells when an account is paused and when it goes on', () => {
    const account = { name: 'team', paused: false, pausedUntil: null, why: '', parallel: 1 };
    const paused = { ...account, paused: true, pausedUntil: at(20), why: 'usage limit' };
    expect(campaignLines({ accounts: [account] }, { accounts: [paused] })).toEqual([
      `${NOW} account team is paused until 09:20 UTC: usage limit`,
    ]);
    expect(campaignLines({ accounts: [paused] }, { accounts: [account] })).toEqual([
      `${NOW} account team goes on`,
    ]);
  });

  test('tells when a phase or an agent is paused and when it goes on', () => {
    const pauses = [{ part: 'agent', name: 'codex', since: at(7), why: 'dear' }] as const;
    expect(campaignLines({}, { pauses })).toEqual([
      `${at(7)} agent codex is paused until it is resumed: dear`,
    ]);
    expect(campaignLines({ pauses }, { pauses: [] })).toEqual([`${NOW} agent codex goes on`]);
  });

  test('tells phases, pause, resume and the end', () => {
    const last = [makeDone('ui', [0, 1]), makeTask('api', { phase: 'test' })];
    expect(campaignLines({ tasks: last }, { tasks: last, phase: 'test' })).toEqual([
      `${NOW} phase test begins`,
    ]);
    expect(campaignLines({}, { state: 'paused', message: 'Paused: lunch' })).toEqual([
      `${NOW} campaign paused: Paused: lunch`,
    ]);
    expect(campaignLines({ state: 'paused' }, {})).toEqual([`${NOW} campaign goes on`]);
    const end = {
      state: 'done',
      phase: null,
      endedAt: at(8),
      message: 'On branch longhaul/cart/main.',
    } as const;
    const [line] = renderEventLines(
      makeStatus([makeTask('a', { ...IN_TURN, step: 'integrating', turns: 1, costUsd: 0.5 })]),
      makeStatus([makeTask('a', makeDone('a', [1, 8]))], { ...end, revision: 2 }),
      atMs(9),
    ).slice(-1);
    expect(line).toBe(`${at(8)} campaign ended done: 1 done; 8m 00s, $0.50. On branch longhaul/cart/main.`);
  });

  test('tells at the first look what is there, in the order of its times', () => {
    const status = makeStatus([makeDone('b', [2, 5]), makeDone('a', [0, 3]), makeTask('c')]);
    expect(renderEventLines(null, status, atMs(9)).map((line) => line.slice(at(0).length + 1))).toEqual([
      'campaign cart started: Shopping cart',
      'phase build begins',
      'a started on claude#1: Do a',
      'b started on claude#1: Do b',
      'a done and merged, cost $0.50',
      'b done and merged, cost $0.50',
    ]);
  });

  test('is silent while its revision stays', () => {
    expect(renderEventLines(makeStatus([]), makeStatus([], { state: 'paused' }), atMs(9))).toEqual([]);
  });

  test('never passes control characters on', () => {
    const status = makeStatus([makeTask('x', { ...IN_TURN, title: 'a\u001b[2Jb\nc' })]);
    for (const line of renderEventLines(null, status, atMs(9))) expect(line).not.toMatch(/\p{Cc}/u);
  });
});
