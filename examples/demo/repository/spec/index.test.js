import assert from 'node:assert/strict';
import test from 'node:test';
import * as tally from '../src/index.js';

test('everything is exported in one place', () => {
  const names = ['addTax', 'applyDiscount', 'findProduct', 'formatAmount', 'makeCart', 'parseAmount'];
  const more = ['renderLabel', 'renderReceipt', 'shippingCost', 'weightOf', 'zoneOf'];
  assert.deepEqual(Object.keys(tally), [...names, ...more]);
});
