import assert from 'node:assert/strict';
import test from 'node:test';
import { shippingCost } from '../src/shipping.js';

test('weight and zone make the price', () => {
  assert.equal(shippingCost([{ sku: 'TEA', count: 1 }], 'DE'), 490);
  assert.equal(shippingCost([{ sku: 'POT', count: 1 }], 'FR'), 2180);
});
