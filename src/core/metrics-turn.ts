/** Which turns counted, which were lost, and which only repeated what was not good enough. */
import type { ReportData, Span } from './status.js';

export interface SortedTurns {
  readonly all: readonly Span[];
  /** Of the last attempt of a task that ended done, or has not ended. */
  readonly accepted: readonly Span[];
  readonly lost: readonly Span[];
  /** Came after one that was not good enough, in the same attempt or the next. */
  readonly repeated: readonly Span[];
  /** Repeated, and within an accepted attempt. */
  readonly rework: readonly Span[];
}

/** In the order of their starts. */
export function sortTurns({ status, spans }: ReportData): SortedTurns {
  const all = spans
    .filter((span) => span.kind === 'turn')
    .map((span) => ({ span, startMs: Date.parse(span.startedAt) }))
    .sort((a, b) => a.startMs - b.startMs)
    .map(({ span }) => span);
  const states = new Map(status.tasks.map(({ id, state }) => [id, state]));
  const lastAttempt = new Map<string, number>();
  const before = new Map<string, Span>();
  const repeated: Span[] = [];
  for (const span of all) {
    lastAttempt.set(span.task, Math.max(lastAttempt.get(span.task) ?? 0, span.attempt));
    const last = before.get(span.task);
    if (last !== undefined && !wasHeldUp(last)) repeated.push(span);
    before.set(span.task, span);
  }
  const isAccepted = ({ task, attempt }: Span): boolean =>
    !['failed', 'skipped', 'cancelled'].includes(states.get(task) ?? '') && lastAttempt.get(task) === attempt;
  const accepted = all.filter(isAccepted);
  return {
    all,
    accepted,
    lost: all.filter((span) => !isAccepted(span)),
    repeated,
    rework: repeated.filter((span) => span.turn > 1 && isAccepted(span)),
  };
}

/** It waits, or was cut short: the work was not found wanting. */
export function wasHeldUp({ outcome }: Pick<Span, 'outcome'>): boolean {
  return ['blocked', 'locked', 'capped', 'interrupted'].includes(outcome);
}

function timeOf({ startedAt, endedAt }: Pick<Span, 'startedAt' | 'endedAt'>): number {
  return Date.parse(endedAt) - Date.parse(startedAt);
}

export function sumMs(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + timeOf(span), 0);
}
