import assert from 'node:assert/strict';
import test from 'node:test';
import { renderLabel } from '../src/label.js';

test('a label has the name, the town in capitals, and no empty lines', () => {
  const address = { name: 'Ada Byron', street: '', town: 'London', country: 'GB' };
  assert.equal(renderLabel(address), 'Ada Byron\nLONDON\nGB\n');
});
