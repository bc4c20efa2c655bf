/**
 * The numbers of a report, all from what really happened (ReportData). What each means, and its formula, is in
 * core/metrics-formula.ts; docs/metrics.md shows the same.
 */
import { findCriticalPath, type CriticalStep } from './critical-path.js';
import { amdahlBound, efficiencyOf, meanOf, parallelShareOf, ratio, speedupOf } from './formula.js';
import { coveredMs, type Interval } from './interval.js';
import { addCosts, costOfSpan, costOfTask, shareCosts, type Cost, type CostShare } from './metrics-cost.js';
import { paceFacts, shareInParallel, type LaneUse } from './metrics-pace.js';
import { atOnceOf, figuresByAgent, figuresByRole, type PartFigures } from './metrics-part.js';
import { figuresOf, type Figures } from './metrics-rate.js';
import { sortTurns, sumMs } from './metrics-turn.js';
import { lostByTask } from './metrics-wait.js';
import type { ReportData, Span, TaskStatus } from './status.js';

export interface Metrics extends Figures {
  readonly makespanMs: number;
  /** Turns that can run at once. */
  readonly atOnce: number;
  readonly speedup: number;
  /** 0 to 1. */
  readonly parallelShare: number;
  readonly amdahlBound: number;
  readonly efficiency: number;
  /** Mean of the lanes' utilisation, 0 to 1. */
  readonly utilisation: number;
  readonly lanes: readonly LaneUse[];
  readonly idleMs: number;
  readonly verifyMs: number;
  readonly mergeMs: number;
  readonly waitMs: number;
  /** 0 to 1. */
  readonly shareInParallel: number;
  readonly retries: {
    /** Turns that came after one that was not good enough, in the same attempt or in the next. */
    readonly turns: number;
    readonly reworkMs: number;
    readonly lostMs: number;
    /** Of rework and lost attempts together. */
    readonly cost: Cost;
  };
  readonly criticalPath: readonly CriticalStep[];
  readonly byAgent: readonly PartFigures[];
  readonly byRole: readonly PartFigures[];
  readonly costByTask: readonly CostShare[];
  readonly costByAgent: readonly CostShare[];
  readonly costByPhase: readonly CostShare[];
}

export function computeMetrics(data: ReportData): Metrics {
  const { tasks } = data.status;
  const makespanMs = computeMakespanMs(data);
  const turns = sortTurns(data);
  const lanes = data.lanes.map((lane) => useOfLane(lane, { spans: data.spans, makespanMs }));
  const facts = { turns, spans: data.spans, makespanMs, lost: lostByTask(data, makespanMs) };
  const figures = figuresOf(tasks, facts);
  const pace = paceFacts(data, turns.accepted, makespanMs);
  const parallelShare = parallelShareOf([...pace.unlimited.values()]);
  const atOnce = atOnceOf(data, lanes.length);
  const part = { data, facts, pace, lanes };
  return {
    ...figures,
    makespanMs,
    atOnce,
    speedup: speedupOf(figures.sequentialMs, makespanMs),
    parallelShare,
    amdahlBound: amdahlBound(parallelShare, atOnce),
    efficiency: efficiencyOf(figures.sequentialMs, atOnce, makespanMs),
    utilisation: meanOf(lanes.map(({ utilisation }) => utilisation)),
    lanes,
    idleMs: lanes.reduce((sum, lane) => sum + lane.idleMs, 0),
    verifyMs: sumMs(data.spans.filter((span) => span.kind === 'verify')),
    mergeMs: sumMs(data.spans.filter((span) => span.kind === 'merge')),
    waitMs: computeWaitMs(data),
    shareInParallel: shareInParallel([...pace.ran.keys()], pace),
    retries: {
      turns: turns.repeated.length,
      reworkMs: sumMs(turns.rework),
      lostMs: sumMs(turns.lost),
      cost: addCosts([...turns.lost, ...turns.rework].map(costOfSpan)),
    },
    criticalPath: findCriticalPath(data),
    byAgent: figuresByAgent(part),
    byRole: figuresByRole(part),
    costByTask: tasks.map((task) => ({ name: task.id, cost: costOfTask(task) })),
    costByAgent: shareCosts(tasks, (task) => task.agent),
    costByPhase: shareCosts(tasks, (task) => task.phase),
  };
}

function computeMakespanMs({ status, spans }: ReportData): number {
  const startMs = Date.parse(status.startedAt);
  if (status.endedAt !== null) return Date.parse(status.endedAt) - startMs;
  return spans.reduce((last, span) => Math.max(last, Date.parse(span.endedAt) - startMs), 0);
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

function computeWaitMs({ status, spans }: ReportData): number {
  const byTask = intervalsByTask(spans);
  return status.tasks.reduce((sum, task) => sum + waitOfTask(task, byTask.get(task.id) ?? []), 0);
}

function waitOfTask({ startedAt, endedAt }: TaskStatus, busy: readonly Interval[]): number {
  if (startedAt === null || endedAt === null) return 0;
  return Math.max(0, Date.parse(endedAt) - Date.parse(startedAt) - coveredMs(busy));
}

function intervalsByTask(spans: readonly Span[]): ReadonlyMap<string, readonly Interval[]> {
  const byTask = new Map<string, Interval[]>();
  for (const span of spans) {
    const own = byTask.get(span.task);
    if (own === undefined) byTask.set(span.task, [intervalOf(span)]);
    else own.push(intervalOf(span));
  }
  return byTask;
}

function intervalOf(span: Span): Interval {
  return [Date.parse(span.startedAt), Date.parse(span.endedAt)];
}
