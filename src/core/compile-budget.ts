/** All budgets of a spec, as the plan has them. */
import { capOf, type Budget } from './amount.js';
import type { DraftTask } from './compile-draft.js';
import type { Plan } from './plan.js';
import type { Spec } from './spec.js';

type Written = NonNullable<Spec['limits']['budget']>;

export function budgetsIn(spec: Spec, tasks: readonly DraftTask[]): Pick<Plan, 'budgets' | 'onCap'> {
  const budgets: readonly Budget[] = [
    ...budgetOf('campaign', '', spec.limits.budget),
    ...(spec.phases ?? []).flatMap(({ name, budget }) => budgetOf('phase', name, budget)),
    ...tasks.flatMap(({ written: { id, budget } }) => budgetOf('task', id, budget)),
    ...Object.entries(spec.accounts).flatMap(([name, { budget }]) => budgetOf('account', name, budget)),
  ];
  return {
    ...(budgets.length === 0 ? {} : { budgets }),
    // A person may set a budget later.
    ...(spec.onCap === 'pause' ? {} : { onCap: spec.onCap }),
  };
}

function budgetOf(scope: Budget['scope'], name: string, written: Written | undefined): readonly Budget[] {
  return written === undefined ? [] : [{ scope, name, cap: capOf(written) }];
}
