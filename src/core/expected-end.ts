/**
 * When a campaign will probably be over: the plan's own simulation of what is left, corrected by how long tasks have
 * taken so far. Made of what people see, so that it can be asked wherever a status is shown.
 */
import type { Plan, PlanTask } from './plan.js';
import { simulate } from './simulate.js';
import type { Status, TaskStatus } from './status.js';

export interface ExpectedEnd {
  readonly atMs: number;
  /** Something waits for a person, or for a limit to end: it is not over before, and nobody knows when. */
  readonly isEarliest: boolean;
}

/** What a turn that has run longer than expected still takes, of its estimate. */
const LEAST_LEFT = 0.1;
/** Before that an agent's percentage says little. */
const TELLING_PERCENT = 20;

/** Null where nothing is known: no task is over, and the estimates are all the same; or where it stands still. */
export function expectEnd(plan: Plan, status: Status, nowMs: number): ExpectedEnd | null {
  if (status.state !== 'running') return null;
  const factor = learnFactor(plan, status);
  if (factor === null) return null;
  const left = planLeft(plan, status, { factor, nowMs });
  const untilMs = status.tasks.flatMap(({ waitReasons }) =>
    waitReasons.flatMap(({ until }) => (until === undefined ? [] : [Date.parse(until)])),
  );
  return {
    atMs: Math.max(
      nowMs + simulate({ ...left, maxTurns: status.maxTurns ?? plan.maxTurns }).makespanMs,
      ...untilMs,
    ),
    isEarliest:
      untilMs.some((ms) => ms > nowMs) ||
      (status.pauses ?? []).length > 0 ||
      status.tasks.some(({ state }) => state === 'blocked'),
  };
}

/** The plan with what is left of each task: next to nothing of one that is over. */
export function planLeft(
  plan: Plan,
  status: Status,
  { nowMs, factor = learnFactor(plan, status) ?? 1 }: { readonly nowMs: number; readonly factor?: number },
): Plan {
  const statusOf = new Map(status.tasks.map((task) => [task.id, task]));
  const tasks = plan.tasks.map((task) => leftOf(task, { now: statusOf.get(task.id), factor, nowMs }));
  return { ...plan, tasks };
}

/** How many times as long as estimated a task takes: the median of those that are done. */
function learnFactor(plan: Plan, { tasks }: Status): number | null {
  const estimates = new Map(plan.tasks.map(({ id, estimateMs }) => [id, estimateMs]));
  const factors = tasks.flatMap((task) => {
    const estimateMs = estimates.get(task.id) ?? 0;
    if (task.state !== 'done' || estimateMs === 0) return [];
    return [elapsedMs(task, 0) / estimateMs];
  });
  if (factors.length === 0) return new Set(estimates.values()).size > 1 ? 1 : null;
  const sorted = factors.sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 1;
}

function elapsedMs({ startedAt, endedAt }: TaskStatus, nowMs: number): number {
  if (startedAt === null) return 0;
  return (endedAt === null ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt);
}

interface Progress {
  readonly now: TaskStatus | undefined;
  readonly factor: number;
  readonly nowMs: number;
}

/** Nobody knows how many tasks a round will have: it is one of them, while none is made. */
function standIn(task: PlanTask): PlanTask {
  const { round } = task;
  return round === null || round.aheadMs === 0 ? task : { ...task, round: null, estimateMs: round.aheadMs };
}

/** The task with what is left of it; one that is at work goes first, since it has its lane. */
function leftOf(given: PlanTask, { now, factor, nowMs }: Progress): PlanTask {
  const isToCome = now === undefined || now.state === 'waiting' || now.state === 'blocked';
  const task = isToCome ? standIn(given) : given;
  const expectedMs = Math.max(1, Math.round(task.estimateMs * factor));
  if (now === undefined || now.state === 'waiting') return { ...task, estimateMs: expectedMs };
  if (now.state !== 'running' && now.state !== 'blocked') return { ...task, estimateMs: 1 };
  if (now.step === 'integrating') return { ...task, estimateMs: 1, priority: 1_000 };
  const spentMs = elapsedMs(now, nowMs);
  const told = now.turn <= 1 ? (now.progress ?? 0) : 0;
  const wholeMs = told >= TELLING_PERCENT ? (expectedMs + (spentMs * 100) / told) / 2 : expectedMs;
  const leftMs = Math.max(wholeMs - spentMs, expectedMs * LEAST_LEFT);
  return { ...task, estimateMs: Math.max(1, Math.round(leftMs)), priority: 1_000 };
}
