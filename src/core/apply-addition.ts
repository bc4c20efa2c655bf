/** What agents and people want to be added: taken, asked about, refused; and what became of the order to do it. */
import type { AdditionAsked, OpenAddition } from './addition-book.js';
import { additionFault, requestOf } from './addition-request.js';
import { isYes } from './blocker.js';
import { MOST_TRANSIENTS } from './failure.js';
import { addNotes } from './note.js';
import type { Plan } from './plan.js';
import { hasTask } from './plan-index.js';
import { raiseBlocker } from './raise-blocker.js';
import { taskState, type CampaignState } from './state.js';
import { findTask } from './task-table.js';
import { tellTask } from './tell-task.js';

const LONGEST_WHY = 1_000;
const MOST_NAMED = 20;

/** What an agent proposes waits for a person's word, where the campaign says so; its own turn does not wait for that. */
export function applyAdditionAsked(
  plan: Plan,
  state: CampaignState,
  { key, ...asked }: { readonly key: string } & AdditionAsked,
): CampaignState {
  const fault = additionFault(plan, state, asked);
  if (fault !== null) return refuseAddition(state, asked, fault);
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

export function answerAddition(
  state: CampaignState,
  { request: key, answer }: { readonly request: string; readonly answer: string },
): CampaignState {
  const request = state.additions.open.find((one) => one.key === key);
  if (request === undefined) return state;
  if (isYes(answer))
    return withOpen(
      state,
      state.additions.open.map((one) => (one === request ? { ...one, is: 'wanted' } : one)),
    );
  return refuseAddition(dropRequest(state, key), request, `A person answered: ${answer}`);
}

/** Whoever asked is told: an agent with its next order, people by a notification; and the report says it. */
function refuseAddition(
  state: CampaignState,
  { by, task }: { readonly by: 'round' | 'agent' | 'person'; readonly task: string | null },
  why: string,
): CampaignState {
  if (by === 'round') return state;
  const { nowMs: atMs } = state;
  const noted = addNotes(state, [{ atMs, what: 'tasksRefused', by, task, why: why.slice(0, LONGEST_WHY) }]);
  if (by === 'agent') return tellAsker(noted, task, `The tasks that you proposed are not added. ${why}`);
  const key = `notify:refused:${state.revision}`;
  const text = `${state.campaign}: the tasks are not added. ${why}`;
  return {
    ...noted,
    outbox: [...noted.outbox.filter((other) => other.key !== key), { key, do: 'notify', text }],
  };
}

/** An agent that is over is told no more. */
export function tellAsker(state: CampaignState, task: string | null, text: string): CampaignState {
  const known = task === null ? undefined : findTask(state.tasks, task);
  return task === null || known === undefined || known.life.is === 'ended'
    ? state
    : tellTask(state, task, text);
}

/** It is ordered again: what it asks for is there still. Not without end. */
export function applyExtendLost(plan: Plan, state: CampaignState): CampaignState {
  const { out, lost } = state.additions;
  if (out === null) return state;
  const tries = lost + 1;
  const again: CampaignState = { ...state, additions: { ...state.additions, out: null, lost: tries } };
  if (tries < MOST_TRANSIENTS) return again;
  return failExtend(plan, again, {
    out,
    problems: [`The integration workflow was ended from outside ${tries} times before it had done it.`],
  });
}

/** A round is for a person to mend; what somebody asked for is refused. */
export function failExtend(
  plan: Plan,
  state: CampaignState,
  {
    out,
    problems,
  }: {
    readonly out: { readonly request: string; readonly round: string | null };
    readonly problems: readonly string[];
  },
): CampaignState {
  const why = problems.join(' ').slice(0, LONGEST_WHY);
  const settled: CampaignState = { ...state, additions: { ...state.additions, lost: 0 } };
  if (out.round === null) {
    const request = settled.additions.open.find(({ key }) => key === out.request);
    return request === undefined ? settled : refuseAddition(dropRequest(settled, request.key), request, why);
  }
  if (!hasTask(plan, out.round) || taskState(settled, out.round).life.is !== 'waiting') return settled;
  return raiseBlocker(settled, {
    task: out.round,
    severity: 'high',
    description: `The tasks of the round ${out.round} can't be made: ${why} Change the campaign file by \`longhaul apply\`, then answer or retry; or skip the round.`,
    about: { is: 'round' },
  });
}
