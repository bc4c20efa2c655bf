/** What is made fast for campaigns of thousands of tasks says the same as what looks at everything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCriticalPath } from '../../src/core/critical-path.js';
import { lengthOf, within } from '../../src/core/interval.js';
import { Occupation } from '../../src/core/metrics-occupation.js';
import { withPlan } from '../../src/core/plan-facts.js';
import { planEdges } from '../../src/core/plan-index.js';
import { greatestOfNeeds, needsOf, reportNeeds } from '../../src/core/report-need.js';
import type { ReportData, Span } from '../../src/core/status.js';
import { makeDone, makeSpan, makeStatus } from '../report/make.js';
import { buildPlan } from './plan-builder.js';

const MINUTES = 12;

/** Eight tasks in two phases, some with a pool and paths that overlap; spans of some minutes, in any order. */
const report = fc
  .record({
    uses: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 8, maxLength: 8 }),
    claims: fc.array(fc.constantFrom(null, 'exclusive' as const, 'shared' as const), {
      minLength: 8,
      maxLength: 8,
    }),
    ran: fc.array(
      fc.record({
        task: fc.nat(7),
        from: fc.nat(MINUTES - 1),
        minutes: fc.integer({ min: 1, max: 4 }),
        kind: fc.constantFrom('turn' as const, 'verify' as const, 'merge' as const),
        lane: fc.nat(2),
        turn: fc.integer({ min: 1, max: 2 }),
      }),
      { minLength: 1, maxLength: 16 },
    ),
  })
  .map(({ uses, claims, ran }): ReportData => {
    const sketch = (index: number, needs: readonly string[] = []) => ({
      id: `t${index}`,
      needs,
      uses: (uses[index] ?? 0) === 0 ? [] : [{ pool: 'p', units: uses[index] ?? 0 }],
      claims: claims[index] == null ? [] : [{ path: index % 3, mode: claims[index] }],
    });
    const plan = buildPlan({
      phases: [
        [
          [sketch(0), sketch(1, ['t0'])],
          [sketch(2), sketch(3, ['t2'])],
        ],
        [[sketch(4), sketch(5, ['t4', 't0']), sketch(6), sketch(7)]],
      ],
      pools: [{ name: 'p', capacity: 2 }],
      paths: ['a/**', 'a/b/**', 'c/**'],
      overlaps: [[0, 1], [0, 1], [2]],
    });
    const spans = ran.map(({ task, from, minutes, kind, lane, turn }) =>
      makeSpan(`t${task}`, [from, from + minutes], { kind, turn, lane: `a#${lane + 1}` }),
    );
    const tasks = plan.tasks.map(({ id, group, phase }) => {
      const own = spans.filter((span) => span.task === id);
      const end = Math.max(0, ...own.map(minuteOfEnd));
      return { ...makeDone(id, [0, end]), group, phase };
    });
    const status = makeStatus(tasks, { state: 'done', endedAt: spans[0]?.endedAt ?? null });
    const lanes = ['a#1', 'a#2', 'a#3'];
    return withPlan({ status, spans, ...reportNeeds(plan), lanes }, plan, []);
  });

const START_MS = Date.parse(makeStatus([], {}).startedAt);

function minuteOfEnd({ endedAt }: Span): number {
  return (Date.parse(endedAt) - START_MS) / 60_000;
}

describe('of a large report', () => {
  it('the critical path is found as by one that looks at all spans at every step', () => {
    fc.assert(
      fc.property(report, (data) => {
        for (const each of [data, shorten(data)]) {
          const steps = findCriticalPath(each);
          expect(steps.flatMap(({ spans }) => spans)).toEqual(walkAll(each));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('pools and locks are taken when others have too much of them, minute by minute', () => {
    fc.assert(
      fc.property(report, (data) => {
        const bounds = [START_MS, START_MS + (MINUTES + 4) * 60_000] as const;
        const occupation = new Occupation(data, bounds);
        for (const { id } of data.plan?.tasks ?? []) {
          const taken = occupation.takenFrom(id);
          for (let minute = 0; minute < MINUTES + 4; minute += 1) {
            const at = [START_MS + minute * 60_000, START_MS + (minute + 1) * 60_000] as const;
            for (const reason of ['pool', 'lock'] as const) {
              const set = taken.find((each) => each.reason === reason)?.taken ?? [];
              expect(lengthOf(within(set, at)) > 0).toBe(lacks(data, { id, minute, reason }));
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('needs are those of the plan, also where many wait for many', () => {
    const names = (prefix: string) => Array.from({ length: 60 }, (_, index) => ({ id: `${prefix}${index}` }));
    const plan = buildPlan({ phases: [[names('a')], [names('b')], [[{ id: 'c', needs: ['a3'] }]]] });
    const needs = reportNeeds(plan);
    expect(JSON.stringify(needs).length).toBeLessThan(JSON.stringify(planEdges(plan)).length / 5);
    const numberOf = (id: string) => Number(id.slice(1));
    const greatest = greatestOfNeeds(needs, { of: numberOf, none: -1 });
    for (const [id, edges] of Object.entries(planEdges(plan))) {
      expect(needsOf(needs, id)).toEqual(edges);
      expect(greatest(id)).toBe(Math.max(-1, ...edges.map(numberOf)));
    }
  });
});

/** Minutes become half seconds, less than the clocks of two hosts may differ. */
function shorten(data: ReportData): ReportData {
  const short = (time: string) => new Date(START_MS + (Date.parse(time) - START_MS) / 120).toISOString();
  const spans = data.spans.map((span) => ({
    ...span,
    startedAt: short(span.startedAt),
    endedAt: short(span.endedAt),
  }));
  return { ...data, spans };
}

/** The spans on the path, the first one first. */
function walkAll(data: ReportData): readonly number[] {
  const ms = (time: string) => Date.parse(time);
  const placeOf = (id: string) => data.status.tasks.find((task) => task.id === id);
  const isIn = (what: 'phase' | 'group', one: Span, other: Span) =>
    placeOf(one.task)?.[what] === placeOf(other.task)?.[what];
  const rankToMerge = (from: Span, to: Span): number => {
    if (from.kind === 'merge') return 3;
    return isIn('group', from, to) ? 5 : -1;
  };
  const rank = (from: Span, to: Span): number => {
    if (from.task === to.task) return 0;
    if (to.kind === 'merge') return rankToMerge(from, to);
    if (needsOf(data, to.task).includes(from.task)) return isIn('phase', from, to) ? 1 : 2;
    return from.kind !== 'merge' && from.lane === to.lane ? 4 : -1;
  };
  const spans = data.spans.map((span, index) => ({ span, index }));
  let at = spans.reduce((last, each) => (ms(each.span.endedAt) > ms(last.span.endedAt) ? each : last));
  const path = [at.index];
  for (;;) {
    const { span: to } = at;
    const before = spans
      .filter(
        ({ span }) => ms(span.startedAt) < ms(to.startedAt) && ms(span.endedAt) <= ms(to.startedAt) + 1_000,
      )
      .map((each) => ({ ...each, how: rank(each.span, to) }))
      .filter(({ how }) => how >= 0)
      .sort((a, b) => ms(b.span.endedAt) - ms(a.span.endedAt) || a.how - b.how || a.index - b.index);
    const [best] = before;
    if (best === undefined) return path;
    path.unshift(best.index);
    at = best;
  }
}

/** By the minute: do others have more of the pool, or of a path, than leaves what the task wants? */
function lacks(
  { plan, spans, status }: ReportData,
  { id, minute, reason }: { readonly id: string; readonly minute: number; readonly reason: 'pool' | 'lock' },
): boolean {
  const begin = (span: Span) => (Date.parse(span.startedAt) - START_MS) / 60_000;
  const tasks = plan?.tasks ?? [];
  const own = tasks.find((task) => task.id === id);
  const worked = spans.filter(({ kind }) => kind !== 'merge');
  const units = (others: typeof tasks) =>
    others.reduce((sum, other) => {
      const turns = new Set(worked.filter(({ task }) => task === other.id).map(({ turn }) => turn));
      const holding = [...turns].filter((turn) => {
        const held = worked.filter((span) => span.task === other.id && span.turn === turn);
        return Math.min(...held.map(begin)) <= minute && minute < Math.max(...held.map(minuteOfEnd));
      });
      return sum + holding.length * (other.uses[0]?.units ?? 0);
    }, 0);
  const others = tasks.filter((task) => task.id !== id);
  if (reason === 'pool') {
    const wanted = own?.uses[0]?.units ?? 0;
    return wanted > 0 && units(others) > 2 - wanted;
  }
  return (own?.claims ?? []).some(({ path, mode }) =>
    others.some((other) => {
      const holds = spans.filter(({ task }) => task === other.id).map(begin);
      const ended = status.tasks.find((task) => task.id === other.id)?.endedAt ?? '';
      const endMinute = (Date.parse(ended) - START_MS) / 60_000;
      const held = holds.length > 0 && Math.min(...holds) <= minute && minute < endMinute;
      return held && other.claims.some((theirs) => clash({ path, mode }, theirs, plan?.overlaps ?? []));
    }),
  );
}

type Claimed = { readonly path: number; readonly mode: string };

function clash(one: Claimed, other: Claimed, overlaps: readonly (readonly number[])[]): boolean {
  const alone = one.mode !== 'shared' || other.mode !== 'shared';
  return alone && (overlaps[one.path] ?? []).includes(other.path);
}
