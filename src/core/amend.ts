/**
 * Changes the plan of a campaign that runs. What is finished, and is still what the plan asks for, stays finished; what
 * has begun and is another task now, or builds on one, does its work again from the campaign's head, which has what was
 * merged of it before; what the plan names no more ends, and stays in the results. A turn that is at work on what has
 * changed is interrupted: its checkpoint and its session are kept, and what it comes to is not taken.
 */
import { newAccount } from './account.js';
import { isSameScope, type BudgetScope } from './amount.js';
import { planInForce } from './amend-plan.js';
import { amendTask, type Amending } from './amend-task.js';
import { interruptTurn } from './apply-decision.js';
import { canChange } from './apply.js';
import { closeBlockers, concernsTask } from './blocker.js';
import { reopenGroup } from './group.js';
import { isPastDeadline } from './deadline.js';
import { takeFrom } from './log.js';
import { addNotes } from './note.js';
import { partNames } from './part.js';
import { comparePlans, type PlanChange, type PlanChanged } from './plan-change.js';
import type { Plan } from './plan.js';
import { taskState, type CampaignState } from './state.js';
import { findTask, newTable } from './task-table.js';
import { isWorking, type TaskState } from './task.js';

export interface Campaign {
  readonly plan: Plan;
  readonly state: CampaignState;
}

/** Of another plan than the one that is in force, a change that comes too late, and a second one change nothing. */
export function amend({ plan: old, state: before }: Campaign, changed: PlanChanged): Campaign {
  const isTaken = changed.key !== null && before.seen.includes(changed.key);
  if (isTaken || changed.revision !== before.planRevision || !canChange(before))
    return { plan: old, state: before };
  const told: CampaignState = {
    ...before,
    nowMs: Math.max(before.nowMs, changed.atMs),
    revision: before.revision + 1,
    seen: changed.key === null ? before.seen : [...before.seen, changed.key],
  };
  const { plan, state, change } = swap({ plan: old, state: told }, changed.plan, 'edited');
  return { plan, state: addNotes(state, [noteOf(change, state.nowMs)]) };
}

/** More tasks, and nothing else: the same, but what people gave up, or could not be, stays so. */
export function extendPlan({ plan: old, state: before }: Campaign, next: Plan): Campaign {
  const { plan, state } = swap({ plan: old, state: before }, preferAsBefore(old, next), 'extended');
  return { plan, state };
}

function swap(
  { plan: old, state: before }: Campaign,
  next: Plan,
  how: Amending['how'],
): Campaign & { readonly change: PlanChange } {
  const plan = planInForce(old, next, before);
  const change = comparePlans(old, next, (id) => (findTask(before.tasks, id)?.gen ?? 0) > 0);
  const at: Amending = { old, plan, state: before, change, how };
  const tasks = plan.tasks.map((task): [string, TaskState] => [task.id, amendTask(at, task)]);
  const state: CampaignState = {
    ...before,
    planRevision: before.planRevision + 1,
    tasks: newTable(tasks),
    outbox: [...before.outbox, { key: `plan:${before.planRevision + 1}`, do: 'keepPlan' }],
    ...limitsOf(old, plan, before),
  };
  return { plan, state: settle(plan, before, state), change };
}

/** The schedule that was found before still counts; what is made of a round goes where the round was. */
function preferAsBefore(old: Plan, next: Plan): Plan {
  const preferences = new Map(old.tasks.map(({ id, preference }) => [id, preference]));
  const tasks = next.tasks.map((task) => ({
    ...task,
    preference: preferences.get(task.id) ?? preferences.get(task.madeOf ?? '') ?? 0,
  }));
  return { ...next, tasks };
}

function noteOf({ added, changed, stale, removed }: PlanChange, atMs: number) {
  const counts = { added: added.length, changed: changed.length, stale: stale.length };
  return { atMs, what: 'planChanged', ...counts, removed: removed.length } as const;
}

/** What a person has set or lifted holds until the spec says something else than it did. */
function limitsOf(old: Plan, plan: Plan, state: CampaignState) {
  return {
    ...(old.maxTurns === plan.maxTurns ? {} : { maxTurns: null }),
    ...budgetsAfter(old, plan, state),
    ...(old.deadlineMs === plan.deadlineMs ? {} : { deadlineMs: plan.deadlineMs }),
    ...(old.deadlineAtMs === plan.deadlineAtMs ? {} : { deadlineAtMs: plan.deadlineAtMs }),
    pauses: state.pauses.filter(({ part, name }) => partNames(plan, part).includes(name)),
    accounts: {
      ...Object.fromEntries(plan.agents.map(({ account }) => [account, newAccount(account)])),
      ...state.accounts,
    },
  };
}

function budgetsAfter(old: Plan, plan: Plan, { budgets }: CampaignState): Pick<CampaignState, 'budgets'> {
  const said = (of: Plan, scope: BudgetScope) =>
    JSON.stringify(of.budgets?.find((budget) => isSameScope(budget, scope))?.cap);
  return budgets === undefined
    ? {}
    : { budgets: budgets.filter((budget) => said(old, budget) === said(plan, budget)) };
}

/** What else follows from the tasks' changes. */
function settle(plan: Plan, before: CampaignState, amended: CampaignState): CampaignState {
  const was = (id: string) => findTask(before.tasks, id);
  const stale = plan.tasks.map(({ id }) => id).filter((id) => taskState(amended, id).stale);
  const isStale = new Set(stale);
  const isOut = (key: string) => before.publishing?.keys.includes(key) ?? false;
  const contracts = new Map(plan.contracts.map(({ id, author }) => [id, author]));
  const holds = (name: string) => contracts.has(name) && !isStale.has(contracts.get(name) ?? '');
  const keepsLocks = (id: string) => findTask(amended.tasks, id) !== undefined && !isStale.has(id);
  const cleaned: CampaignState = {
    ...amended,
    merged: takeFrom(amended.merged, (id) => isStale.has(id)),
    publications: amended.publications.filter(
      ({ key, task, what, name }) =>
        (isOut(key) || !isStale.has(task)) && (what === 'draft' || contracts.get(name) === task),
    ),
    locks: {
      ...amended.locks,
      locks: amended.locks.locks.filter(({ task }) => keepsLocks(task)),
    },
    contracts: Object.fromEntries(Object.entries(amended.contracts).filter(([name]) => holds(name))),
  };
  const freed = closeBlockers(cleaned, (blocker) => {
    const concerns = concernsTask(blocker.task)(blocker);
    return concerns && taskState(cleaned, blocker.task).life !== was(blocker.task)?.life;
  });
  const reopened = plan.tasks.reduce((so, { id, group }) => {
    const waitsAgain = was(id)?.life.is === 'ended' && taskState(so, id).life.is !== 'ended';
    return waitsAgain ? reopenGroup(so, group) : so;
  }, freed);
  // Once is enough: an effect is carried out once by its key.
  const isAtWork = ({ life }: TaskState) => isWorking(life) && life.interrupted === null;
  const interrupted = stale
    .filter((id) => isAtWork(taskState(reopened, id)))
    .reduce((so, id) => interruptTurn(so, id, 'the campaign file was changed'), reopened);
  return freeDeadline(before, interrupted);
}

/** It paused the campaign, and is another one now. */
function freeDeadline(before: CampaignState, state: CampaignState): CampaignState {
  const isDeadline = ({ about }: { readonly about: { readonly is: string } }) => about.is === 'deadline';
  const stood = before.blockers.some((blocker) => isDeadline(blocker) && blocker.state === 'open');
  if (!stood || isPastDeadline(state)) return state;
  return { ...closeBlockers(state, isDeadline), paused: null };
}
