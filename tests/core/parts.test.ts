import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutValue, joinValue, PART_LENGTH } from '../../src/core/parts.js';

describe('values in parts', () => {
  it('come out as they went in, whatever is in them, and no part is longer than allowed', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 30_000 }), (piece, times) => {
        const value = { text: piece.repeat(times), end: piece };
        const parts = cutValue(value);
        const texts = parts.filter((part): part is string => typeof part === 'string');
        expect(texts.every(({ length }) => length <= PART_LENGTH)).toBe(true);
        // As the wire brings them: each by itself through JSON.
        const brought: unknown = JSON.parse(JSON.stringify(parts));
        expect(joinValue(brought as typeof parts)).toEqual(value);
      }),
      { numRuns: 50 },
    );
  });

  it('are one, and readable, where they are small', () => {
    expect(cutValue({ text: 'small' })).toEqual([{ text: 'small' }]);
    expect(cutValue({ text: 'x'.repeat(PART_LENGTH) })[0]).toEqual({ parts: 2 });
  });

  it('say so where one is missing', () => {
    const [first] = cutValue({ text: 'x'.repeat(PART_LENGTH) });
    expect(() => joinValue<{ text: string }>([first as { parts: number }, 'x'])).toThrow('expected 2 parts');
  });
});
