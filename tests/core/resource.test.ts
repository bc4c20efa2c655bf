/** Pools, locks, reservations, roles and lanes: who runs beside whom. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/core/simulate.js';
import { buildPlan, type PlanSketch, type TaskSketch } from './plan-builder.js';

const a = { name: 'a', instances: 4, account: 'acc', roles: null };
const b = { name: 'b', instances: 1, account: 'acc', roles: null };

/** Minutes of `task start-end lane`, in the order of their starts. */
function starts(tasks: readonly TaskSketch[], more: Partial<PlanSketch> = {}): readonly string[] {
  const plan = buildPlan({ phases: [[tasks]], maxTurns: 9, integrateAt: 'each', ...more });
  return simulate(plan).starts.map(
    ({ task, lane, startMs, endMs }) => `${task} ${startMs / 60_000}-${endMs / 60_000} ${lane}`,
  );
}

const pools = [{ name: 'db', capacity: 2 }];
const uses = (units: number) => [{ pool: 'db', units }];

describe('pools', () => {
  it('are never overdrawn', () => {
    const tasks = ['x', 'y', 'z'].map((id) => ({ id, minutes: 10, uses: uses(1) }));
    expect(starts(tasks, { pools })).toEqual(['x 0-10 a#1', 'y 0-10 a#2', 'z 10-20 a#1']);
  });

  it('let a later task pass a reservation where it ends before it begins, and no other', () => {
    const tasks = [
      { id: 'first', minutes: 30, priority: 9, uses: uses(1) },
      { id: 'both', minutes: 10, priority: 8, uses: uses(2) },
      { id: 'long', minutes: 40, priority: 7, uses: uses(1) },
      { id: 'short', minutes: 20, priority: 6, uses: uses(1) },
    ];
    expect(starts(tasks, { pools })).toEqual([
      'first 0-30 a#1',
      'short 0-20 a#2',
      'both 30-40 a#1',
      'long 40-80 a#1',
    ]);
  });

  it('let a later task pass that leaves the reservation enough', () => {
    const tasks = [
      { id: 'first', minutes: 30, priority: 9, uses: uses(2) },
      { id: 'next', minutes: 10, priority: 8, uses: uses(2) },
      { id: 'long', minutes: 90, priority: 7, uses: uses(1) },
    ];
    expect(starts(tasks, { pools: [{ name: 'db', capacity: 3 }] })[1]).toBe('long 0-90 a#2');
  });
});

describe('locks', () => {
  const paths = { paths: ['src/**', 'src/x.ts', 'docs/**'], overlaps: [[0, 1], [0, 1], [2]] };
  const claim = (path: number, mode: 'exclusive' | 'shared' | 'intent') => [{ path, mode }];

  it('serialise writers of paths that overlap, and let readers share', () => {
    const tasks = [
      { id: 'writer', minutes: 10, priority: 9, claims: claim(0, 'exclusive') },
      { id: 'file', minutes: 10, priority: 8, claims: claim(1, 'exclusive') },
      { id: 'reader', minutes: 10, priority: 7, claims: claim(1, 'shared') },
      { id: 'other', minutes: 10, priority: 6, claims: claim(0, 'shared') },
      { id: 'docs', minutes: 10, priority: 5, claims: claim(2, 'exclusive') },
    ];
    expect(starts(tasks, paths)).toEqual([
      'writer 0-10 a#1',
      'docs 0-10 a#2',
      'file 10-20 a#1',
      'reader 20-30 a#1',
      'other 20-30 a#2',
    ]);
  });

  it('of those who intend to write the same follow one another', () => {
    const tasks = [
      { id: 'x', minutes: 30, claims: claim(0, 'intent') },
      { id: 'reader', minutes: 20, claims: claim(0, 'shared') },
      { id: 'y', minutes: 10, claims: claim(0, 'intent') },
    ];
    expect(starts(tasks, paths)).toEqual(['x 0-30 a#1', 'y 30-40 a#1', 'reader 40-60 a#1']);
  });

  it('become exclusive with the turn of who only intends to write', () => {
    const tasks = ['x', 'y'].map((id) => ({ id, minutes: 10, claims: claim(0, 'intent') }));
    expect(starts(tasks, paths)).toEqual(['x 0-10 a#1', 'y 10-20 a#1']);
  });

  it('do not wait in a circle: work that keeps one, its provider, and the one whose reservation keeps the provider', () => {
    const tasks = [
      { id: 'author', minutes: 10, publishes: ['c'] },
      { id: 'provider', minutes: 10, needs: ['author'], provides: ['c'], claims: claim(2, 'exclusive') },
      { id: 'consumer', minutes: 10, contracts: ['c'], claims: claim(0, 'exclusive'), priority: 2 },
      {
        id: 'next',
        minutes: 10,
        priority: 1,
        claims: [...claim(1, 'exclusive'), ...claim(2, 'exclusive')],
        needs: ['author'],
      },
    ];
    expect(starts(tasks, { ...paths, maxTurns: 1 })).toEqual([
      'author 0-10 a#1',
      'consumer 10-20 a#1',
      'next 20-30 a#1',
      'provider 30-40 a#1',
    ]);
  });
});

describe('lanes', () => {
  it('of the next agent in the list take what the preferred one has no lane for', () => {
    const tasks = ['x', 'y', 'z'].map((id) => ({ id, minutes: 10, agents: ['b', 'a'] }));
    expect(starts(tasks, { agents: [a, b] })).toEqual(['x 0-10 b#1', 'y 0-10 a#1', 'z 0-10 a#2']);
  });

  it('are as many for a role as its limit says', () => {
    const tasks = ['x', 'y', 'z'].map((id) => ({ id, minutes: 10, role: id === 'z' ? null : 'r' }));
    expect(starts(tasks, { roleLimits: [{ role: 'r', turns: 1 }] })).toEqual([
      'x 0-10 a#1',
      'z 0-10 a#2',
      'y 10-20 a#1',
    ]);
  });
});
