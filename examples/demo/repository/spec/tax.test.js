import assert from 'node:assert/strict';
import test from 'node:test';
import { addTax } from '../src/tax.js';

test('tax is added to the amount', () => {
  assert.equal(addTax(1000, 19), 1190);
});

test('the result is whole cents', () => {
  assert.equal(addTax(499, 19), 594);
});
