import { describe, expect, it } from 'vitest';
import { wordWaits } from '../../src/core/plan-wait.js';
import { simulate } from '../../src/core/simulate.js';
import { buildPlan, type PlanSketch } from './plan-builder.js';

function waitsOf(sketch: PlanSketch): Readonly<Record<string, string>> {
  return Object.fromEntries(
    simulate(buildPlan(sketch)).starts.map(({ task, waitedFor }) => [task, wordWaits(waitedFor)]),
  );
}

describe('what a start waited for', () => {
  it('is the need that was met last', () => {
    const tasks = [
      { id: 'short', minutes: 5 },
      { id: 'long', minutes: 9 },
      { id: 'after', needs: ['short', 'long'] },
    ];
    expect(waitsOf({ phases: [[tasks]] })).toEqual({ short: '', long: '', after: 'need long' });
  });

  it('is the phase before, whose last task it names', () => {
    const first = [
      { id: 'a', minutes: 5 },
      { id: 'b', minutes: 9 },
    ];
    const plan = buildPlan({ phases: [[first], [[{ id: 'c' }]]] });
    expect(simulate(plan).starts.find(({ task }) => task === 'c')?.waitedFor).toMatchObject([
      { reason: 'need', on: 'phase p1', task: 'b' },
    ]);
  });

  it('is a lock, with who held it', () => {
    const claims = [{ path: 0, mode: 'exclusive' }] as const;
    const tasks = [
      { id: 'a', minutes: 9, claims, mergeAtOnce: true },
      { id: 'b', minutes: 5, claims },
    ];
    expect(waitsOf({ phases: [[tasks]], paths: ['src/**'], overlaps: [[0]] })).toEqual({
      a: '',
      b: 'lock src/** (a)',
    });
  });

  it('is a pool without enough units, and not one with', () => {
    const uses = [
      { pool: 'db', units: 1 },
      { pool: 'browser', units: 1 },
    ];
    const pools = [
      { name: 'db', capacity: 1 },
      { name: 'browser', capacity: 5 },
    ];
    const tasks = [
      { id: 'a', minutes: 9, uses },
      { id: 'b', minutes: 5, uses },
    ];
    expect(waitsOf({ phases: [[tasks]], pools })).toEqual({ a: '', b: 'pool db' });
  });

  it('is the limit of a role, or a lane of the agent', () => {
    const tasks = [
      { id: 'a', minutes: 9, role: 'tester' },
      { id: 'b', minutes: 8, role: 'tester' },
      { id: 'c', minutes: 7 },
      { id: 'd', minutes: 1 },
    ];
    const roleLimits = [{ role: 'tester', turns: 1 }];
    expect(waitsOf({ phases: [[tasks]], roleLimits, instances: 2 })).toEqual({
      a: '',
      b: 'lane role tester',
      c: '',
      d: 'lane a',
    });
  });
});
