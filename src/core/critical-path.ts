/** Which work determined when the campaign ended, by actual times. */
import { needsOf } from './report-need.js';
import type { ReportData, Span, TaskStatus } from './status.js';

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
  const past = new Past(data, spans);
  let at = spans.reduce<Timed | null>(
    (last, span) => (last === null || span.endMs > last.endMs ? span : last),
    null,
  );
  const chain: { at: Timed; how: After | 'own' }[] = [];
  while (at !== null) {
    const link = past.before(at);
    chain.push({ at, how: link?.how ?? 'start' });
    at = link?.from ?? null;
  }
  return joinSteps(chain.reverse(), Date.parse(data.status.startedAt));
}

/** The spans that a span may have followed, by what relates them, so that a step does not look at all that ever ran. */
class Past {
  private readonly lists = new Map<string, Timed[]>();
  private readonly tasks: ReadonlyMap<string, TaskStatus>;

  constructor(
    private readonly data: ReportData,
    spans: readonly Timed[],
  ) {
    this.tasks = new Map(data.status.tasks.map((task) => [task.id, task]));
    // Of those that ended together, the first of the report is found first.
    const sorted = [...spans].sort((a, b) => a.endMs - b.endMs || b.index - a.index);
    for (const timed of sorted) for (const key of this.keysOf(timed.span)) this.add(key, timed);
  }

  /** What ended last of all that the span may have followed. */
  before(at: Timed): Link | null {
    return this.waysTo(at.span).reduce<Link | null>((best, { key, how }) => {
      const from = this.lastBefore(key, at);
      const link = from === null ? null : { from, how };
      return link !== null && (best === null || isCloser(link, best)) ? link : best;
    }, null);
  }

  private keysOf({ task, kind, lane }: Span): readonly string[] {
    const group = `group ${this.tasks.get(task)?.group ?? ''}`;
    return [`task ${task}`, group, ...(kind === 'merge' ? ['merges'] : [`lane ${lane}`])];
  }

  private add(key: string, timed: Timed): void {
    const list = this.lists.get(key);
    if (list === undefined) this.lists.set(key, [timed]);
    else list.push(timed);
  }

  private waysTo({ task, kind, lane }: Span): readonly { key: string; how: Link['how'] }[] {
    const own = { key: `task ${task}`, how: 'own' } as const;
    const at = this.tasks.get(task);
    if (kind === 'merge') {
      const group = { key: `group ${at?.group ?? ''}`, how: 'group' } as const;
      return [own, { key: 'merges', how: 'integration' }, group];
    }
    const needs = needsOf(this.data, task).map((need) => {
      const how = this.tasks.get(need)?.phase === at?.phase ? 'need' : 'phase';
      return { key: `task ${need}`, how } as const;
    });
    return [own, ...needs, { key: `lane ${lane}`, how: 'lane' }];
  }

  private lastBefore(key: string, at: Timed): Timed | null {
    const list = this.lists.get(key) ?? [];
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((list[middle]?.endMs ?? Infinity) <= at.startMs + CLOCK_SLACK_MS) low = middle + 1;
      else high = middle;
    }
    // A start strictly earlier makes sure that the walk ends.
    while (low > 0 && (list[low - 1]?.startMs ?? 0) >= at.startMs) low -= 1;
    return list[low - 1] ?? null;
  }
}

function isCloser(one: Link, other: Link): boolean {
  if (one.from.endMs !== other.from.endMs) return one.from.endMs > other.from.endMs;
  const [how, otherHow] = [PRECEDENCE.indexOf(one.how), PRECEDENCE.indexOf(other.how)];
  return how < otherHow || (how === otherHow && one.from.index < other.from.index);
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
