/** The combinations of a group's rules, and what its agents do in them: the input of both the engine and the table. */
import type { FailurePolicy } from '../../src/core/plan.js';

/** All begin at once; `next` is in the phase after theirs. No sums of them are the same, so nothing ends in one moment. */
export const SECONDS = { a: 600, b: 1_277, c: 1_999, next: 311 };
export type Id = keyof typeof SECONDS;
export const MEMBERS = ['a', 'b', 'c'] as const;
export type Member = (typeof MEMBERS)[number];

/** How a turn ends. `alike`: as the one before, so that a person is asked the third time. */
export type TurnEnd = 'good' | 'breaks' | 'is rejected' | 'is rejected alike' | 'errs' | 'times out';

/** What is wrong with the losers, and what their tasks say of it. */
export interface Fault {
  readonly end: TurnEnd;
  /** Only their first turn ends like that. */
  readonly once?: true;
  /** What they leave behind passes its checks all the same. */
  readonly passes?: true;
  readonly partial?: 'accept';
  readonly onTimeout?: 'retry' | 'skip' | 'abort';
  readonly turns?: number;
  readonly attempts?: number;
}

const LIMITS = [
  { turns: 1, attempts: 1 },
  { turns: 2, attempts: 1 },
  { turns: 1, attempts: 2 },
  { turns: 2, attempts: 2 },
] as const;

export const FAULTS: readonly Fault[] = [
  { end: 'breaks' },
  { end: 'breaks', once: true },
  ...LIMITS.map((limits): Fault => ({ end: 'is rejected', ...limits })),
  ...LIMITS.slice(0, 3).map((limits): Fault => ({ end: 'is rejected', once: true, ...limits })),
  { end: 'is rejected alike', turns: 2, attempts: 3 },
  { end: 'errs', turns: 2 },
  { end: 'errs', partial: 'accept', passes: true },
  { end: 'errs', partial: 'accept' },
  { end: 'errs', passes: true },
  ...(['retry', 'skip', 'abort'] as const).flatMap((onTimeout): readonly Fault[] => [
    { end: 'times out', onTimeout },
    { end: 'times out', onTimeout, once: true },
    { end: 'times out', onTimeout, partial: 'accept', passes: true },
  ]),
];

export interface Case {
  readonly wait: number;
  readonly rest: 'cancel' | 'finish';
  /** Of the group. */
  readonly onFailure: FailurePolicy;
  /** The first loser's own. */
  readonly own: FailurePolicy;
  readonly losers: readonly Member[];
  readonly fault: Fault;
  /** Of the group; null = none. */
  readonly timeoutS: number | null;
}

const POLICIES = ['fail-fast', 'best-effort', 'retry-failed'] as const;
const LOSERS: readonly (readonly Member[])[] = [['a'], ['b'], ['c'], ['a', 'b'], ['a', 'c'], ['c', 'b']];
/** None; after the first two could have been done; after one of them could have been done anew. */
const TIMEOUTS_S = [null, 1_500, 3_100];

export function casesOf(fault: Fault, wait: number): readonly Case[] {
  return (['cancel', 'finish'] as const).flatMap((rest) =>
    POLICIES.flatMap((onFailure) =>
      POLICIES.flatMap((own) =>
        LOSERS.flatMap((losers) =>
          TIMEOUTS_S.map((timeoutS) => ({ wait, rest, onFailure, own, losers, fault, timeoutS })),
        ),
      ),
    ),
  );
}

/** Of one loser alone, its own policy and the group's are one; of the rest, those in which each matters. */
export function isUsual({ own, onFailure, losers: [first, second], timeoutS }: Case): boolean {
  if (timeoutS !== null)
    return (
      second === undefined &&
      onFailure !== 'retry-failed' &&
      (first === 'a' || `${first}${timeoutS}` === 'c3100')
    );
  if (second === undefined) return own === onFailure;
  return second === 'b' && own !== onFailure;
}

export function policyOf({ own, onFailure, losers }: Case, id: string): FailurePolicy {
  return id === losers[0] ? own : onFailure;
}

/** Of a task's nth turn, from 1. */
export function turnEndOf({ losers, fault }: Case, id: string, turn: number): TurnEnd {
  const isLost = losers.some((loser) => loser === id) && (fault.once !== true || turn === 1);
  return isLost ? fault.end : 'good';
}

/** How all came out. */
export interface Outcome {
  readonly campaign: string;
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly next: string;
  readonly merged: readonly string[];
  /** When `next` began; null = never. */
  readonly nextAtS: number | null;
}
