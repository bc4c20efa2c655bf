/** The few numbers and phrases that the HTML and the Markdown report share. */
import { countOf } from '../core/count.js';
import type { CriticalStep } from '../core/critical-path.js';
import type { Metrics } from '../core/metrics.js';
import { costOfTask } from '../core/metrics-cost.js';
import type { ReportData, TaskStatus } from '../core/status.js';
import { formatCost, formatDuration, formatFactor, formatPercent } from './format.js';

export interface HeadlineNumber {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
}

export function headlineNumbers(metrics: Metrics): readonly HeadlineNumber[] {
  const { retries } = metrics;
  return [
    {
      name: 'Wall time',
      value: formatDuration(metrics.makespanMs),
      detail: `${formatDuration(metrics.waitMs)} of waits in tasks`,
    },
    {
      name: 'Sequential time',
      value: formatDuration(metrics.sequentialMs),
      detail: 'turns of accepted attempts',
    },
    {
      name: 'Speedup',
      value: formatFactor(metrics.speedup),
      detail: `efficiency ${formatPercent(metrics.efficiency)}, at most ${formatFactor(metrics.amdahlBound)} (Amdahl)`,
    },
    {
      name: 'Utilisation',
      value: formatPercent(metrics.utilisation),
      detail: `mean of ${countOf(metrics.lanes.length, 'lane')}`,
    },
    {
      name: 'In parallel',
      value: formatPercent(metrics.shareInParallel),
      detail: 'of tasks, half their time or more',
    },
    {
      name: 'Cost',
      value: formatCost(metrics.cost),
      detail: hasRetries(metrics) ? `retries ${formatCost(retries.cost)}` : 'no retries',
    },
    {
      name: 'Turns',
      value: `${metrics.turns}`,
      detail: `checks ${formatDuration(metrics.verifyMs)}, merges ${formatDuration(metrics.mergeMs)}`,
    },
    {
      name: 'Retries',
      value: `${retries.turns}`,
      detail: `${formatDuration(retries.lostMs)} lost, ${formatDuration(retries.reworkMs)} rework`,
    },
  ];
}

/** Turns that were repeated, or came to nothing: only then is there a cost of retries to tell. */
export function hasRetries({ retries }: Metrics): boolean {
  return retries.turns > 0 || retries.lostMs > 0;
}

/** `api`, or `api (its merge)` where nothing but its merge is on the path. */
export function describeStep(step: CriticalStep, data: ReportData): string {
  const mergeOnly = step.spans.every((index) => data.spans[index]?.kind === 'merge');
  return mergeOnly ? `${step.task} (its merge)` : step.task;
}

export function describePredecessor(step: CriticalStep, { status }: ReportData): string {
  const before = step.afterTask ?? '';
  switch (step.after) {
    case 'start':
      return "the campaign's start";
    case 'need':
      return `its need ${before}`;
    case 'phase':
      return `phase ${status.tasks.find(({ id }) => id === before)?.phase ?? ''} was over`;
    case 'lane':
      return 'the lane was free';
    case 'integration':
      return `the merge of ${before}`;
    case 'group':
      return 'the group was ready to merge';
  }
}

/** A task without turns cost nothing and took no time: an empty cell, unlike `?`. */
export function costOfTaskText(task: TaskStatus): string {
  return task.turns === 0 ? '' : formatCost(costOfTask(task));
}

export function taskTimeText(task: TaskStatus): string {
  if (task.startedAt === null || task.endedAt === null) return '';
  return formatDuration(Date.parse(task.endedAt) - Date.parse(task.startedAt));
}
