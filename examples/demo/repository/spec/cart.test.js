import assert from 'node:assert/strict';
import test from 'node:test';
import { makeCart } from '../src/cart.js';

test('a cart counts what is put in', () => {
  const cart = makeCart();
  cart.add('TEA');
  cart.add('TEA', 2);
  assert.deepEqual(cart.items(), [{ sku: 'TEA', count: 3 }]);
});

test('what is taken out is gone', () => {
  const cart = makeCart();
  cart.add('TEA');
  cart.add('CUP');
  cart.remove('TEA');
  assert.deepEqual(cart.items(), [{ sku: 'CUP', count: 1 }]);
});

test('a cart has a total', () => {
  const cart = makeCart();
  cart.add('TEA', 2);
  cart.add('POT');
  assert.equal(cart.total(), 4248);
});
