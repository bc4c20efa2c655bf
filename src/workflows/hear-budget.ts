/** What people say of budgets: a higher cap, or a lower one. */
import { setHandler } from '@temporalio/workflow';
import { capOf, MEASURES, type Budget, type BudgetScope } from '../core/amount.js';
import { budgetsOf } from '../core/budget.js';
import { sayAmount, sayScope } from '../core/budget-text.js';
import { partNames } from '../core/part.js';
import { hasTask } from '../core/plan-index.js';
import type { Plan } from '../core/plan.js';
import { indexOf } from '../core/task-index.js';
import { refuse } from './failures.js';
import { checkOpen, fieldsOf, stamp, textOf, type Fields, type Hearer } from './hearer.js';
import * as messages from './messages.js';
import type { RaiseCap } from './messages.js';

export function hearBudgets(run: Hearer): void {
  const take = (input: unknown) => {
    const fields = fieldsOf(input);
    const budget = budgetIn(fields);
    // An update with anything else is refused; a signal can only be passed over.
    if (budget !== null && isKnown(run.ahead().plan, budget))
      run.take({ event: 'budgetSet', ...stamp(fields.key), ...budget });
  };
  const description =
    'A budget, higher or lower, from now on: { "usd": 60, "tokens": …, "turns": …, "hours": … }, one or more of them; of a part with "phase", "task" or "account".';
  setHandler(messages.raiseCapSignal, take, { description });
  setHandler(messages.raiseCapUpdate, (input: RaiseCap) => (take(input), saySet(run, fieldsOf(input))), {
    description,
    validator: (input: RaiseCap) => check(run, fieldsOf(input)),
  });
}

const SCOPES = ['phase', 'task', 'account'] as const;

function scopesIn(fields: Fields): readonly BudgetScope[] {
  return SCOPES.flatMap((scope) => {
    const name = textOf(fields[scope]);
    return name === '' ? [] : [{ scope, name }];
  });
}

/** Null where it is none. */
function budgetIn(fields: Fields): Budget | null {
  const scopes = scopesIn(fields);
  const { usd, tokens, turns, hours } = fields;
  const wished = [usd, tokens, turns, hours].filter((value) => value !== undefined && value !== null);
  if (scopes.length > 1 || wished.length === 0 || !wished.every(isPositive)) return null;
  const numberIn = (value: unknown) => (isPositive(value) ? value : undefined);
  const cap = capOf({
    usd: numberIn(usd),
    tokens: numberIn(tokens),
    turns: numberIn(turns),
    hours: numberIn(hours),
  });
  return { ...(scopes[0] ?? { scope: 'campaign', name: '' }), cap };
}

const MOST = 1e12;

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 && value <= MOST;
}

function isKnown(plan: Plan, { scope, name }: BudgetScope): boolean {
  if (scope === 'campaign') return true;
  return scope === 'task' ? hasTask(plan, name) : partNames(plan, scope).includes(name);
}

function check(run: Hearer, fields: Fields): void {
  const { plan, state } = checkOpen(run);
  const scopes = scopesIn(fields);
  if (scopes.length > 1)
    throw refuse(
      'campaign/many-parts',
      `One part at a time: expected phase, task or account, not ${scopes.map(({ scope }) => scope).join(' and ')}.`,
    );
  const budget = budgetIn(fields);
  if (budget === null)
    throw refuse('campaign/no-cap', 'Expected usd, tokens, turns or hours, each a number above 0.');
  if (!isKnown(plan, budget)) throw refuse('campaign/unknown-part', `There is no ${sayScope(budget)}.`);
  const { spent } = indexOf(plan, state).ledger.of(budget);
  for (const measure of MEASURES) {
    const cap = budget.cap[measure];
    if (cap === undefined || cap >= spent[measure]) continue;
    throw refuse(
      'campaign/cap-below-spent',
      `The budget of ${sayScope(budget)} can't be ${sayAmount(measure, cap)}: ${sayAmount(measure, spent[measure])} are spent.`,
    );
  }
}

function saySet(run: Hearer, fields: Fields): string {
  const scope = scopesIn(fields)[0] ?? { scope: 'campaign', name: '' };
  const { plan, state } = run.ahead();
  const { cap = {} } =
    budgetsOf(plan, state).find((one) => one.scope === scope.scope && one.name === scope.name) ?? {};
  const caps = MEASURES.flatMap((measure) =>
    cap[measure] === undefined ? [] : [sayAmount(measure, cap[measure])],
  );
  return `The budget of ${sayScope(scope)} is ${caps.join(', ')}.`;
}
