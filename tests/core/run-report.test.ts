/** What a report tells of a run beside its plan: groups, plan and reality, rates. On plans of the compiler's shape. */
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/engine.js';
import { logGroups } from '../../src/core/group-log.js';
import { computeMetrics } from '../../src/core/metrics.js';
import { comparePlan } from '../../src/core/plan-reality.js';
import { goodReport } from '../../src/core/simulate.js';
import { newCampaign, type CampaignState } from '../../src/core/state.js';
import type { ReportData } from '../../src/core/status.js';
import { at } from '../report/make.js';
import { MINUTE_MS, planOf, reportOf, span } from './ran-campaign.js';

describe('the log of a parallel group', () => {
  it('142.35 s and 158.72 s within 158.85 s: speedup 1.90', () => {
    const plan = planOf([{ id: 'x' }, { id: 'y' }]);
    const ends = { x: { endedAt: at(158.85 / 60) }, y: { endedAt: at(158.85 / 60) } };
    const data = reportOf(
      plan,
      [span('x', [0, 142.35 / 60]), span('y', [0, 158.72 / 60], { lane: 'a#2' })],
      ends,
    );
    const [log] = logGroups(data);
    expect(log).toMatchObject({
      group: 'p1/g1',
      agents: ['a'],
      success: true,
      durationMs: 158_850,
      durationByAgent: [{ agent: 'a', durationMs: 301_070 }],
      failed: [],
      strategy: 'groups',
      startedAt: at(0),
      endedAt: at(158.85 / 60),
      metadata: { members: ['x', 'y'], done: 2, lanes: ['a#1', 'a#2'], turns: 2 },
    });
    expect(log?.speedup.toFixed(2)).toBe('1.90');
  });

  it('attempt: 120, 150 and 100 s: 2.47x; review: 10, 15 and 8 minutes: 2.2x', () => {
    for (const [seconds, speedup] of [
      [[120, 150, 100], '2.47'],
      [[600, 900, 480], '2.20'],
    ] as const) {
      const plan = planOf(seconds.map((_, index) => ({ id: `t${index}` })));
      const spans = seconds.map((took, index) =>
        span(`t${index}`, [0, took / 60], { lane: `a#${index + 1}` }),
      );
      expect(logGroups(reportOf(plan, spans))[0]?.speedup.toFixed(2)).toBe(speedup);
    }
  });

  it('names what failed with its cause, and by what the members are separated', () => {
    const owns = (path: number) => ({ claims: [{ path, mode: 'exclusive' as const }] });
    const ran = [span('x', [0, 1]), span('y', [0, 1], { lane: 'a#2' })];
    const paths = { paths: ['a/**', 'b/**'], overlaps: [[0], [1]] };
    const files = planOf(
      [
        { id: 'x', ...owns(0) },
        { id: 'y', ...owns(1) },
      ],
      paths,
    );
    const [log] = logGroups(reportOf(files, ran, { y: { state: 'failed', note: 'npm test failed' } }));
    expect(log).toMatchObject({
      strategy: 'files',
      success: false,
      failed: [{ task: 'y', cause: 'npm test failed' }],
    });
    const shared = planOf(
      [
        { id: 'x', ...owns(0) },
        { id: 'y', ...owns(0) },
      ],
      paths,
    );
    expect(logGroups(reportOf(shared, ran))[0]?.strategy).toBe('groups');
    const needs = planOf([{ id: 'x' }, { id: 'y', needs: ['x'] }]);
    expect(logGroups(reportOf(needs, ran))[0]?.strategy).toBe('needs');
  });
});

describe('plan and reality', () => {
  const plan = planOf(
    [
      { id: 'x', minutes: 10 },
      { id: 'y', minutes: 20, needs: ['x'] },
    ],
    { instances: 2 },
  );

  it('tells how late each was, where it ran, and what was learnt', () => {
    const data = reportOf(plan, [span('x', [1, 21]), span('y', [22, 32], { lane: 'a#2' })]);
    const compared = comparePlan(data);
    expect(compared).toMatchObject({
      stolenByLane: 1,
      stolenByAgent: 0,
      plannedMakespanMs: 30 * MINUTE_MS,
      meanLatenessMs: 6.5 * MINUTE_MS,
      tasks: [
        {
          task: 'x',
          startedLateMs: MINUTE_MS,
          endedLateMs: 11 * MINUTE_MS,
          tookMs: 20 * MINUTE_MS,
          stolen: 'no',
        },
        { task: 'y', plannedLane: 'a#1', lane: 'a#2', startedLateMs: 12 * MINUTE_MS, stolen: 'lane' },
      ],
    });
    expect(compared?.learnt.map(({ task, factor }) => [task, factor])).toEqual([
      ['x', 2],
      ['y', 0.5],
    ]);
  });

  it('is unknown where no schedule was kept', () => {
    expect(comparePlan({ ...reportOf(plan, []), plan: undefined } as unknown as ReportData)).toBeNull();
  });
});

describe('rates', () => {
  it('counts tasks, checks and conflicts, of all and of each role', () => {
    const plan = planOf([
      { id: 'x', role: 'dev' },
      { id: 'y', role: 'qa' },
      { id: 'z', role: 'dev' },
    ]);
    const data = reportOf(
      plan,
      [
        span('x', [0, 10]),
        span('x', [10, 12], { kind: 'verify', outcome: 'rejected' }),
        span('x', [12, 20], { turn: 2 }),
        span('x', [20, 22], { kind: 'verify', turn: 2 }),
        span('x', [22, 23], { kind: 'merge', outcome: 'conflict' }),
        span('y', [0, 60], { lane: 'a#2' }),
        span('z', [0, 30], { lane: 'a#3', outcome: 'failed' }),
      ],
      { z: { state: 'failed' } },
    );
    const metrics = computeMetrics(data);
    expect(metrics).toMatchObject({
      done: 2,
      failed: 1,
      retried: 1,
      verificationPassRate: 0.5,
      conflictRate: 1,
    });
    expect(metrics.successRate).toBeCloseTo(2 / 3);
    expect(metrics.throughputPerHour).toBeCloseTo(2);
    expect(metrics.byRole.map(({ name, successRate, retried }) => [name, successRate, retried])).toEqual([
      ['dev', 0.5, 1],
      ['qa', 1, 0],
    ]);
  });

  it('Amdahl: with p = 0.8 at most 5, however many lanes', () => {
    // 2 of 10 hours run alone; the others beside one another.
    const plan = planOf([{ id: 's' }, { id: 'x', needs: ['s'] }, { id: 'y', needs: ['s'] }], {
      instances: 4,
    });
    const data = reportOf(plan, [span('s', [0, 2]), span('x', [2, 6]), span('y', [2, 6], { lane: 'a#2' })]);
    const { parallelShare, amdahlBound } = computeMetrics(data);
    expect(parallelShare).toBeCloseTo(0.8);
    expect(amdahlBound).toBeCloseTo(1 / (0.2 + 0.8 / 4));
    expect(amdahlBound).toBeLessThan(5);
  });
});

describe('notes', () => {
  it('a 429 halves what an account bears and pauses it, and a good turn raises it again', () => {
    const plan = planOf(['w', 'x', 'y', 'z'].map((id) => ({ id })));
    let state: CampaignState = advance(plan, newCampaign('c', plan, 0), []);
    const order = state.outbox.flatMap((effect) => (effect.do === 'order' ? [effect.order] : []));
    const good = goodReport(order[0]!, 0, 1);
    const limit = { class: 'rate-limited', message: '429', signature: '429' } as const;
    const failure = { ...limit, resetAtMs: null, retryAfterMs: 1000, evidence: null };
    const turn = { ...good.turn!, ok: false, outcome: 'capped', failure } as const;
    const report = { ...good, turn, checkpoint: null, verify: null };
    state = advance(plan, state, [{ event: 'taskReported', atMs: 1, report }]);
    expect(state.notes).toMatchObject([
      { atMs: 1, what: 'limited', account: 'acc', why: '429' },
      { atMs: 1, what: 'parallel', account: 'acc', turns: 2 },
    ]);
    state = advance(plan, state, [{ event: 'taskReported', atMs: 2, report: goodReport(order[1]!, 0, 2) }]);
    expect(state.notes?.at(-1)).toEqual({ atMs: 2, what: 'parallel', account: 'acc', turns: 3 });
  });

  it('a pause and its end', () => {
    const plan = planOf([{ id: 'x' }]);
    let state = advance(plan, newCampaign('c', plan, 0), [
      { event: 'paused', atMs: 3, key: null, part: null, why: 'lunch' },
    ]);
    state = advance(plan, state, [{ event: 'resumed', atMs: 9, key: null, part: null }]);
    expect(state.notes).toEqual([
      { atMs: 3, what: 'paused', why: 'lunch' },
      { atMs: 9, what: 'resumed' },
    ]);
  });
});
