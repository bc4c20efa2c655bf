import { describePredecessor } from '../../src/report/summary.js';
import { describe, expect, test } from 'vitest';
import { computeMetrics } from '../../src/core/metrics.js';
import type { ReportData, Span, TaskStatus } from '../../src/core/status.js';
import { at, makeDone, makeSpan, makeStatus, makeTask } from '../report/make.js';

/** Minutes; a task's needs by id. */
interface Ran {
  readonly id: string;
  readonly lane: string;
  readonly from: number;
  readonly to: number;
  readonly needs?: readonly string[];
}

/** A campaign in which each task took one turn, ended with the last of them. */
function reportOf(ran: readonly Ran[], lanes: readonly string[]): ReportData {
  const end = Math.max(...ran.map((task) => task.to));
  return {
    status: makeStatus(
      ran.map((task) => makeDone(task.id, [task.from, task.to])),
      { state: 'done', endedAt: at(end) },
    ),
    spans: ran.map((task) => makeSpan(task.id, [task.from, task.to], { lane: task.lane })),
    needs: Object.fromEntries(ran.map((task) => [task.id, task.needs ?? []])),
    lanes,
  };
}

function withSpans(spans: readonly Span[], tasks: readonly TaskStatus[]): ReportData {
  const end = Math.max(...spans.map((span) => Date.parse(span.endedAt)));
  return {
    status: makeStatus(tasks, { state: 'done', endedAt: new Date(end).toISOString() }),
    spans,
    needs: {},
    lanes: ['claude#1'],
  };
}

const MINUTE_MS = 60_000;

describe('known plans', () => {
  const three = ['a', 'b', 'c'];

  test('review: 10, 15 and 8 minutes at once', () => {
    const metrics = computeMetrics(
      reportOf(
        [
          { id: 'r1', lane: 'a', from: 0, to: 10 },
          { id: 'r2', lane: 'b', from: 0, to: 15 },
          { id: 'r3', lane: 'c', from: 0, to: 8 },
        ],
        three,
      ),
    );
    expect(metrics.makespanMs).toBe(15 * MINUTE_MS);
    expect(metrics.sequentialMs).toBe(33 * MINUTE_MS);
    expect(metrics.speedup).toBeCloseTo(2.2);
    expect(metrics.lanes.map((lane) => Math.round(lane.utilisation * 100))).toEqual([67, 100, 53]);
    expect(metrics.lanes.map((lane) => lane.idleMs)).toEqual([5 * MINUTE_MS, 0, 7 * MINUTE_MS]);
    expect(Math.round(metrics.utilisation * 100)).toBe(73);
    expect(metrics.shareInParallel).toBe(1);
    expect(metrics.criticalPath.map((step) => step.task)).toEqual(['r2']);
  });

  test('attempt: 120, 150 and 100 seconds at once', () => {
    const metrics = computeMetrics(
      reportOf(
        [120, 150, 100].map((seconds, index) => ({
          id: `a${index}`,
          lane: three[index] ?? '',
          from: 0,
          to: seconds / 60,
        })),
        three,
      ),
    );
    expect(metrics.sequentialMs).toBe(370_000);
    expect(metrics.makespanMs).toBe(150_000);
    expect(metrics.speedup).toBeCloseTo(2.47, 2);
  });

  test("a group's log: 142.35 s and 158.72 s within 158.85 s", () => {
    const report = reportOf(
      [
        { id: 'a', lane: 'a', from: 0, to: 142.35 / 60 },
        { id: 'b', lane: 'b', from: 0, to: 158.72 / 60 },
      ],
      ['a', 'b'],
    );
    const status = { ...report.status, endedAt: at(158.85 / 60) };
    expect(computeMetrics({ ...report, status }).speedup).toBeCloseTo(1.9, 1);
  });

  test('24 hours of work by 4 agents in 10 hours: efficiency 60 %', () => {
    const lanes = ['a', 'b', 'c', 'd'];
    const hours = [10, 6, 5, 3];
    const ran = lanes.map((lane, index) => ({ id: `t${lane}`, lane, from: 0, to: 60 * (hours[index] ?? 0) }));
    const metrics = computeMetrics(reportOf(ran, lanes));
    expect(metrics.efficiency).toBeCloseTo(0.6);
    expect(metrics.speedup).toBeCloseTo(2.4);
  });

  test('graph: the critical path is T1 T2 T4', () => {
    const metrics = computeMetrics(
      reportOf(
        [
          { id: 'T1', lane: 'a', from: 0, to: 120 },
          { id: 'T2', lane: 'a', from: 120, to: 480, needs: ['T1'] },
          { id: 'T3', lane: 'b', from: 120, to: 360, needs: ['T1'] },
          { id: 'T4', lane: 'b', from: 480, to: 660, needs: ['T2', 'T3'] },
        ],
        three,
      ),
    );
    expect(metrics.criticalPath.map((step) => [step.task, step.after])).toEqual([
      ['T1', 'start'],
      ['T2', 'need'],
      ['T4', 'need'],
    ]);
    expect(metrics.makespanMs).toBe(11 * 60 * MINUTE_MS);
  });
});

describe('critical path', () => {
  test('goes through the lane where that was what a task waited for', () => {
    const { criticalPath } = computeMetrics(
      reportOf(
        [
          { id: 'need', lane: 'b', from: 0, to: 5 },
          { id: 'long', lane: 'a', from: 0, to: 20 },
          { id: 'last', lane: 'a', from: 21, to: 30, needs: ['need'] },
        ],
        ['a', 'b'],
      ),
    );
    expect(criticalPath).toMatchObject([
      { task: 'long', waitedMs: 0 },
      { task: 'last', after: 'lane', waitedMs: MINUTE_MS },
    ]);
  });

  test('names the phase where its end was what a task waited for, and the need where it was one', () => {
    const report = withSpans(
      [
        makeSpan('a', [0, 5], { lane: 'x' }),
        makeSpan('b', [5, 9], { lane: 'y' }),
        makeSpan('c', [9, 12], { lane: 'z' }),
      ],
      [makeDone('a', [0, 5]), { ...makeDone('b', [5, 9]) }, { ...makeDone('c', [9, 12]), phase: 'ship' }],
    );
    const needs = { b: ['a'], c: ['a', 'b'] };
    const { criticalPath } = computeMetrics({ ...report, needs });
    expect(criticalPath.map(({ task, after, afterTask }) => [task, after, afterTask])).toEqual([
      ['a', 'start', null],
      ['b', 'need', 'a'],
      ['c', 'phase', 'b'],
    ]);
    expect(criticalPath.map((step) => describePredecessor(step, report))).toEqual([
      "the campaign's start",
      'its need a',
      'phase build was over',
    ]);
  });

  test('a merge that waited for its group names the member that ended last', () => {
    const merge = { lane: 'integration', kind: 'merge', outcome: 'merged' } as const;
    const report = withSpans(
      [
        makeSpan('short', [0, 5], { lane: 'a' }),
        makeSpan('long', [0, 20], { lane: 'b' }),
        makeSpan('short', [20, 21], merge),
      ],
      [makeDone('short', [0, 21]), makeDone('long', [0, 20])],
    );
    expect(computeMetrics(report).criticalPath).toMatchObject([
      { task: 'long', spans: [1] },
      { task: 'short', after: 'group', spans: [2] },
    ]);
  });

  test('ends where spans begin at the same time or overlap by the clocks of two hosts', () => {
    const report = withSpans(
      [makeSpan('a', [0, 5]), makeSpan('b', [0, 5]), makeSpan('c', [4.99, 8], { lane: 'claude#1' })],
      [makeDone('a', [0, 5]), makeDone('b', [0, 5]), makeDone('c', [5, 8])],
    );
    expect(computeMetrics(report).criticalPath.map((step) => step.task)).toEqual(['a', 'c']);
  });

  test('is empty where nothing ran', () => {
    const report = { status: makeStatus([makeTask('a')]), spans: [], needs: {}, lanes: ['claude#1'] };
    const metrics = computeMetrics(report);
    expect(metrics.criticalPath).toEqual([]);
    expect(metrics).toMatchObject({ makespanMs: 0, speedup: 0, efficiency: 0, utilisation: 0 });
  });
});

describe('retries', () => {
  test('an attempt that was given up is lost, and counted apart from the sequential time', () => {
    const report = withSpans(
      [
        makeSpan('a', [0, 10], { outcome: 'failed', costUsd: 1 }),
        makeSpan('a', [12, 20], { attempt: 2, costUsd: 2 }),
        makeSpan('b', [20, 25], { outcome: 'failed', costUsd: 4 }),
      ],
      [{ ...makeDone('a', [0, 20]), attempts: 2, turns: 2 }, makeTask('b', { state: 'failed', turns: 1 })],
    );
    const { sequentialMs, retries, waitMs } = computeMetrics(report);
    expect(sequentialMs).toBe(8 * MINUTE_MS);
    expect(retries).toEqual({
      turns: 1,
      lostMs: 15 * MINUTE_MS,
      reworkMs: 0,
      cost: { usd: 5, complete: true },
    });
    expect(waitMs).toBe(2 * MINUTE_MS);
  });

  test('a turn after a rejected one is rework; one after a blocker, a limit or an interruption is not', () => {
    const report = withSpans(
      [
        makeSpan('a', [0, 10]),
        makeSpan('a', [10, 14], { turn: 2 }),
        ...(['blocked', 'capped', 'interrupted'] as const).flatMap((outcome, index) => [
          makeSpan(outcome, [20 + index, 20.5 + index], { outcome }),
          makeSpan(outcome, [20.5 + index, 21 + index], { turn: 2 }),
        ]),
      ],
      ['a', 'blocked', 'capped', 'interrupted'].map((id) => ({ ...makeDone(id, [0, 23]), turns: 2 })),
    );
    const { sequentialMs, retries } = computeMetrics(report);
    expect(retries).toMatchObject({ turns: 1, reworkMs: 4 * MINUTE_MS, lostMs: 0 });
    expect(sequentialMs).toBe(17 * MINUTE_MS);
  });
});

describe('costs', () => {
  const ran = { state: 'done', turns: 1 } as const;
  const data = {
    status: makeStatus([
      makeTask('a', { ...ran, agent: 'claude', costUsd: 1.5 }),
      makeTask('b', { ...ran, agent: 'claude', costUsd: 2, phase: 'test' }),
      makeTask('c', { ...ran, agent: 'codex', costUsd: null }),
      makeTask('never', { costUsd: null }),
    ]),
    spans: [],
    needs: {},
    lanes: [],
  };

  test('an unknown part makes a sum a lower bound, and is never zero', () => {
    const metrics = computeMetrics(data);
    expect(metrics.cost).toEqual({ usd: 3.5, complete: false });
    expect(metrics.costByAgent).toEqual([
      { name: 'claude', cost: { usd: 3.5, complete: true } },
      { name: 'codex', cost: { usd: null, complete: false } },
    ]);
    expect(metrics.costByPhase).toEqual([
      { name: 'build', cost: { usd: 1.5, complete: false } },
      { name: 'test', cost: { usd: 2, complete: true } },
    ]);
  });

  test('a task that never ran cost nothing, which is known', () => {
    expect(computeMetrics(data).costByTask.at(-1)).toEqual({
      name: 'never',
      cost: { usd: 0, complete: true },
    });
  });
});

test('tasks that overlapped another for half of their time count as parallel', () => {
  const { shareInParallel } = computeMetrics(
    reportOf(
      [
        { id: 'a', lane: 'a', from: 0, to: 10 },
        { id: 'b', lane: 'b', from: 5, to: 30 },
      ],
      ['a', 'b'],
    ),
  );
  expect(shareInParallel).toBe(0.5);
});
