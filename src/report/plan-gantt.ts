/** A plan's Gantt chart for a terminal: a row per lane that is used, readable without colour. */
import type { PlanNumbers, PlannedTask } from '../core/plan-numbers.js';
import { plainLine } from './escape.js';
import { formatTick } from './format.js';
import { cutToWidth, fit, type Colours, widthOf } from './terminal.js';

const MOST_ROWS = 40;
const LEAST_WIDTH = 20;
const NAME_WIDTH = 18;
const TICK_EVERY = 16;

/** Lines of at most `width` columns. Bars of the critical path are drawn heavy. */
export function renderPlanGantt(numbers: PlanNumbers, width: number, colours: Colours): readonly string[] {
  const used = numbers.lanes.filter(({ tasks }) => tasks > 0).map(({ lane }) => lane);
  if (used.length === 0 || numbers.makespanMs === 0) return [];
  const shown = used.slice(0, MOST_ROWS);
  const names = Math.min(NAME_WIDTH, Math.max(...shown.map((lane) => widthOf(plainLine(lane)))));
  const columns = Math.max(LEAST_WIDTH, width - names - 2);
  const critical = new Set(numbers.criticalPath);
  const byLane = new Map<string, PlannedTask[]>(shown.map((lane) => [lane, []]));
  for (const task of numbers.tasks) byLane.get(task.lane)?.push(task);
  const rows = [...byLane].map(([lane, tasks]) => {
    const bars = drawRow(tasks, { columns, makespanMs: numbers.makespanMs, critical, colours });
    return `${fit(plainLine(lane), names)}  ${bars}`;
  });
  const more = used.length - shown.length;
  return [
    ...rows,
    `${' '.repeat(names)}  ${drawAxis(numbers.makespanMs, columns)}`,
    ...(more > 0 ? [`and ${more} more lanes`] : []),
  ];
}

interface Row {
  readonly columns: number;
  readonly makespanMs: number;
  readonly critical: ReadonlySet<string>;
  readonly colours: Colours;
}

function drawRow(tasks: readonly PlannedTask[], { columns, makespanMs, critical, colours }: Row): string {
  let text = '';
  let drawn = 0;
  for (const { id, startMs, endMs } of tasks) {
    const from = Math.max(drawn, Math.min(columns - 1, Math.round((startMs / makespanMs) * columns)));
    const to = Math.min(columns, Math.max(from + 1, Math.round((endMs / makespanMs) * columns)));
    // More bars than columns: what does not fit is in the table.
    if (from >= columns || to <= from) continue;
    const bar = drawBar(plainLine(id), to - from, critical.has(id));
    text += ' '.repeat(from - drawn) + (critical.has(id) ? colours.yellow(bar) : colours.cyan(bar));
    drawn = to;
  }
  return text;
}

/** `├T1───┤`, on the critical path `┣T1━━━┫`. */
function drawBar(label: string, width: number, heavy: boolean): string {
  const [left, line, right] = heavy ? ['┣', '━', '┫'] : ['├', '─', '┤'];
  if (width === 1) return heavy ? '┃' : '│';
  const shown = cutToWidth(label, width - 2);
  return `${left}${shown}${line.repeat(width - 2 - widthOf(shown))}${right}`;
}

function drawAxis(makespanMs: number, columns: number): string {
  const steps = Math.max(1, Math.floor(columns / TICK_EVERY));
  let axis = '';
  for (let step = 0; step < steps; step += 1) {
    const at = Math.round((step / steps) * columns);
    axis = `${axis.padEnd(at)}${formatTick((makespanMs * step) / steps)} `;
  }
  const last = formatTick(makespanMs);
  return `${axis.slice(0, Math.max(0, columns - last.length - 1)).padEnd(columns - last.length)}${last}`;
}
