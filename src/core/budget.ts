/**
 * Budgets: what the campaign, a phase, a task or an account may use in all. A turn is ordered only where what was spent,
 * what running turns have reserved, and what it reserves itself stay within each budget that it counts to.
 *
 * A turn reserves its share of what is left, among the turns that may run beside it, and of what such turns have cost on
 * average at least that much and at most three times as much. So turns of which nothing is known run side by side, and
 * all of them together can't pass the budget.
 */
import {
  isSameScope,
  MEASURES,
  type Budget,
  type BudgetScope,
  type Cap,
  type Measure,
  type Shortage,
} from './amount.js';
import type { Plan, PlanTask } from './plan.js';
import { mostTurns, type CampaignState } from './state.js';
import { accountOf } from './task.js';
import { indexOf } from './task-index.js';

/** All budgets that hold: the spec's, and what people have set since. */
export function budgetsOf(
  { budgets: own = [] }: Plan,
  { budgets: set = [] }: CampaignState,
): readonly Budget[] {
  if (set.length === 0) return own;
  const changed = own.map((budget) => {
    const other = set.find((one) => isSameScope(one, budget));
    return other === undefined ? budget : { ...budget, cap: { ...budget.cap, ...other.cap } };
  });
  return [...changed, ...set.filter((one) => !own.some((budget) => isSameScope(budget, one)))];
}

interface Turn {
  readonly task: PlanTask;
  readonly agent: string;
}

export type Reserving =
  | { readonly is: 'reserved'; readonly reserve: Cap | null }
  | { readonly is: 'short'; readonly shortage: Shortage };

/** What a turn would reserve now; null = no budget concerns it. */
export function reserveTurn(plan: Plan, state: CampaignState, { task, agent }: Turn): Reserving {
  const budgets = budgetsOf(plan, state);
  if (budgets.length === 0) return { is: 'reserved', reserve: null };
  const account = accountOf(plan, agent);
  const concerned = budgets.filter((budget) => concerns(budget, task, account));
  if (concerned.length === 0) return { is: 'reserved', reserve: null };
  const { ledger, load } = indexOf(plan, state);
  const usual = ledger.usualOf(agent, task.role);
  const beside = Math.max(1, mostTurns(plan, state) - load.turns);
  const reserve: Partial<Record<Measure, number>> = {};
  for (const budget of concerned) {
    const { spent, reserved } = ledger.of(budget);
    for (const measure of MEASURES) {
      const cap = budget.cap[measure];
      if (cap === undefined) continue;
      const left = cap - spent[measure] - reserved[measure];
      const needed = Math.max(1, usual[measure]);
      if (left < needed) {
        const shortage = { budget, measure, spent: spent[measure], reserved: reserved[measure], needed };
        return { is: 'short', shortage };
      }
      const share = Math.floor(left / (budget.scope === 'task' ? 1 : beside));
      reserve[measure] = Math.min(reserve[measure] ?? Infinity, reserveOf(measure, usual[measure], share));
    }
  }
  return { is: 'reserved', reserve };
}

const MOST_TIMES_USUAL = 3;

function reserveOf(measure: Measure, usual: number, share: number): number {
  if (measure === 'turns') return 1;
  if (usual === 0) return Math.max(1, share);
  return Math.min(Math.max(share, usual), MOST_TIMES_USUAL * usual);
}

function concerns({ scope, name }: BudgetScope, { id, phase }: PlanTask, account: string): boolean {
  switch (scope) {
    case 'campaign':
      return true;
    case 'phase':
      return name === phase;
    case 'task':
      return name === id;
    case 'account':
      return name === account;
  }
}
