/** Plan against reality: when each task was to start and end, when it did, and where. */
import { ratio } from './formula.js';
import { sumMs } from './metrics-turn.js';
import type { ReportData, Span } from './status.js';

export interface Compared {
  readonly task: string;
  readonly plannedStartAt: string;
  readonly plannedEndAt: string;
  readonly plannedLane: string;
  /** Its first turn; null where it never ran. */
  readonly startedAt: string | null;
  /** The end of its last turn or verification; null where it never ran. */
  readonly endedAt: string | null;
  readonly lane: string | null;
  /** Later than planned; negative = earlier. */
  readonly startedLateMs: number | null;
  readonly endedLateMs: number | null;
  readonly estimateMs: number;
  /** Turns and verification, over all attempts. */
  readonly tookMs: number | null;
  /** Its first turn ran on another lane than planned, or even with another agent. */
  readonly stolen: 'no' | 'lane' | 'agent';
}

/** What the campaign had learnt about its estimates once a task was over. */
interface Learnt {
  readonly at: string;
  readonly task: string;
  /** The median, over the tasks done so far, of what they took by what was estimated. */
  readonly factor: number;
}

export interface PlanAndReality {
  /** In the spec's order. */
  readonly tasks: readonly Compared[];
  readonly stolenByLane: number;
  readonly stolenByAgent: number;
  /** Mean of how late tasks started, both ways. */
  readonly meanLatenessMs: number;
  readonly plannedMakespanMs: number;
  /** In the order of time. */
  readonly learnt: readonly Learnt[];
}

/** Null where the plan's schedule is not known: campaigns that were started by an earlier version. */
export function comparePlan(data: ReportData): PlanAndReality | null {
  const { plan, status } = data;
  if (plan === undefined || plan.runs.length === 0) return null;
  const startMs = Date.parse(status.startedAt);
  const spans = workByTask(data.spans);
  const runs = new Map(plan.runs.map((run) => [run.task, run]));
  const tasks = plan.tasks.flatMap(({ id, estimateMs }): Compared[] => {
    const run = runs.get(id);
    if (run === undefined) return [];
    const planned = { startMs: startMs + run.startMs, endMs: startMs + run.endMs, lane: run.lane };
    return [compareTask(id, { planned, spans: spans.get(id) ?? [], estimateMs })];
  });
  const late = tasks.flatMap(({ startedLateMs }) =>
    startedLateMs === null ? [] : [Math.abs(startedLateMs)],
  );
  return {
    tasks,
    stolenByLane: tasks.filter(({ stolen }) => stolen === 'lane').length,
    stolenByAgent: tasks.filter(({ stolen }) => stolen === 'agent').length,
    meanLatenessMs: ratio(
      late.reduce((sum, ms) => sum + ms, 0),
      late.length,
    ),
    plannedMakespanMs: plan.runs.reduce((last, { endMs }) => Math.max(last, endMs), 0),
    learnt: learn(tasks, data),
  };
}

/** By start; merges are no work of the task's agent. */
function workByTask(spans: readonly Span[]): ReadonlyMap<string, readonly Span[]> {
  const byTask = new Map<string, Span[]>();
  for (const span of [...spans].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))) {
    if (span.kind === 'merge') continue;
    const own = byTask.get(span.task);
    if (own === undefined) byTask.set(span.task, [span]);
    else own.push(span);
  }
  return byTask;
}

interface Ran {
  readonly planned: { readonly startMs: number; readonly endMs: number; readonly lane: string };
  readonly spans: readonly Span[];
  readonly estimateMs: number;
}

function compareTask(task: string, { planned, spans, estimateMs }: Ran): Compared {
  const [first] = spans;
  const common = {
    task,
    plannedStartAt: new Date(planned.startMs).toISOString(),
    plannedEndAt: new Date(planned.endMs).toISOString(),
    plannedLane: planned.lane,
    estimateMs,
  };
  if (first === undefined) {
    const never = { startedAt: null, endedAt: null, lane: null, startedLateMs: null, endedLateMs: null };
    return { ...common, ...never, tookMs: null, stolen: 'no' };
  }
  const endMs = Math.max(...spans.map(({ endedAt }) => Date.parse(endedAt)));
  return {
    ...common,
    startedAt: first.startedAt,
    endedAt: new Date(endMs).toISOString(),
    lane: first.lane,
    startedLateMs: Date.parse(first.startedAt) - planned.startMs,
    endedLateMs: endMs - planned.endMs,
    tookMs: sumMs(spans),
    stolen: stolen(planned.lane, first.lane),
  };
}

function stolen(planned: string, actual: string): Compared['stolen'] {
  if (planned === actual) return 'no';
  const agentOf = (lane: string) => lane.slice(0, lane.lastIndexOf('#'));
  return agentOf(planned) === agentOf(actual) ? 'lane' : 'agent';
}

function learn(tasks: readonly Compared[], { status }: ReportData): readonly Learnt[] {
  const done = new Map(
    status.tasks.flatMap(({ id, state, endedAt }) =>
      state === 'done' && endedAt !== null ? [[id, endedAt] as const] : [],
    ),
  );
  const over = tasks
    .flatMap(({ task, tookMs, estimateMs }) => {
      const at = done.get(task);
      return at === undefined || tookMs === null || estimateMs === 0
        ? []
        : [{ at, task, factor: tookMs / estimateMs }];
    })
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const sorted: number[] = [];
  return over.map(({ at, task, factor }) => {
    const place = sorted.findIndex((other) => other > factor);
    sorted.splice(place === -1 ? sorted.length : place, 0, factor);
    return { at, task, factor: sorted[Math.floor((sorted.length - 1) / 2)] ?? factor };
  });
}
