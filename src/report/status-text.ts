/** `longhaul status` for people: everything that is to be known, at its full width. */
import { costOfCampaign, costOfTask } from '../core/metrics-cost.js';
import type { ExpectedEnd } from '../core/expected-end.js';
import type { BudgetStatus, Status, TaskStatus } from '../core/status.js';
import { plainLine } from './escape.js';
import { formatCost, formatDuration } from './format.js';
import { budgetTable, contractTable, type Table } from './run-table.js';
import { alignColumns } from './terminal.js';
import {
  STATE_SIGNS,
  answerCommand,
  describeBlocker,
  describeCounts,
  describeEnd,
  describeLock,
  describePauses,
  describeTask,
  describeTry,
  taskTimeMs,
  titleOf,
} from './word.js';

export function renderStatusText(
  status: Status,
  nowMs: number,
  expectedEnd: ExpectedEnd | null = null,
): string {
  const endMs = status.endedAt === null ? nowMs : Date.parse(status.endedAt);
  const facts = [
    status.state,
    ...(status.phase === null ? [] : [`phase ${plainLine(status.phase)}`]),
    formatDuration(endMs - Date.parse(status.startedAt)),
    formatCost(costOfCampaign(status)),
    describeCounts(status.tasks),
    ...(expectedEnd === null ? [] : [describeEnd(expectedEnd, nowMs)]),
  ];
  return [
    titleOf(status),
    facts.join(' · '),
    ...(status.message === '' ? [] : [plainLine(status.message)]),
    ...describePauses(status, nowMs).map((line) => `! ${line}`),
    '',
    ...alignColumns([
      ['STATE', 'TASK', 'LANE', 'TRY', 'TIME', 'COST', 'NOW'],
      ...status.tasks.map((task) => describeRow(task, nowMs)),
    ]),
    ...renderContracts(status),
    ...(status.budgets === undefined ? [] : ['', ...renderBudgets(status.budgets)]),
    ...renderLocks(status),
    ...renderDifferences(status),
    ...renderBlockers(status),
    '',
  ].join('\n');
}

function describeRow(task: TaskStatus, nowMs: number): string[] {
  const timeMs = taskTimeMs(task, nowMs);
  return [
    `${STATE_SIGNS[task.state]} ${task.state}`,
    plainLine(task.id),
    plainLine(task.lane ?? ''),
    describeTry(task),
    timeMs === null ? '' : formatDuration(timeMs),
    task.turns === 0 ? '' : formatCost(costOfTask(task)),
    [describeTask(task, nowMs), ...(task.state === 'done' ? [] : [plainLine(task.title)])]
      .filter((text) => text !== '')
      .join(' · '),
  ];
}

export function renderBudgets(budgets: readonly BudgetStatus[]): string[] {
  return renderTable(budgetTable(budgets));
}

function renderTable({ heads, rows }: Table): string[] {
  return alignColumns([
    heads.map((head) => head.replace(/^[#~]/u, '').toUpperCase()),
    ...rows.map((row) => [...row]),
  ]);
}

function renderContracts({ contracts = [] }: Status): string[] {
  if (contracts.length === 0) return [];
  return ['', ...renderTable(contractTable(contracts))];
}

function renderLocks({ locks = [] }: Status): string[] {
  return locks.length === 0 ? [] : ['', ...locks.map((lock) => `lock: ${describeLock(lock)}`)];
}

function renderDifferences({ tasks }: Status): string[] {
  const lines = tasks.flatMap(({ id, differences = [] }) =>
    differences.map((text) => `! ${plainLine(id)}, not as claimed: ${plainLine(text)}`),
  );
  return lines.length === 0 ? [] : ['', ...lines];
}

function renderBlockers(status: Status): string[] {
  return status.blockers
    .filter((blocker) => blocker.state === 'open')
    .flatMap((blocker) => [
      '',
      `? ${blocker.id} ${plainLine(blocker.task)} (${blocker.severity}): ${plainLine(blocker.description)}`,
      ...describeBlocker(blocker).map((line) => `  ${plainLine(line)}`),
      `  ${answerCommand(status, blocker.id)}`,
    ]);
}
