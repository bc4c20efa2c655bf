/** The round in which a group's failed tasks are tried once more: it begins when no other member moves any more. */
import { planGroup, planTask } from './plan-index.js';
import type { Plan } from './plan.js';
import { taskState, type CampaignState } from './state.js';
import { indexOf } from './task-index.js';
import { isWorking } from './task.js';

/** Was the task given the group's retry round, and has not begun it? */
export function waitsForRound(plan: Plan, state: CampaignState, id: string): boolean {
  const { round, attempt, attemptLimit, turn, life } = taskState(state, id);
  if (life.is !== 'waiting') return false;
  const firstOfRound = attemptLimit - planTask(plan, id).attempts + 1;
  return round === 1 && attempt === firstOfRound && turn === 0;
}

/**
 * The other members that are in their first round still. Those that are given the retry round too don't wait for each
 * other, and verified work waits for its merge, which may wait for this very task.
 */
export function* movingMembers(plan: Plan, state: CampaignState, id: string): Generator<string> {
  for (const member of planGroup(plan, planTask(plan, id).group).members) {
    const { life, round, verdict } = taskState(state, member);
    if (member === id || round === 1 || verdict === 'refused') continue;
    const mayStart =
      life.is === 'waiting' &&
      planTask(plan, member).after.every((join) => indexOf(plan, state).progress(join) === 'met');
    if (life.is === 'resting' || isWorking(life) || mayStart) yield member;
  }
}
