import { describe, expect, it } from 'vitest';
import { amdahlBound, efficiencyOf, meanOf, parallelShareOf, speedupOf } from '../../src/core/formula.js';

const stretch = (startMs: number, endMs: number) => ({ startMs, endMs });

describe('formulas', () => {
  it('Amdahl: with a share of 0.8 no number of lanes gives more than 5', () => {
    expect(amdahlBound(0.8, 4)).toBeCloseTo(2.5);
    expect(amdahlBound(0.8, 1e9)).toBeCloseTo(5);
    expect(amdahlBound(0, 4)).toBe(1);
    expect(amdahlBound(1, 4)).toBe(4);
  });

  it('24 hours of work by 4 lanes in 10 hours: speedup 2.4, efficiency 60 %', () => {
    expect(speedupOf(24, 10)).toBe(2.4);
    expect(efficiencyOf(24, 4, 10)).toBe(0.6);
  });

  it('the parallel share is of the work, not of the time', () => {
    expect(parallelShareOf([stretch(0, 10), stretch(0, 10)])).toBe(1);
    expect(parallelShareOf([stretch(0, 10), stretch(10, 20)])).toBe(0);
    expect(parallelShareOf([stretch(0, 10), stretch(5, 20), stretch(30, 30)])).toBe(10 / 25);
    expect(parallelShareOf([])).toBe(0);
  });

  it('a mean of nothing is 0', () => {
    expect(meanOf([0.67, 1, 0.53])).toBeCloseTo(0.733, 3);
    expect(meanOf([])).toBe(0);
  });
});
