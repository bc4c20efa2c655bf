/** The Gantt chart as one SVG element: a row per lane and one for integration. Its colours are the page's classes. */
import type { CriticalStep } from '../core/critical-path.js';
import { wasHeldUp } from '../core/metrics-turn.js';
import type { ReportData, Span } from '../core/status.js';
import { cutText, escapeHtml } from './escape.js';
import { formatDuration, formatTick, formatUsd } from './format.js';

const WIDTH = 1000;
const ROW_HEIGHT = 34;
const BAR_HEIGHT = 22;
const TOP = 8;
const AXIS_HEIGHT = 26;
const RIGHT = 12;
/** Of the chart's 11 px font: wide enough that no label leaves its bar. */
const CHARACTER_WIDTH = 6.4;
const MIN_BAR_WIDTH = 2;
const TICK_STEPS_MS = [
  100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3,
  10800e3, 21600e3, 43200e3, 86400e3, 172800e3, 604800e3,
];
const MAX_TICKS = 9;
const INTEGRATION_ROW = 'integration';

/** How a bar is coloured: by its outcome, and by its kind where all went well. */
type Tone = 'turn' | 'verify' | 'merge' | 'bad' | 'held';

function toneOf(span: Span): Tone {
  if (wasHeldUp(span)) return 'held';
  if (['failed', 'rejected', 'conflict', 'timed-out'].includes(span.outcome)) return 'bad';
  return span.kind;
}

interface Scale {
  readonly startMs: number;
  readonly lengthMs: number;
  readonly left: number;
  readonly height: number;
}

interface Bar {
  readonly span: Span;
  readonly row: number;
  readonly critical: boolean;
}

export interface GanttInput {
  readonly data: ReportData;
  readonly makespanMs: number;
  readonly criticalPath: readonly CriticalStep[];
}

export function renderGanttSvg({ data, makespanMs, criticalPath }: GanttInput): string {
  const rows = rowsOf(data);
  const critical = new Set(criticalPath.flatMap((step) => step.spans));
  const longestName = Math.max(...rows.map((row) => cutText(row, 24).length));
  const scale = {
    startMs: Date.parse(data.status.startedAt),
    lengthMs: Math.max(makespanMs, 1),
    left: Math.ceil(longestName * (CHARACTER_WIDTH + 0.4)) + 16,
    height: TOP + rows.length * ROW_HEIGHT,
  };
  const bars = data.spans.map((span, index) => ({
    span,
    row: rows.indexOf(rowOf(span)),
    critical: critical.has(index),
  }));
  const height = scale.height + AXIS_HEIGHT;
  return [
    `<svg class="gantt" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Gantt chart: ${rows.length} rows, ${formatDuration(makespanMs)}">`,
    ...rows.map((row, index) => renderRow(row, { index, left: scale.left })),
    ...renderAxis(scale),
    ...bars.map((bar) => renderBar(bar, scale)),
    '</svg>',
  ].join('\n');
}

/** The lanes in their order, lanes that only the spans know, and integration last where something was merged. */
function rowsOf({ lanes, spans }: ReportData): string[] {
  const named = spans.map(rowOf).filter((row) => row !== INTEGRATION_ROW);
  const merged = spans.some((span) => rowOf(span) === INTEGRATION_ROW);
  return [...new Set([...lanes, ...named, ...(merged ? [INTEGRATION_ROW] : [])])];
}

function rowOf(span: Span): string {
  return span.kind === 'merge' ? INTEGRATION_ROW : span.lane;
}

function renderRow(name: string, { index, left }: { index: number; left: number }): string {
  const y = TOP + index * ROW_HEIGHT;
  const band =
    index % 2 === 0 ? `<rect class="band" x="0" y="${y}" width="${WIDTH}" height="${ROW_HEIGHT}"/>` : '';
  const text = escapeHtml(cutText(name, 24));
  return `${band}<text class="row" x="${left - 8}" y="${y + ROW_HEIGHT / 2 + 4}" text-anchor="end">${text}</text>`;
}

function renderAxis(scale: Scale): string[] {
  const lines: string[] = [];
  const stepMs = TICK_STEPS_MS.find((step) => scale.lengthMs / step <= MAX_TICKS) ?? scale.lengthMs;
  for (let ms = 0; ms <= scale.lengthMs; ms += stepMs) {
    const x = place(scale.startMs + ms, scale);
    const anchor = x > WIDTH - 40 ? 'end' : 'middle';
    lines.push(
      `<line class="tick" x1="${x}" x2="${x}" y1="${TOP}" y2="${scale.height}"/>` +
        `<text class="tick" x="${x}" y="${scale.height + 17}" text-anchor="${anchor}">${formatTick(ms)}</text>`,
    );
  }
  return lines;
}

function renderBar({ span, row, critical }: Bar, scale: Scale): string {
  const x = place(Date.parse(span.startedAt), scale);
  const width = round(Math.max(MIN_BAR_WIDTH, place(Date.parse(span.endedAt), scale) - x));
  const y = TOP + row * ROW_HEIGHT + (ROW_HEIGHT - BAR_HEIGHT) / 2;
  const mark = critical
    ? `<rect class="critical" x="${x}" y="${y + BAR_HEIGHT + 1}" width="${width}" height="3"/>`
    : '';
  const text = labelOf(span, width);
  const label =
    text === ''
      ? ''
      : `<text class="label" x="${x + 4}" y="${y + BAR_HEIGHT / 2 + 4}">${escapeHtml(text)}</text>`;
  return (
    `<g><title>${escapeHtml(describeSpan(span, { startMs: scale.startMs, critical }))}</title>` +
    `<rect class="bar ${toneOf(span)}" x="${x}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="3"/>${mark}${label}</g>`
  );
}

/** What fits: `design 1.2` (attempt and turn; of a plan there are none), else `design`, else nothing. */
function labelOf(span: Span, width: number): string {
  const room = Math.floor((width - 8) / CHARACTER_WIDTH);
  const full =
    span.kind === 'turn' && span.outcome !== 'planned'
      ? `${span.task} ${span.attempt}.${span.turn}`
      : span.task;
  if (full.length <= room) return full;
  if (span.task.length <= room) return span.task;
  return room >= 4 ? cutText(span.task, room) : '';
}

function describeSpan(span: Span, { startMs, critical }: { startMs: number; critical: boolean }): string {
  const at = Date.parse(span.startedAt);
  const kind = span.kind === 'turn' ? '' : `${span.kind === 'verify' ? 'checks' : 'merge'} of `;
  return [
    `${kind}${span.task}, attempt ${span.attempt}, turn ${span.turn}: ${span.outcome}`,
    `${formatDuration(Date.parse(span.endedAt) - at)} from ${formatTick(at - startMs)} on ${rowOf(span)}`,
    ...(span.kind === 'turn' && span.costUsd !== undefined ? [`cost ${formatUsd(span.costUsd)}`] : []),
    ...(critical ? ['on the critical path'] : []),
  ].join('\n');
}

function place(atMs: number, scale: Scale): number {
  const share = Math.min(1, Math.max(0, (atMs - scale.startMs) / scale.lengthMs));
  return round(scale.left + share * (WIDTH - RIGHT - scale.left));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
