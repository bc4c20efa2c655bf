/** Locks that agents ask for become state: asked, granted, denied, released, expired. */
import { raiseBlocker } from './raise-blocker.js';
import { SAME_FAILURES } from './failure.js';
import { denialOf } from './lock-denial.js';
import { covers, LOCK_EXPIRY_MS, type LockRequest, type LockState } from './lock.js';
import type { Plan } from './plan.js';
import { hasTask } from './plan-index.js';
import { taskState, withTask, type CampaignState, type Command, type Event } from './state.js';
import { isWorking } from './task.js';
import { tellTask } from './tell-task.js';

/** Of one task, open or held: an agent that floods must not fill the state. */
const MOST_LOCKS = 20;
const DENIED = 'lock:denied';

type Asked = Pick<Extract<Event, { event: 'lockAsked' }>, 'task' | 'request'>;

/** Only from a turn that lives: what a turn asked for that is over was asked for with its report, or not at all. */
export function applyLockAsked(
  plan: Plan,
  state: CampaignState,
  asked: Extract<Event, { event: 'lockAsked' }>,
): CampaignState {
  if (!hasTask(plan, asked.task)) return state;
  const { life, gen, stale } = taskState(state, asked.task);
  return isWorking(life) && gen === asked.gen && !stale ? askLock(plan, state, asked) : state;
}

/** Asked for again it is the same lock; in a stronger mode it is one more, which takes the place of the first. */
export function askLock(plan: Plan, state: CampaignState, { task, request }: Asked): CampaignState {
  const known = findLocks(state, { task, id: request.id });
  const same = known.find((lock) => isOpen(lock) && covers(lock.mode, request.mode));
  if (same !== undefined) return withLock(state, { ...same, wait: request.wait });
  const asked = state.locks.asked + 1;
  const lock: LockState = {
    ...request,
    lock: `l${asked}`,
    task,
    askedAtMs: state.nowMs,
    life: { is: 'queued' },
  };
  // What became of it before is told no more.
  const others = state.locks.locks.filter((other) => isOpen(other) || !known.includes(other));
  const next: CampaignState = { ...state, locks: { asked, locks: [...others, lock] } };
  const why = whyNotAsked(next, lock);
  return why === null ? next : deny(plan, next, { lock, why });
}

function whyNotAsked(state: CampaignState, { task, paths }: LockState): string | null {
  if (paths.length === 0) return 'it names no paths';
  const odd = paths.find((path) => path.startsWith('/') || path.split('/').includes('..'));
  if (odd !== undefined) return `"${odd}" is not a path in the repository`;
  const open = state.locks.locks.filter((other) => other.task === task && isOpen(other)).length;
  return open > MOST_LOCKS ? `this task has ${MOST_LOCKS} locks already; release some` : null;
}

export function applyLockReleased(
  state: CampaignState,
  { task, id, changesMade }: Pick<Extract<Event, { event: 'lockReleased' }>, 'task' | 'id' | 'changesMade'>,
): CampaignState {
  const known = findLocks(state, { task, id });
  const released = known.reduce((so, lock) => {
    const { life } = lock;
    const isKept = changesMade && life.is === 'held';
    return isKept ? withLock(so, { ...lock, life: { ...life, released: true } }) : dropLock(so, lock);
  }, state);
  return known.length === 0 ? state : unpark(released, task, `You gave up waiting for the lock ${id}.`);
}

/** Carries out what was decided about a lock. */
export function settleLock(
  plan: Plan,
  state: CampaignState,
  { lock: id, as, why }: Extract<Command, { command: 'settleLock' }>,
): CampaignState {
  const lock = state.locks.locks.find((other) => other.lock === id);
  if (lock === undefined) return state;
  switch (as) {
    case 'granted':
      return grant(state, lock);
    case 'denied':
      return deny(plan, state, { lock, why });
    case 'expired': {
      const text = `${nameOf(lock)} has expired. Ask for it again before you write there.`;
      return tellTask(withLock(state, { ...lock, life: { is: 'expired' } }), lock.task, text);
    }
  }
}

function grant(state: CampaignState, lock: LockState): CampaignState {
  const { task, id } = lock;
  const weaker = findLocks(state, { task, id }).filter(
    (other) => other !== lock && covers(lock.mode, other.mode),
  );
  const alone = weaker.reduce(dropLock, state);
  const life = {
    is: 'held',
    grantedAtMs: state.nowMs,
    gen: taskState(state, task).gen,
    expiresAtMs: state.nowMs + LOCK_EXPIRY_MS,
    released: false,
  } as const;
  return unpark(withLock(alone, { ...lock, life }), task, sayGranted(lock));
}

function deny(
  plan: Plan,
  state: CampaignState,
  { lock, why }: { lock: LockState; why: string },
): CampaignState {
  const denial = denialOf(plan, state, lock);
  const denied = withLock(state, { ...lock, life: { is: 'denied', why, denial } });
  const { parked } = taskState(state, lock.task);
  return parked ? goOnWithout(denied, lock, why) : denied;
}

/** One who asks for the same again and again after each denial would go on without end. */
function goOnWithout(before: CampaignState, lock: LockState, why: string): CampaignState {
  const id = lock.task;
  const text = `${nameOf(lock)} is denied: ${why}. Go on without it.`;
  const state = unpark(before, id, text);
  const task = taskState(state, id);
  const sameInRow = task.lastSignature === DENIED ? task.sameInRow + 1 : 1;
  const counted = withTask(state, id, { ...task, lastSignature: DENIED, sameInRow });
  if (sameInRow < SAME_FAILURES || task.parked) return counted;
  const description = `${SAME_FAILURES} times in a row: ${text}`;
  return raiseBlocker(counted, { task: id, severity: 'high', description, about: { is: 'failure' } });
}

export function sayGranted(lock: LockRequest): string {
  return `${nameOf(lock)} is granted: it is yours now.`;
}

/** `The lock k1 (exclusive: src/a/**)` */
function nameOf({ id, mode, paths }: LockRequest): string {
  return `The lock ${id} (${mode}: ${paths.join(', ')})`;
}

/** Its next turn is told. It begins once nothing is left that its turn ended for; what others merged comes with it. */
function unpark(state: CampaignState, id: string, text: string): CampaignState {
  const task = taskState(state, id);
  if (!task.parked) return state;
  const note = task.next.ask === 'lock' && task.next.note !== null ? `${task.next.note}\n${text}` : text;
  const parked = state.locks.locks.some((lock) => lock.task === id && isAwaited(lock));
  return withTask(state, id, {
    ...task,
    parked,
    next: { ask: 'lock', evidence: null, note, sync: true },
  });
}

function isAwaited({ life, wait }: LockState): boolean {
  return life.is === 'queued' && wait === 'end';
}

export function isOpen({ life: { is } }: LockState): boolean {
  return is === 'queued' || is === 'held';
}

function findLocks(
  { locks: { locks } }: CampaignState,
  { task, id }: { task: string; id: string },
): readonly LockState[] {
  return locks.filter((lock) => lock.task === task && lock.id === id);
}

function withLock(state: CampaignState, lock: LockState): CampaignState {
  const locks = state.locks.locks.map((other) => (other.lock === lock.lock ? lock : other));
  return { ...state, locks: { ...state.locks, locks } };
}

function dropLock(state: CampaignState, lock: LockState): CampaignState {
  const locks = state.locks.locks.filter((other) => other.lock !== lock.lock);
  return { ...state, locks: { ...state.locks, locks } };
}
