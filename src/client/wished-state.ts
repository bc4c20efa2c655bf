/** What a person asks for may hold already: that is said, and nothing is done. All of a status that was read just now. */
import type { AccountStatus, Status } from '../core/status.js';

/** Null where the wish has to be told to the campaign. */
export function alreadyPaused(status: Status): string | null {
  if (status.state !== 'paused') return null;
  return `Campaign ${status.id} is paused already (${status.message}); nothing changed.`;
}

export function alreadyRunning(status: Status): string | null {
  if (status.state === 'paused') return null;
  const held = status.accounts.filter(({ paused }) => paused).map((account) => sayHeld(status.id, account));
  return [`Campaign ${status.id} is not paused; nothing changed.`, ...held, ...openBlockers(status)].join(
    ' ',
  );
}

export function alreadyLifted(status: Status, name: string): string | null {
  const account = status.accounts.find((each) => each.name === name);
  if (account === undefined || account.paused) return null;
  return [`Account ${name} has no limit now; nothing changed.`, ...stillPaused(status)].join(' ');
}

export function alreadySkipped(status: Status, id: string): string | null {
  const task = status.tasks.find((each) => each.id === id);
  return task?.state === 'skipped' ? `Task ${id} is skipped already (${task.note}); nothing changed.` : null;
}

/** After a resume: what it did not set free. */
export function stillHeld(status: Status, account: string | null): string {
  if (account !== null) return stillPaused(status).join(' ');
  const held = status.accounts.filter(({ paused }) => paused);
  return held.map((each) => sayHeld(status.id, each)).join(' ');
}

function sayHeld(campaign: string, { name, pausedUntil }: AccountStatus): string {
  const until = pausedUntil === null ? '' : ` until ${pausedUntil}`;
  return `Account ${name} is limited${until}: \`longhaul resume ${campaign} --account ${name}\` lifts that.`;
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
