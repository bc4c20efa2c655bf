/** What a change of the plan would do, for people and for programs. */
import { countOf } from '../core/count.js';
import type { PlanChange } from '../core/plan-change.js';
import type { Status } from '../core/status.js';
import { plainLine } from './escape.js';
import { formatDuration, formatUsd } from './format.js';
import { alignColumns } from './terminal.js';

interface Left {
  readonly timeMs: number;
  readonly costUsd: number | null;
}

export interface PlanChangeView {
  readonly change: PlanChange;
  readonly scheduled: readonly string[];
  readonly status: Status;
  readonly before: Left;
  readonly after: Left;
}

export function renderPlanChange({ change, scheduled, status, before, after }: PlanChangeView): string {
  const stateOf = new Map(status.tasks.map((task) => [task.id, task]));
  const isAgain = new Set(change.again);
  const again = (id: string) => {
    const task = stateOf.get(id);
    if (!isAgain.has(id) || task === undefined) return plainLine(id);
    return `${plainLine(id)} (${task.state === 'running' ? 'running: interrupted, then ' : ''}done again)`;
  };
  const removed = (id: string) => {
    const task = stateOf.get(id);
    if (task === undefined || task.attempts === 0) return plainLine(id);
    const then = task.state === 'done' ? 'stays merged' : task.state === 'running' ? 'interrupted' : 'ended';
    return `${plainLine(id)} (${task.state}: ${then})`;
  };
  const rows = [
    ['= kept', countOf(change.kept.length, 'task')],
    ['+ added', change.added.map(plainLine).join(', ')],
    ['~ changed', change.changed.map(again).join(', ')],
    ['! builds on a change', change.stale.map(again).join(', ')],
    ['- removed', change.removed.map(removed).join(', ')],
    ['@ scheduled otherwise', scheduled.map(plainLine).join(', ')],
  ].filter(([, text]) => text !== '');
  return [...alignColumns(rows).map((line) => `  ${line}`), '', leftLine(before, after)].join('\n');
}

function leftLine(before: Left, after: Left): string {
  const time = `Left to do, by estimates and what tasks took so far: ${formatDuration(before.timeMs)} now, ${formatDuration(after.timeMs)} then`;
  if (before.costUsd === null && after.costUsd === null) return `${time}; cost unknown.`;
  return `${time}; cost about ${costOf(before)} now, ${costOf(after)} then.`;
}

function costOf({ costUsd }: Left): string {
  return costUsd === null ? 'unknown' : formatUsd(costUsd);
}

export function planChangeJson({ change, scheduled, before, after }: PlanChangeView) {
  const left = ({ timeMs, costUsd }: Left) => ({ minutes: Math.round(timeMs / 6_000) / 10, costUsd });
  return { ...change, scheduled, left: { before: left(before), after: left(after) } };
}
