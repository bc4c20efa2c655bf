/**
 * Blockers that go stale: people are told again, ever more seldom and a few times only, until somebody says that they
 * have seen it. When the answer is needed by a certain time, they are told then too, and it becomes more severe.
 */
import type { BlockerState } from './blocker.js';
import { moreSevere } from './notice.js';
import { tellPeople } from './tell-people.js';
import type { CampaignState, Command } from './state.js';

const HOUR_MS = 3_600_000;
/** After it was raised, and after each reminder. */
const RESTS_MS: readonly number[] = [HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS];

/** When people are told again; null = not before somebody does something. */
export function reminderDueMs(blocker: BlockerState): number | null {
  if (blocker.state !== 'open') return null;
  const dues = [staleMs(blocker), lateMs(blocker)].filter((ms) => ms !== null);
  return dues.length === 0 ? null : Math.min(...dues);
}

function staleMs({ raisedAtMs, ackedAtMs, reminded = 0, remindedAtMs }: BlockerState): number | null {
  const restMs = RESTS_MS[reminded];
  if (ackedAtMs !== undefined || restMs === undefined) return null;
  return (remindedAtMs ?? raisedAtMs) + restMs;
}

function lateMs({ raisedAtMs, neededByMs, late }: BlockerState): number | null {
  if (neededByMs === undefined || late === true) return null;
  return Math.max(neededByMs, raisedAtMs);
}

export function remindOfBlockers({ blockers, nowMs }: CampaignState): readonly Command[] {
  return blockers
    .filter((blocker) => (reminderDueMs(blocker) ?? Infinity) <= nowMs)
    .map(({ id }) => ({ command: 'remind', blocker: id }));
}

/** Carries out what was decided. */
export function remind(state: CampaignState, id: string): CampaignState {
  const blocker = state.blockers.find((other) => other.id === id);
  if (blocker === undefined) return state;
  const { reminded = 0 } = blocker;
  const isLate = (lateMs(blocker) ?? Infinity) <= state.nowMs;
  const next: BlockerState = isLate
    ? { ...blocker, late: true, severity: moreSevere(blocker.severity) }
    : { ...blocker, reminded: reminded + 1, remindedAtMs: state.nowMs };
  const why = isLate ? 'was to be answered by now' : 'still waits for an answer';
  const text = `${state.campaign}: ${id} of ${blocker.task} (${next.severity}) ${why}: ${blocker.description}`;
  const blockers = state.blockers.map((other) => (other === blocker ? next : other));
  const { task, severity, about } = next;
  const account = about.is === 'account' ? { account: about.account } : {};
  return tellPeople({ ...state, blockers }, `${id}:${isLate ? 'late' : reminded + 1}`, {
    about: 'reminder',
    ...{ severity, text, task, blocker: id, ...account },
  });
}

/** A person has seen it: nothing but its time reminds of it any more. */
export function acknowledge(state: CampaignState, id: string): CampaignState {
  const blockers = state.blockers.map((blocker) =>
    blocker.id === id && blocker.state === 'open' && blocker.ackedAtMs === undefined
      ? { ...blocker, ackedAtMs: state.nowMs }
      : blocker,
  );
  return { ...state, blockers };
}
