import { expect, test } from 'vitest';
import { BackOff } from '../../src/server/back-off.js';

test('starts come at once, then ever later, and at once again after one that lasted', () => {
  let nowMs = 0;
  const backOff = new BackOff(() => nowMs);
  const gapsMs: number[] = [];
  for (let start = 0; start < 8; start += 1) {
    const fromMs = nowMs;
    while (!backOff.mayStart()) nowMs += 100;
    gapsMs.push(nowMs - fromMs);
    backOff.noteStart();
  }
  expect(gapsMs).toEqual([0, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 30_000]);
  expect(backOff.starts).toBe(8);

  nowMs += 60_000;
  expect(backOff.mayStart()).toBe(true);
  backOff.noteStart();
  expect(backOff.starts).toBe(1);
});
