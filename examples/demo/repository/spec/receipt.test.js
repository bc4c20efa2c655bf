import assert from 'node:assert/strict';
import test from 'node:test';
import { makeCart } from '../src/cart.js';
import { renderReceipt } from '../src/receipt.js';

test('a receipt has a line for each product, and the total', () => {
  const cart = makeCart();
  cart.add('TEA', 2);
  cart.add('BOX');
  assert.equal(renderReceipt(cart), '2 x Green tea  9.98\n1 x Gift box  1,500.00\nTotal  1,509.98\n');
});
