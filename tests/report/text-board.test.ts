import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { Status, TaskStateName } from '../../src/core/status.js';
import { renderBoard } from '../../src/report/text-board.js';
import { at, atMs, makeBlocker, makeContract, makeDone, makeStatus, makeTask } from './make.js';

const SIZE = { columns: 80, rows: 24, colour: false, nowMs: atMs(46), expectedEnd: null };

const RUNNING = {
  state: 'running',
  step: 'turning',
  attempts: 2,
  turns: 2,
  agent: 'claude',
  lane: 'claude#1',
  startedAt: at(1),
} as const;

function boardOf(status: Status, size: Partial<typeof SIZE> = {}): string {
  return renderBoard(status, { ...SIZE, ...size }).join('\n');
}

function lineOf(status: Status, task: string): string | undefined {
  return renderBoard(status, SIZE).find((line) => line.split(/\s+/u)[2] === task);
}

function manyTasks(states: readonly TaskStateName[]): Status {
  return makeStatus(states.map((state, index) => makeTask(`t${index}`, { state })));
}

describe('the board', () => {
  test('begins with the campaign, its state, phase, time, cost and progress', () => {
    const status = makeStatus([makeDone('a', [0, 5]), makeTask('b', RUNNING), makeTask('c'), makeTask('d')]);
    const [title, progress] = renderBoard(status, SIZE);
    expect(title).toBe('cart: Shopping cart · running · phase build · 46m 00s · $0.50');
    expect(progress).toBe('[####............] 25 % · 1 done, 1 running, 2 waiting');
  });

  test('tells of a running task its agent, its attempt and turn, time, cost and progress', () => {
    const status = makeStatus([makeTask('api', { ...RUNNING, costUsd: 1.5, progress: 40 })]);
    expect(lineOf(status, 'api')).toBe(
      '▶ running   api  claude#1 2.3  45m 00s $1.50   turning 40 % · Do api',
    );
  });

  test.each([
    [
      [
        { reason: 'need', on: 'a' },
        { reason: 'need', on: 'b' },
      ] as const,
      'waits for a, b',
    ],
    [[{ reason: 'integration', on: 'a' }] as const, 'waits for the merge of a'],
    [[{ reason: 'lane', on: 'claude' }] as const, 'waits for a free lane of claude'],
    [[{ reason: 'account', on: 'team', until: at(55) }] as const, 'team is paused until 09:55 UTC'],
    [[{ reason: 'account', on: 'team' }] as const, 'account team is paused'],
    [[{ reason: 'pause', on: 'campaign' }] as const, 'paused'],
    [[{ reason: 'pause', on: 'agent codex' }] as const, 'agent codex is paused'],
    [[{ reason: 'worker', on: '' }] as const, 'waits for a worker'],
    [[], 'starts soon'],
  ])('says why a task waits: %j', (waitReasons, words) => {
    expect(lineOf(makeStatus([makeTask('x', { waitReasons })]), 'x')).toMatch(new RegExp(`${words}$`, 'u'));
  });

  test('says when a task that rests tries again', () => {
    const rests = {
      step: 'resting',
      waitReasons: [{ reason: 'account', on: 'team', until: at(51) }],
    } as const;
    expect(lineOf(makeStatus([makeTask('x', rests)]), 'x')).toContain('tries again at 09:51 UTC');
  });

  test('shows an unknown cost as ?, and none before the first turn is over', () => {
    const board = boardOf(makeStatus([makeTask('a', { ...RUNNING, costUsd: null })]));
    expect(board).toMatch(/45m 00s \? /u);
    expect(boardOf(makeStatus([makeTask('b', { ...RUNNING, turns: 0 })]))).not.toMatch(/45m 00s \$/u);
  });

  test('shows open blockers with the exact command, and answered ones not', () => {
    const status = makeStatus([makeTask('payment', { state: 'blocked' })], {
      blockers: [makeBlocker('b1'), makeBlocker('b2', { state: 'answered' })],
    });
    const board = boardOf(status);
    expect(board).toContain('? b1 payment (high): Which currency do prices have?');
    expect(board).toContain('  longhaul answer cart b1 "…"');
    expect(board).not.toContain('b2');
  });

  test('has the contracts on one line, where there are some', () => {
    const contracts = [makeContract('cart-api', { state: 'changed', pending: ['ui'] }), makeContract('log')];
    expect(boardOf(makeStatus([makeTask('a')], { contracts }))).toContain(
      '\ncontracts: cart-api 1.0.0 changed, not taken in by ui · log 1.0.0 published\n',
    );
    expect(boardOf(makeStatus([makeTask('a')]))).not.toContain('contracts');
  });

  test('says which account is paused, until when and why', () => {
    const account = { name: 'team', paused: true, pausedUntil: at(55), why: 'usage limit', parallel: 1 };
    expect(boardOf(makeStatus([], { accounts: [account] }))).toContain(
      '! account team is paused until 09:55 UTC: usage limit',
    );
  });

  test('says which phase or agent a person paused', () => {
    const pauses = [
      { part: 'phase', name: 'build', since: at(0), why: 'a look first' },
      { part: 'agent', name: 'codex', since: at(0), why: '' },
    ] as const;
    const board = boardOf(makeStatus([], { pauses }));
    expect(board).toContain('! phase build is paused until it is resumed: a look first');
    expect(board).toContain('! agent codex is paused until it is resumed');
  });
});

describe('the board on any terminal', () => {
  const evil = '\u001b[2J\u001b]0;title\u0007\u202e宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽 👩‍👩‍👧 '.repeat(
    4,
  );
  const states: TaskStateName[] = ['done', 'running', 'blocked', 'waiting', 'failed', 'skipped', 'cancelled'];
  const status = makeStatus(
    Array.from({ length: 40 }, (_, index) =>
      makeTask(`task-${index}-${'long'.repeat(index % 9)}`, {
        ...RUNNING,
        title: evil,
        note: evil,
        lane: evil,
        state: states[index % 7] ?? 'done',
      }),
    ),
    {
      name: evil,
      message: evil,
      blockers: Array.from({ length: 9 }, (_, index) => makeBlocker(`b${index}`, { description: evil })),
      accounts: [{ name: evil, paused: true, pausedUntil: null, why: evil, parallel: 1 }],
    },
  );

  test.each([
    [80, 24],
    [160, 50],
    [40, 10],
    [20, 3],
    [300, 200],
  ])(
    '%i columns and %i rows: no line is too wide, there are not too many, none has control characters',
    (columns, rows) => {
      const lines = renderBoard(status, { ...SIZE, columns, rows });
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) {
        expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
      }
    },
  );

  test('colours change nothing but colours', () => {
    const coloured = renderBoard(status, { ...SIZE, colour: true });
    const plain = coloured.map((line) => line.replace(/\u001b\[\d+m/gu, ''));
    expect(coloured.join('')).toContain('\u001b[3');
    expect(plain).toEqual(renderBoard(status, SIZE));
  });
});

describe('folding', () => {
  test('leaves out finished tasks first, the earliest of them', () => {
    const status = manyTasks([
      ...Array<TaskStateName>(20).fill('done'),
      'running',
      'waiting',
      'failed',
      'blocked',
    ]);
    const board = renderBoard(status, { ...SIZE, rows: 15 });
    expect(board[3]).toBe('… 13 more done');
    expect(board.slice(4).map((line) => line.split(/\s+/u)[2])).toEqual(
      Array.from({ length: 11 }, (_, index) => `t${13 + index}`),
    );
    expect(board).toHaveLength(15);
  });

  test('then those that start latest; never a running or blocked one before them', () => {
    const status = manyTasks(['done', 'running', 'blocked', ...Array<TaskStateName>(30).fill('waiting')]);
    const board = renderBoard(status, { ...SIZE, rows: 10 });
    expect(board[3]).toBe('… 1 more done, 26 waiting');
    expect(board.slice(4).map((line) => line.split(/\s+/u)[2])).toEqual(['t1', 't2', 't3', 't4', 't5', 't6']);
  });

  test('leaves out nothing where everything fits', () => {
    expect(boardOf(manyTasks(Array<TaskStateName>(21).fill('done')))).not.toContain('…');
    expect(boardOf(manyTasks(Array<TaskStateName>(22).fill('done')))).toContain('… 2 more done');
  });
});

test('tells when it will probably end, and what agents say that they do, made harmless and short', () => {
  const doing = `reads \u001b[31m${'x'.repeat(300)}`;
  const task = makeTask('api', { state: 'running', step: 'turning', progress: 40, doing, attempts: 1 });
  const end = { atMs: atMs(71), isEarliest: false };
  const lines = renderBoard(makeStatus([task]), { ...SIZE, columns: 300, expectedEnd: end });
  expect(lines[1]).toMatch(/ · ends about 10:11 UTC, in 25m 00s$/);
  expect(lines.at(-1)).toMatch(/turning 40 %: reads x{80,}…$/);
  expect(lines.at(-1)?.length).toBeLessThan(250);
  const blocked = renderBoard(makeStatus([task]), {
    ...SIZE,
    columns: 300,
    expectedEnd: { ...end, isEarliest: true },
  });
  expect(blocked[1]).toMatch(/ · ends after 10:11 UTC, in 25m 00s at the earliest$/);
});
