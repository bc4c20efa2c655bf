import assert from 'node:assert/strict';
import test from 'node:test';
import { parseAmount } from '../src/money.js';

test('an amount is read as cents', () => {
  assert.equal(parseAmount('12.50'), 1250);
  assert.equal(parseAmount('0.07'), 7);
});
