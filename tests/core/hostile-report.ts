/** What a turn came to in the hostile world: often well, and in every way in which it can go wrong. */
import type { LockRequest } from '../../src/core/lock.js';
import type { Plan } from '../../src/core/plan.js';
import type { Order, TaskReport } from '../../src/core/ports.js';
import { goodReport } from '../../src/core/simulate.js';
import { isCutShort, type Failure, type FailureClass, type Outcome } from '../../src/core/turn.js';
import { cutShort } from './drive.js';
import { judgedBy } from './hostile-review.js';

const KINDS: readonly (readonly [Outcome, FailureClass | null])[] = [
  ['failed', 'transient'],
  ['failed', 'rate-limited'],
  ['capped', 'usage-limit'],
  ['failed', 'auth'],
  ['failed', 'agent-error'],
  ['timed-out', 'stalled'],
  ['timed-out', 'timed-out'],
  ['failed', 'spec'],
  ['interrupted', null],
  ['blocked', null],
];

interface Wrong {
  readonly nowMs: number;
  readonly endMs: number;
  /** How often something goes wrong, 0 to 1. */
  readonly wrong: number;
  readonly random: () => number;
}

export function hostileReport(plan: Plan, order: Order, at: Wrong): TaskReport {
  const { nowMs, endMs, wrong, random } = at;
  const good = judgedBy(random, costly(goodReport(order, nowMs, endMs), order), { plan, wrong });
  if (random() >= wrong) return good;
  const kind = KINDS[Math.floor(random() * (KINDS.length + 3))];
  const now = { nowMs: endMs, random };
  if (kind === undefined) {
    if (good.verify === null) return good;
    const failure = hostileFailure('rejected', now);
    return { ...good, verify: { ok: false, failure, commit: 'c', startedAtMs: endMs, endedAtMs: endMs } };
  }
  const cut = cutShort(good, kind[0], kind[1] === null ? null : hostileFailure(kind[1], now));
  // What a turn left that was cut short may pass its checks all the same.
  const looked = order.partial && cut.turn !== null && isCutShort(cut.turn) && random() < 0.5;
  return looked ? { ...cut, verify: good.verify } : cut;
}

/** Turns cost something, and now and then nobody knows what. It takes no random number: the world is the same without. */
function costly(report: TaskReport, { task, gen }: Order): TaskReport {
  if (report.turn === null) return report;
  const number = Array.from(task).reduce((sum, sign) => sum * 31 + sign.charCodeAt(0), gen * 17) % 9_973;
  const costUsd = number % 7 === 0 ? null : (number % 200) / 100;
  const usage = { inputTokens: number * 10, outputTokens: number % 100, costUsd };
  return { ...report, turn: { ...report.turn, usage } };
}

export function hostileFailure(
  failureClass: FailureClass,
  { nowMs, random }: Pick<Wrong, 'nowMs' | 'random'>,
): Failure {
  return {
    class: failureClass,
    message: failureClass,
    signature: `${failureClass}:${Math.floor(random() * 2)}`,
    resetAtMs: random() < 0.5 ? null : nowMs + Math.floor(random() * 3_600_000),
    retryAfterMs: random() < 0.5 ? null : 60_000,
    evidence: null,
  };
}

/** Where all else went well. */
export function parked(report: TaskReport, lock: LockRequest | null): TaskReport {
  if (lock === null || report.turn?.outcome !== 'done' || report.verify?.ok === false) return report;
  return { ...report, verify: null, turn: { ...report.turn, ok: false, outcome: 'blocked', lock } };
}
