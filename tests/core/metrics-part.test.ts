/** How well each agent and each role ran side by side. */
import { expect, test } from 'vitest';
import { computeMetrics } from '../../src/core/metrics.js';
import { withPlan } from '../../src/core/plan-facts.js';
import { planEdges } from '../../src/core/plan-index.js';
import type { ReportData } from '../../src/core/status.js';
import { at, makeDone, makeSpan, makeStatus } from '../report/make.js';
import { buildPlan } from './plan-builder.js';

const MINUTE_MS = 60_000;

/** x and y side by side on two lanes of `a`, then z on `b`; x and z are of one role. */
function twoAgents(): ReportData {
  const agent = (name: string, instances: number) => ({ name, instances, account: name, roles: null });
  const plan = buildPlan({
    phases: [
      [
        [
          { id: 'x', role: 'dev', agents: ['a', 'b'] },
          { id: 'y', role: 'qa', agents: ['a'] },
          { id: 'z', role: 'dev', agents: ['b'], needs: ['x', 'y'] },
        ],
      ],
    ],
    agents: [agent('a', 2), agent('b', 3)],
    roleLimits: [{ role: 'qa', turns: 1 }],
  });
  const spans = [
    makeSpan('x', [0, 10], { lane: 'a#1' }),
    makeSpan('y', [0, 4], { lane: 'a#2' }),
    makeSpan('y', [4, 6], { lane: 'a#2', kind: 'verify' }),
    makeSpan('z', [10, 40], { lane: 'b#1' }),
  ];
  const tasks = [
    { ...makeDone('x', [0, 10]), agent: 'a' },
    { ...makeDone('y', [0, 6]), agent: 'a' },
    { ...makeDone('z', [10, 40]), agent: 'b' },
  ];
  const status = makeStatus(tasks, { state: 'done', endedAt: at(40), maxTurns: 4 });
  const lanes = ['a#1', 'a#2', 'b#1', 'b#2', 'b#3'];
  return withPlan({ status, spans, needs: planEdges(plan), lanes }, plan, []);
}

test('an agent: by its own lanes, and by the time in which something of it ran', () => {
  const [a, b] = computeMetrics(twoAgents()).byAgent;
  expect(a).toMatchObject({
    name: 'a',
    atOnce: 2,
    activeMs: 10 * MINUTE_MS,
    sequentialMs: 14 * MINUTE_MS,
    speedup: 1.4,
    efficiency: 14 / 80,
    utilisation: 16 / 80,
    idleMs: 64 * MINUTE_MS,
    shareInParallel: 1,
  });
  // Of 14 minutes both run in the first four each.
  expect(a?.parallelShare).toBeCloseTo(8 / 14);
  expect(a?.amdahlBound).toBeCloseTo(1 / (6 / 14 + 8 / 14 / 2));
  expect(b).toMatchObject({ name: 'b', atOnce: 3, speedup: 1, parallelShare: 0, shareInParallel: 0 });
  expect(b?.utilisation).toBeCloseTo(0.25);
});

test('a role: by the lanes that its tasks may have, its limit and that of all', () => {
  const [dev, qa] = computeMetrics(twoAgents()).byRole;
  expect(dev).toMatchObject({
    name: 'dev',
    atOnce: 4,
    activeMs: 40 * MINUTE_MS,
    sequentialMs: 40 * MINUTE_MS,
    speedup: 1,
    efficiency: 0.25,
    utilisation: 0.25,
    idleMs: 120 * MINUTE_MS,
    shareInParallel: 0.5,
  });
  expect(qa).toMatchObject({ name: 'qa', atOnce: 1, utilisation: 6 / 40, idleMs: 34 * MINUTE_MS });
});
