import { describe, expect, it } from 'vitest';
import { expectEnd } from '../../src/core/expected-end.js';
import type { Status, TaskStatus } from '../../src/core/status.js';
import { at, atMs, makeDone, makeStatus, makeTask } from '../report/make.js';
import { buildPlan } from './plan-builder.js';

const PLAN = buildPlan({
  phases: [
    [
      [
        { id: 'a', minutes: 10 },
        { id: 'b', minutes: 20, needs: ['a'] },
      ],
    ],
  ],
});

/** When it ends, in minutes from the start, as seen after `now` minutes; and whether that is the earliest. */
function endOf(tasks: readonly TaskStatus[], now: number, facts: Partial<Status> = {}) {
  const end = expectEnd(PLAN, makeStatus(tasks, facts), atMs(now));
  return end === null ? null : [Math.round((end.atMs - atMs(0)) / 6_000) / 10, end.isEarliest];
}

const running = { state: 'running', step: 'turning', attempts: 1, startedAt: at(0) } as const;

describe('the expected end', () => {
  it('is the plan’s at the start', () => {
    expect(endOf([makeTask('a'), makeTask('b')], 0)).toEqual([30, false]);
  });

  it('counts what has been done of a task, and never less than a tenth of it', () => {
    expect(endOf([makeTask('a', running), makeTask('b')], 4)).toEqual([30, false]);
    expect(endOf([makeTask('a', running), makeTask('b')], 15)).toEqual([36, false]);
  });

  it('learns from what tasks took, and from what an agent tells', () => {
    expect(endOf([makeDone('a', [0, 5]), makeTask('b')], 5)).toEqual([15, false]);
    const half = { ...running, startedAt: at(5), progress: 50 };
    // By the estimate b takes 10 minutes, by its agent 8: it is half through after 4.
    expect(endOf([makeDone('a', [0, 5]), makeTask('b', half)], 9)).toEqual([14, false]);
  });

  it('is the earliest where a person or a limit is waited for', () => {
    const blocked = { ...running, state: 'blocked', step: 'blocked' } as const;
    expect(endOf([makeTask('a', blocked), makeTask('b')], 0)).toEqual([30, true]);
    const limited = { waitReasons: [{ reason: 'account', on: 'team', until: at(90) }] } as const;
    expect(endOf([makeTask('a', limited), makeTask('b')], 0)).toEqual([90, true]);
  });

  it('is not told where it stands still, is over, or nothing is known', () => {
    const tasks = [makeTask('a'), makeTask('b')];
    expect(endOf(tasks, 0, { state: 'paused' })).toBeNull();
    expect(endOf(tasks, 0, { state: 'done', endedAt: at(1) })).toBeNull();
    const same = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b' }]]] });
    expect(expectEnd(same, makeStatus(tasks), atMs(0))).toBeNull();
    expect(expectEnd(same, makeStatus([makeDone('a', [0, 3]), makeTask('b')]), atMs(3))?.atMs).toBe(atMs(6));
  });
});
