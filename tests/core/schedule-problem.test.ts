/** Schedules for activities that share resources: src/core/schedule-*.ts. G1 to G3 stand in schedule-improve.ts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerBound } from '../../src/core/schedule-bound.js';
import { checkSchedule } from '../../src/core/schedule-check.js';
import { improveSchedule } from '../../src/core/schedule-improve.js';
import { serialSchedule } from '../../src/core/schedule-pass.js';
import type { ScheduleProblem } from '../../src/core/schedule-problem.js';
import { findShortest } from './shortest-schedule.js';

/** Activities whose predecessors stand before them; ids that are numbers, since objects put such first. */
function problems(most: { count: number; duration: number; least?: number }): fc.Arbitrary<ScheduleProblem> {
  const resources = fc.record({
    a: fc.integer({ min: 1, max: 9 }),
    7: fc.constant(1),
    c: fc.integer({ min: 2, max: 4 }),
  });
  const activity = fc.record({
    duration: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: most.duration })),
    before: fc.array(fc.nat(most.count), { maxLength: 3 }),
    shares: fc.record({ a: fc.nat(9), 7: fc.nat(1), c: fc.nat(4) }),
  });
  return fc
    .tuple(resources, fc.array(activity, { minLength: most.least ?? 0, maxLength: most.count }))
    .map(([capacity, sketches]) => ({
      capacity,
      activities: sketches.map(({ duration, before, shares }, index) => ({
        id: String(most.count - index),
        duration,
        before: before.filter((other) => other < index).map((other) => String(most.count - other)),
        demand: {
          a: Math.min(shares.a, capacity.a),
          7: shares[7],
          c: Math.min(shares.c, capacity.c),
        },
      })),
    }));
}

const small = problems({ count: 12, duration: 8 });
/** Long enough for timelines of several blocks, and in ms. */
const large = problems({ count: 150, duration: 10 ** 11 });
/** Too many for the shortest to be found at once. */
const medium = problems({ count: 40, duration: 20, least: 25 });
const withOrder = (problem: fc.Arbitrary<ScheduleProblem>) =>
  problem.chain((one) => {
    const ids = one.activities.map(({ id }) => id);
    return fc.record({
      problem: fc.constant(one),
      order: fc.shuffledSubarray(ids, { minLength: ids.length, maxLength: ids.length }),
      seed: fc.integer(),
    });
  });

function idsOf({ activities }: ScheduleProblem): readonly string[] {
  return activities.map(({ id }) => id);
}

describe('every schedule', () => {
  it('is valid, and never shorter than the lower bound', () => {
    fc.assert(
      fc.property(withOrder(fc.oneof(small, large)), ({ problem, order, seed }) => {
        const bound = lowerBound(problem);
        for (const { starts, makespan } of [
          serialSchedule(problem, order),
          improveSchedule(problem, { schedules: 40, seed, initial: order }),
        ]) {
          expect(checkSchedule(problem, starts)).toEqual([]);
          const ends = problem.activities.map(({ id, duration }) => (starts[id] ?? 0) + duration);
          expect(makespan).toBe(Math.max(0, ...ends));
          expect(makespan).toBeGreaterThanOrEqual(bound);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('starts no activity later than it could start beside the rest', () => {
    fc.assert(
      fc.property(withOrder(small), ({ problem, order }) => {
        const { starts } = serialSchedule(problem, order);
        for (const { id, duration } of problem.activities) {
          if (duration === 0) continue;
          for (let earlier = 0; earlier < (starts[id] ?? 0); earlier += 1) {
            expect(checkSchedule(problem, { ...starts, [id]: earlier })).not.toEqual([]);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is the shortest there is, for small problems and effort enough; no lower bound is above it', () => {
    fc.assert(
      fc.property(problems({ count: 6, duration: 6 }), fc.integer(), (problem, seed) => {
        const shortest = findShortest(problem);
        expect(lowerBound(problem)).toBeLessThanOrEqual(shortest);
        expect(improveSchedule(problem, { schedules: 1000, seed }).makespan).toBe(shortest);
      }),
      { numRuns: 100 },
    );
  });
});

describe('an improved schedule', () => {
  it('is no longer than the first, and with more effort never longer (G1)', () => {
    fc.assert(
      fc.property(withOrder(medium), ({ problem, order, seed }) => {
        let last = serialSchedule(problem, order).makespan;
        for (const schedules of [1, 2, 3, 7, 60, 61, 62, 63, 64, 150]) {
          const improved = improveSchedule(problem, { schedules, seed, initial: order });
          expect(improved.schedules).toBeLessThanOrEqual(schedules);
          expect(improved.makespan).toBeLessThanOrEqual(last);
          last = improved.makespan;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same each time, wherever the resources stand in the record (G2)', () => {
    fc.assert(
      fc.property(medium, fc.integer(), (problem, seed) => {
        const effort = { schedules: 100, seed };
        const turned = {
          capacity: Object.fromEntries(Object.entries(problem.capacity).toReversed()),
          activities: problem.activities.map((one) => ({
            ...one,
            demand: Object.fromEntries(Object.entries(one.demand).toReversed()),
          })),
        };
        const first = improveSchedule(problem, effort);
        expect(improveSchedule(problem, effort)).toEqual(first);
        expect(improveSchedule(turned, effort)).toEqual(first);
      }),
      { numRuns: 60 },
    );
  });

  it('is what one pass makes of its order (G3)', () => {
    fc.assert(
      fc.property(withOrder(fc.oneof(small, large)), ({ problem, seed }) => {
        const { order, starts, makespan } = improveSchedule(problem, { schedules: 70, seed });
        expect(serialSchedule(problem, order)).toEqual({ starts, makespan });
      }),
      { numRuns: 60 },
    );
  });
});

/** Six activities for two resources. Made for these tests; the optimum follows from the comment. */
const sixOfTwo: ScheduleProblem = {
  // c and d can't run side by side (4 + 3 of 6 painters), nor b and e (the one crane): a b e f takes 2 + 4 + 5 + 1.
  activities: [
    { id: 'a', duration: 2, before: [], demand: { painter: 6 } },
    { id: 'b', duration: 4, before: ['a'], demand: { crane: 1, painter: 1 } },
    { id: 'c', duration: 5, before: ['a'], demand: { painter: 4 } },
    { id: 'd', duration: 4, before: ['a'], demand: { painter: 3 } },
    { id: 'e', duration: 5, before: ['a'], demand: { crane: 1, painter: 1 } },
    { id: 'f', duration: 1, before: ['b', 'c', 'd', 'e'], demand: {} },
  ],
  capacity: { painter: 6, crane: 1 },
};

describe('known problems', () => {
  it('two that share a crane follow one another', () => {
    expect(lowerBound(sixOfTwo)).toBe(12);
    const { makespan } = improveSchedule(sixOfTwo, { schedules: 200, seed: 3 });
    expect(makespan).toBe(12);
  });

  it('places what comes first in the order first, and others into the gaps that it leaves', () => {
    const problem: ScheduleProblem = {
      activities: [
        { id: 'short', duration: 2, before: [], demand: { desk: 1 } },
        { id: 'wide', duration: 3, before: ['short'], demand: { desk: 2 } },
        { id: 'fill', duration: 2, before: [], demand: { desk: 1 } },
        { id: 'long', duration: 3, before: [], demand: { desk: 1 } },
      ],
      capacity: { desk: 2 },
    };
    expect(serialSchedule(problem, ['short', 'wide', 'long', 'fill']).starts).toEqual({
      short: 0,
      wide: 2,
      long: 5,
      fill: 0,
    });
    expect(serialSchedule(problem, ['wide', 'long', 'fill', 'short']).starts).toEqual({
      short: 2,
      wide: 4,
      long: 0,
      fill: 0,
    });
  });

  it('packs 3, 3, 2, 2, 2 into two rows of 6, which the longest first does not', () => {
    const activities = [3, 3, 2, 2, 2].map((duration, index) => ({
      id: `p${index}`,
      duration,
      before: [],
      demand: { row: 1 },
    }));
    const problem = { activities, capacity: { row: 2 } };
    expect(serialSchedule(problem, idsOf(problem)).makespan).toBe(7);
    expect(improveSchedule(problem, { schedules: 100, seed: 1 })).toMatchObject({
      makespan: 6,
      lowerBound: 6,
    });
  });

  it('three that need more than half of a resource each can only follow one another: the lower bound knows', () => {
    const activities = ['x', 'y', 'z'].map((id) => ({ id, duration: 4, before: [], demand: { bay: 3 } }));
    expect(lowerBound({ activities, capacity: { bay: 5 } })).toBe(12);
  });

  it('the lower bound adds the way to the busy part and the way out of it', () => {
    const work = ['x', 'y', 'z'].map((id) => ({ id, duration: 4, before: ['in'], demand: { bay: 1 } }));
    const way = { duration: 3, demand: {} };
    const activities = [
      { id: 'in', before: [], ...way },
      ...work,
      { id: 'out', before: ['x', 'y', 'z'], ...way },
    ];
    expect(lowerBound({ activities, capacity: { bay: 1 } })).toBe(18);
  });

  it('nothing takes no time; a duration of 0 uses nothing', () => {
    expect(improveSchedule({ activities: [], capacity: {} }, { schedules: 5, seed: 1 })).toMatchObject({
      order: [],
      makespan: 0,
    });
    const mark = (id: string, before: readonly string[]) => ({ id, duration: 0, before, demand: { key: 1 } });
    const problem = {
      activities: [
        { id: 'work', duration: 5, before: [], demand: { key: 1 } },
        mark('begun', []),
        mark('both', ['begun']),
        mark('over', ['work']),
      ],
      capacity: { key: 1 },
    };
    expect(serialSchedule(problem, idsOf(problem)).starts).toEqual({ work: 0, begun: 0, both: 0, over: 5 });
  });
});

describe('the checker', () => {
  const good = { a: 0, b: 7, c: 2, d: 7, e: 2, f: 11 };

  it('finds nothing wrong with a valid schedule', () => {
    expect(checkSchedule(sixOfTwo, good)).toEqual([]);
  });

  it.each([
    [
      { c: 1 },
      [
        { is: 'early', activity: 'c', start: 1, other: 'a', end: 2 },
        { is: 'overuse', resource: 'painter', time: 1, used: 10, capacity: 6 },
      ],
    ],
    [{ d: 6 }, [{ is: 'overuse', resource: 'painter', time: 6, used: 8, capacity: 6 }]],
    [{ b: 6 }, [{ is: 'overuse', resource: 'crane', time: 6, used: 2, capacity: 1 }]],
    [
      { f: 10 },
      [
        { is: 'early', activity: 'f', start: 10, other: 'b', end: 11 },
        { is: 'early', activity: 'f', start: 10, other: 'd', end: 11 },
      ],
    ],
    [{ a: -1 }, [{ is: 'start', activity: 'a', start: -1 }]],
    [{ f: Number.NaN }, [{ is: 'start', activity: 'f', start: null }]],
    [{ g: 3 }, [{ is: 'unknown', activity: 'g' }]],
  ])('names what is wrong with %o', (change, violations) => {
    expect(checkSchedule(sixOfTwo, { ...good, ...change })).toEqual(violations);
  });

  it('misses a start', () => {
    const { f, ...rest } = good;
    expect(f).toBe(11);
    expect(checkSchedule(sixOfTwo, rest)).toEqual([{ is: 'start', activity: 'f', start: null }]);
  });
});

describe('what is no problem', () => {
  const one = { id: 'a', duration: 1, before: [], demand: {} };
  it.each([
    [{ activities: [one, one], capacity: {} }, 'same id'],
    [{ activities: [{ ...one, before: ['b'] }], capacity: {} }, 'there is no activity b'],
    [{ activities: [{ ...one, before: ['a'] }], capacity: {} }, 'cycle'],
    [{ activities: [{ ...one, duration: 1.5 }], capacity: {} }, 'duration of activity a'],
    [{ activities: [{ ...one, duration: -1 }], capacity: {} }, 'duration of activity a'],
    [{ activities: [{ ...one, demand: { r: 0.5 } }], capacity: { r: 1 } }, 'demand of activity a for r'],
    [{ activities: [{ ...one, demand: { r: 2 } }], capacity: { r: 1 } }, 'wants 2 of r, whose capacity is 1'],
    [{ activities: [{ ...one, demand: { r: 1 } }], capacity: {} }, 'wants 1 of r'],
    [{ activities: [], capacity: { r: Number.NaN } }, 'capacity of r'],
  ])('%j is refused', (problem, why) => {
    expect(() => lowerBound(problem)).toThrow(why);
  });

  it('an order has each activity once', () => {
    const problem = { activities: [one, { ...one, id: 'b' }], capacity: {} };
    expect(() => serialSchedule(problem, ['a'])).toThrow('each of the 2 activities once');
    expect(() => serialSchedule(problem, ['a', 'a'])).toThrow('1 of them different');
    expect(() => serialSchedule(problem, ['a', 'x'])).toThrow('there is no activity x');
    expect(() => improveSchedule(problem, { schedules: 0, seed: 1 })).toThrow('at least 1');
  });
});

it('places 10,000 activities within seconds', { timeout: 60_000 }, () => {
  const activities = Array.from({ length: 10_000 }, (_, index) => ({
    id: `t${index}`,
    duration: 60_000 * (1 + ((index * 7919) % 90)),
    before: index < 100 ? [] : [`t${index - 100 + ((index * 31) % 60)}`],
    demand: { agent: 1, [`pool${index % 8}`]: 1 + (index % 3), [`lock${(index * 17) % 5_000}`]: 1 },
  }));
  const names = new Set(activities.flatMap(({ demand }) => Object.keys(demand)));
  const capacity = Object.fromEntries(
    [...names].map((name) => [name, name === 'agent' ? 100 : name.startsWith('pool') ? 20 : 1]),
  );
  const problem: ScheduleProblem = { activities, capacity };
  const begun = process.cpuUsage();
  const { starts } = serialSchedule(problem, idsOf(problem));
  const { user } = process.cpuUsage(begun);
  expect(checkSchedule(problem, starts)).toEqual([]);
  // About half a second with the checks, on a machine with a load of 28.
  expect(user / 1e6).toBeLessThan(2);
});
