/** The tables about the run itself, plain text in cells: the HTML and the Markdown report lay them out. */
import type { GroupLog } from '../core/group-log.js';
import type { Metrics } from '../core/metrics.js';
import type { Figures } from '../core/metrics-rate.js';
import type { Pace } from '../core/metrics-pace.js';
import type { LostReason } from '../core/lost-time.js';
import type { CampaignNote } from '../core/campaign-note.js';
import type { Compared, PlanAndReality } from '../core/plan-reality.js';
import { countOf } from '../core/count.js';
import type { BudgetStatus, ContractStatus, ReportData } from '../core/status.js';
import { plainLine } from './escape.js';
import {
  formatCost,
  formatDuration,
  formatFactor,
  formatInstant,
  formatPercent,
  formatTick,
  formatUsd,
} from './format.js';
import { describePending, nameContract } from './word.js';

/** A head that begins with `#` is a column of numbers, one with `~` of long text. */
export interface Table {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function comparedTable({ tasks }: PlanAndReality, { status }: ReportData): Table {
  const fromStart = (iso: string) =>
    formatTick(Math.round((Date.parse(iso) - Date.parse(status.startedAt)) / 1000) * 1000);
  return {
    heads: ['Task', '#Planned', '#Ran', '#Began', '#Ended', '#Estimate', '#Took', 'Lane'],
    rows: tasks.map((task) => [
      plainLine(task.task),
      `${fromStart(task.plannedStartAt)} – ${fromStart(task.plannedEndAt)}`,
      task.startedAt === null || task.endedAt === null
        ? 'never'
        : `${fromStart(task.startedAt)} – ${fromStart(task.endedAt)}`,
      formatLateness(task.startedLateMs),
      formatLateness(task.endedLateMs),
      formatDuration(task.estimateMs),
      task.tookMs === null ? '' : formatDuration(task.tookMs),
      laneText(task),
    ]),
  };
}

export function budgetTable(budgets: readonly BudgetStatus[]): Table {
  return {
    heads: ['Budget', '#Spent', '#Reserved', '#Left', '#Of', 'Besides'],
    rows: budgets.map((budget) => {
      const { scope, name, measure, unaccounted = 0, unknownTurns = 0 } = budget;
      const say = (value: number | null) => (value === null ? '' : formatMeasure(measure, value));
      const unknown = `${countOf(unknownTurns, 'turn')} of unknown cost`;
      const besides = [
        ...(unaccounted > 0 ? [`${say(unaccounted)} of it unaccounted`] : []),
        ...(measure === 'usd' && unknownTurns > 0 ? [unknown] : []),
      ];
      return [
        scope === 'campaign' ? scope : `${scope} ${plainLine(name)}`,
        say(budget.spent),
        say(budget.reserved),
        say(budget.left),
        say(budget.cap),
        besides.join(', '),
      ];
    }),
  };
}

function formatMeasure(measure: BudgetStatus['measure'], value: number): string {
  switch (measure) {
    case 'usd':
      return formatUsd(value);
    case 'tokens':
      return countOf(Math.round(value), 'token');
    case 'turns':
      return countOf(Math.round(value), 'turn');
    case 'hours':
      return formatDuration(value * 3_600_000);
  }
}

export function contractTable(contracts: readonly ContractStatus[]): Table {
  return {
    heads: ['Contract', 'State', 'Author', 'Provider', '~Consumers', '~Waits for'],
    rows: contracts.map((contract) => [
      nameContract(contract),
      contract.state,
      plainLine(contract.author),
      plainLine(contract.provider ?? ''),
      contract.consumers.map(plainLine).join(', '),
      describePending(contract),
    ]),
  };
}

/** `3m 10s late`, `42s early`, `on time` within a second. */
function formatLateness(ms: number | null): string {
  if (ms === null) return '';
  if (Math.abs(ms) < 1000) return 'on time';
  return `${formatDuration(Math.abs(ms))} ${ms > 0 ? 'late' : 'early'}`;
}

function laneText({ lane, plannedLane, stolen }: Compared): string {
  if (lane === null) return '';
  return stolen === 'no' ? plainLine(lane) : `${plainLine(lane)} instead of ${plainLine(plannedLane)}`;
}

export function comparedSentence({ stolenByLane, stolenByAgent, ...rest }: PlanAndReality): string {
  const learnt = rest.learnt.at(-1);
  return [
    `By the estimates it was to take ${formatDuration(rest.plannedMakespanMs)}; tasks began ${formatDuration(rest.meanLatenessMs)} off the plan in the mean.`,
    `Work stealing: ${stolenByLane} on another lane than planned, ${stolenByAgent} by another agent.`,
    ...(learnt === undefined
      ? []
      : [`Learnt: in the median a task took ${formatFactor(learnt.factor)} its estimate.`]),
  ].join(' ');
}

export function groupTable(groups: readonly GroupLog[]): Table {
  return {
    heads: ['Group', 'Split by', 'Outcome', '#Took', '#One by one', '#Speedup', 'Agents', '~Failed'],
    rows: groups.map((group) => [
      plainLine(group.group),
      group.strategy,
      `${group.success ? 'met' : group.endedAt === null ? 'under way' : 'not met'}: ${group.metadata.done} of ${group.metadata.members.length} done`,
      formatDuration(group.durationMs),
      formatDuration(group.sequentialMs),
      formatFactor(group.speedup),
      group.durationByAgent
        .map(({ agent, durationMs }) => `${plainLine(agent)} ${formatDuration(durationMs)}`)
        .join(', '),
      group.failed.map(({ task, cause }) => `${plainLine(task)}: ${plainLine(cause)}`).join('; '),
    ]),
  };
}

export function figuresTable({ byAgent, byRole, ...all }: Metrics): Table {
  const row = (name: string, of: Figures) => [
    name,
    `${of.done} of ${of.tasks}`,
    `${of.failed}`,
    `${of.retried}`,
    formatPercent(of.successRate),
    formatPercent(of.verificationPassRate),
    formatPercent(of.conflictRate),
    of.throughputPerHour.toFixed(1),
    formatDuration(of.sequentialMs),
    formatCost(of.cost),
  ];
  return {
    heads: [
      'Of',
      '#Done',
      '#Failed',
      '#Retried',
      '#Success',
      '#Checks passed',
      '#Conflicts',
      '#Tasks/h',
      '#Work',
      '#Cost',
    ],
    rows: [
      row('all', all),
      ...byAgent.map((figures) => row(`agent ${plainLine(figures.name)}`, figures)),
      ...byRole.map((figures) => row(`role ${plainLine(figures.name)}`, figures)),
    ],
  };
}

/** How well they ran side by side: of an agent and a role by the time in which something of it ran. */
export function paceTable({ byAgent, byRole, ...all }: Metrics): Table {
  const row = (name: string, of: Pace) => [
    name,
    formatDuration(of.activeMs),
    `${of.atOnce}`,
    formatFactor(of.speedup),
    formatFactor(of.amdahlBound),
    formatPercent(of.efficiency),
    formatPercent(of.utilisation),
    formatDuration(of.idleMs),
    formatPercent(of.shareInParallel),
  ];
  return {
    heads: [
      'Of',
      '#Wall time',
      '#At once',
      '#Speedup',
      '#At most (Amdahl)',
      '#Efficiency',
      '#Utilisation',
      '#Idle',
      '#In parallel',
    ],
    rows: [
      row('all', { ...all, activeMs: all.makespanMs }),
      ...byAgent.map((pace) => row(`agent ${plainLine(pace.name)}`, pace)),
      ...byRole.map((pace) => row(`role ${plainLine(pace.name)}`, pace)),
    ],
  };
}

const LOST_WORDS: Readonly<Record<LostReason, string>> = {
  need: 'needs',
  integration: 'a merge',
  lock: 'a lock',
  pool: 'a pool',
  lane: 'a free lane',
  account: 'an account',
  budget: 'a budget',
  blocker: 'an answer',
  pause: 'a pause',
  reserved: 'a reservation',
  worker: 'a worker',
  round: 'a round',
  overhead: 'preparing and the like',
};

/** A row per reason, a column for all and each agent and role that lost any. */
export function lostTable({ lost, byAgent, byRole }: Metrics): Table {
  const columns = [
    { name: 'All', lost },
    ...[...byAgent, ...byRole].filter((figures) => figures.lost.length > 0),
  ];
  return {
    heads: ['Waited for', ...columns.map(({ name }) => `#${plainLine(name)}`)],
    rows: lost.map(({ reason }) => [
      LOST_WORDS[reason],
      ...columns.map((column) => {
        const part = column.lost.find((each) => each.reason === reason);
        return part === undefined ? '' : formatDuration(part.ms);
      }),
    ]),
  };
}

export function noteTable(notes: readonly CampaignNote[]): Table {
  return {
    heads: ['When', '~What'],
    rows: notes.map((note) => [formatInstant(new Date(note.atMs).toISOString()), describeNote(note)]),
  };
}

function describeNote(note: CampaignNote): string {
  switch (note.what) {
    case 'paused':
      return `paused: ${plainLine(note.why)}`;
    case 'resumed':
      return 'goes on';
    case 'untold':
      return `somebody could not be told, see notifications.log: ${plainLine(note.text)}`;
    case 'limited': {
      const until =
        note.untilMs === null
          ? 'until it is resumed'
          : `until ${formatInstant(new Date(note.untilMs).toISOString())}`;
      return `account ${plainLine(note.account)} is paused ${until}: ${plainLine(note.why)}`;
    }
    case 'lifted':
      return `account ${plainLine(note.account)} goes on`;
    case 'planChanged': {
      const { added, changed, stale, removed } = note;
      return `the plan is changed: tasks added ${added}, changed ${changed}, done again ${stale}, removed ${removed}`;
    }
    case 'tasksAdded':
      return `${countAdded(note.tasks)} added${sayWho(note)}`;
    case 'tasksRefused':
      return `tasks ${note.by === 'agent' ? `that ${plainLine(note.task ?? '')} proposed ` : ''}are not added: ${plainLine(note.why)}`;
    case 'parallel':
      return `account ${plainLine(note.account)} bears ${note.turns === null ? 'as many turns as there are lanes' : `${note.turns} at once`}`;
  }
}

function countAdded(tasks: number): string {
  return tasks === 1 ? '1 task is' : `${tasks} tasks are`;
}

function sayWho({ by, task }: Extract<CampaignNote, { what: 'tasksAdded' }>): string {
  const name = plainLine(task ?? '');
  if (by === 'round') return ` by the round ${name}`;
  return by === 'agent' ? `: proposed by ${name}` : ' by a person';
}
