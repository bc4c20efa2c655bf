/** Timelines against a plain list of what was taken: src/core/schedule-timeline.ts. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Timeline } from '../../src/core/schedule-timeline.js';

interface Taken {
  readonly start: number;
  readonly end: number;
  readonly amount: number;
}

const CAPACITY = 20;
const request = fc.record({
  from: fc.nat(600),
  // Some over many blocks, most within one.
  duration: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
    fc.integer({ min: 200, max: 600 }),
  ),
  amount: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }) },
    fc.integer({ min: 1, max: CAPACITY }),
  ),
});

/** The time itself or the end of something: nothing else can be the first that suits. */
function findPlainly(
  taken: readonly Taken[],
  { from, duration, amount }: { from: number; duration: number; amount: number },
): number {
  const candidates = [from, ...taken.map(({ end }) => end).filter((end) => end > from)].toSorted(
    (a, b) => a - b,
  );
  const usedAt = (time: number) =>
    taken.reduce((sum, one) => (one.start <= time && time < one.end ? sum + one.amount : sum), 0);
  const suits = (start: number) =>
    [start, ...taken.map((one) => one.start).filter((time) => time > start && time < start + duration)].every(
      (time) => usedAt(time) + amount <= CAPACITY,
    );
  return candidates.find(suits) ?? Number.NaN;
}

it('finds the first time that suits, as a plain search does, also when used again after clear', () => {
  const timeline = new Timeline(CAPACITY);
  fc.assert(
    fc.property(fc.array(request, { minLength: 60, maxLength: 160 }), (requests) => {
      timeline.clear();
      const taken: Taken[] = [];
      for (const one of requests) {
        const start = timeline.findStart(one.from, one.duration, one.amount);
        expect(start).toBe(findPlainly(taken, one));
        timeline.take(start, start + one.duration, one.amount);
        taken.push({ start, end: start + one.duration, amount: one.amount });
      }
    }),
    { numRuns: 30 },
  );
}, 60_000);
