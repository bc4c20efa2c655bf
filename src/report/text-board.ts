/** The live board of `run` and `watch`: lines that fit the terminal, made anew for every frame. */
import { costOfCampaign, costOfTask } from '../core/metrics-cost.js';
import type { ExpectedEnd } from '../core/expected-end.js';
import type { BlockerStatus, Status, TaskStateName, TaskStatus } from '../core/status.js';
import { plainLine } from './escape.js';
import { formatCost, formatDuration, formatPercent } from './format.js';
import { createColours, cutToWidth, fit, widthOf, type Colours } from './terminal.js';
import {
  answerCommand,
  describeBlocker,
  describeContract,
  describeCounts,
  describeEnd,
  describeLock,
  describePauses,
  describeTask,
  describeTry,
  isEnded,
  STATE_SIGNS,
  TASK_STATES,
  taskTimeMs,
  titleOf,
} from './word.js';

export interface BoardOptions {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
  readonly nowMs: number;
  /** Null where nobody knows. */
  readonly expectedEnd: ExpectedEnd | null;
}

interface Context extends BoardOptions {
  readonly colours: Colours;
  readonly status: Status;
}

/** Folded in this order until the rest fits: what needs no attention goes first. */
const FOLD_ORDER: readonly TaskStateName[] = [
  'done',
  'skipped',
  'cancelled',
  'waiting',
  'failed',
  'running',
  'blocked',
];
const WIDE = 110;

/** At most `rows` lines of at most `columns` columns. */
export function renderBoard(status: Status, options: BoardOptions): string[] {
  const context = { ...options, status, colours: createColours(options.colour) };
  const head = renderHead(context);
  const blockers = renderBlockers(context, Math.max(2, Math.floor(options.rows / 3)));
  const tasks = renderTasks(context, options.rows - head.length - blockers.length);
  const spare = options.rows - head.length - tasks.length - blockers.length;
  const gap = spare > 0 && blockers.length > 0 ? [''] : [];
  return [...head, ...tasks, ...gap, ...blockers].slice(0, options.rows);
}

function renderHead(context: Context): string[] {
  const { status, columns, colours, nowMs } = context;
  const endMs = status.endedAt === null ? nowMs : Date.parse(status.endedAt);
  const facts = [
    status.state,
    ...(status.phase === null ? [] : [`phase ${plainLine(status.phase)}`]),
    formatDuration(endMs - Date.parse(status.startedAt)),
    formatCost(costOfCampaign(status)),
  ].join(' · ');
  // The name gives way, not the facts.
  const title = cutToWidth(titleOf(status), Math.max(8, columns - widthOf(facts) - 3));
  const lines = [colours.bold(cutToWidth(`${title} · ${facts}`, columns)), renderProgress(context)];
  for (const line of describePauses(status, nowMs))
    lines.push(colours.yellow(cutToWidth(`! ${line}`, columns)));
  const contracts = (status.contracts ?? []).map(describeContract);
  if (contracts.length > 0) lines.push(cutToWidth(`contracts: ${contracts.join(' · ')}`, columns));
  const locks = (status.locks ?? []).map(describeLock);
  if (locks.length > 0) lines.push(cutToWidth(`locks: ${locks.join(' · ')}`, columns));
  if (status.message !== '') lines.push(cutToWidth(plainLine(status.message), columns));
  return lines;
}

function renderProgress({ status, columns, colours, nowMs, expectedEnd }: Context): string {
  const total = status.tasks.length;
  const ended = status.tasks.filter(isEnded).length;
  const width = columns >= WIDE ? 30 : 16;
  const filled = total === 0 ? 0 : Math.floor((ended / total) * width);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}]`;
  const share = formatPercent(total === 0 ? 0 : ended / total);
  const end = describeEnd(expectedEnd, nowMs);
  const facts = [`${bar} ${share}`, describeCounts(status.tasks), ...(end === '' ? [] : [end])];
  return colours.cyan(cutToWidth(facts.join(' · '), columns));
}

function renderTasks(context: Context, room: number): string[] {
  const { status } = context;
  const { shown, folded } = foldTasks(status.tasks, Math.max(0, room - 1));
  if (shown.length === 0 && folded === '') return [];
  const widths = columnWidths(context, shown);
  const head = context.colours.dim(
    joinCells(['STATE', 'TASK', 'TITLE', 'LANE', 'TRY', 'TIME', 'COST', 'NOW'], {
      widths,
      columns: context.columns,
    }),
  );
  return [
    head,
    ...(folded === '' ? [] : [context.colours.dim(cutToWidth(`… ${folded}`, context.columns))]),
    ...shown.map((task) => renderTask(task, { context, widths })),
  ];
}

/** The tasks to show, in the spec's order, and in words what is left out; both together take at most `room` lines. */
function foldTasks(tasks: readonly TaskStatus[], room: number): { shown: TaskStatus[]; folded: string } {
  if (tasks.length <= room) return { shown: [...tasks], folded: '' };
  let excess = tasks.length - Math.max(0, room - 1);
  const left = new Set<string>();
  for (const state of FOLD_ORDER) {
    const all = tasks.filter((task) => task.state === state);
    // What ended earliest and what starts latest is of least interest.
    const out = state === 'waiting' ? all.slice(Math.max(0, all.length - excess)) : all.slice(0, excess);
    for (const task of out) left.add(task.id);
    excess -= out.length;
  }
  const counts = TASK_STATES.map((state) => ({
    state,
    count: tasks.filter((task) => task.state === state && left.has(task.id)).length,
  })).filter(({ count }) => count > 0);
  const folded = counts.map(({ state, count }, index) => `${count} ${index === 0 ? 'more ' : ''}${state}`);
  return { shown: tasks.filter((task) => !left.has(task.id)), folded: folded.join(', ') };
}

/** Widths of all columns but the last, which takes the rest; 0 leaves a column out. */
function columnWidths({ columns }: Context, tasks: readonly TaskStatus[]): number[] {
  const widest = (texts: readonly string[], max: number) => Math.min(max, Math.max(4, ...texts.map(widthOf)));
  const wide = columns >= WIDE;
  const id = widest(
    tasks.map((task) => plainLine(task.id)),
    wide ? 24 : 14,
  );
  const lane = widest(
    tasks.map((task) => plainLine(task.lane ?? '')),
    wide ? 16 : 10,
  );
  const title = wide ? Math.min(40, Math.floor((columns - id - lane - 52) / 2)) : 0;
  return columns < 60 ? [11, id, 0, 0, 0, 0, 0] : [11, id, title, lane, 4, 7, 7];
}

function renderTask(
  task: TaskStatus,
  { context, widths }: { context: Context; widths: readonly number[] },
): string {
  const { columns, colours, nowMs } = context;
  const timeMs = taskTimeMs(task, nowMs);
  const now = describeTask(task, nowMs);
  const title = plainLine(task.title);
  const showsTitle = (widths[2] ?? 0) > 0;
  const cells = [
    `${STATE_SIGNS[task.state]} ${task.state}`,
    plainLine(task.id),
    title,
    plainLine(task.lane ?? ''),
    describeTry(task),
    timeMs === null ? '' : formatDuration(timeMs),
    task.turns === 0 ? '' : formatCost(costOfTask(task)),
    showsTitle || (task.state !== 'running' && now !== '')
      ? now
      : [now, title].filter((text) => text !== '').join(' · '),
  ];
  const line = joinCells(cells, { widths, columns });
  // The state's column is plain ASCII but for its sign, so its first characters are the cell.
  const stateCell = line.slice(0, cells[0]?.length ?? 0);
  return colourOf(task.state, colours)(stateCell) + line.slice(stateCell.length);
}

function joinCells(
  cells: readonly string[],
  { widths, columns }: { widths: readonly number[]; columns: number },
): string {
  const fixed = cells.slice(0, -1).flatMap((cell, column) => {
    const width = widths[column] ?? 0;
    return width === 0 ? [] : [fit(cell, width)];
  });
  return cutToWidth([...fixed, cells.at(-1) ?? ''].join(columns >= WIDE ? '  ' : ' '), columns).trimEnd();
}

function colourOf(state: TaskStateName, colours: Colours): (text: string) => string {
  switch (state) {
    case 'done':
      return colours.green;
    case 'running':
      return colours.cyan;
    case 'blocked':
      return colours.yellow;
    case 'failed':
      return colours.red;
    case 'waiting':
    case 'skipped':
    case 'cancelled':
      return colours.dim;
  }
}

/** Each open blocker with the command that answers it, in at most `room` lines. */
function renderBlockers(context: Context, room: number): string[] {
  const { status, columns, colours } = context;
  const open = status.blockers.filter((blocker) => blocker.state === 'open');
  const fits = 2 * open.length <= room ? open.length : Math.max(1, Math.floor((room - 1) / 2));
  const lines = open.slice(0, fits).flatMap((blocker) => renderBlocker(blocker, context));
  const more = open.length - fits;
  if (more > 0) lines.push(cutToWidth(`… ${more} more: longhaul status ${status.id}`, columns));
  return lines.map((line, index) => (index % 2 === 0 && index < 2 * fits ? colours.yellow(line) : line));
}

function renderBlocker(blocker: BlockerStatus, { status, columns }: Context): string[] {
  const details = describeBlocker(blocker).map((line) => ` · ${plainLine(line)}`);
  const question = `? ${blocker.id} ${plainLine(blocker.task)} (${blocker.severity}): ${plainLine(blocker.description)}${details.join('')}`;
  return [cutToWidth(question, columns), cutToWidth(`  ${answerCommand(status, blocker.id)}`, columns)];
}
