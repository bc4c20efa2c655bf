/** `longhaul plan` for people: when each task would start, where, and what it waited for. */
import { plainLine } from './escape.js';
import { formatDuration, formatFactor, formatTick } from './format.js';
import { alignColumns } from './terminal.js';

/** Times are milliseconds from the campaign's start; `starts` in the order of their starts. */
export interface PlanText {
  readonly starts: readonly {
    readonly task: string;
    readonly title: string;
    readonly lane: string;
    readonly startMs: number;
    readonly endMs: number;
    /** In words; empty for one that starts at once. */
    readonly waitedFor: string;
  }[];
  readonly makespanMs: number;
  readonly sequentialMs: number;
}

export function renderPlanText({ starts, makespanMs, sequentialMs }: PlanText): string {
  const rows = starts.map((start) => [
    formatTick(start.startMs),
    formatTick(start.endMs),
    plainLine(start.lane),
    plainLine(start.task),
    plainLine(start.title),
    plainLine(start.waitedFor),
  ]);
  const speedup = makespanMs > 0 ? `, ${formatFactor(sequentialMs / makespanMs)} as fast` : '';
  return [
    ...alignColumns([['START', 'END', 'LANE', 'TASK', 'TITLE', 'WAITS FOR'], ...rows]),
    '',
    `${formatDuration(makespanMs)} by estimates, ${formatDuration(sequentialMs)} one after another${speedup}.`,
    '',
  ].join('\n');
}
