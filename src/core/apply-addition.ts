/** What agents and people want to be added: taken, asked about, refused; and what became of the order to do it. */
import type { AdditionAsked, AdditionRequest, OpenAddition } from './addition-book.js';
import { additionFault, openFault, requestOf } from './addition-request.js';
import { isYes } from './blocker.js';
import { MOST_TRANSIENTS } from './failure.js';
import { addNotes } from './note.js';
import type { Plan } from './plan.js';
import { hasTask } from './plan-index.js';
import { raiseBlocker } from './raise-blocker.js';
import { taskState, type CampaignState } from './state.js';
import { findTask } from './task-table.js';
import { tellPeople } from './tell-people.js';
import { tellTask } from './tell-task.js';

const LONGEST_WHY = 1_000;
/** Leaves room for the way out. */
const LONGEST_BREAK = 800;
const MOST_NAMED = 20;

/** What an agent proposes waits for a person's word, where the campaign says so; its own turn does not wait for that. */
export function applyAdditionAsked(
  plan: Plan,
  state: CampaignState,
  { key, ...asked }: { readonly key: string } & AdditionAsked,
): CampaignState {
  const fault = additionFault(plan, state, asked);
  if (fault !== null) return refuseAddition(state, { key, ...asked }, fault);
  const asks = asked.by === 'agent' && plan.proposals === 'ask';
  const request: OpenAddition = {
    ...requestOf(plan, key, { ...asked, why: asked.why.slice(0, LONGEST_WHY) }),
    is: asks ? 'asked' : 'wanted',
  };
  const open = withOpen(state, [...state.additions.open, request]);
  if (!asks || request.task === null) return open;
  return raiseBlocker(open, {
    task: request.task,
    severity: 'medium',
    description: describe(request),
    about: { is: 'addition', request: key },
  });
}

function describe({ task, tasks, why }: OpenAddition): string {
  const titles = tasks.slice(0, MOST_NAMED).map((each) => `"${titleOf(each)}"`);
  const more = tasks.length > MOST_NAMED ? ` and ${tasks.length - MOST_NAMED} more` : '';
  const count = tasks.length === 1 ? 'a task' : `${tasks.length} tasks`;
  const because = why === '' ? '' : ` Why: ${why}`;
  return `${task ?? ''} proposes ${count}: ${titles.join(', ')}${more}.${because} Answer yes to add ${tasks.length === 1 ? 'it' : 'them'}; anything else refuses, and is told to its agent.`;
}

function titleOf(task: unknown): string {
  const { title, id } = (typeof task === 'object' && task !== null ? task : {}) as Readonly<
    Record<string, unknown>
  >;
  const name = typeof title === 'string' ? title : typeof id === 'string' ? id : 'without a title';
  return name.slice(0, 120);
}

function withOpen(state: CampaignState, open: readonly OpenAddition[]): CampaignState {
  return { ...state, additions: { ...state.additions, open } };
}

export function dropRequest(state: CampaignState, key: string): CampaignState {
  return withOpen(
    state,
    state.additions.open.filter((request) => request.key !== key),
  );
}

/** The answer may come long after: what was fine then need not be now. */
export function answerAddition(
  plan: Plan,
  state: CampaignState,
  { request: key, answer }: { readonly request: string; readonly answer: string },
): CampaignState {
  const request = state.additions.open.find((one) => one.key === key);
  if (request === undefined) return state;
  if (!isYes(answer)) return refuseAddition(dropRequest(state, key), request, `A person answered: ${answer}`);
  const fault = openFault(plan, state, request);
  if (fault !== null) {
    const text = `${state.campaign}: the tasks that ${request.task ?? 'somebody'} proposed are not added. ${fault}`;
    return sayRefused(refuseOpen(state, request, fault), key, text);
  }
  return withOpen(
    state,
    state.additions.open.map((one) => (one === request ? { ...one, is: 'wanted' } : one)),
  );
}

export function refuseOpen(state: CampaignState, request: AdditionRequest, why: string): CampaignState {
  return refuseAddition(dropRequest(state, request.key), request, why);
}

function sayRefused(state: CampaignState, about: string, text: string): CampaignState {
  return tellPeople(state, `refused:${state.revision}:${about}`, {
    about: 'proposal',
    severity: 'medium',
    text,
  });
}

/** Whoever asked is told: an agent with its next order, people by a notification; and the report says it. */
function refuseAddition(
  state: CampaignState,
  { key, by, task }: Pick<AdditionRequest, 'key' | 'by' | 'task'>,
  why: string,
): CampaignState {
  if (by === 'round') return state;
  const { nowMs: atMs } = state;
  const noted = addNotes(state, [{ atMs, what: 'tasksRefused', by, task, why: why.slice(0, LONGEST_WHY) }]);
  if (by === 'agent') return tellAsker(noted, task, `The tasks that you proposed are not added. ${why}`);
  return sayRefused(noted, key, `${state.campaign}: the tasks are not added. ${why}`);
}

/** An agent that is over is told no more. */
export function tellAsker(state: CampaignState, task: string | null, text: string): CampaignState {
  const known = task === null ? undefined : findTask(state.tasks, task);
  return task === null || known === undefined || known.life.is === 'ended'
    ? state
    : tellTask(state, task, text);
}

type Out = NonNullable<CampaignState['additions']['out']>;

export function applyExtendLost(plan: Plan, state: CampaignState): CampaignState {
  const { out } = state.additions;
  if (out === null) return state;
  const why = 'The integration workflow was ended from outside before it had done it.';
  return breakExtend(plan, state, { out, why, broken: 'transient' });
}

/** Nothing is wrong with what was asked for: it is ordered again, where that may help, and not without end. */
export function breakExtend(
  plan: Plan,
  state: CampaignState,
  { out, why, broken }: { readonly out: Out; readonly why: string; readonly broken: 'transient' | 'lasting' },
): CampaignState {
  const lost = state.additions.lost + 1;
  const again: CampaignState = { ...state, additions: { ...state.additions, out: null, lost } };
  if (broken === 'transient' && lost < MOST_TRANSIENTS) return again;
  const times = broken === 'transient' ? `${lost} times in a row: ` : '';
  const wayOut =
    out.round === null
      ? 'Nothing is wrong with the tasks: ask for them again, with a "why" that says so, once this is mended.'
      : 'Nothing is wrong with the round: once this is mended, answer or retry; or skip the round.';
  return failExtend(plan, again, { out, why: `${times}${why}`.slice(0, LONGEST_BREAK), wayOut });
}

/** A round is for a person to mend; what somebody asked for is refused. */
export function failExtend(
  plan: Plan,
  state: CampaignState,
  {
    out,
    why,
    wayOut,
  }: { readonly out: Pick<Out, 'request' | 'round'>; readonly why: string; readonly wayOut: string },
): CampaignState {
  const settled: CampaignState = { ...state, additions: { ...state.additions, lost: 0 } };
  if (out.round === null) {
    const request = settled.additions.open.find(({ key }) => key === out.request);
    return request === undefined ? settled : refuseOpen(settled, request, `${why} ${wayOut}`.trim());
  }
  if (!hasTask(plan, out.round) || taskState(settled, out.round).life.is !== 'waiting') return settled;
  return raiseBlocker(settled, {
    task: out.round,
    severity: 'high',
    description: `The tasks of the round ${out.round} can't be made: ${why} ${wayOut}`,
    about: { is: 'round' },
  });
}
