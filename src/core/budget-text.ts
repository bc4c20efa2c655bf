/** Budgets in words, for people. */
import type { BudgetScope, Measure, Shortage } from './amount.js';

export function sayScope({ scope, name }: BudgetScope): string {
  return scope === 'campaign' ? 'the campaign' : `${scope} ${name}`;
}

export function sayAmount(measure: Measure, amount: number): string {
  switch (measure) {
    case 'micros':
      return `$${(amount / 1e6).toFixed(2)}`;
    case 'tokens':
      return `${amount} tokens`;
    case 'turns':
      return `${amount} turn${amount === 1 ? '' : 's'}`;
    case 'ms':
      return `${Number((amount / 3_600_000).toFixed(2))} h`;
  }
}

/** `the budget of phase build: $9.80 of $10.00 spent, $0.10 reserved, $0.40 needed`. */
export function sayShortage({ budget, measure, spent, reserved, needed }: Shortage): string {
  const cap = budget.cap[measure] ?? 0;
  const parts = [
    `${sayAmount(measure, spent)} of ${sayAmount(measure, cap)} spent`,
    ...(reserved > 0 ? [`${sayAmount(measure, reserved)} reserved`] : []),
    // Of less than can be told a person needs to know that it is nothing.
    ...(spent < cap ? [`${sayAmount(measure, needed)} needed`] : []),
  ];
  return `the budget of ${sayScope(budget)}: ${parts.join(', ')}`;
}

const OPTIONS = { micros: '--usd', tokens: '--tokens', turns: '--turns', ms: '--hours' } as const;

/** The command that raises it, as an example. */
export function raiseCommand(campaign: string, { budget, measure, needed }: Shortage): string {
  const cap = budget.cap[measure] ?? 0;
  const more = Math.ceil(Math.max(cap * 1.5, cap + needed) / UNITS[measure]);
  const where = budget.scope === 'campaign' ? '' : ` --${budget.scope} ${budget.name}`;
  return `longhaul budget ${campaign}${where} ${OPTIONS[measure]} ${more}`;
}

const UNITS = { micros: 1e6, tokens: 1, turns: 1, ms: 3_600_000 } as const;
