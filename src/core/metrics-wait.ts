/**
 * Time lost to each wait reason. Derived from what the campaign recorded (spans, ends of needs, notes of pauses and
 * limits) and from the plan's facts (lanes, locks, pools), not sampled: each stretch in which a task neither turned
 * nor was verified or merged has one reason, the first that holds in the order of the rules here.
 *
 * 1. Before the first turn, until the last of its needs ended: `need`. Right before any turn, as long as that itself
 *    waited to be taken: `worker`.
 * 2. After a blocked turn: `blocker`; after one that ended to wait for a lock: `lock`; after a capped one: `account`; after a check that passed: `integration`; between
 *    two turns of one attempt that nothing went wrong in: `need` (it finishes after others).
 * 3. Of a round whose tasks are being made: `round`. Else, by what was taken meanwhile: `pause`, `account`, `lock`, `pool`, `lane`.
 * 4. Before its first order, where another that waited for a lock or a pool had reserved what it would use: `reserved`.
 * 5. What none of these explains is `worker` after a turn that was interrupted (its worker went down, or it ended with a
 *    pause), else `overhead`: preparing, checkpoints, the server.
 *
 * Of tasks that never began and are over nothing is counted.
 */
import { unionOf, within, lengthOf, minus, type Interval, type IntervalSet } from './interval.js';
import { sumLost, type LostReason, type LostTime } from './lost-time.js';
import { Occupation } from './metrics-occupation.js';
import { ReservedTimes } from './metrics-reserved.js';
import { greatestOfNeeds } from './report-need.js';
import type { ReportData, Span, TaskStatus } from './status.js';

/** A stretch in which nothing ran for a task, and why; null = by what was taken meanwhile. */
interface Gap {
  readonly interval: Interval;
  readonly reason: LostReason | null;
  /** Before its first order. */
  readonly unordered?: true;
  /** The turn before was interrupted: what nothing else explains was for want of a worker. */
  readonly interrupted?: boolean;
}

/** When it was for one reason that nothing ran for a task. */
interface Part extends Pick<Gap, 'unordered'> {
  readonly reason: LostReason;
  readonly when: IntervalSet;
}

/** By task, in the order of the spec. */
export function lostByTask(data: ReportData, makespanMs: number): ReadonlyMap<string, readonly LostTime[]> {
  const startMs = Date.parse(data.status.startedAt);
  const bounds: Interval = [startMs, startMs + makespanMs];
  const occupation = new Occupation(data, bounds);
  const endedMs = new Map(data.status.tasks.map((task) => [task.id, endOf(task)]));
  const needsMs = greatestOfNeeds(data, { of: (need) => endedMs.get(need) ?? bounds[1], none: startMs });
  const explained = data.status.tasks.map((task) => {
    const gaps = gapsOf(task, {
      spans: occupation.spansOf(task.id),
      needsMs: needsMs(task.id),
      bounds,
    });
    return [task.id, gaps.flatMap((gap) => explain(gap, task.id, occupation))] as const;
  });
  const parts = data.plan === undefined ? explained : withReserved(explained, new ReservedTimes(data.plan));
  return new Map(
    parts.map(([task, own]) => [
      task,
      sumLost([own.map(({ reason, when }) => ({ reason, ms: lengthOf(when) }))]),
    ]),
  );
}

type Explained = readonly (readonly [task: string, parts: readonly Part[]])[];

function withReserved(explained: Explained, reserved: ReservedTimes): Explained {
  for (const [task, parts] of explained)
    reserved.note(
      task,
      parts.flatMap(({ reason, when }) => (reason === 'lock' || reason === 'pool' ? when : [])),
    );
  return explained.map(([task, parts]) => [
    task,
    parts.flatMap((part) => {
      if (part.reason !== 'overhead' || part.unordered !== true) return [part];
      const kept = part.when.flatMap((stretch) => reserved.against(task, stretch));
      return [
        { reason: 'reserved' as const, when: kept },
        { ...part, when: minus(part.when, kept) },
      ];
    }),
  ]);
}

function endOf({ endedAt }: TaskStatus): number | null {
  return endedAt === null ? null : Date.parse(endedAt);
}

function explain(gap: Gap, task: string, occupation: Occupation): readonly Part[] {
  const { interval, reason, unordered, interrupted = false } = gap;
  let left: IntervalSet = unionOf([interval]);
  if (reason !== null) return [{ reason, when: left }];
  const parts: Part[] = [];
  for (const { reason: why, taken } of occupation.takenFrom(task)) {
    parts.push({ reason: why, when: left.flatMap((part) => within(taken, part)) });
    left = minus(left, taken);
  }
  if (unordered) return [...parts, { reason: 'overhead', when: left, unordered }];
  return [...parts, { reason: interrupted ? 'worker' : 'overhead', when: left }];
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
  const [first] = spans;
  const firstMs = first === undefined ? nowMs : Date.parse(first.startedAt);
  const met = Math.min(needsMs, firstMs);
  const orderedMs =
    task.startedAt === null ? firstMs : Math.min(firstMs, Math.max(met, Date.parse(task.startedAt)));
  const gaps: Gap[] = [
    { interval: [startMs, met], reason: 'need' },
    { interval: [met, orderedMs], reason: isMade(task) ? 'round' : null, unordered: true },
    ...gapsBefore(first, { interval: [orderedMs, firstMs], reason: null }),
  ];
  let untilMs = firstMs;
  for (const [at, span] of spans.entries()) {
    untilMs = Math.max(untilMs, Date.parse(span.endedAt));
    const next = spans[at + 1];
    const nextMs = next === undefined ? (endMs ?? nowMs) : Date.parse(next.startedAt);
    const interrupted = span.outcome === 'interrupted' && next !== undefined;
    const gap = { interval: [untilMs, nextMs], reason: reasonAfter(span, next), interrupted } as const;
    gaps.push(...gapsBefore(next, gap));
  }
  return gaps.filter(({ interval }) => interval[0] < interval[1]);
}

/** The last of it is how long the turn waited for a worker. */
function gapsBefore(next: Span | undefined, gap: Gap): readonly Gap[] {
  const [fromMs, toMs] = gap.interval;
  const takenMs = Math.max(fromMs, toMs - (next?.workerMs ?? 0));
  return [
    { ...gap, interval: [fromMs, takenMs] },
    { interval: [takenMs, toMs], reason: 'worker' },
  ];
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
