/** A budget that keeps ready tasks, and that no running turn will leave more of: people are told, or the tasks are skipped. */
import { isSameScope, type Budget, type Shortage } from './amount.js';
import { raiseCommand, sayShortage } from './budget-text.js';
import type { Plan } from './plan.js';
import type { CampaignState, Command } from './state.js';
import { tellPeople } from './tell-people.js';

export interface Reached {
  readonly task: string;
  readonly shortage: Shortage;
}

export function meetReached(
  plan: Plan,
  state: CampaignState,
  reached: readonly Reached[],
): readonly Command[] {
  if (plan.onCap === 'finish')
    return reached.map(({ task, shortage }) => ({
      command: 'endTask',
      task,
      as: 'skipped',
      why: `not begun or not finished within ${sayShortage(shortage)}`,
    }));
  const [first] = reached.filter(({ shortage }) => !isTold(state, shortage.budget));
  return first === undefined ? [] : [{ command: 'tellOfBudget', shortage: first.shortage }];
}

/** Once it is raised, it is another one. */
function isTold({ budgetsTold = [] }: CampaignState, budget: Budget): boolean {
  return budgetsTold.some((told) => isSameScope(told, budget) && isSameCap(told, budget));
}

function isSameCap({ cap }: Budget, { cap: other }: Budget): boolean {
  return JSON.stringify(cap) === JSON.stringify(other);
}

export function tellOfBudget(state: CampaignState, shortage: Shortage): CampaignState {
  const { budget } = shortage;
  const others = (state.budgetsTold ?? []).filter((told) => !isSameScope(told, budget));
  const told = { ...state, budgetsTold: [...others, budget] };
  return tellPeople(told, `budget:${budget.scope}:${budget.name}:${state.revision}`, {
    about: 'budget',
    severity: 'high',
    text: `${state.campaign}: no new turns within ${sayShortage(shortage)}; to go on: ${raiseCommand(state.campaign, shortage)}`,
  });
}
