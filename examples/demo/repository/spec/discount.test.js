import assert from 'node:assert/strict';
import test from 'node:test';
import { applyDiscount } from '../src/discount.js';

test('a discount is taken off', () => {
  assert.equal(applyDiscount(1000, 10), 900);
});

test('the result is whole cents', () => {
  assert.ok(Number.isInteger(applyDiscount(499, 50)));
  assert.equal(applyDiscount(333, 10), 300);
});
