/** Which work determined when the campaign ended, by actual times. */
import type { ReportData, Span } from './status.js';

/** A task's stretch on the critical path. Times are epoch ms. */
export interface CriticalStep {
  readonly task: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Time between the end of the step before (or the campaign's start) and this one's start, when nothing ran for it. */
  readonly waitedMs: number;
  /** What it followed: nothing, a need, the phase before, the task before it on its lane or in integration, or its group. */
  readonly after: After;
  /** The task whose end it followed; null at the start. */
  readonly afterTask: string | null;
  /** Indexes in ReportData.spans. */
  readonly spans: readonly number[];
}

type After = 'start' | 'need' | 'phase' | 'lane' | 'integration' | 'group';

interface Timed {
  readonly index: number;
  readonly span: Span;
  readonly startMs: number;
  readonly endMs: number;
}

/** What came last before a span, and how it relates to it: `own` is an earlier span of the same task. */
interface Link {
  readonly from: Timed;
  readonly how: Exclude<After, 'start'> | 'own';
}

/** Spans of two hosts are told by two clocks. */
const CLOCK_SLACK_MS = 1000;
/** Where two ended together, the more telling one is named. */
const PRECEDENCE = ['own', 'need', 'phase', 'integration', 'lane', 'group'] as const;

/**
 * Walks back from the span that ended last: each time to what ended last among the task's own earlier spans, its
 * needs, its predecessor on the lane or in integration, and (for a merge, which may wait for the group) the group.
 */
export function findCriticalPath(data: ReportData): readonly CriticalStep[] {
  const spans = data.spans.map((span, index) => ({
    index,
    span,
    startMs: Date.parse(span.startedAt),
    endMs: Date.parse(span.endedAt),
  }));
  let at = spans.reduce<Timed | null>(
    (last, span) => (last === null || span.endMs > last.endMs ? span : last),
    null,
  );
  const chain: { at: Timed; how: After | 'own' }[] = [];
  while (at !== null) {
    const link = findPredecessor(at, spans, data);
    chain.unshift({ at, how: link?.how ?? 'start' });
    at = link?.from ?? null;
  }
  return joinSteps(chain, Date.parse(data.status.startedAt));
}

function findPredecessor(at: Timed, spans: readonly Timed[], data: ReportData): Link | null {
  let best: Link | null = null;
  for (const from of spans) {
    // A start strictly earlier makes sure that the walk ends.
    if (from.startMs >= at.startMs || from.endMs > at.startMs + CLOCK_SLACK_MS) continue;
    const how = relate(from.span, at.span, data);
    if (how === null) continue;
    if (best === null || isCloser({ from, how }, best)) best = { from, how };
  }
  return best;
}

function isCloser(one: Link, other: Link): boolean {
  if (one.from.endMs !== other.from.endMs) return one.from.endMs > other.from.endMs;
  return PRECEDENCE.indexOf(one.how) < PRECEDENCE.indexOf(other.how);
}

function relate(from: Span, to: Span, data: ReportData): Link['how'] | null {
  if (from.task === to.task) return 'own';
  if (to.kind === 'merge') {
    if (from.kind === 'merge') return 'integration';
    return haveSame('group', [from, to], data) ? 'group' : null;
  }
  if (data.needs[to.task]?.includes(from.task) === true)
    return haveSame('phase', [from, to], data) ? 'need' : 'phase';
  return from.kind !== 'merge' && from.lane === to.lane ? 'lane' : null;
}

function haveSame(what: 'phase' | 'group', spans: readonly Span[], { status }: ReportData): boolean {
  const [one, other] = spans.map((span) => status.tasks.find(({ id }) => id === span.task)?.[what]);
  return one === other;
}

function joinSteps(
  chain: readonly { at: Timed; how: After | 'own' }[],
  startedAtMs: number,
): readonly CriticalStep[] {
  const steps: CriticalStep[] = [];
  for (const { at, how } of chain) {
    const last = steps.at(-1);
    if (how === 'own' && last !== undefined) {
      steps[steps.length - 1] = { ...last, endMs: at.endMs, spans: [...last.spans, at.index] };
    } else {
      const waitedMs = Math.max(0, at.startMs - (last?.endMs ?? startedAtMs));
      const { startMs, endMs } = at;
      const after = how === 'own' ? 'start' : how;
      const afterTask = last?.task ?? null;
      steps.push({ task: at.span.task, startMs, endMs, waitedMs, after, afterTask, spans: [at.index] });
    }
  }
  return steps;
}
