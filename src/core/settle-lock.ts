/**
 * What becomes of the locks that agents asked for. They are granted by priority, then in the order of asking: nobody
 * passes another that waits for the same, so that readers can't starve a writer. What is asked for without wanting to
 * wait is denied where it is not free, and so is what could be granted only after its own task has moved.
 */
import { circleOf } from './deadlock.js';
import { locksOf, obstaclesOf } from './lock-table.js';
import type { LockState } from './lock.js';
import type { Plan } from './plan.js';
import { taskState, type CampaignState, type Command } from './state.js';
import { isWorking } from './task.js';

type Settled = Extract<Command, { command: 'settleLock' }>;

/** At most one denial at a time: each changes what the others wait for. */
export function settleLocks(plan: Plan, state: CampaignState): readonly Command[] {
  const { held, queue } = locksOf(plan, state);
  const expired = held.filter((lock) => (expiryMs(state, lock) ?? Infinity) <= state.nowMs);
  if (expired.length > 0) return expired.map((lock) => settled(lock, 'expired'));
  if (queue.length === 0) return [];
  const free = queue.find((lock) => obstaclesOf(plan, state, lock).length === 0);
  if (free !== undefined) return [settled(free, 'granted')];
  const refused = queue.find(({ wait }) => wait === 'no');
  if (refused !== undefined) return [settled(refused, 'denied', 'it is not free')];
  return breakCircle(plan, state, queue);
}

function settled({ lock }: LockState, as: Settled['as'], why = ''): Settled {
  return { command: 'settleLock', lock, as, why };
}

/** Of the locks that wait for themselves, that goes which is last in the queue. */
function breakCircle(plan: Plan, state: CampaignState, queue: readonly LockState[]): readonly Command[] {
  for (const lock of queue.toReversed()) {
    const circle = circleOf(plan, state, lock);
    if (circle !== null) return [settled(lock, 'denied', sayCircle(lock.task, circle))];
  }
  return [];
}

/** `deadlock: a waits for b, which waits for c, which waits for a` */
function sayCircle(task: string, circle: readonly string[]): string {
  return `deadlock: ${task} waits for ${circle.join(', which waits for ')}`;
}

/**
 * When the lock is taken back; null = not before something else happens: a turn of its task lives, or its task's work
 * is done, or was said to be, and is not merged.
 */
export function expiryMs(state: CampaignState, { life, task }: LockState): number | null {
  if (life.is !== 'held' || life.released) return null;
  const { life: owner } = taskState(state, task);
  const isKept = isWorking(owner) || owner.is === 'integrating' || owner.is === 'finishing';
  return isKept ? null : life.expiresAtMs;
}
