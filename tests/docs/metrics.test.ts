/** docs/metrics.md has every metric with the formula of core/metrics-formula.ts, and no other. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { METRIC_FORMULAS } from '../../src/core/metrics-formula.js';
import { computeMetrics } from '../../src/core/metrics.js';
import { SAMPLE } from '../report/sample.js';

it('docs/metrics.md has the formulas of the code', () => {
  const rows = [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)];
  expect(Object.fromEntries(rows.map((row) => [row[1], row[2]]))).toEqual(METRIC_FORMULAS);
});

it('every metric has a formula', () => {
  expect(Object.keys(computeMetrics(SAMPLE)).toSorted()).toEqual(Object.keys(METRIC_FORMULAS).toSorted());
});
