/**
 * How well an agent's or a role's part of a campaign ran side by side. An agent has its lanes; a role, which has none of
 * its own, counts as many as can run of it at once.
 */
import {
  amdahlBound,
  efficiencyOf,
  meanOf,
  parallelShareOf,
  ratio,
  speedupOf,
  type Stretch,
} from './formula.js';
import { exceeding, lengthOf, unionOf, within, type Interval, type IntervalSet } from './interval.js';
import { sumMs } from './metrics-turn.js';
import type { ReportData, Span } from './status.js';

export interface LaneUse {
  readonly lane: string;
  readonly turns: number;
  readonly busyMs: number;
  readonly idleMs: number;
  /** 0 to 1. */
  readonly utilisation: number;
}

export interface Pace {
  /** Turns of it that can run at once. */
  readonly atOnce: number;
  /** In which at least one of its tasks turned or was verified. */
  readonly activeMs: number;
  readonly speedup: number;
  /** 0 to 1. */
  readonly parallelShare: number;
  readonly amdahlBound: number;
  readonly efficiency: number;
  /** 0 to 1. */
  readonly utilisation: number;
  readonly idleMs: number;
  /** 0 to 1. */
  readonly shareInParallel: number;
}

/** What is found once for all parts. */
export interface PaceFacts {
  readonly makespanMs: number;
  /** Of each task that ran: when it turned or was verified. */
  readonly ran: ReadonlyMap<string, IntervalSet>;
  /** Those that overlapped another one for at least half of their time. */
  readonly parallel: ReadonlySet<string>;
  /** When each would have run, were there agents without number: only its needs hold it back. */
  readonly unlimited: ReadonlyMap<string, Stretch>;
}

/** Where its turns can run. */
export interface Places {
  readonly atOnce: number;
  /** Null = it has none of its own. */
  readonly lanes: readonly LaneUse[] | null;
}

interface Part {
  readonly tasks: readonly string[];
  readonly sequentialMs: number;
  readonly places: Places;
}

export function paceFacts(data: ReportData, accepted: readonly Span[], makespanMs: number): PaceFacts {
  const ran = workByTask(data.spans);
  return { makespanMs, ran, parallel: inParallel(ran), unlimited: unlimitedStretches(data, accepted) };
}

export function paceOf({ tasks, sequentialMs, places }: Part, facts: PaceFacts): Pace {
  const { makespanMs } = facts;
  const { atOnce, lanes } = places;
  const worked = tasks.flatMap((id) => facts.ran.get(id) ?? []);
  const activeMs = lengthOf(unionOf(worked));
  const busyMs = lengthOf(worked);
  const parallelShare = parallelShareOf(tasks.flatMap((id) => facts.unlimited.get(id) ?? []));
  return {
    atOnce,
    activeMs,
    speedup: speedupOf(sequentialMs, activeMs),
    parallelShare,
    amdahlBound: amdahlBound(parallelShare, atOnce),
    efficiency: efficiencyOf(sequentialMs, atOnce, makespanMs),
    utilisation:
      lanes === null
        ? ratio(busyMs, atOnce * makespanMs)
        : meanOf(lanes.map(({ utilisation }) => utilisation)),
    idleMs:
      lanes === null
        ? Math.max(0, atOnce * makespanMs - busyMs)
        : lanes.reduce((sum, { idleMs }) => sum + idleMs, 0),
    shareInParallel: shareInParallel(tasks, facts),
  };
}

export function shareInParallel(tasks: readonly string[], { ran, parallel }: PaceFacts): number {
  return ratio(tasks.filter((id) => parallel.has(id)).length, tasks.filter((id) => ran.has(id)).length);
}

function workByTask(spans: readonly Span[]): ReadonlyMap<string, IntervalSet> {
  const byTask = new Map<string, Interval[]>();
  for (const { kind, task, startedAt, endedAt } of spans) {
    if (kind === 'merge') continue;
    const interval: Interval = [Date.parse(startedAt), Date.parse(endedAt)];
    const own = byTask.get(task);
    if (own === undefined) byTask.set(task, [interval]);
    else own.push(interval);
  }
  return new Map([...byTask].map(([task, intervals]) => [task, unionOf(intervals)]));
}

function inParallel(ran: PaceFacts['ran']): ReadonlySet<string> {
  const together = exceeding(
    [...ran.values()].flat().map((interval) => ({ interval, weight: 1 })),
    1,
  );
  const parallel = [...ran].filter(([, own]) => {
    const shared = own.flatMap((interval) => within(together, interval));
    return 2 * lengthOf(shared) >= lengthOf(own);
  });
  return new Set(parallel.map(([task]) => task));
}

function unlimitedStretches(data: ReportData, accepted: readonly Span[]): PaceFacts['unlimited'] {
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
  return new Map(
    data.status.tasks.map(({ id }) => {
      const ms = endMs.get(id) ?? 0;
      return [id, { startMs: ms - (tookMs.get(id) ?? 0), endMs: ms }];
    }),
  );
}
