import { expect, it } from 'vitest';
import { countShare } from '../../src/activities/delivery-step.js';

it.each([
  [1, 1, '1 branch is'],
  [3, 3, '3 branches are'],
  [1, 3, '1 of 3 branches is'],
  [0, 1, '0 of 1 branch are'],
  [2, 3, '2 of 3 branches are'],
])('tells %i of %i branches', (count, all, says) => {
  expect(countShare(count, all)).toBe(says);
});
