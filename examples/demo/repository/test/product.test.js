import assert from 'node:assert/strict';
import test from 'node:test';
import { findProduct } from '../src/product.js';

test('a product is found by its sku', () => {
  assert.equal(findProduct('TEA').cents, 499);
});

test('what is not sold is told', () => {
  assert.throws(() => findProduct('GIN'), /nothing is sold as GIN/);
});
