/**
 * The campaign's current details in the Temporal UI: plain Markdown, no images and no HTML. Runs inside the workflow,
 * so nothing for terminals is imported here, and there is no clock: the UI shows when it was set.
 */
import { countOf } from '../core/count.js';
import { costOfCampaign, costOfTask } from '../core/metrics-cost.js';
import type { Status, TaskStatus } from '../core/status.js';
import { cutText, escapeMarkdown, plainLine } from './escape.js';
import { formatCost, formatInstant } from './format.js';
import {
  answerCommand,
  describeBlocker,
  describeContract,
  describeLock,
  describeCounts,
  describeTask,
  describeTry,
  STATE_SIGNS,
} from './word.js';

/** Temporal's own limit for details is 20,000 bytes; the query's answer carries a little more than the text. */
const MAX_BYTES = 15_000;
const MAX_BLOCKERS = 10;
const MAX_CONTRACTS = 20;
const MAX_LOCKS = 20;
/** Cells are cut shorter until the board is small enough; then what is over is left out. */
const CELL_LENGTHS = [120, 60, 30, 16];
const SHORTEST = 16;
/** No row has less than 25 bytes: of more tasks than this it is not even tried to show all. */
const MOST_ROWS = MAX_BYTES / 25;

export function renderMarkdownBoard(status: Status): string {
  const lengths = status.tasks.length > MOST_ROWS ? [] : CELL_LENGTHS;
  for (const length of lengths) {
    const board = renderFirst(status, { length, tasks: status.tasks });
    if (board.isWhole) return board.text;
  }
  const tasks = ORDER_OF_SHORT.flatMap((state) => status.tasks.filter((task) => task.state === state));
  return renderFirst(status, { length: SHORTEST, tasks }).text;
}

/** Where not all fits: what runs or asks for a person first, then what failed, then what waits. */
const ORDER_OF_SHORT = ['blocked', 'running', 'failed', 'cancelled', 'waiting'] as const;

/** As many rows as fit: no more than these are rendered, however large the campaign is. */
function renderFirst(status: Status, { length, tasks }: Shown): { text: string; isWhole: boolean } {
  const rows: string[] = [];
  let bytes = countBytes(renderAll(status, { length, rows }));
  for (const task of tasks) {
    const row = renderTask(task, { status, length });
    bytes += countBytes(row) + 1;
    if (bytes > MAX_BYTES) return { text: renderAll(status, { length, rows }), isWhole: false };
    rows.push(row);
  }
  return { text: renderAll(status, { length, rows }), isWhole: true };
}

interface Shown {
  /** Longest text in a cell, in characters before they are escaped. */
  readonly length: number;
  readonly tasks: readonly TaskStatus[];
}

/** Temporal shows a campaign that failed as completed, since outcomes are values: so here that comes first. */
function renderHeading({ name, state }: Status): string {
  const isBad = state === 'failed' || state === 'cancelled';
  return isBad ? `## ${state.toUpperCase()}: ${cell(name, 80)}` : `## ${cell(name, 80)}: ${state}`;
}

function renderAll(
  status: Status,
  shown: { readonly length: number; readonly rows: readonly string[] },
): string {
  const left = status.tasks.length - shown.rows.length;
  return [
    renderHeading(status),
    '',
    [
      ...(status.phase === null ? [] : [`phase ${cell(status.phase, 40)}`]),
      describeCounts(status.tasks),
      `cost ${formatCost(costOfCampaign(status))}`,
    ].join(' · '),
    '',
    ...(status.message === '' ? [] : [cell(status.message, 600), '']),
    ...renderPauses(status),
    ...renderBlockers(status, shown.length),
    ...renderContracts(status, shown.length),
    ...renderLocks(status, shown.length),
    '### Tasks',
    '',
    '| State | Task | Try | Cost | Now |',
    '| --- | --- | --- | --- | --- |',
    ...shown.rows,
    // The UI takes what follows a table without a blank line for a part of it.
    '',
    ...(left > 0 ? [`${countOf(left, 'more task')} not shown: \`longhaul status ${status.id}\``, ''] : []),
  ].join('\n');
}

function renderTask(task: TaskStatus, { status, length }: { status: Status; length: number }): string {
  // Without a clock, "now" is the campaign's own day: other days are told with their date.
  const now = describeTask(task, Date.parse(status.startedAt));
  const cost = task.turns === 0 ? '' : formatCost(costOfTask(task));
  const text = now === '' || now === 'starts soon' ? task.title : now;
  return `| ${STATE_SIGNS[task.state]} ${task.state} | ${cell(task.id, Math.max(length, 40))} | ${describeTry(task)} | ${cell(cost, 12)} | ${cell(text, length)} |`;
}

function renderPauses(status: Status): string[] {
  const paused = status.accounts.filter((account) => account.paused);
  const lines = paused.map((account) => {
    const until =
      account.pausedUntil === null ? 'until it is resumed' : `until ${formatInstant(account.pausedUntil)}`;
    return `- account ${cell(account.name, 60)} is paused ${until}: ${cell(account.why, 200)}`;
  });
  const parts = (status.pauses ?? []).filter(({ part }) => part !== 'account');
  for (const { part, name, why } of parts)
    lines.push(`- ${part} ${cell(name, 60)} is paused until it is resumed: ${cell(why, 200)}`);
  return lines.length === 0 ? [] : [...lines, ''];
}

function renderContracts({ contracts = [] }: Status, length: number): string[] {
  if (contracts.length === 0) return [];
  const lines = contracts
    .slice(0, MAX_CONTRACTS)
    .map((contract) => `- ${cell(describeContract(contract), Math.max(length, 60))}`);
  const more = contracts.length - lines.length;
  return ['### Contracts', '', ...lines, ...(more > 0 ? [`- ${countOf(more, 'more contract')}`] : []), ''];
}

function renderLocks({ locks = [] }: Status, length: number): string[] {
  if (locks.length === 0) return [];
  const lines = locks
    .slice(0, MAX_LOCKS)
    .map((lock) => `- ${cell(describeLock(lock), Math.max(length, 60))}`);
  const more = locks.length - lines.length;
  return ['### Locks', '', ...lines, ...(more > 0 ? [`- ${countOf(more, 'more lock')}`] : []), ''];
}

function renderBlockers(status: Status, length: number): string[] {
  const open = status.blockers.filter((blocker) => blocker.state === 'open');
  if (open.length === 0) return [];
  const rows = open
    .slice(0, MAX_BLOCKERS)
    .map(
      (blocker) =>
        `| ${cell(blocker.id, 40)} | ${cell(blocker.task, 40)} | ${blocker.severity} | ${cell([blocker.description, ...describeBlocker(blocker)].join(' · '), Math.max(length, 60))} |`,
    );
  const more = open.length - rows.length;
  return [
    '### Blockers',
    '',
    '| Blocker | Task | Severity | Question |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...(more > 0 ? [countOf(more, 'more open blocker'), ''] : []),
    // A blocker's id is ours; in backticks a backslash would be shown.
    `Answer one: \`${answerCommand(status, open[0]?.id ?? '')}\``,
    '',
  ];
}

/** Cut before it is escaped, so that no escape is cut in two. */
function cell(text: string, length: number): string {
  return escapeMarkdown(cutText(plainLine(text), length));
}

/** In UTF-8; the sandbox's program has no TextEncoder. */
function countBytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
