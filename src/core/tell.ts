/** What tasks are told of others' words: with the next order of those that have begun, and by a new one to those who are done. */
import { takeFrom } from './log.js';
import type { NextTurn, TaskState } from './task.js';
import { taskState, withTask, type CampaignState } from './state.js';
import { tellTask } from './tell-task.js';

/** Those who have begun take it in with their next order; those who are done are verified with it once more. */
export function tell(
  state: CampaignState,
  id: string,
  { what, text }: { readonly what: 'draft' | 'contract'; readonly text: string },
): CampaignState {
  const task = taskState(state, id);
  if (task.life.is !== 'ended') {
    const told = tellTask(state, id, text);
    return withTask(told, id, { ...taskState(told, id), behind: task.gen > 0 && behindOf(task, what) });
  }
  const isDone = task.life.as === 'done' && what === 'contract';
  return isDone && canReopen(state) ? reopen(state, id, { ask: 'adapt', note: text, recheck: true }) : state;
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
  state: CampaignState,
  id: string,
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
  return withTask({ ...state, merged: takeFrom(state.merged, (other) => other === id) }, id, task);
}
