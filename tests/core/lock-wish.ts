import type { LockRequest } from '../../src/core/lock.js';
import type { Order } from '../../src/core/ports.js';
import type { Event } from '../../src/core/state.js';

/** Some overlap the paths that random plans claim, some each other, one nothing at all; and one makes no sense. */
const GLOBS = ['a/b/**', 'a/b/x', 'a/c/y', 'c/**', 'c/z', 'a/*/x', 'free/**', '../up'];
const IDS = ['k1', 'k2', 'k3'];

export interface LockWishes {
  readonly events: readonly Event[];
  /** The turn ends so that it can wait for this lock. */
  readonly parks: LockRequest | null;
}

/** What an agent asks for and gives back in one turn, some of it so late that the turn is over by then. */
export function lockWishes(
  order: Order,
  { nowMs, endMs }: { nowMs: number; endMs: number },
  random: () => number,
): LockWishes {
  const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  const { task, gen } = order;
  const requestOf = (wait: LockRequest['wait']): LockRequest => ({
    id: one(IDS),
    paths: random() < 0.3 ? [one(GLOBS), one(GLOBS)] : [one(GLOBS)],
    mode: one(['exclusive', 'exclusive', 'shared', 'intent']),
    reason: '',
    estimateMs: random() < 0.5 ? null : Math.floor(random() * 600_000),
    priority: random() < 0.7 ? null : Math.floor(random() * 5),
    wait,
  });
  const events: Event[] = [];
  for (let said = 0; random() < 0.6 && said < 5; said += 1) {
    const atMs = nowMs + Math.floor(random() * (endMs - nowMs) * 1.1);
    const key = `${task}/${gen}/lock${said}`;
    if (random() < 0.6)
      events.push({
        event: 'lockAsked',
        atMs,
        key,
        task,
        gen,
        request: requestOf(one(['no', 'yes', 'yes'])),
      });
    else events.push({ event: 'lockReleased', atMs, key, task, id: one(IDS), changesMade: random() < 0.5 });
  }
  if (random() >= 0.25) return { events, parks: null };
  const parks = requestOf('end');
  // Its signal may be lost: the report says it again.
  if (random() < 0.7)
    events.push({ event: 'lockAsked', atMs: endMs, key: `${task}/${gen}/end`, task, gen, request: parks });
  return { events, parks };
}
