import assert from 'node:assert/strict';
import test from 'node:test';
import { weightOf } from '../src/weight.js';

test('weights add up', () => {
  assert.equal(weightOf([{ sku: 'TEA', count: 2 }]), 240);
  assert.equal(
    weightOf([
      { sku: 'POT', count: 1 },
      { sku: 'CUP', count: 4 },
    ]),
    2640,
  );
});
