/**
 * Time lost to each wait reason. Derived from what the campaign recorded (spans, ends of needs, notes of pauses and
 * limits) and from the plan's facts (lanes, locks, pools), not sampled: each stretch in which a task neither turned
 * nor was verified or merged has one reason, the first that holds in the order of the rules here.
 *
 * 1. Before the first turn, until the last of its needs ended: `need`.
 * 2. After a blocked turn: `blocker`; after one that ended to wait for a lock: `lock`; after a capped one: `account`; after a check that passed: `integration`; between
 *    two turns of one attempt that nothing went wrong in: `need` (it finishes after others).
 * 3. Of a round whose tasks are being made: `round`. Else, by what was taken meanwhile: `pause`, `account`, `lock`, `pool`, `lane`.
 * 4. What none of these explains is `overhead`: preparing, checkpoints, the server; and reservations.
 *
 * Of tasks that never began and are over nothing is counted.
 */
import { unionOf, within, lengthOf, minus, type Interval, type IntervalSet } from './interval.js';
import { sumLost, type LostReason, type LostTime } from './lost-time.js';
import { Occupation } from './metrics-occupation.js';
import { greatestOfNeeds } from './report-need.js';
import type { ReportData, Span, TaskStatus } from './status.js';

/** A stretch in which nothing ran for a task, and why; null = by what was taken meanwhile. */
interface Gap {
  readonly interval: Interval;
  readonly reason: LostReason | null;
}

/** By task, in the order of the spec. */
export function lostByTask(data: ReportData, makespanMs: number): ReadonlyMap<string, readonly LostTime[]> {
  const startMs = Date.parse(data.status.startedAt);
  const bounds: Interval = [startMs, startMs + makespanMs];
  const occupation = new Occupation(data, bounds);
  const endedMs = new Map(data.status.tasks.map((task) => [task.id, endOf(task)]));
  const lost = new Map<string, readonly LostTime[]>();
  const needsMs = greatestOfNeeds(data, { of: (need) => endedMs.get(need) ?? bounds[1], none: startMs });
  for (const task of data.status.tasks) {
    const gaps = gapsOf(task, {
      spans: occupation.spansOf(task.id),
      needsMs: needsMs(task.id),
      bounds,
    });
    lost.set(task.id, sumLost(gaps.map((gap) => explain(gap, task.id, occupation))));
  }
  return lost;
}

function endOf({ endedAt }: TaskStatus): number | null {
  return endedAt === null ? null : Date.parse(endedAt);
}

function explain({ interval, reason }: Gap, task: string, occupation: Occupation): readonly LostTime[] {
  if (reason !== null) return [{ reason, ms: interval[1] - interval[0] }];
  let left: IntervalSet = unionOf([interval]);
  const parts: LostTime[] = [];
  for (const { reason: why, taken } of occupation.takenFrom(task)) {
    const hit = left.flatMap((part) => within(taken, part));
    parts.push({ reason: why, ms: lengthOf(hit) });
    left = minus(left, taken);
  }
  return [...parts, { reason: 'overhead', ms: lengthOf(left) }];
}

interface Life {
  readonly spans: readonly Span[];
  /** When the last of its needs ended. */
  readonly needsMs: number;
  readonly bounds: Interval;
}

function gapsOf(task: TaskStatus, { spans, needsMs, bounds: [startMs, nowMs] }: Life): readonly Gap[] {
  const endMs = endOf(task);
  if (spans.length === 0 && endMs !== null) return [];
  const firstMs = spans[0] === undefined ? nowMs : Date.parse(spans[0].startedAt);
  const met = Math.min(needsMs, firstMs);
  const gaps: Gap[] = [
    { interval: [startMs, met], reason: 'need' },
    { interval: [met, firstMs], reason: isMade(task) ? 'round' : null },
  ];
  let untilMs = firstMs;
  for (const [at, span] of spans.entries()) {
    untilMs = Math.max(untilMs, Date.parse(span.endedAt));
    const next = spans[at + 1];
    const nextMs = next === undefined ? (endMs ?? nowMs) : Date.parse(next.startedAt);
    gaps.push({ interval: [untilMs, nextMs], reason: reasonAfter(span, next) });
  }
  return gaps.filter(({ interval }) => interval[0] < interval[1]);
}

/** A round whose tasks are being made: nothing that others take keeps it. */
function isMade({ waitReasons }: TaskStatus): boolean {
  return waitReasons.some(({ reason }) => reason === 'round');
}

function reasonAfter({ kind, outcome, attempt }: Span, next: Span | undefined): LostReason | null {
  if (outcome === 'blocked') return 'blocker';
  if (outcome === 'locked') return 'lock';
  if (outcome === 'capped') return 'account';
  if (outcome !== 'done') return null;
  if (kind === 'verify') return 'integration';
  return next?.kind === 'turn' && next.attempt === attempt ? 'need' : null;
}
