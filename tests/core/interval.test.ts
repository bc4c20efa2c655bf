import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coveredMs,
  exceeding,
  lengthOf,
  minus,
  unionOf,
  within,
  type Interval,
} from '../../src/core/interval.js';

/** Small whole numbers, so that the millisecond by millisecond answer can be counted. */
const stretch = fc.tuple(fc.nat(30), fc.nat(30)).map(([from, length]): Interval => [from, from + length]);
const stretches = fc.array(stretch, { maxLength: 8 });
const holds = (set: readonly Interval[], ms: number) => set.some(([from, to]) => from <= ms && ms < to);
const moments = Array.from({ length: 70 }, (_, ms) => ms);

describe('sets of stretches', () => {
  it('union, difference, part and length agree with counting each moment', () => {
    fc.assert(
      fc.property(stretches, stretches, stretch, (one, other, part) => {
        const [a, b] = [unionOf(one), unionOf(other)];
        const left = minus(a, b);
        const inside = within(a, part);
        for (const ms of moments) {
          expect(holds(a, ms)).toBe(holds(one, ms));
          expect(holds(left, ms)).toBe(holds(one, ms) && !holds(other, ms));
          expect(holds(inside, ms)).toBe(holds(one, ms) && holds([part], ms));
        }
        expect(coveredMs(one)).toBe(moments.filter((ms) => holds(one, ms)).length);
        expect(lengthOf(left)).toBe(moments.filter((ms) => holds(left, ms)).length);
      }),
    );
  });

  it('what exceeds a capacity is where the weights sum up to more', () => {
    const weighted = fc.record({ interval: stretch, weight: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(weighted, { maxLength: 8 }), fc.nat(5), (all, most) => {
        const over = exceeding(all, most);
        for (const ms of moments) {
          const sum = all
            .filter(({ interval }) => holds([interval], ms))
            .reduce((so, { weight }) => so + weight, 0);
          expect(holds(over, ms)).toBe(sum > most);
        }
      }),
    );
  });
});
