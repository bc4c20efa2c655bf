/** The report as one HTML file: no script, nothing loaded from elsewhere, light and dark, readable when printed. */
import { countOf } from '../core/count.js';
import { logGroups } from '../core/group-log.js';
import { comparePlan } from '../core/plan-reality.js';
import { computeMetrics, type Metrics } from '../core/metrics.js';
import type { CostShare } from '../core/metrics-cost.js';
import type { BlockerStatus, ReportData, Status, TaskStatus } from '../core/status.js';
import { escapeHtml, plainLine } from './escape.js';
import { formatCost, formatDuration, formatInstant, formatPercent, formatTick } from './format.js';
import { renderGanttSvg } from './gantt-svg.js';
import { STYLE } from './html-style.js';
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
import { describeBlocker, describeCounts, noteOf, STATE_SIGNS } from './word.js';

/** Ready HTML: the only strings that `table` and `section` do not escape. */
interface Html {
  readonly html: string;
}

export function renderReportHtml(data: ReportData): string {
  const { status } = data;
  const metrics = computeMetrics(data);
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // A second wall behind the escaping: the page can load and run nothing.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(plainLine(status.name))}: ${status.state}</title>`,
    `<style>${STYLE}</style></head><body><main>`,
    renderHead(status),
    renderNumbers(metrics),
    renderOpenBlockers(status),
    section('Timeline', [renderLegend(), scroll(renderGantt(data, metrics))]),
    section('Lanes', [renderLanes(metrics)]),
    section('Critical path', [renderCriticalPath(data, metrics)]),
    section('Tasks', [renderTasks(status)]),
    renderContracts(status),
    renderBudgets(status),
    renderPlan(data),
    renderGroups(data),
    renderFigures(data, metrics),
    section('Costs', [renderCosts(metrics)]),
    status.blockers.length === 0 ? '' : section('Blockers', status.blockers.map(renderBlocker)),
    '</main></body></html>',
    '',
  ].join('\n');
}

function renderHead(status: Status): string {
  const ended = status.endedAt === null ? 'still running' : `ended ${formatInstant(status.endedAt)}`;
  const message = status.message === '' ? '' : `<p class="message">${escapeHtml(status.message)}</p>`;
  return (
    `<header><p class="id">Campaign ${escapeHtml(status.id)}</p><h1>${escapeHtml(plainLine(status.name))} ` +
    `<span class="state ${status.state}">${status.state}</span></h1>` +
    `<p class="when">${escapeHtml(describeCounts(status.tasks))} · started ${formatInstant(status.startedAt)} · ${ended}</p>` +
    `${message}</header>`
  );
}

function renderNumbers(metrics: Metrics): string {
  const tiles = headlineNumbers(metrics).map(
    ({ name, value, detail }) =>
      `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd><dd class="detail">${escapeHtml(detail)}</dd></div>`,
  );
  return `<dl class="numbers">${tiles.join('')}</dl>`;
}

function renderOpenBlockers(status: Status): string {
  const open = status.blockers.filter((blocker) => blocker.state === 'open');
  if (open.length === 0) return '';
  return `<p class="asks">${escapeHtml(countOf(open.length, 'blocker'))} without an answer: ${escapeHtml(
    open.map((blocker) => `${blocker.id} (${blocker.task})`).join(', '),
  )}</p>`;
}

function renderGantt(data: ReportData, metrics: Metrics): string {
  if (data.spans.length === 0) return '<p>Nothing ran.</p>';
  return renderGanttSvg({ data, makespanMs: metrics.makespanMs, criticalPath: metrics.criticalPath });
}

function renderLegend(): string {
  const keys = [
    ['turn', 'turn (attempt.turn)'],
    ['verify', 'checks'],
    ['merge', 'merge'],
    ['bad', 'rejected or failed'],
    ['held', 'blocked, limited or interrupted'],
    ['path', 'critical path'],
  ].map(([key, name]) => `<li><i class="${key ?? ''}"></i>${name ?? ''}</li>`);
  return `<ul class="legend">${keys.join('')}</ul>`;
}

function renderLanes(metrics: Metrics): string {
  const rows = metrics.lanes.map((lane) => [
    lane.lane,
    `${lane.turns}`,
    formatDuration(lane.busyMs),
    formatDuration(lane.idleMs),
    {
      html: `<meter min="0" max="1" value="${lane.utilisation}"></meter> ${formatPercent(lane.utilisation)}`,
    },
  ]);
  return table(['Lane', '#Turns', '#Busy', '#Idle', 'Utilisation'], rows);
}

function renderCriticalPath(data: ReportData, metrics: Metrics): string {
  if (metrics.criticalPath.length === 0) return '<p>Nothing ran.</p>';
  const startMs = Date.parse(data.status.startedAt);
  const rows = metrics.criticalPath.map((step) => [
    describeStep(step, data),
    formatTick(Math.round((step.startMs - startMs) / 1000) * 1000),
    formatDuration(step.endMs - step.startMs),
    step.waitedMs === 0 ? '' : formatDuration(step.waitedMs),
    describePredecessor(step, data),
  ]);
  return `<p>What determined the end: only what shortens one of these makes the campaign shorter.</p>${table(
    ['Task', '#From', '#Took', '#Waited before', 'Began after'],
    rows,
  )}`;
}

function renderContracts({ contracts = [] }: Status): string {
  return contracts.length === 0 ? '' : section('Contracts', [plainTable(contractTable(contracts))]);
}

function renderBudgets({ budgets = [] }: Status): string {
  return budgets.length === 0 ? '' : section('Budgets', [plainTable(budgetTable(budgets))]);
}

function renderPlan(data: ReportData): string {
  const compared = comparePlan(data);
  if (compared === null) return '';
  const sentence = `<p>${escapeHtml(comparedSentence(compared))}</p>`;
  return section('Plan and reality', [sentence, plainTable(comparedTable(compared, data))]);
}

function renderGroups(data: ReportData): string {
  const groups = logGroups(data);
  return groups.length === 0 ? '' : section('Parallel groups', [plainTable(groupTable(groups))]);
}

function renderFigures(data: ReportData, metrics: Metrics): string {
  const notes = data.notes ?? [];
  return [
    section('Agents and roles', [plainTable(figuresTable(metrics)), plainTable(paceTable(metrics))]),
    metrics.lost.length === 0 ? '' : section('Time lost to waits', [plainTable(lostTable(metrics))]),
    notes.length === 0 ? '' : section('Limits and parallelism', [plainTable(noteTable(notes))]),
  ].join('\n');
}

function plainTable({ heads, rows }: Table): string {
  return table(heads, rows);
}

function renderTasks(status: Status): string {
  const rows = status.tasks.map((task) => [
    { html: `<span class="state ${task.state}">${STATE_SIGNS[task.state]} ${task.state}</span>` },
    { html: renderTaskName(task) },
    plainLine(task.lane ?? task.agent ?? ''),
    `${task.attempts}`,
    `${task.turns}`,
    taskTimeText(task),
    costOfTaskText(task),
    { html: renderTaskText(task) },
  ]);
  return table(
    ['Outcome', 'Task', 'Lane', '#Attempts', '#Turns', '#Time', '#Cost', '~Summary and branch'],
    rows,
  );
}

function renderTaskName(task: TaskStatus): string {
  const title = escapeHtml(plainLine(task.title));
  return `<b>${escapeHtml(task.id)}</b><div class="title">${title}</div><small>${escapeHtml(task.group)}</small>`;
}

function renderTaskText(task: TaskStatus): string {
  const note = escapeHtml(noteOf(task)).replaceAll('\n', '<br>');
  return `${note === '' ? '' : `${note}<br>`}<code>${escapeHtml(task.branch)}</code>`;
}

function renderCosts(metrics: Metrics): string {
  const part = (by: string, shares: readonly CostShare[]) =>
    table(
      [by, '#Cost'],
      shares.map((share) => [share.name, formatCost(share.cost)]),
    );
  return (
    `<div class="side">${part('Agent', metrics.costByAgent)}${part('Phase', metrics.costByPhase)}</div>` +
    `<p>${describeRetries(metrics)} “?” is a cost that the agent's program did not tell, “+” a sum with such a part.</p>`
  );
}

function describeRetries(metrics: Metrics): string {
  const { retries } = metrics;
  if (!hasRetries(metrics)) return 'No turn was repeated.';
  return (
    `Of this, retries: ${escapeHtml(formatCost(retries.cost))} in ${countOf(retries.turns, 'turn')}, ` +
    `${formatDuration(retries.lostMs)} in attempts that were given up, ${formatDuration(retries.reworkMs)} of rework.`
  );
}

function renderDetails(blocker: BlockerStatus): string {
  const lines = describeBlocker(blocker).map((line) => escapeHtml(plainLine(line)));
  return lines.length === 0 ? '' : `<p><small>${lines.join('<br>')}</small></p>`;
}

function renderBlocker(blocker: BlockerStatus): string {
  const answer = blocker.answer === null ? '' : `<p><b>Answer:</b> ${escapeHtml(blocker.answer)}</p>`;
  return (
    `<article class="blocker ${blocker.state}"><p><b>${escapeHtml(blocker.id)}</b> · ${escapeHtml(blocker.task)} · ` +
    `${blocker.severity} · ${blocker.state} · ${formatInstant(blocker.raisedAt)}</p>` +
    `<p>${escapeHtml(blocker.description)}</p>${renderDetails(blocker)}${answer}</article>`
  );
}

/** A head that begins with `#` is a column of numbers, one with `~` of long text. Strings are escaped. */
function table(heads: readonly string[], rows: readonly (readonly (string | Html)[])[]): string {
  const side = (column: number) => {
    const mark = heads[column]?.charAt(0);
    return mark === '#' ? ' class="number"' : mark === '~' ? ' class="text"' : '';
  };
  const head = heads.map(
    (text, column) => `<th scope="col"${side(column)}>${escapeHtml(text.replace(/^[#~]/u, ''))}</th>`,
  );
  const body = rows.map(
    (row) =>
      `<tr>${row
        .map(
          (cell, column) =>
            `<td${side(column)}>${typeof cell === 'string' ? escapeHtml(cell) : cell.html}</td>`,
        )
        .join('')}</tr>`,
  );
  return scroll(`<table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table>`);
}

function section(title: string, parts: readonly string[]): string {
  return `<section><h2>${title}</h2>${parts.join('\n')}</section>`;
}

/** Wide things scroll in themselves, so that the page never does. */
function scroll(html: string): string {
  return `<div class="scroll">${html}</div>`;
}
