/** What tasks are told of others' words: with the next order of those that have begun, and by a new one to those who are done. */
import type { TaskAt } from './failure.js';
import { reopenGroup } from './group.js';
import { isBeingMerged } from './integration.js';
import { takeFrom } from './log.js';
import { planTask } from './plan-index.js';
import type { NextTurn, TaskState } from './task.js';
import { taskState, withTask, type CampaignState } from './state.js';
import { tellTask } from './tell-task.js';

/**
 * Those who have begun take it in with their next order; those whose work is verified or done are verified with it once
 * more. One that is being merged is looked at once it is.
 */
export function tell(
  { plan, state, id }: TaskAt,
  { contract, text }: { readonly contract: string | null; readonly text: string },
): CampaignState {
  const task = taskState(state, id);
  const changed = contract === null ? {} : { changed: changedBy(task, contract) };
  const isVerified = task.life.is === 'integrating' && !isBeingMerged(state, id);
  const isDone = task.life.is === 'ended' && task.life.as === 'done';
  if ((isVerified || isDone) && contract !== null && canReopen(state))
    return verifyAgain({ plan, state: withTask(state, id, { ...task, ...changed }), id }, text);
  if (task.life.is !== 'ended') {
    const told = tellTask(state, id, text);
    const behind = task.gen > 0 && behindOf(task, contract === null ? 'draft' : 'contract');
    return withTask(told, id, { ...taskState(told, id), ...(behind === false ? {} : changed), behind });
  }
  return state;
}

/** Without a turn: only what does not fit any more is mended by one. */
export function verifyAgain(at: TaskAt, note: string | null): CampaignState {
  return reopen(at, { ask: 'adapt', note, recheck: true });
}

/** Of what it has taken in before nothing is left. */
function changedBy(task: TaskState, contract: string): readonly string[] {
  const others = changedContracts(task).filter((other) => other !== contract);
  return [...others, contract];
}

/** Contracts whose newest version it has still to take in. */
export function changedContracts({ life, behind, recheck, changed = [] }: TaskState): readonly string[] {
  return life.is !== 'ended' && (behind === 'contract' || recheck) ? changed : [];
}

function behindOf({ behind }: TaskState, what: 'draft' | 'contract'): TaskState['behind'] {
  return behind === 'contract' || behind === 'findings' ? behind : what;
}

/** Not once the campaign stops or delivers: its end is being made. */
export function canReopen({ stopping, delivery, end }: CampaignState): boolean {
  return stopping === null && delivery === null && end === null;
}

/** What it did stays: merged is merged. With `recheck` only what does not fit any more is mended by a turn. */
export function reopen(
  { plan, state, id }: TaskAt,
  { ask, note, recheck }: Pick<NextTurn, 'ask' | 'note'> & { readonly recheck: boolean },
): CampaignState {
  const task: TaskState = {
    ...taskState(state, id),
    life: { is: 'waiting' },
    next: { ask, evidence: null, note, sync: true },
    behind: false,
    recheck,
    verdict: null,
    rejected: 0,
    sameInRow: 0,
    lastSignature: '',
    transients: 0,
    mergeTries: 0,
  };
  const merged = takeFrom(state.merged, (other) => other === id);
  // What was done in time does not fail for what comes after it.
  return withTask({ ...reopenGroup(state, planTask(plan, id).group), merged }, id, task);
}
