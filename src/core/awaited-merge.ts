/**
 * Tasks that a plan prefers, and that wait for nothing but the merge of work that is done. An improved plan counts on
 * their turn being next, so what goes after them does not take their lane in the time that a merge takes.
 */
import type { Plan, PlanTask } from './plan.js';
import { hasPreferences, joinsOfTask, planTask, tasksAfter } from './plan-index.js';
import { waitReasons } from './readiness.js';
import { rankOf } from './schedule.js';
import { taskState, type CampaignState } from './state.js';
import { indexOf } from './task-index.js';

/** In rank order; of a plan without preferences none. */
export function awaitedNext(plan: Plan, state: CampaignState): readonly PlanTask[] {
  if (!hasPreferences(plan)) return [];
  const found = new Set<string>();
  for (const id of indexOf(plan, state).awaited) {
    const { life } = taskState(state, id);
    // One whose merge is tried again later keeps nobody's lane.
    if (life.is !== 'integrating' || life.notBeforeMs > state.nowMs) continue;
    const joins = joinsOfTask(plan, id).filter(({ asks }) => asks === 'done');
    for (const task of joins.flatMap((join) => tasksAfter(plan, join.id)))
      if (!found.has(task) && isNext({ plan, state }, task)) found.add(task);
  }
  const rank = (id: string) => rankOf(plan, id, taskState(state, id));
  return [...found].sort((a, b) => rank(a) - rank(b)).map((id) => planTask(plan, id));
}

function isNext({ plan, state }: { plan: Plan; state: CampaignState }, id: string): boolean {
  const { preference, round } = planTask(plan, id);
  if (!(preference > 0) || round !== null || taskState(state, id).life.is !== 'waiting') return false;
  return waitReasons({ plan, state }, id).every(({ reason }) => reason === 'integration');
}
