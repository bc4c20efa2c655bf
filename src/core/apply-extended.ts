/** The plan with more tasks comes: by the same way as an edited campaign file, and then what it was made for is over. */
import { addedTasks } from './addition-request.js';
import { breakExtend, dropRequest, failExtend, tellAsker } from './apply-addition.js';
import { extendPlan, type Campaign } from './amend.js';
import { isRemoved, type Extended } from './plan-change.js';
import type { Plan } from './plan.js';
import { addNotes } from './note.js';
import { hasTask, planTask } from './plan-index.js';
import { endTask, type CampaignState } from './state.js';
import { indexOf } from './task-index.js';
import { canReopen } from './tell.js';

/** Of the problems together. */
const LONGEST_WHY = 1_000;

type Out = NonNullable<CampaignState['additions']['out']>;

/** Of an order that is not out, and after the plan was changed, it changes nothing: then it is ordered again. */
export function applyExtended(campaign: Campaign, event: Extended): Campaign {
  const { plan } = campaign;
  const { out, lost } = campaign.state.additions;
  // Typed by hand, it may be anything.
  if (out === null || out.order !== event.order) return campaign;
  const state: CampaignState = {
    ...campaign.state,
    nowMs: Math.max(campaign.state.nowMs, event.atMs),
    revision: campaign.state.revision + 1,
    additions: { ...campaign.state.additions, out: null, lost: event.broken === undefined ? 0 : lost },
    outbox: campaign.state.outbox.filter(({ key }) => key !== event.order),
  };
  if (!canReopen(state) || out.revision !== state.planRevision || !isWanted(plan, state, out))
    return { plan, state };
  const problems = event.plan === null ? event.problems : limitFaults(event.plan);
  if (event.plan === null || problems.length > 0)
    return { plan, state: failOrder(plan, state, { out, problems, broken: event.broken }) };
  // In a simulation what a round will have is there already.
  const same = { plan, state: { ...state, planRevision: state.planRevision + 1 } };
  const extended = event.plan === plan ? same : extendPlan({ plan, state }, event.plan);
  return settle(extended, { old: plan, out });
}

function failOrder(
  plan: Plan,
  state: CampaignState,
  {
    out,
    problems,
    broken,
  }: Pick<Extended, 'problems'> & { readonly out: Out; readonly broken: Extended['broken'] },
): CampaignState {
  if (broken !== undefined) return breakExtend(plan, state, { out, why: problems.join(' '), broken });
  const wayOut =
    out.round === null
      ? ''
      : 'Change the campaign file by `longhaul apply`, then answer or retry; or skip the round.';
  return failExtend(plan, state, { out, why: problems.join(' ').slice(0, LONGEST_WHY), wayOut });
}

/** A round may have been skipped meanwhile, or waits for its source again. */
function isWanted(plan: Plan, state: CampaignState, { request, round }: Out): boolean {
  if (round !== null) return indexOf(plan, state).rounds.has(round);
  return state.additions.open.some(({ key, is }) => key === request && is === 'wanted');
}

/** Whoever compiled it has looked, too. */
function limitFaults(plan: Plan): readonly string[] {
  const added = addedTasks(plan);
  const deepest = plan.tasks.reduce((most, { depth }) => Math.max(most, depth), 0);
  return [
    ...(added > plan.mostAdded
      ? [`With them, ${added} tasks would have been added, and limits.tasks allows ${plan.mostAdded}.`]
      : []),
    ...(deepest > plan.mostDepth
      ? [`They come of added tasks ${deepest} times over, and limits.depth allows ${plan.mostDepth}.`]
      : []),
  ];
}

function settle(
  { plan, state }: Campaign,
  { old, out: { request: key, round } }: { readonly old: Plan; readonly out: Out },
): Campaign {
  const { nowMs: atMs } = state;
  if (round !== null) {
    const made = plan.tasks.filter(({ madeOf, group }) => madeOf === round && !isRemoved({ group })).length;
    const from = old.tasks.find(({ id }) => id === round)?.round?.from ?? '';
    const why = `${made === 1 ? '1 task' : `${made} tasks`} of ${from}'s output`;
    const told = endTask(state, round, { as: 'done', why });
    return {
      plan,
      state: addNotes(told, [{ atMs, what: 'tasksAdded', by: 'round', task: round, tasks: made }]),
    };
  }
  const request = state.additions.open.find((one) => one.key === key);
  if (request === undefined) return { plan, state };
  const { by, task } = request;
  const isThere = (id: string) => hasTask(old, id) && !isRemoved(planTask(old, id));
  const added = plan.tasks
    .filter(({ id, group }) => !isRemoved({ group }) && !isThere(id))
    .map(({ id }) => id);
  const told = tellAsker(
    dropRequest(state, key),
    by === 'agent' ? task : null,
    `The tasks that you proposed are added: ${added.join(', ')}.`,
  );
  return { plan, state: addNotes(told, [{ atMs, what: 'tasksAdded', by, task, tasks: added.length }]) };
}
