/** What people see of budgets: spent, reserved and left, by all that has one; and what each account has spent. */
import { MEASURES, type Budget, type BudgetScope, type Measure } from './amount.js';
import { budgetsOf } from './budget.js';
import type { Plan } from './plan.js';
import type { CampaignState } from './state.js';
import type { BudgetStatus } from './status.js';
import { indexOf } from './task-index.js';

const UNITS = { micros: 1e6, tokens: 1, turns: 1, ms: 3_600_000 } as const;
const NAMES = { micros: 'usd', tokens: 'tokens', turns: 'turns', ms: 'hours' } as const;

/** In the plan's order; left out where there is no budget, and no more than one account that has spent anything. */
export function viewBudgets(
  plan: Plan,
  state: CampaignState,
): { readonly budgets?: readonly BudgetStatus[] } {
  const budgets = budgetsOf(plan, state);
  const accounts = [...new Set(plan.agents.map(({ account }) => account))];
  const spending = accounts.length === 1 ? [] : accounts.flatMap(spentBy({ plan, state }));
  const others = spending.filter((row) => !budgets.some((budget) => isOfAccount(budget, row.name)));
  const rows = [
    ...budgets.flatMap((budget) => viewBudget(plan, state, budget)),
    ...(spending.length > 1 ? others : []),
  ];
  return rows.length === 0 ? {} : { budgets: rows };
}

/** Of one that has a budget, in its measures. */
function viewBudget(plan: Plan, state: CampaignState, budget: Budget): readonly BudgetStatus[] {
  return MEASURES.flatMap((measure) => {
    const cap = budget.cap[measure];
    return cap === undefined ? [] : [row({ plan, state }, { scope: budget, measure, cap })];
  });
}

interface At {
  readonly plan: Plan;
  readonly state: CampaignState;
}

function spentBy({ plan, state }: At) {
  return (name: string): readonly BudgetStatus[] => {
    const scope: BudgetScope = { scope: 'account', name };
    const { turns } = indexOf(plan, state).ledger.of(scope).spent;
    return turns === 0 ? [] : [row({ plan, state }, { scope, measure: 'micros', cap: null })];
  };
}

function isOfAccount({ scope, name }: Budget, account: string): boolean {
  return scope === 'account' && name === account;
}

interface Of {
  readonly scope: BudgetScope;
  readonly measure: Measure;
  readonly cap: number | null;
}

function row({ plan, state }: At, { scope, measure, cap }: Of): BudgetStatus {
  const { spent, reserved, unaccountedMicros, unknown } = indexOf(plan, state).ledger.of(scope);
  const inUnits = (amount: number) => amount / UNITS[measure];
  const left = cap === null ? null : Math.max(0, inUnits(cap - spent[measure] - reserved[measure]));
  return {
    scope: scope.scope,
    name: scope.name,
    measure: NAMES[measure],
    cap: cap === null ? null : inUnits(cap),
    spent: inUnits(spent[measure]),
    reserved: inUnits(reserved[measure]),
    left,
    ...(measure === 'micros' && unaccountedMicros > 0 ? { unaccounted: inUnits(unaccountedMicros) } : {}),
    ...(measure === 'micros' && unknown > 0 ? { unknownTurns: unknown } : {}),
  };
}
