/** Time that was lost to each wait reason, as far as a report can tell. */
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/engine.js';
import { computeMetrics } from '../../src/core/metrics.js';
import { goodReport } from '../../src/core/simulate.js';
import { newCampaign } from '../../src/core/state.js';
import type { ReportData } from '../../src/core/status.js';
import { viewReport } from '../../src/core/view.js';
import { at } from '../report/make.js';
import { MINUTE_MS, planOf, reportOf, span } from './ran-campaign.js';

const lostIn = (data: ReportData) =>
  Object.fromEntries(computeMetrics(data).lost.map(({ reason, ms }) => [reason, ms / MINUTE_MS]));

describe('time lost to waits', () => {
  it('tells needs, a lane that was taken, and the rest', () => {
    const plan = planOf([{ id: 'x' }, { id: 'y', needs: ['x'] }, { id: 'z' }], { instances: 1, maxTurns: 1 });
    const data = reportOf(plan, [span('x', [0, 10]), span('z', [11, 20]), span('y', [20, 25])]);
    // z waits for the lane until 10, then a minute for nothing that is known; y needs x until 10, then z has the lane.
    expect(lostIn(data)).toEqual({ need: 10, lane: 19, overhead: 2 });
  });

  it('tells a lock that another held, until its end', () => {
    const claims = [{ path: 0, mode: 'exclusive' as const }];
    const sketch = { instances: 4, maxTurns: 4, paths: ['src/**'], overlaps: [[0]] };
    const plan = planOf(
      [
        { id: 'x', claims },
        { id: 'y', claims },
      ],
      sketch,
    );
    const data = reportOf(plan, [
      span('x', [0, 10]),
      span('x', [12, 13], { kind: 'merge', lane: '', outcome: 'merged' }),
      span('y', [13, 20], { lane: 'a#2' }),
    ]);
    expect(lostIn(data)).toEqual({ lock: 13, overhead: 2 });
  });

  it('tells a pool without a free unit', () => {
    const uses = [{ pool: 'db', units: 1 }];
    const plan = planOf(
      [
        { id: 'x', uses },
        { id: 'y', uses },
      ],
      { pools: [{ name: 'db', capacity: 1 }] },
    );
    expect(lostIn(reportOf(plan, [span('x', [0, 10]), span('y', [10, 20], { lane: 'a#2' })]))).toEqual({
      pool: 10,
    });
  });

  it('tells an answer, a limit, a merge and a pause', () => {
    const plan = planOf([{ id: 'x' }]);
    const data = reportOf(plan, [
      span('x', [5, 10], { outcome: 'blocked' }),
      span('x', [13, 20], { outcome: 'capped', turn: 2 }),
      span('x', [27, 30], { turn: 3 }),
      span('x', [30, 31], { turn: 3, kind: 'verify' }),
      span('x', [33, 34], { kind: 'merge', outcome: 'merged' }),
    ]);
    const notes = [
      { atMs: Date.parse(at(0)), what: 'paused', why: 'lunch' },
      { atMs: Date.parse(at(4)), what: 'resumed' },
    ] as const;
    expect(lostIn({ ...data, notes })).toEqual({
      integration: 2,
      account: 7,
      blocker: 3,
      pause: 4,
      overhead: 1,
    });
  });
});

describe('time lost to reservations and for want of a worker', () => {
  const uses = [{ pool: 'db', units: 1 }];

  it('tells what was free and kept for one that waited for more, until its first order', () => {
    const both = [{ pool: 'db', units: 2 }];
    const plan = planOf(
      [
        { id: 'x', uses },
        { id: 'y', uses: both },
        { id: 'z', uses },
      ],
      { instances: 4, maxTurns: 4, pools: [{ name: 'db', capacity: 2 }] },
    );
    const data = reportOf(
      plan,
      [span('x', [0, 10]), span('y', [10, 20], { lane: 'a#2' }), span('z', [21, 30], { lane: 'a#3' })],
      { z: { startedAt: at(20) } },
    );
    // One unit was free for z until 10, and kept for y; then y had both; its last minute is that of being prepared.
    expect(lostIn(data)).toEqual({ pool: 20, reserved: 10, overhead: 1 });
  });

  it('tells a path that was free and kept, and only by claims that exclude one another', () => {
    const owns = (...paths: number[]) => ({
      claims: paths.map((path) => ({ path, mode: 'exclusive' as const })),
    });
    const reads = { claims: [{ path: 1, mode: 'shared' as const }] };
    const sketch = { instances: 4, maxTurns: 4, paths: ['a/**', 'b/**', 'c/**'], overlaps: [[0], [1], [2]] };
    const plan = planOf(
      [
        { id: 'x', ...owns(0) },
        { id: 'y', ...owns(0, 1) },
        { id: 'z', ...reads },
        { id: 'u', ...owns(2) },
      ],
      sketch,
    );
    const data = reportOf(plan, [
      span('x', [0, 10]),
      span('y', [10, 20], { lane: 'a#2' }),
      span('z', [20, 30], { lane: 'a#3' }),
      span('u', [5, 9], { lane: 'a#4' }),
    ]);
    expect(lostIn(data)).toEqual({ lock: 20, reserved: 10, overhead: 5 });
  });

  it('tells how long turns waited to be taken, and the time after one that was interrupted', () => {
    const plan = planOf([{ id: 'x' }]);
    const spans = [
      span('x', [5, 10], { workerMs: 3 * MINUTE_MS, outcome: 'interrupted' }),
      span('x', [30, 40], { workerMs: MINUTE_MS, turn: 2, outcome: 'blocked' }),
      span('x', [50, 55], { workerMs: 4 * MINUTE_MS, turn: 3 }),
    ];
    const data = reportOf(plan, spans, { x: { startedAt: at(0) } });
    expect(lostIn(data)).toEqual({ blocker: 6, worker: 27, overhead: 2 });
  });

  it('is told by the turn itself', () => {
    const plan = planOf([{ id: 'x' }]);
    let state = advance(plan, newCampaign('c', plan, 0), []);
    const order = state.outbox.flatMap((effect) => (effect.do === 'order' ? [effect.order] : []));
    const good = goodReport(order[0]!, 0, 1);
    const report = { ...good, turn: { ...good.turn!, workerMs: 5_000 } };
    state = advance(plan, state, [{ event: 'taskReported', atMs: 1, report }]);
    expect(viewReport(plan, state).spans).toMatchObject([
      { kind: 'turn', workerMs: 5_000 },
      { kind: 'verify' },
    ]);
  });
});
