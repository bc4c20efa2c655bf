/** The report as Markdown: for a pull request, a terminal, a mail. */
import { logGroups } from '../core/group-log.js';
import { comparePlan } from '../core/plan-reality.js';
import { computeMetrics, type Metrics } from '../core/metrics.js';
import type { BlockerStatus, ReportData, Status, TaskStatus } from '../core/status.js';
import { escapeMarkdown, plainLine } from './escape.js';
import { formatCost, formatDuration, formatInstant, formatPercent, formatTick } from './format.js';
import {
  costOfTaskText,
  describePredecessor,
  describeStep,
  hasRetries,
  headlineNumbers,
  taskTimeText,
} from './summary.js';
import {
  budgetTable,
  comparedSentence,
  comparedTable,
  contractTable,
  figuresTable,
  groupTable,
  lostTable,
  noteTable,
  paceTable,
  type Table,
} from './run-table.js';
import { describeBlocker, describeCounts, noteOf } from './word.js';

export function renderReportMarkdown(data: ReportData): string {
  const { status } = data;
  const metrics = computeMetrics(data);
  return [
    ...renderHead(status),
    ...table(
      ['Number', 'Value', 'Detail'],
      headlineNumbers(metrics).map(({ name, value, detail }) => [name, value, detail]),
    ),
    ...renderTasks(status.tasks),
    ...renderContracts(status),
    ...renderBudgets(status),
    ...renderBlockers(status.blockers),
    ...renderTimes(data, metrics),
    ...renderRun(data, metrics),
    ...renderCosts(metrics),
  ].join('\n');
}

function renderHead(status: Status): string[] {
  const ended = status.endedAt === null ? 'still running' : `ended ${formatInstant(status.endedAt)}`;
  return [
    `# ${escapeMarkdown(status.name)}: ${status.state}`,
    '',
    `Campaign ${escapeMarkdown(status.id)} · ${describeCounts(status.tasks)} · started ${formatInstant(status.startedAt)} · ${ended}`,
    '',
    ...(status.message === '' ? [] : [quote(status.message), '']),
  ];
}

function renderTasks(tasks: readonly TaskStatus[]): string[] {
  const rows = tasks.map((task) => [
    task.state,
    `${task.id}: ${task.title}`,
    task.lane ?? task.agent ?? '',
    `${task.attempts}`,
    `${task.turns}`,
    taskTimeText(task),
    costOfTaskText(task),
    task.branch,
    noteOf(task),
  ]);
  return [
    '## Tasks',
    '',
    ...table(['Outcome', 'Task', 'Lane', 'Attempts', 'Turns', 'Time', 'Cost', 'Branch', 'Summary'], rows),
  ];
}

function renderContracts({ contracts = [] }: Status): string[] {
  return contracts.length === 0 ? [] : ['## Contracts', '', ...plainTable(contractTable(contracts))];
}

function renderBudgets({ budgets = [] }: Status): string[] {
  return budgets.length === 0 ? [] : ['## Budgets', '', ...plainTable(budgetTable(budgets))];
}

function renderBlockers(blockers: readonly BlockerStatus[]): string[] {
  if (blockers.length === 0) return [];
  return [
    '## Blockers',
    '',
    ...blockers.flatMap((blocker) => [
      `**${escapeMarkdown(blocker.id)}** · ${escapeMarkdown(blocker.task)} · ${blocker.severity} · ${blocker.state} · ${formatInstant(blocker.raisedAt)}`,
      '',
      quote(blocker.description),
      '',
      ...describeBlocker(blocker).flatMap((line) => [`- ${escapeMarkdown(plainLine(line))}`]),
      '',
      ...(blocker.answer === null ? [] : [`Answer: ${escapeMarkdown(blocker.answer)}`, '']),
    ]),
  ];
}

function renderTimes(data: ReportData, metrics: Metrics): string[] {
  const startMs = Date.parse(data.status.startedAt);
  const lanes = metrics.lanes.map((lane) => [
    lane.lane,
    `${lane.turns}`,
    formatDuration(lane.busyMs),
    formatDuration(lane.idleMs),
    formatPercent(lane.utilisation),
  ]);
  const path = metrics.criticalPath.map((step) => [
    describeStep(step, data),
    formatTick(Math.round((step.startMs - startMs) / 1000) * 1000),
    formatDuration(step.endMs - step.startMs),
    step.waitedMs === 0 ? '' : formatDuration(step.waitedMs),
    describePredecessor(step, data),
  ]);
  return [
    '## Lanes',
    '',
    ...table(['Lane', 'Turns', 'Busy', 'Idle', 'Utilisation'], lanes),
    '## Critical path',
    '',
    ...table(['Task', 'From', 'Took', 'Waited before', 'Began after'], path),
  ];
}

function renderRun(data: ReportData, metrics: Metrics): string[] {
  const compared = comparePlan(data);
  const groups = logGroups(data);
  const notes = data.notes ?? [];
  return [
    ...(compared === null
      ? []
      : [
          '## Plan and reality',
          '',
          escapeMarkdown(comparedSentence(compared)),
          '',
          ...plainTable(comparedTable(compared, data)),
        ]),
    ...(groups.length === 0 ? [] : ['## Parallel groups', '', ...plainTable(groupTable(groups))]),
    '## Agents and roles',
    '',
    ...plainTable(figuresTable(metrics)),
    ...plainTable(paceTable(metrics)),
    ...(metrics.lost.length === 0 ? [] : ['## Time lost to waits', '', ...plainTable(lostTable(metrics))]),
    ...(notes.length === 0 ? [] : ['## Limits and parallelism', '', ...plainTable(noteTable(notes))]),
  ];
}

/** Heads may be names that somebody chose; the marks are the HTML report's. */
function plainTable({ heads, rows }: Table): string[] {
  return table(
    heads.map((head) => escapeMarkdown(head.replace(/^[#~]/u, ''))),
    rows,
  );
}

function renderCosts(metrics: Metrics): string[] {
  const rows = [
    ...metrics.costByAgent.map((share) => [`agent ${share.name}`, formatCost(share.cost)]),
    ...metrics.costByPhase.map((share) => [`phase ${share.name}`, formatCost(share.cost)]),
    ['all', formatCost(metrics.cost)],
    ...(hasRetries(metrics) ? [['of these, retries', formatCost(metrics.retries.cost)]] : []),
  ];
  return ['## Costs', '', ...table(['Of', 'Cost'], rows)];
}

/** With a blank line after it. Cells are escaped. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [
    `| ${heads.join(' | ')} |`,
    `|${' --- |'.repeat(heads.length)}`,
    ...rows.map((row) => `| ${row.map(escapeMarkdown).join(' | ')} |`),
    '',
  ];
}

/** Someone's text of several lines, each of them plain. */
function quote(text: string): string {
  return text
    .split(/\r?\n/u)
    .map((line) => `> ${escapeMarkdown(line)}`.trimEnd())
    .join('\n');
}
