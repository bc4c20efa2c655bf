/**
 * The numbers of a report, all from what really happened (ReportData). Definitions:
 *
 * - makespan: from the campaign's start to its end; while it runs, to the last span's end.
 * - accepted attempt: the last attempt of a task that ended done, or has not ended yet. Every other attempt is lost.
 * - sequential time: the turns of accepted attempts, one after another. Lost attempts, verification, merges and waits
 *   are counted apart.
 * - rework: a turn of an accepted attempt that was needed because the attempt's turn before it was not good enough. A
 *   turn that follows an interruption, a limit or an answered blocker is no rework.
 * - speedup = sequential / makespan; efficiency = sequential / (lanes x makespan).
 * - utilisation of a lane: the time in which a turn or its verification was on it, by the makespan.
 * - share in parallel: the share of tasks that overlapped others for at least half of their time.
 */
import { findCriticalPath, type CriticalStep } from './critical-path.js';
import { efficiencyOf, meanOf, ratio, speedupOf } from './formula.js';
import type { ReportData, Span, Status, TaskStatus } from './status.js';

/** `usd` is null where nothing is known; not `complete` means that some part is unknown, so `usd` is a lower bound. */
export interface Cost {
  readonly usd: number | null;
  readonly complete: boolean;
}

interface LaneUse {
  readonly lane: string;
  readonly turns: number;
  readonly busyMs: number;
  readonly idleMs: number;
  /** 0 to 1. */
  readonly utilisation: number;
}

export interface CostShare {
  readonly name: string;
  readonly cost: Cost;
}

export interface Metrics {
  readonly makespanMs: number;
  readonly sequentialMs: number;
  readonly speedup: number;
  readonly efficiency: number;
  /** Mean of the lanes' utilisation, 0 to 1. */
  readonly utilisation: number;
  readonly lanes: readonly LaneUse[];
  readonly idleMs: number;
  readonly verifyMs: number;
  readonly mergeMs: number;
  /** Time in which tasks that had started neither turned, nor were verified or merged. */
  readonly waitMs: number;
  /** 0 to 1. */
  readonly shareInParallel: number;
  readonly turns: number;
  readonly retries: {
    /** Turns that came after one that was not good enough, in the same attempt or in the next. */
    readonly turns: number;
    readonly reworkMs: number;
    readonly lostMs: number;
    /** Of rework and lost attempts together. */
    readonly cost: Cost;
  };
  readonly criticalPath: readonly CriticalStep[];
  readonly cost: Cost;
  readonly costByTask: readonly CostShare[];
  readonly costByAgent: readonly CostShare[];
  readonly costByPhase: readonly CostShare[];
}

export function computeMetrics(data: ReportData): Metrics {
  const { tasks } = data.status;
  const makespanMs = computeMakespanMs(data);
  const turns = data.spans.filter((span) => span.kind === 'turn');
  const accepted = turns.filter((span) => isAccepted(span, tasks, turns));
  const lost = turns.filter((span) => !accepted.includes(span));
  const repeated = turns.filter((span) => isRepeated(span, turns));
  const rework = accepted.filter((span) => repeated.includes(span) && span.turn > 1);
  const sequentialMs = sumMs(accepted);
  const lanes = data.lanes.map((lane) => useOfLane(lane, { spans: data.spans, makespanMs }));
  return {
    makespanMs,
    sequentialMs,
    speedup: speedupOf(sequentialMs, makespanMs),
    efficiency: efficiencyOf(sequentialMs, data.lanes.length, makespanMs),
    utilisation: meanOf(lanes.map((lane) => lane.utilisation)),
    lanes,
    idleMs: lanes.reduce((sum, lane) => sum + lane.idleMs, 0),
    verifyMs: sumMs(data.spans.filter((span) => span.kind === 'verify')),
    mergeMs: sumMs(data.spans.filter((span) => span.kind === 'merge')),
    waitMs: tasks.reduce((sum, task) => sum + waitOfTask(task, data.spans), 0),
    shareInParallel: computeShareInParallel(data),
    turns: turns.length,
    retries: {
      turns: repeated.length,
      reworkMs: sumMs(rework),
      lostMs: sumMs(lost),
      cost: addCosts([...lost, ...rework].map(costOfSpan)),
    },
    criticalPath: findCriticalPath(data),
    cost: addCosts(tasks.map(costOfTask)),
    costByTask: tasks.map((task) => ({ name: task.id, cost: costOfTask(task) })),
    costByAgent: shareCosts(tasks, (task) => task.agent),
    costByPhase: shareCosts(tasks, (task) => task.phase),
  };
}

/** Nothing was spent on a task without turns; a task with turns that did not tell its cost is unknown. */
export function costOfTask(task: TaskStatus): Cost {
  if (task.turns === 0) return { usd: 0, complete: true };
  return { usd: task.costUsd, complete: task.costComplete };
}

/** The campaign's cost so far, from its tasks. */
export function costOfCampaign(status: Status): Cost {
  return addCosts(status.tasks.map(costOfTask));
}

function costOfSpan(span: Span): Cost {
  const usd = span.costUsd ?? null;
  return { usd, complete: usd !== null };
}

function addCosts(costs: readonly Cost[]): Cost {
  const known = costs.flatMap((cost) => (cost.usd === null ? [] : [cost.usd]));
  const complete = costs.every((cost) => cost.complete);
  const usd = known.reduce((sum, value) => sum + value, 0);
  // Nothing but zeros beside an unknown is no lower bound worth telling.
  return { usd: complete || usd > 0 ? usd : null, complete };
}

function shareCosts(tasks: readonly TaskStatus[], nameOf: (task: TaskStatus) => string | null): CostShare[] {
  const names = [...new Set(tasks.flatMap((task) => nameOf(task) ?? []))];
  return names.map((name) => ({
    name,
    cost: addCosts(tasks.filter((task) => nameOf(task) === name).map(costOfTask)),
  }));
}

function computeMakespanMs({ status, spans }: ReportData): number {
  const startMs = Date.parse(status.startedAt);
  if (status.endedAt !== null) return Date.parse(status.endedAt) - startMs;
  return spans.reduce((last, span) => Math.max(last, Date.parse(span.endedAt) - startMs), 0);
}

function isAccepted(span: Span, tasks: readonly TaskStatus[], turns: readonly Span[]): boolean {
  const state = tasks.find((task) => task.id === span.task)?.state;
  if (state === 'failed' || state === 'skipped' || state === 'cancelled') return false;
  return !turns.some((other) => other.task === span.task && other.attempt > span.attempt);
}

function isRepeated(span: Span, turns: readonly Span[]): boolean {
  const earlier = turns.filter(
    (other) => other.task === span.task && Date.parse(other.startedAt) < Date.parse(span.startedAt),
  );
  const before = earlier.reduce<Span | null>(
    (last, other) =>
      last === null || Date.parse(other.startedAt) > Date.parse(last.startedAt) ? other : last,
    null,
  );
  return before !== null && !['blocked', 'capped', 'interrupted'].includes(before.outcome);
}

function useOfLane(
  lane: string,
  { spans, makespanMs }: { spans: readonly Span[]; makespanMs: number },
): LaneUse {
  const own = spans.filter((span) => span.lane === lane && span.kind !== 'merge');
  const busyMs = coveredMs(own.map(intervalOf));
  return {
    lane,
    turns: own.filter((span) => span.kind === 'turn').length,
    busyMs,
    idleMs: Math.max(0, makespanMs - busyMs),
    utilisation: ratio(busyMs, makespanMs),
  };
}

function waitOfTask(task: TaskStatus, spans: readonly Span[]): number {
  if (task.startedAt === null || task.endedAt === null) return 0;
  const busyMs = coveredMs(spans.filter((span) => span.task === task.id).map(intervalOf));
  return Math.max(0, Date.parse(task.endedAt) - Date.parse(task.startedAt) - busyMs);
}

function computeShareInParallel({ status, spans }: ReportData): number {
  const working = spans.filter((span) => span.kind !== 'merge');
  const ran = status.tasks.filter((task) => working.some((span) => span.task === task.id));
  const parallel = ran.filter((task) => {
    const own = working.filter((span) => span.task === task.id).map(intervalOf);
    const others = working.filter((span) => span.task !== task.id).map(intervalOf);
    const shared = own.flatMap((one) => others.flatMap((other) => overlapOf(one, other)));
    return 2 * coveredMs(shared) >= coveredMs(own);
  });
  return ratio(parallel.length, ran.length);
}

type Interval = readonly [startMs: number, endMs: number];

function intervalOf(span: Span): Interval {
  return [Date.parse(span.startedAt), Date.parse(span.endedAt)];
}

function overlapOf(one: Interval, other: Interval): Interval[] {
  const startMs = Math.max(one[0], other[0]);
  const endMs = Math.min(one[1], other[1]);
  return startMs < endMs ? [[startMs, endMs]] : [];
}

/** The length of the union. */
function coveredMs(intervals: readonly Interval[]): number {
  let coveredUntilMs = -Infinity;
  let sumOfMs = 0;
  for (const [startMs, endMs] of [...intervals].sort((a, b) => a[0] - b[0])) {
    sumOfMs += Math.max(0, endMs - Math.max(startMs, coveredUntilMs));
    coveredUntilMs = Math.max(coveredUntilMs, endMs);
  }
  return sumOfMs;
}

function sumMs(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + Date.parse(span.endedAt) - Date.parse(span.startedAt), 0);
}
