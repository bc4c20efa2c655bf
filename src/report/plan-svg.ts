/** A plan's Gantt chart as an SVG file of its own: the report's chart, with the estimates as its spans. */
import type { PlanNumbers } from '../core/plan-numbers.js';
import type { ReportData, Span } from '../core/status.js';
import { renderGanttSvg } from './gantt-svg.js';
import { STYLE } from './html-style.js';

export function renderPlanSvg(name: string, numbers: PlanNumbers): string {
  const spans = numbers.tasks.map(({ id, lane, startMs, endMs }): Span => ({
    task: id,
    lane,
    kind: 'turn',
    attempt: 1,
    turn: 1,
    outcome: 'planned',
    startedAt: isoTime(startMs),
    endedAt: isoTime(endMs),
  }));
  const critical = new Set(numbers.criticalPath);
  const criticalPath = numbers.tasks.flatMap(({ id, startMs, endMs }, index) =>
    critical.has(id)
      ? [{ task: id, startMs, endMs, waitedMs: 0, after: 'start' as const, afterTask: null, spans: [index] }]
      : [],
  );
  const data = dataOf(name, numbers, spans);
  const chart = renderGanttSvg({ data, makespanMs: numbers.makespanMs, criticalPath });
  const background = '<rect width="100%" height="100%" style="fill: var(--page)"/>';
  return chart.replace(
    /^(<svg) ([^>]*>)/,
    (_, open: string, rest: string) =>
      `${open} xmlns="http://www.w3.org/2000/svg" ${rest}<style>${STYLE}</style>${background}`,
  );
}

function dataOf(name: string, numbers: PlanNumbers, spans: readonly Span[]): ReportData {
  return {
    status: {
      id: name,
      name,
      state: 'running',
      phase: null,
      costUsd: null,
      startedAt: isoTime(0),
      endedAt: null,
      message: '',
      tasks: [],
      blockers: [],
      accounts: [],
      revision: 0,
    },
    spans,
    needs: {},
    lanes: numbers.lanes.filter(({ tasks }) => tasks > 0).map(({ lane }) => lane),
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
