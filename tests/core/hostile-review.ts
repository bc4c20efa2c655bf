/** What reviewers say in a hostile world, and a person of them. */
import type { Plan } from '../../src/core/plan.js';
import { planTask } from '../../src/core/plan-index.js';
import type { TaskReport } from '../../src/core/ports.js';
import { taskState, type CampaignState } from '../../src/core/state.js';
import { isWaiting } from '../../src/core/task.js';

/** Reviewers refuse, or forget to say what they think. */
export function judgedBy(
  random: () => number,
  good: TaskReport,
  { plan, wrong }: { readonly plan: Plan; readonly wrong: number },
): TaskReport {
  if (planTask(plan, good.task).reviews === null || good.turn === null) return good;
  const chance = random();
  if (chance >= wrong * 1.25) return good;
  const review = chance < wrong * 0.2 ? null : { approve: false, findings: ['no errors'] };
  return { ...good, turn: { ...good.turn, review } };
}

/** A review that a person does without; mostly none. */
export function waivedBy(random: () => number, plan: Plan, state: CampaignState): string | null {
  const [first] = plan.tasks.filter(
    ({ id, reviews }) => reviews !== null && isWaiting(taskState(state, id).life),
  );
  return first !== undefined && random() < 0.03 ? first.id : null;
}
