/** Whose limits and money agents use. A usage limit pauses the account, not a task. */
import type { Failure } from './turn.js';

export interface AccountState {
  readonly name: string;
  /** No turn of this account is ordered before this time; null = no limit. */
  readonly pausedUntilMs: number | null;
  /** Until a person lifts it. */
  readonly held: boolean;
  readonly why: string;
  /** Turns that it bears at once; null = as many as there are lanes. */
  readonly parallel: number | null;
  /** Limits in a row without a turn that went well in between. */
  readonly strikes: number;
  /** After a limit the waiting turns start one by one: how many of them are still to come, and when the next may. */
  readonly staggered: number;
  readonly nextTurnMs: number;
}

/** The vendor's clock and ours differ a little, and a session that comes a moment early is refused again. */
export const RESET_GRACE_MS = 2_000;
export const STAGGER_MS = 2_000;
/** A reset that is later than this is not believed: the account is tried before. */
const RESET_MOST_MS = 35 * 24 * 3_600_000;
const PROBE_FIRST_MS = 15 * 60_000;
const PROBE_MOST_MS = 4 * 3_600_000;
const RATE_FIRST_MS = 5_000;
const RATE_MOST_MS = 10 * 60_000;
/** Limits in a row after which a person is asked. */
export const MOST_STRIKES = 6;
/** The same of 429s, which come and go: about two hours and a half at growing waits. */
export const MOST_RATE_STRIKES = 20;

export function newAccount(name: string): AccountState {
  return {
    name,
    pausedUntilMs: null,
    held: false,
    why: '',
    parallel: null,
    strikes: 0,
    staggered: 0,
    nextTurnMs: 0,
  };
}

function growing(firstMs: number, strikes: number, mostMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(strikes, 20), mostMs);
}

/** A usage limit: pauses until the reset (with grace), or probes at growing intervals where nobody said when. */
export function limitAccount(
  account: AccountState,
  failure: Failure,
  at: { nowMs: number; waiting: number },
): AccountState {
  const untilMs =
    failure.resetAtMs === null
      ? at.nowMs + growing(PROBE_FIRST_MS, account.strikes, PROBE_MOST_MS)
      : Math.max(
          Math.min(failure.resetAtMs, at.nowMs + RESET_MOST_MS) + RESET_GRACE_MS,
          at.nowMs + growing(RESET_GRACE_MS, account.strikes, PROBE_MOST_MS),
        );
  return {
    ...account,
    pausedUntilMs: Math.max(account.pausedUntilMs ?? 0, untilMs),
    why: failure.message,
    // Several running turns hit the same limit one after the other: that is one strike, not several.
    strikes: isPaused(account, at.nowMs) ? account.strikes : account.strikes + 1,
    staggered: at.waiting,
  };
}

/** A 429: waits, and halves how many turns run at once. */
export function slowAccount(
  account: AccountState,
  failure: Failure,
  at: { nowMs: number; running: number },
): AccountState {
  const askedMs = Math.min(failure.retryAfterMs ?? 0, RESET_MOST_MS);
  const waitMs = Math.max(askedMs, growing(RATE_FIRST_MS, account.strikes, RATE_MOST_MS));
  return {
    ...account,
    pausedUntilMs: Math.max(account.pausedUntilMs ?? 0, at.nowMs + waitMs),
    why: failure.message,
    strikes: isPaused(account, at.nowMs) ? account.strikes : account.strikes + 1,
    parallel: Math.max(1, Math.floor((account.parallel ?? at.running) / 2)),
  };
}

export function holdAccount(account: AccountState, why: string): AccountState {
  return { ...account, held: true, why };
}

export function liftAccount(account: AccountState): AccountState {
  return { ...account, pausedUntilMs: null, held: false, why: '', strikes: 0, staggered: 0 };
}

/** A turn that went well: the account bears one more, up to as many as there are lanes. */
export function praiseAccount(account: AccountState, lanes: number): AccountState {
  if (account.strikes === 0 && account.parallel === null) return account;
  const parallel = account.parallel === null || account.parallel + 1 >= lanes ? null : account.parallel + 1;
  return { ...account, strikes: 0, parallel };
}

/** One turn of the account was ordered: while turns are staggered, the next one comes a little later. */
export function staggerAccount(account: AccountState, nowMs: number): AccountState {
  const lifted: AccountState =
    account.pausedUntilMs === null ? account : { ...account, pausedUntilMs: null, why: '' };
  if (lifted.staggered === 0) return lifted;
  return { ...lifted, staggered: lifted.staggered - 1, nextTurnMs: nowMs + STAGGER_MS };
}

/** When the account bears the next turn, epoch ms: null = now, Infinity = when a person has lifted it. */
export function nextTurnMs(account: AccountState, nowMs: number): number | null {
  if (account.held) return Infinity;
  const staggered = account.staggered > 0 ? account.nextTurnMs : 0;
  const atMs = Math.max(account.pausedUntilMs ?? 0, staggered);
  return atMs > nowMs ? atMs : null;
}

/** Limited: no turn of it may run, not even one that was ordered already. */
export function isPaused(account: AccountState, nowMs: number): boolean {
  return account.held || (account.pausedUntilMs !== null && account.pausedUntilMs > nowMs);
}
