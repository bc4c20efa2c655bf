/**
 * What changed how much could run at once, as the campaign goes on: pauses, limits of accounts, turns that an account
 * bears. Found by comparing the states before and after an event, so that no rule has to remember to tell.
 */
import { newAccount, type AccountState } from './account.js';
import type { CampaignNote } from './campaign-note.js';
import { tellPeople } from './tell-people.js';
import { isoTime } from './readiness.js';
import type { CampaignState } from './state.js';

/** The oldest are forgotten: an account that is limited for days tells the same again and again. */
const NOTES_KEPT = 300;
const LONGEST_WHY = 200;

export function noteChanges(before: CampaignState, after: CampaignState): CampaignState {
  const atMs = after.nowMs;
  const notes = [...notePauses(before, after)];
  if (before.accounts !== after.accounts)
    for (const account of Object.values(after.accounts))
      notes.push(...noteAccount(before.accounts[account.name], account, atMs));
  return notes.length === 0 ? after : tellOfLimits(addNotes(after, notes), notes);
}

/** An account that waits for its time needs nobody; one that a person has to lift has a blocker, which tells of it. */
function tellOfLimits(state: CampaignState, notes: readonly CampaignNote[]): CampaignState {
  return notes.reduce((so, note) => {
    if (note.what !== 'limited' || note.untilMs === null) return so;
    const { account, untilMs, why } = note;
    const text = `${state.campaign}: the account ${account} is paused until ${isoTime(untilMs)}: ${why}`;
    return tellPeople(so, `limited:${account}:${untilMs}`, {
      about: 'account',
      severity: 'low',
      text,
      account,
    });
  }, state);
}

export function addNotes(state: CampaignState, notes: readonly CampaignNote[]): CampaignState {
  return { ...state, notes: [...(state.notes ?? []), ...notes].slice(-NOTES_KEPT) };
}

function notePauses(before: CampaignState, { paused, nowMs: atMs }: CampaignState): readonly CampaignNote[] {
  if ((before.paused === null) === (paused === null)) return [];
  return [
    paused === null
      ? { atMs, what: 'resumed' }
      : { atMs, what: 'paused', why: paused.why.slice(0, LONGEST_WHY) },
  ];
}

function noteAccount(
  before: AccountState | undefined,
  after: AccountState,
  atMs: number,
): readonly CampaignNote[] {
  const { name: account, parallel } = after;
  const was = before ?? newAccount(account);
  const isMoved = was.held !== after.held || was.pausedUntilMs !== after.pausedUntilMs;
  return [
    ...(isMoved ? [noteLimit(after, atMs)] : []),
    ...(was.parallel === parallel ? [] : [{ atMs, what: 'parallel', account, turns: parallel } as const]),
  ];
}

function noteLimit({ name: account, pausedUntilMs, held, why }: AccountState, atMs: number): CampaignNote {
  if (!held && pausedUntilMs === null) return { atMs, what: 'lifted', account };
  const untilMs = held ? null : pausedUntilMs;
  return { atMs, what: 'limited', account, untilMs, why: why.slice(0, LONGEST_WHY) };
}
