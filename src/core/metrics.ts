/**
 * The numbers of a report, all from what really happened (ReportData). What each means, and its formula, is in
 * core/metrics-formula.ts; docs/metrics.md shows the same.
 */
import { findCriticalPath, type CriticalStep } from './critical-path.js';
import { amdahlBound, efficiencyOf, meanOf, parallelShareOf, ratio, speedupOf } from './formula.js';
import { coveredMs, exceeding, lengthOf, unionOf, within, type Interval } from './interval.js';
import { addCosts, costOfSpan, costOfTask, shareCosts, type Cost, type CostShare } from './metrics-cost.js';
import { figuresBy, figuresOf, type Figures, type FiguresOf } from './metrics-rate.js';
import { sortTurns, sumMs } from './metrics-turn.js';
import { lostByTask } from './metrics-wait.js';
import type { ReportData, Span, TaskStatus } from './status.js';

interface LaneUse {
  readonly lane: string;
  readonly turns: number;
  readonly busyMs: number;
  readonly idleMs: number;
  /** 0 to 1. */
  readonly utilisation: number;
}

export interface Metrics extends Figures {
  readonly makespanMs: number;
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
  readonly byAgent: readonly FiguresOf[];
  readonly byRole: readonly FiguresOf[];
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
  const parallelShare = parallelShareOf(unlimitedStretches(data, turns.accepted));
  // As in a plan: lanes beyond the campaign's limit could never have worked.
  const atOnce = Math.min(data.status.maxTurns ?? Infinity, data.lanes.length);
  const roles = new Map(data.plan?.tasks.map(({ id, role }) => [id, role]));
  return {
    ...figures,
    makespanMs,
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
    shareInParallel: computeShareInParallel(data),
    retries: {
      turns: turns.repeated.length,
      reworkMs: sumMs(turns.rework),
      lostMs: sumMs(turns.lost),
      cost: addCosts([...turns.lost, ...turns.rework].map(costOfSpan)),
    },
    criticalPath: findCriticalPath(data),
    byAgent: figuresBy(tasks, (task) => task.agent, facts),
    byRole: figuresBy(tasks, (task) => roles.get(task.id) ?? null, facts),
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

/** When each task's accepted turns would have run, were there agents without number: only its needs hold it back. */
function unlimitedStretches(data: ReportData, accepted: readonly Span[]) {
  const tookMs = new Map<string, number>();
  for (const span of accepted) tookMs.set(span.task, (tookMs.get(span.task) ?? 0) + sumMs([span]));
  const endMs = new Map<string, number>();
  const needs = (id: string) => data.needs[id] ?? data.barriers?.[id] ?? [];
  const open = data.status.tasks.map(({ id }) => id).reverse();
  // By a stack of our own: a chain of 10,000 needs is deeper than a call stack may be.
  while (open.length > 0) {
    const id = open.at(-1) ?? '';
    const left = needs(id).filter((need) => !endMs.has(need));
    if (!endMs.has(id) && left.length > 0 && !left.includes(id)) {
      open.push(...left);
      continue;
    }
    open.pop();
    const startMs = needs(id).reduce((latest, need) => Math.max(latest, endMs.get(need) ?? 0), 0);
    endMs.set(id, startMs + (tookMs.get(id) ?? 0));
  }
  return data.status.tasks.map(({ id }) => {
    const ms = endMs.get(id) ?? 0;
    return { startMs: ms - (tookMs.get(id) ?? 0), endMs: ms };
  });
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

function computeShareInParallel({ spans }: ReportData): number {
  const byTask = intervalsByTask(spans.filter((span) => span.kind !== 'merge'));
  const ran = [...byTask.values()].map(unionOf);
  const together = exceeding(
    ran.flat().map((interval) => ({ interval, weight: 1 })),
    1,
  );
  const parallel = ran.filter((own) => {
    const shared = own.flatMap((interval) => within(together, interval));
    return 2 * lengthOf(shared) >= lengthOf(own);
  });
  return ratio(parallel.length, ran.length);
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
