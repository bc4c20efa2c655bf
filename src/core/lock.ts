/**
 * Locks on paths that agents ask for in the middle of a turn, besides those that the spec declares (claim-table.ts).
 * One is held until its task is over (merged or given up), unless it is released with nothing changed, or expires while
 * no turn of its task lives.
 */
import type { LockMode } from './plan.js';

/** In the agent's own words, checked for their form. */
export interface LockRequest {
  /** The agent's own name for it, by which it is released and told about; unique within its task. */
  readonly id: string;
  /** Globs, relative to the repository; at most 20. */
  readonly paths: readonly string[];
  readonly mode: LockMode;
  /** For those who wait; at most 500 characters. */
  readonly reason: string;
  /** How long it will be needed; null where the agent does not say. */
  readonly estimateMs: number | null;
  /** The higher goes first; null = as its task. */
  readonly priority: number | null;
  /** What happens where it is not free: `no` = denied; `yes` = queued, the turn goes on; `end` = queued, the turn ends. */
  readonly wait: LockWait;
}

/** A lock is given back, or no longer waited for. */
export interface LockRelease {
  readonly id: string;
  readonly changesMade: boolean;
}

export type LockWait = 'no' | 'yes' | 'end';

export interface LockState extends LockRequest {
  /** `l1`, `l2`, …: the lock's id for everybody, and the ticket of one that is queued. */
  readonly lock: string;
  readonly task: string;
  readonly askedAtMs: number;
  readonly life: LockLife;
}

export type LockLife =
  | { readonly is: 'queued' }
  | {
      readonly is: 'held';
      readonly grantedAtMs: number;
      /** The gen of its task's last order then. */
      readonly gen: number;
      /** While a turn of its task lives, it does not expire. */
      readonly expiresAtMs: number;
      /** Released, with changes made: it is held until they are merged. */
      readonly released: boolean;
    }
  /** Kept until the task's next order, for the agent that asked. */
  | { readonly is: 'denied'; readonly why: string; readonly denial: Denial }
  | { readonly is: 'expired' };

/** Why a lock is not to be had, and what can be done instead. */
export interface Denial {
  readonly owners: readonly LockOwner[];
  /** When it would probably be free, epoch ms; null where a person or others have to move first. */
  readonly expectedAtMs: number | null;
  /** Paths of the request that are free. */
  readonly freePaths: readonly string[];
  /** Other tasks that the asker's agent could begin now. */
  readonly readyTasks: readonly string[];
}

/** Who is in the way. */
export interface LockOwner {
  readonly task: string;
  readonly path: string;
  readonly mode: LockMode;
  /** By the estimates, epoch ms; null where that is not known. */
  readonly releaseAtMs: number | null;
}

/** All that was asked for and is not over, in the order of asking. */
export interface LockBook {
  /** How many were ever asked for. */
  readonly asked: number;
  readonly locks: readonly LockState[];
}

export const NO_LOCKS: LockBook = { asked: 0, locks: [] };

export const LOCK_EXPIRY_MS = 4 * 3_600_000;

/** Shared and intent go with each other; exclusive goes with nothing. */
export function goWith(one: LockMode, other: LockMode): boolean {
  return one !== 'exclusive' && other !== 'exclusive';
}

/** A declared intent is exclusive once it is held: its task's turn has started. */
export function asHeld(mode: LockMode): LockMode {
  return mode === 'intent' ? 'exclusive' : mode;
}

/** Does one who has the first have the second as well? */
export function covers(has: LockMode, wants: LockMode): boolean {
  return has === wants || has === 'exclusive';
}
