/** What a person asks for may hold already: that is said, and nothing is done. All of a status that was read just now. */
import type { AccountStatus, PauseStatus, Status } from '../core/status.js';

/** What a pause or resume is about: one of them at most; none for the whole campaign. */
export interface PartChoice {
  readonly phase?: string | null;
  readonly agent?: string | null;
  readonly account?: string | null;
}

/** Null where the wish has to be told to the campaign. */
export function alreadyPaused(status: Status, choice: PartChoice = {}): string | null {
  const part = partOf(choice);
  if (part !== null) {
    const pause = pauseOf(status, part);
    if (pause === undefined) return null;
    return `The ${part.part} ${part.name} of campaign ${status.id} is paused already (${pause.why}); nothing changed.`;
  }
  if (status.state !== 'paused') return null;
  return `Campaign ${status.id} is paused already (${status.message}); nothing changed.`;
}

/** Of the campaign, or a phase or an agent of it. */
export function alreadyRunning(status: Status, choice: PartChoice = {}): string | null {
  const part = partOf(choice);
  if (part !== null) return alreadyFree(status, part);
  if (status.state === 'paused') return null;
  const held = status.accounts.filter(({ paused }) => paused).map((account) => sayHeld(status.id, account));
  return [
    `Campaign ${status.id} is not paused; nothing changed.`,
    ...pausedParts(status),
    ...held,
    ...openBlockers(status),
  ].join(' ');
}

function alreadyFree(status: Status, { part, name }: Part): string | null {
  if (part === 'account') return alreadyLifted(status, name);
  if (pauseOf(status, { part, name }) !== undefined) return null;
  return [
    `The ${part} ${name} of campaign ${status.id} is not paused; nothing changed.`,
    ...stillPaused(status),
  ].join(' ');
}

function alreadyLifted(status: Status, name: string): string | null {
  const account = status.accounts.find((each) => each.name === name);
  if (account === undefined || account.paused) return null;
  return [`Account ${name} is neither limited nor paused; nothing changed.`, ...stillPaused(status)].join(
    ' ',
  );
}

export function alreadySkipped(status: Status, id: string): string | null {
  const task = status.tasks.find((each) => each.id === id);
  return task?.state === 'skipped' ? `Task ${id} is skipped already (${task.note}); nothing changed.` : null;
}

/** After a resume: what it did not set free. */
export function stillHeld(status: Status, choice: PartChoice): string {
  if (partOf(choice) !== null) return stillPaused(status).join(' ');
  const held = status.accounts.filter(({ paused }) => paused).map((each) => sayHeld(status.id, each));
  return [...pausedParts(status), ...held].join(' ');
}

type Part = Pick<PauseStatus, 'part' | 'name'>;

function partOf(choice: PartChoice): Part | null {
  const kinds = ['phase', 'agent', 'account'] as const;
  return kinds.map((part) => ({ part, name: choice[part] ?? '' })).find(({ name }) => name !== '') ?? null;
}

function pauseOf({ pauses = [] }: Status, { part, name }: Part): PauseStatus | undefined {
  return pauses.find((pause) => pause.part === part && pause.name === name);
}

/** Of an account that is limited or paused, the accounts' own line tells. */
function pausedParts({ id, pauses = [] }: Status): readonly string[] {
  return pauses
    .filter(({ part }) => part !== 'account')
    .map(
      ({ part, name }) =>
        `The ${part} ${name} is still paused: \`longhaul resume ${id} --${part} ${name}\` lets it go on.`,
    );
}

function sayHeld(campaign: string, { name, pausedUntil }: AccountStatus): string {
  const until = pausedUntil === null ? '' : ` until ${pausedUntil}`;
  return `Account ${name} is paused${until}: \`longhaul resume ${campaign} --account ${name}\` lifts that.`;
}

function stillPaused({ id, state }: Status): readonly string[] {
  return state === 'paused' ? [`The campaign itself is paused: \`longhaul resume ${id}\`.`] : [];
}

function openBlockers({ id, blockers }: Status): readonly string[] {
  const open = blockers.filter(({ state }) => state === 'open').map((blocker) => blocker.id);
  return open.length === 0
    ? []
    : [`It waits for an answer to ${open.join(', ')}: \`longhaul status ${id}\`.`];
}
