/** Blockers that name the task they wait for: answered by itself once that is done. */
import type { BlockerState } from './blocker.js';
import { hasTask } from './plan-index.js';
import type { Plan } from './plan.js';
import { taskState, type CampaignState, type Command } from './state.js';
import type { BlockerDetails } from './turn.js';

const LONGEST_SUMMARY = 1_000;

/** A task that is not there, or is done already, answers nothing: a person does. */
export function knownDetails(
  plan: Plan,
  state: CampaignState,
  { task, details }: { readonly task: string; readonly details: BlockerDetails },
): BlockerDetails {
  const { blockingTask, workaround, neededByMs, impact } = details;
  const others = {
    ...(workaround === undefined ? {} : { workaround }),
    ...(neededByMs === undefined ? {} : { neededByMs }),
    ...(impact === undefined ? {} : { impact }),
  };
  if (blockingTask === undefined || blockingTask === task || !hasTask(plan, blockingTask)) return others;
  return isDone(state, blockingTask) ? others : { ...others, blockingTask };
}

export function answerAwaited(plan: Plan, state: CampaignState): readonly Command[] {
  return state.blockers.flatMap((blocker): Command[] => {
    const { blockingTask } = blocker;
    if (!waitsForTask(blocker) || blockingTask === undefined) return [];
    if (!hasTask(plan, blockingTask) || !isDone(state, blockingTask)) return [];
    const { summary } = taskState(state, blockingTask);
    const said = summary === '' ? '' : ` What it says: ${summary.slice(0, LONGEST_SUMMARY)}`;
    const answer = `${blockingTask} is done, and its work is in this worktree now.${said}`;
    return [{ command: 'answerBlocker', blocker: blocker.id, answer }];
  });
}

function waitsForTask({ state, about }: BlockerState): boolean {
  return state === 'open' && (about.is === 'question' || about.is === 'message');
}

function isDone(state: CampaignState, task: string): boolean {
  const { life } = taskState(state, task);
  return life.is === 'ended' && life.as === 'done';
}
