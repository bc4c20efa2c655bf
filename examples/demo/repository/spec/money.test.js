import assert from 'node:assert/strict';
import test from 'node:test';
import { formatAmount } from '../src/money.js';

test('cents have two digits', () => {
  assert.equal(formatAmount(1250), '12.50');
  assert.equal(formatAmount(7), '0.07');
});

test('thousands are set apart by commas', () => {
  assert.equal(formatAmount(123456), '1,234.56');
  assert.equal(formatAmount(123456789), '1,234,567.89');
});
