/** Locks at the turns of their task: what an order says of them, and what a turn's end makes of them. */
import { askLock, isOpen, sayGranted } from './apply-lock.js';
import { settleFailure, type TaskAt } from './failure.js';
import { covers, LOCK_EXPIRY_MS, type LockRequest, type LockState } from './lock.js';
import type { Order } from './ports.js';
import { taskState, withTask, type CampaignState } from './state.js';
import type { NextTurn } from './task.js';

/** For the prompt: what it holds, and what it waits for. */
export function orderLocks({ locks: { locks } }: CampaignState, task: string): Pick<Order, 'locks'> {
  const own = locks.flatMap(({ id, paths, mode, life, ...lock }) => {
    const { is } = life;
    return lock.task === task && (is === 'held' || is === 'queued') ? [{ id, paths, mode, is }] : [];
  });
  return own.length === 0 ? {} : { locks: own };
}

/** What was denied or has expired is told no more: the turn that asked is over. */
export function forgetAnswers(state: CampaignState, task: string): CampaignState {
  return keepLocks(state, (lock) => lock.task !== task || isOpen(lock));
}

/** The turn ended so that it can wait for a lock. One that it had before makes no sense: it would go on like this for ever. */
export function parkTurn(at: TaskAt, request: LockRequest): CampaignState {
  const { plan, id } = at;
  // Parked first: where it is denied at once, its next turn is told.
  const before = withTask(at.state, id, { ...taskState(at.state, id), parked: true, next: LOCK_TURN });
  const asked = askLock(plan, before, { task: id, request: { ...request, wait: 'end' } });
  const task = taskState(asked, id);
  const own = asked.locks.locks.filter((other) => other.task === id && other.id === request.id);
  // The one that stands for the request may be older than a weaker one under the same name that is still queued.
  const lock = own.find((other) => isOpen(other) && covers(other.mode, request.mode)) ?? own.at(-1);
  if (lock?.life.is === 'held' && lock.life.gen < task.gen) {
    const message = `The turn ended to wait for the lock ${request.id}, which the task holds already.`;
    const rest = { signature: 'agent-error:lock', resetAtMs: null, retryAfterMs: null, evidence: null };
    const going = withTask(asked, id, { ...task, parked: false });
    return settleFailure({ ...at, state: going }, { class: 'agent-error', message, ...rest });
  }
  if (lock?.life.is !== 'held') return asked;
  return withTask(asked, id, { ...task, parked: false, next: { ...LOCK_TURN, note: sayGranted(lock) } });
}

const LOCK_TURN: NextTurn = { ask: 'lock', evidence: null, note: null, sync: true };

/** What it holds expires from now on; what it asked for and did not get it wants no more, where its work is done. */
export function locksAfterTurn(before: CampaignState, after: CampaignState, id: string): CampaignState {
  if (!after.locks.locks.some(({ task }) => task === id)) return after;
  const { life, attempt } = taskState(after, id);
  const isThrough = life.is === 'integrating' || life.is === 'finishing';
  const forgets = isThrough || attempt !== taskState(before, id).attempt;
  const kept = forgets ? keepLocks(after, (lock) => lock.task !== id || lock.life.is !== 'queued') : after;
  const expiresAtMs = after.nowMs + LOCK_EXPIRY_MS;
  const locks = kept.locks.locks.map((lock): LockState => {
    if (lock.task !== id || lock.life.is !== 'held') return lock;
    return { ...lock, life: { ...lock.life, expiresAtMs } };
  });
  return { ...kept, locks: { ...kept.locks, locks } };
}

function keepLocks(state: CampaignState, keeps: (lock: LockState) => boolean): CampaignState {
  const locks = state.locks.locks.filter(keeps);
  return locks.length === state.locks.locks.length ? state : { ...state, locks: { ...state.locks, locks } };
}
