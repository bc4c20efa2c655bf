/** The words for states, waits and counts that every picture of a campaign shares. */
import type {
  AccountStatus,
  BlockerStatus,
  ContractStatus,
  LockStatus,
  PauseStatus,
  Status,
  TaskStateName,
  TaskStatus,
  WaitReason,
} from '../core/status.js';
import { countOf } from '../core/count.js';
import type { ExpectedEnd } from '../core/expected-end.js';
import { cutText, plainLine } from './escape.js';
import { formatClock, formatDuration, formatInstant } from './format.js';

/** Of an agent's own words about what it does: it is one cell of a table. */
const MOST_SAID = 100;

/** Readable without colour: each state has a sign of its own beside its word. */
export const STATE_SIGNS: Readonly<Record<TaskStateName, string>> = {
  waiting: '·',
  running: '▶',
  blocked: '?',
  done: '✓',
  failed: '✗',
  skipped: '-',
  cancelled: '×',
};

export const TASK_STATES: readonly TaskStateName[] = [
  'done',
  'running',
  'blocked',
  'waiting',
  'failed',
  'skipped',
  'cancelled',
];

function describeWait(wait: WaitReason, nowMs: number): string {
  const on = plainLine(wait.on);
  const until = wait.until === undefined ? '' : ` until ${formatClock(wait.until, nowMs)}`;
  switch (wait.reason) {
    case 'need':
      return `waits for ${on}`;
    case 'integration':
      return `waits for the merge of ${on}`;
    case 'lock':
      return `waits for the lock on ${on}`;
    case 'pool':
      return `waits for the pool ${on}`;
    case 'reserved':
      return `leaves it to ${on}, which comes first`;
    case 'lane':
      return `waits for a free lane of ${on}`;
    case 'account':
      return until === '' ? `account ${on} is paused` : `${on} is paused${until}`;
    case 'budget':
      return `waits for ${on}`;
    case 'blocker':
      return `blocker ${on} needs an answer`;
    case 'pause':
      return on === 'campaign' ? 'paused' : `${on} is paused`;
    case 'worker':
      return 'waits for a worker';
    case 'round':
      return `its tasks are being made of ${on}'s output`;
  }
}

/** `waits for a, b; account team is paused`: needs are named together. */
export function describeWaits(waits: readonly WaitReason[], nowMs: number): string {
  const needs = waits.filter((wait) => wait.reason === 'need').map((wait) => plainLine(wait.on));
  const others = waits.filter((wait) => wait.reason !== 'need').map((wait) => describeWait(wait, nowMs));
  return [...(needs.length > 0 ? [`waits for ${needs.join(', ')}`] : []), ...others].join('; ');
}

/** What a task is doing, or why not, or how it ended. One plain line; empty where there is nothing to say. */
export function describeTask(task: TaskStatus, nowMs: number): string {
  const waits = describeWaits(task.waitReasons, nowMs);
  switch (task.state) {
    case 'waiting':
      if (task.step === 'resting') return describeRest(task, nowMs);
      if (task.step === 'finishing') return `its own work is done; ${waits || 'goes on soon'}`;
      return waits || 'starts soon';
    case 'blocked':
      return waits || 'needs an answer';
    case 'running':
      if (task.step === 'integrating') return 'verified, waits for its merge';
      return describeProgress(task);
    case 'done':
    case 'failed':
    case 'skipped':
    case 'cancelled':
      return plainLine(task.note);
  }
}

/** `turning 40 %: reads the tests`: how far it is, and what its agent says that it does. */
function describeProgress({ step, progress, doing }: TaskStatus): string {
  const share = progress === null ? step : `${step} ${Math.round(progress)} %`;
  const said = step === 'turning' ? cutText(plainLine(doing), MOST_SAID) : '';
  return said === '' ? share : `${share}: ${said}`;
}

/** A task that rests backs off after a failure that passes by itself. */
function describeRest(task: TaskStatus, nowMs: number): string {
  const until = task.waitReasons.find((wait) => wait.until !== undefined)?.until;
  return until === undefined ? 'tries again soon' : `tries again at ${formatClock(until, nowMs)}`;
}

/** `2.3`: its attempt, and the turn of it that is under way or was its last; empty before. */
export function describeTry(task: TaskStatus): string {
  return task.attempts === 0 ? '' : `${task.attempts}.${task.turn}`;
}

/** `3 done, 2 running, 9 waiting`. */
/** The campaign's id, and its name where that says more. */
export function titleOf({ id, name }: Status): string {
  const shown = plainLine(name);
  return shown === id ? id : `${id}: ${shown}`;
}

export function describeCounts(tasks: readonly TaskStatus[]): string {
  return TASK_STATES.map((state) => ({ state, count: tasks.filter((task) => task.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(', ');
}

export function describeAccount(account: AccountStatus, nowMs: number): string {
  const until =
    account.pausedUntil === null ? 'until it is resumed' : `until ${formatClock(account.pausedUntil, nowMs)}`;
  const why = plainLine(account.why);
  return `account ${plainLine(account.name)} is paused ${until}${why === '' ? '' : `: ${why}`}`;
}

/** One line for each account that is limited, and for each part that a person paused. */
export function describePauses(status: Status, nowMs: number): readonly string[] {
  return [
    ...status.accounts.filter(({ paused }) => paused).map((account) => describeAccount(account, nowMs)),
    ...(status.pauses ?? []).filter(({ part }) => part !== 'account').map(describePause),
  ];
}

export function describePause({ part, name, why }: PauseStatus): string {
  return `${part} ${plainLine(name)} is paused until it is resumed${why === '' ? '' : `: ${plainLine(why)}`}`;
}

/** `cart-api 1.1.0`. */
export function nameContract({ name, version }: ContractStatus): string {
  return plainLine(`${name} ${version}`);
}

/** What a contract still waits for; empty where that is nothing. */
export function describePending({ state, pending }: ContractStatus): string {
  const lacks = state === 'in review' ? 'not approved by' : 'not taken in by';
  return pending.length === 0 ? '' : `${lacks} ${pending.map(plainLine).join(', ')}`;
}

/** `cart-api 1.1.0 changed, not taken in by page`. */
export function describeContract(contract: ContractStatus): string {
  return [`${nameContract(contract)} ${contract.state}`, describePending(contract)]
    .filter((text) => text !== '')
    .join(', ');
}

/** `a has src/** (exclusive)`, `b waits for src/a.ts (exclusive): held by a`. */
export function describeLock({ task, paths, mode, state, owners, expiresAt }: LockStatus): string {
  const what = `${paths.map(plainLine).join(', ')} (${mode})`;
  if (state !== 'queued') {
    const until = expiresAt === null ? '' : `, until ${formatInstant(expiresAt)}`;
    return `${plainLine(task)} has ${what}${until}`;
  }
  const tasks = [...new Set(owners.map((owner) => plainLine(owner.task)))].join(', ');
  return `${plainLine(task)} waits for ${what}: ${tasks}`;
}

/** `ends about 14:20 UTC, in 25m 00s`; empty where nothing is known. */
export function describeEnd(end: ExpectedEnd | null, nowMs: number): string {
  if (end === null) return '';
  const clock = formatClock(new Date(end.atMs).toISOString(), nowMs);
  const left = formatDuration(Math.max(0, Math.round((end.atMs - nowMs) / 1000) * 1000));
  return end.isEarliest
    ? `ends after ${clock}, in ${left} at the earliest`
    : `ends about ${clock}, in ${left}`;
}

/** What a blocker says besides its question: one line for each. */
export function describeBlocker(blocker: BlockerStatus): readonly string[] {
  const { blockingTask, workaround, neededBy, impact, ackedAt, reminded } = blocker;
  return [
    ...(blockingTask === undefined ? [] : [`waits for: ${blockingTask}`]),
    ...(neededBy === undefined ? [] : [`needed by: ${formatInstant(neededBy)}`]),
    ...(impact === undefined ? [] : [`without an answer: ${impact}`]),
    ...(workaround === undefined ? [] : [`meanwhile: ${workaround}`]),
    ...(reminded === undefined ? [] : [`people were reminded: ${countOf(reminded, 'time')}`]),
    ...(ackedAt === undefined ? [] : [`seen: ${formatInstant(ackedAt)}`]),
  ];
}

/** A task's summary, and what of its agent's claims was not found so. */
export function noteOf({ note, differences = [] }: TaskStatus): string {
  return [note, ...differences.map((text) => `Not as claimed: ${text}.`)]
    .filter((text) => text !== '')
    .join('\n');
}

/** The command that answers a blocker, with a place for the answer. */
export function answerCommand(status: Status, blocker: string): string {
  return `longhaul answer ${status.id} ${blocker} "…"`;
}

/** From its first start to its end, or to now; null before it started. */
export function taskTimeMs(task: TaskStatus, nowMs: number): number | null {
  if (task.startedAt === null) return null;
  const endMs = task.endedAt === null ? nowMs : Date.parse(task.endedAt);
  return endMs - Date.parse(task.startedAt);
}

export function isEnded(task: TaskStatus): boolean {
  return ['done', 'failed', 'skipped', 'cancelled'].includes(task.state);
}
