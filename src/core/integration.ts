/** Which verified task is merged next. One at a time, in the plan's order; a merge is the integration executor's order. */
import type { Plan } from './plan.js';
import { planGroup, planPhase, planTask } from './plan-index.js';
import { taskState, type CampaignState } from './state.js';

export function mergeIsOut(plan: Plan, state: CampaignState): boolean {
  return plan.tasks.some(({ id }) => {
    const { life } = taskState(state, id);
    return life.is === 'integrating' && life.ordered;
  });
}

/** A merge that only waits for others to be ready; `idle` says that nothing else runs or can be started. */
export function nextMerge(plan: Plan, state: CampaignState, idle: boolean): string | null {
  if (mergeIsOut(plan, state)) return null;
  const next = plan.tasks.find(({ id }) => {
    const { life } = taskState(state, id);
    return life.is === 'integrating' && life.notBeforeMs <= state.nowMs && (idle || isDue(plan, state, id));
  });
  return next?.id ?? null;
}

/** At once where something waits for it; else with its group (or phase): when every member is verified or over. */
function isDue(plan: Plan, state: CampaignState, id: string): boolean {
  const task = planTask(plan, id);
  const phase = planPhase(plan, task.phase);
  if (task.mergeAtOnce || phase.integrateAt === 'each') return true;
  const groups = phase.integrateAt === 'phase' ? phase.groups : [task.group];
  return groups.every((group) =>
    planGroup(plan, group).members.every((member) => {
      const { life } = taskState(state, member);
      return life.is === 'ended' || life.is === 'integrating';
    }),
  );
}
