import assert from 'node:assert/strict';
import test from 'node:test';
import { zoneOf } from '../src/zone.js';

test('a country has a zone', () => {
  assert.equal(zoneOf('DE'), 'home');
  assert.equal(zoneOf('FR'), 'europe');
  assert.equal(zoneOf('NZ'), 'world');
});
