import { describe, expect, test } from 'vitest';
import type { TaskStateName } from '../../src/core/status.js';
import type { TaskStatus } from '../../src/core/status.js';
import { renderMarkdownBoard } from '../../src/report/markdown-board.js';
import { renderStatusText } from '../../src/report/status-text.js';
import { at, atMs, makeBlocker, makeContract, makeDone, makeStatus, makeTask } from './make.js';

describe('the Markdown board', () => {
  test('has state, counts, cost, tasks and open blockers', () => {
    const board = renderMarkdownBoard(
      makeStatus([makeDone('a', [0, 5]), makeTask('b', { waitReasons: [{ reason: 'need', on: 'c' }] })], {
        blockers: [makeBlocker('b1'), makeBlocker('b2', { state: 'closed' })],
        pauses: [{ part: 'phase', name: 'build', since: at(0), why: 'a look first' }],
        accounts: [{ name: 'team', paused: true, pausedUntil: at(55), why: 'usage limit', parallel: 1 }],
      }),
    );
    expect(board).toContain('## Shopping cart: running');
    expect(board).toContain('phase build · 1 done, 1 waiting · cost $0.50');
    expect(board).toContain('| · waiting | b |  |  | waits for c |');
    expect(board).toContain('| b1 | payment | high | Which currency do prices have? |');
    expect(board).toContain('Answer one: `longhaul answer cart b1 "…"`');
    expect(board).toContain('- account team is paused until 2026-11-21 09:55:00 UTC: usage limit');
    expect(board).toContain('- phase build is paused until it is resumed: a look first');
    expect(board).not.toContain('| b2 |');
  });

  test('has the contracts, where there are some', () => {
    const board = renderMarkdownBoard(
      makeStatus([makeTask('a')], {
        contracts: [makeContract('cart-api', { state: 'changed', pending: ['ui'] }), makeContract('log')],
      }),
    );
    expect(board).toContain('- cart-api 1.0.0 changed, not taken in by ui\n- log 1.0.0 published\n\n');
    expect(renderMarkdownBoard(makeStatus([makeTask('a')]))).not.toContain('Contracts');
  });

  test('has a blank line after each table', () => {
    const board = renderMarkdownBoard(makeStatus([makeTask('a')], { blockers: [makeBlocker('b1')] }));
    const lines = board.split('\n');
    const ends = lines.flatMap((line, index) =>
      line.startsWith('|') && lines[index + 1]?.startsWith('|') !== true ? [lines[index + 1]] : [],
    );
    expect(ends).toEqual(['', '']);
  });

  test.each([
    ['plain', 'x'.repeat(30), 'All is well. '.repeat(30)],
    ['that must be escaped', 'x'.repeat(30), '<b>|*_`'.repeat(40)],
    ['wide', '宽'.repeat(30), '宽宽宽'.repeat(100)],
  ])(
    'stays under 15 KB for 200 tasks with %s text, and still names those that matter',
    (_name, suffix, note) => {
      const states: TaskStateName[] = [
        'done',
        'done',
        'done',
        'done',
        'waiting',
        'done',
        'done',
        'done',
        'done',
        'failed',
      ];
      const tasks = Array.from({ length: 200 }, (_, index) =>
        makeTask(`${index}-${suffix}`, { title: note, note, state: states[index % 10] ?? 'done', turns: 1 }),
      );
      const board = renderMarkdownBoard(makeStatus(tasks, { message: note }));
      expect(new TextEncoder().encode(board).length).toBeLessThan(15_000);
      expect(board).toContain('failed | 9-');
    },
  );

  test('leaves finished tasks out before others, and says how many', () => {
    const tasks = Array.from({ length: 600 }, (_, index) =>
      makeTask(`task-${index}-with-a-name`, index < 30 ? { state: 'failed' } : { state: 'done' }),
    );
    const board = renderMarkdownBoard(makeStatus(tasks));
    expect(board).toContain('task-29-with-a-name');
    expect(board).toContain('570 more tasks not shown: `longhaul status cart`');
  });

  test('of thousands of tasks shows what runs and failed before what waits, as much as fits', () => {
    const states: readonly TaskStatus['state'][] = ['done', 'waiting', 'failed', 'running'];
    const tasks = Array.from({ length: 10_000 }, (_, index) =>
      makeTask(`t${index}`, {
        state: states[Math.floor(index / 50) % 4] ?? 'done',
        title: 'Do it '.repeat(30),
      }),
    );
    const waiting = tasks.map((task, index) =>
      index < 8_000 ? { ...task, state: 'waiting' as const } : task,
    );
    const board = renderMarkdownBoard(makeStatus(waiting.slice(0, 8_200)));
    const rows = board.split('\n').filter((line) => line.includes('| t'));
    const shown = rows.map((row) => /\w+(?= \|)/u.exec(row)?.[0]);
    expect([...new Set(shown)]).toEqual(['running', 'failed', 'waiting']);
    expect(shown.filter((state) => state !== 'waiting')).toHaveLength(100);
    expect(board).toContain(`${8_200 - rows.length} more tasks not shown`);
    expect(new TextEncoder().encode(board).length).toBeGreaterThan(14_500);
    expect(new TextEncoder().encode(board).length).toBeLessThanOrEqual(15_000);
  });

  test('shows nobody else’s markup', () => {
    const evil = '<script>x</script> | ![i](http://e) `c`\n# h';
    const board = renderMarkdownBoard(
      makeStatus([makeTask('a', { title: evil, note: evil, state: 'failed' })], {
        name: evil,
        message: evil,
        blockers: [makeBlocker('b1', { description: evil })],
      }),
    );
    expect(board).not.toMatch(/<script|!\[|^# h/mu);
    for (const row of board.split('\n').filter((line) => line.startsWith('| ✗')))
      expect(row.split(/(?<!\\)\|/u)).toHaveLength(7);
  });
});

describe('longhaul status', () => {
  test('has everything at its full width, with commands for open blockers', () => {
    const note = 'A long explanation '.repeat(12).trim();
    const text = renderStatusText(
      makeStatus([makeDone('a', [0, 5]), makeTask('b', { state: 'failed', note })], {
        blockers: [makeBlocker('b1')],
        message: 'Two lines\nof message',
      }),
      atMs(46),
    );
    expect(text).toContain('running · phase build · 46m 00s · $0.50 · 1 done, 1 failed');
    expect(text).toContain(note);
    expect(text).toContain('✓ done    a     claude#1  1.1  5m 00s  $0.50');
    expect(text).toContain('Two lines of message');
    expect(text).toContain('  longhaul answer cart b1 "…"');
  });

  test('has a table of the contracts, where there are some', () => {
    const contracts = [makeContract('cart-api', { state: 'changed', pending: ['ui'] })];
    const text = renderStatusText(makeStatus([makeTask('a')], { contracts }), atMs(1));
    expect(text).toContain(
      'CONTRACT        STATE    AUTHOR  PROVIDER  CONSUMERS  WAITS FOR\n' +
        'cart-api 1.0.0  changed  design  api       api, ui    not taken in by ui\n',
    );
    expect(renderStatusText(makeStatus([makeTask('a')]), atMs(1))).not.toContain('CONTRACT');
  });

  test('passes no control characters on', () => {
    const text = renderStatusText(makeStatus([makeTask('a', { title: '\u001b[31mred' })]), atMs(1));
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});
