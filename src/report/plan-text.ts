/** `longhaul plan` for people. */
import { countOf } from '../core/count.js';
import type { Help } from '../core/plan-help.js';
import type { PlanNumbers } from '../core/plan-numbers.js';
import { wordWaits } from '../core/plan-wait.js';
import { plainLine } from './escape.js';
import { formatDuration, formatFactor, formatPercent, formatTick, formatUsd } from './format.js';
import { renderPlanGantt } from './plan-gantt.js';
import type { PlanView } from './plan-view.js';
import { alignColumns, type Colours } from './terminal.js';

interface Screen {
  readonly width: number;
  readonly colours: Colours;
}

export function renderPlanText(view: PlanView, { width, colours }: Screen): string {
  const sections = [
    [...taskTable(view), ...roundLines(view.numbers)],
    unmergedTable(view.numbers),
    renderPlanGantt(view.numbers, width, colours),
    summary(view),
    laneTable(view.numbers),
    advice(view),
    agentsTable(view),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** `*` marks the critical path, `?` a task that is assumed. */
function taskTable({ numbers, estimates }: PlanView): readonly string[] {
  const critical = new Set(numbers.criticalPath);
  const rows = numbers.tasks.map((task) => [
    formatTick(task.startMs),
    formatTick(task.endMs),
    plainLine(task.lane),
    `${plainLine(task.id)}${task.assumed ? '?' : ''}${critical.has(task.id) ? ' *' : ''}`,
    plainLine(task.title),
    task.slackMs === 0 ? '-' : formatTick(task.slackMs),
    estimates[task.id] ?? '',
    plainLine(wordWaits(task.waitedFor)),
  ]);
  return alignColumns([['START', 'END', 'LANE', 'TASK', 'TITLE', 'SLACK', 'ESTIMATE', 'WAITS FOR'], ...rows]);
}

const MOST_NAMED = 10;

function roundLines({ rounds }: PlanNumbers): readonly string[] {
  return rounds.map(({ id, from, assumedTasks }) => {
    const names = assumedTasks.slice(0, MOST_NAMED).map(plainLine).join(', ');
    const more = assumedTasks.length > MOST_NAMED ? ', …' : '';
    const tasks =
      assumedTasks.length === 0 ? 'no tasks' : `${countOf(assumedTasks.length, 'task')} (${names}${more})`;
    return `? The round ${plainLine(id)} is assumed to have ${tasks}: how many, ${plainLine(from)} will tell. Say what you expect by forEach: { expect: … }.`;
  });
}

/** What the plan counts on least is told where it is seen: these look done in the table, or are not in it. */
function unmergedTable({ unmerged }: PlanNumbers): readonly string[] {
  if (unmerged.length === 0) return [];
  const rows = unmerged.map(({ task, title, as, begins, why }) => [
    plainLine(task),
    plainLine(title),
    begins ? as : `${as}, never begun`,
    plainLine(why),
  ]);
  return alignColumns([['NOT MERGED', 'TITLE', 'ENDS', 'WHY'], ...rows]);
}

function summary(view: PlanView): readonly string[] {
  const { numbers, improvement, cost } = view;
  const { makespanMs, sequentialMs, lowerBoundMs } = numbers;
  const savedMs = improvement.onePassMs - makespanMs;
  const tried = countOf(improvement.schedules, 'schedule');
  const improved =
    savedMs > 0
      ? `${formatDuration(savedMs)} less than one pass (${formatDuration(improvement.onePassMs)}), after ${tried}`
      : improvement.schedules > 0
        ? `one pass, which ${tried} did not make shorter`
        : 'one pass';
  const distance =
    makespanMs <= lowerBoundMs ? 'no schedule is shorter' : `${formatShare(numbers.distance)} above it`;
  return alignColumns([
    ['makespan', `${formatDuration(makespanMs)} by estimates: ${improved}`],
    ['lower bound', `${formatDuration(lowerBoundMs)}: ${distance}`],
    ...deadlineRow(view),
    ['sequential', formatDuration(sequentialMs)],
    [
      'speedup',
      `${formatFactor(numbers.speedup)} with ${numbers.atOnce} at once; Amdahl's bound ${formatFactor(numbers.amdahlBound)} (${formatPercent(numbers.parallelShare)} can run in parallel)`,
    ],
    ['efficiency', formatPercent(numbers.efficiency)],
    [
      'utilisation',
      `${formatPercent(numbers.utilisation)} in the mean, ${formatDuration(numbers.idleMs)} idle`,
    ],
    ['critical path', plainLine(pathText(numbers.criticalPath))],
    ['cost', `expected ${usdText(cost.expectedUsd)}, at worst ${usdText(cost.worstUsd)}`],
    ['tokens', `expected ${tokenText(cost.expectedTokens)}, at worst ${tokenText(cost.worstTokens)}`],
  ]);
}

/** What happens at a deadline that is missed: docs/state-machine.md, "A campaign". */
function deadlineRow({ deadlineMs, numbers }: PlanView): readonly (readonly string[])[] {
  if (deadlineMs === null) return [];
  const leftMs = deadlineMs - numbers.makespanMs;
  const told =
    leftMs < 0
      ? `missed by ${formatDuration(-leftMs)}: the campaign would pause there, and ask you`
      : `kept, with ${formatDuration(leftMs)} to spare`;
  return [['deadline', `${formatDuration(deadlineMs)}: ${told}`]];
}

function formatShare(share: number): string {
  return share < 0.1 ? `${(share * 100).toFixed(1)} %` : formatPercent(share);
}

const LONGEST_PATH = 20;

function pathText(path: readonly string[]): string {
  if (path.length <= LONGEST_PATH) return path.join(' > ');
  return `${path.slice(0, LONGEST_PATH - 1).join(' > ')} > … > ${path.at(-1) ?? ''} (${path.length} tasks)`;
}

function usdText(usd: number | null): string {
  return usd === null ? 'unknown' : formatUsd(usd);
}

function tokenText(tokens: number | null): string {
  if (tokens === null) return 'unknown';
  return tokens < 1e6
    ? `${Math.round(tokens / 1e3)} thousand`
    : `${Number((tokens / 1e6).toFixed(1))} million`;
}

const MOST_LANES = 20;

function laneTable({ lanes }: PlanNumbers): readonly string[] {
  const shown = lanes.slice(0, MOST_LANES);
  const rows = shown.map(({ lane, tasks, busyMs, idleMs, utilisation }) => [
    plainLine(lane),
    `${tasks}`,
    formatDuration(busyMs),
    formatDuration(idleMs),
    formatPercent(utilisation),
  ]);
  const more = lanes.length - shown.length;
  return [
    ...alignColumns([['LANE', 'TASKS', 'BUSY', 'IDLE', 'UTILISATION'], ...rows]),
    ...(more > 0 ? [`and ${more} more lanes`] : []),
  ];
}

function advice({ numbers, bottleneck, help }: PlanView): readonly string[] {
  if (bottleneck === null) return [];
  const { task, durationMs } = bottleneck;
  const first = `Bottleneck: ${plainLine(task)}, the longest task of the critical path (${formatDuration(durationMs)} of ${formatDuration(numbers.makespanMs)}).`;
  if (help === null) return [first, 'What would help is not tried with so many tasks.'];
  if (help.length === 0)
    return [first, 'Neither another agent, lock or pool unit nor splitting it would help.'];
  return [first, 'What would help:', ...help.map((each) => `  ${plainLine(describeHelp(each))}`)];
}

function describeHelp({ kind, on, makespanMs, savedMs }: Help): string {
  const gain = `${formatDuration(savedMs)} less (${formatDuration(makespanMs)})`;
  switch (kind) {
    case 'agent':
      return `one more instance of ${on}, and one more turn at once: ${gain}`;
    case 'split':
      return `${on} as two halves side by side: ${gain}`;
    case 'lock':
      return `no lock on ${on}: ${gain}`;
    case 'pool':
      return `one more unit of the pool ${on}: ${gain}`;
  }
}

function agentsTable({ agents }: PlanView): readonly string[] {
  if (agents.length === 0) return [];
  const rows = agents.map((row) => [
    `${row.agents}`,
    formatDuration(row.makespanMs),
    formatDuration(row.lowerBoundMs),
    formatFactor(row.speedup),
    formatPercent(row.efficiency),
  ]);
  return alignColumns([['AGENTS', 'MAKESPAN', 'LOWER BOUND', 'SPEEDUP', 'EFFICIENCY'], ...rows]);
}
