/** A command becomes state and, where the world has to act, an effect in the outbox. */
import { staggerAccount } from './account.js';
import type { Cap } from './amount.js';
import { liftDeadline } from './deadline.js';
import { clockOf, withClock } from './group.js';
import { NO_ADDITIONS } from './addition-book.js';
import { bareRequest, openFault, roundRequest } from './addition-request.js';
import { refuseOpen } from './apply-addition.js';
import { settleLock } from './apply-lock.js';
import { applyAnswer } from './apply-person.js';
import { forgetAnswers, orderLocks } from './lock-turn.js';
import { duePublications, openPublications } from './apply-publish.js';
import { closeBlockers, concernsTask } from './blocker.js';
import { isForIntegration, mergedBefore, mergeIsOut } from './integration.js';
import { catchUpWithout, nextOrder } from './next-order.js';
import { itemsOf } from './log.js';
import type { Plan } from './plan.js';
import { planTask } from './plan-index.js';
import type { Order } from './ports.js';
import { countOf } from './count.js';
import { tellPeople } from './tell-people.js';
import { tellOfBudget } from './reached-budget.js';
import { raiseBlocker } from './raise-blocker.js';
import { remind } from './reminder.js';
import {
  accountState,
  endTask,
  taskState,
  withAccount,
  withTask,
  type CampaignState,
  type Command,
  type Effect,
} from './state.js';
import { indexOf } from './task-index.js';
import { isUnderWay } from './under-way.js';
import { accountOf, isWorking, type NextTurn } from './task.js';

export function applyCommand(plan: Plan, state: CampaignState, command: Command): CampaignState {
  switch (command.command) {
    case 'orderTurn':
      return orderTurn(plan, state, command);
    case 'interruptTurn':
      return interruptTurn(state, command.task, command.why);
    case 'endTask':
      return giveUp(plan, state, command);
    case 'expireGroup':
      return withClock(state, command.group, { ...clockOf(state, command.group), expired: true });
    case 'breakDeadlock':
      return withTask(state, command.task, catchUpWithout(plan, state, command.task));
    case 'settleLock':
      return settleLock(plan, state, command);
    case 'remind':
      return remind(state, command.blocker);
    case 'answerBlocker':
      return applyAnswer(plan, state, { ...command, sync: true });
    case 'endExecutor': {
      const task = taskState(state, command.task);
      const key = `end:${command.task}:${task.gen}`;
      return put(withTask(state, command.task, { ...task, executor: 'none' }), {
        key,
        do: 'endExecutor',
        task: command.task,
      });
    }
    case 'orderMerge':
      return orderMerge(plan, state, command.tasks);
    case 'orderPublish':
      return orderPublish(plan, state);
    case 'orderExtend':
      return orderExtend(plan, state, command);
    case 'tellOfBudget':
      return tellOfBudget(state, command.shortage);
    case 'checkExecutors':
      return checkExecutors(plan, state);
    case 'reachDeadline':
      return reachDeadline(plan, state);
    case 'orderDelivery':
    case 'finish':
    case 'writeReport':
      return finishing(plan, state, command.command);
  }
}

/** Ends a task by a decision; a failed one counts as one that failed by itself. */
function giveUp(
  plan: Plan,
  state: CampaignState,
  { task, as, why }: Extract<Command, { command: 'endTask' }>,
): CampaignState {
  const ended = closeBlockers(endTask(state, task, { as, why }), concernsTask(task));
  if (as !== 'failed' || planTask(plan, task).onFailure !== 'fail-fast') return ended;
  return { ...ended, stopping: ended.stopping ?? { as: 'failed', why: `${task} failed: ${why}` } };
}

/** Stands once in the outbox: the key names the effect. */
function put(state: CampaignState, effect: Effect): CampaignState {
  return { ...state, outbox: [...state.outbox.filter((other) => other.key !== effect.key), effect] };
}

/** A turn that only goes on, or does something else, asks anew. */
function permissionOf({ ask, permission }: NextTurn): Pick<Order, 'permission'> {
  return ask === 'answer' && permission === true ? { permission } : {};
}

function orderTurn(
  plan: Plan,
  state: CampaignState,
  at: Extract<Command, { command: 'orderTurn' }>,
): CampaignState {
  const { task: before, steps } = nextOrder(plan, state, at.task);
  const count = { gen: before.gen + 1, attempt: Math.max(before.attempt, 1), turn: before.turn + 1 };
  const order: Order = {
    task: at.task,
    ...count,
    agent: at.agent,
    lane: at.lane,
    ask: before.next.ask,
    session: before.session,
    evidence: before.next.evidence,
    note: joinNotes(before.next.note, before.messages),
    ...permissionOf(before.next),
    sync: before.next.sync,
    steps,
    partial: planTask(plan, at.task).partial === 'accept',
    ...orderLocks(state, at.task),
    briefDigest: plan.briefDigest,
    timeoutMs: planTask(plan, at.task).timeoutMs,
    ...maxUsdOf(at.reserved),
  };
  const life = {
    is: 'preparing',
    agent: at.agent,
    lane: at.lane,
    sinceMs: state.nowMs,
    interrupted: null,
    ...(at.reserved === undefined ? {} : { reserved: at.reserved }),
  } as const;
  const ordered = withTask(state, at.task, {
    ...before,
    ...count,
    life,
    agent: at.agent,
    holds: true,
    stale: false,
    messages: [],
    executor: 'open',
    startedAtMs: before.startedAtMs ?? state.nowMs,
    progress: null,
    doing: '',
  });
  const account = staggerAccount(accountState(ordered, accountOf(plan, at.agent)), state.nowMs);
  return put(withAccount(forgetAnswers(ordered, at.task), account), {
    key: `order:${at.task}:${count.gen}`,
    do: 'order',
    task: at.task,
    order,
    start: before.executor === 'none',
  });
}

function maxUsdOf({ micros }: Cap = {}): Pick<Order, 'maxUsd'> {
  return micros === undefined ? {} : { maxUsd: micros / 1e6 };
}

function joinNotes(note: string | null, messages: readonly string[]): string | null {
  const all = [...(note === null ? [] : [note]), ...messages];
  return all.length === 0 ? null : all.join('\n\n').slice(0, 4_000);
}

export function interruptTurn(state: CampaignState, id: string, why: string): CampaignState {
  const task = taskState(state, id);
  if (!isWorking(task.life)) return state;
  const next = withTask(state, id, { ...task, life: { ...task.life, interrupted: why } });
  return put(next, { key: `interrupt:${id}:${task.gen}`, do: 'interrupt', task: id, gen: task.gen, why });
}

function orderMerge(plan: Plan, state: CampaignState, ids: readonly string[]): CampaignState {
  const tasks = ids.flatMap((id) => {
    const { life, gen, summary } = taskState(state, id);
    return life.is === 'integrating' ? [{ task: id, gen, commit: life.commit, summary }] : [];
  });
  const { campaign } = state;
  const merged = mergedBefore(plan, state);
  // The revision makes each order's key its own: one that is given again must not pass for the first.
  const key = `merge:${state.revision}`;
  const merging = { order: key, tasks: tasks.map(({ task }) => task) };
  return put(
    { ...state, merging },
    { key, do: 'merge', input: { campaign, briefDigest: plan.briefDigest, tasks, merged } },
  );
}

function orderPublish(plan: Plan, state: CampaignState): CampaignState {
  const due = duePublications(state);
  const key = `publish:${state.revision}`;
  const publishing = { order: key, keys: due.map((publication) => publication.key) };
  const publications = due.flatMap(({ key: own, task, gen, commit, name }) =>
    commit === null ? [] : [{ key: own, task, gen, commit, name }],
  );
  const { campaign } = state;
  const merged = mergedBefore(plan, state);
  return put(
    { ...state, publications: openPublications(state), publishing },
    { key, do: 'publish', input: { campaign, briefDigest: plan.briefDigest, publications, merged } },
  );
}

function orderExtend(
  plan: Plan,
  state: CampaignState,
  { round, request: key }: Extract<Command, { command: 'orderExtend' }>,
): CampaignState {
  const { additions, campaign, planRevision: revision } = state;
  const request = round === null ? additions.open.find((one) => one.key === key) : roundRequest(plan, round);
  if (request === undefined) return state;
  // It may have waited for long.
  const fault = round === null ? openFault(plan, state, request) : null;
  if (fault !== null) return refuseOpen(state, request, fault);
  const order = `extend:${state.revision}`;
  const input = { campaign, briefDigest: plan.briefDigest, request: bareRequest(request) };
  return put(
    { ...state, additions: { ...additions, out: { order, revision, request: key, round } } },
    { key: order, do: 'extend', input },
  );
}

/** What is still under way to its executor is not there yet, and not gone. */
function checkExecutors(plan: Plan, state: CampaignState): CampaignState {
  const orders = [...indexOf(plan, state).working]
    .map((id) => ({ task: id, gen: taskState(state, id).gen }))
    .filter((order) => !isUnderWay(state, order));
  const ordered = mergeIsOut(state) || state.additions.out !== null || state.delivery === 'ordered';
  const integration = ordered && !state.outbox.some(isForIntegration);
  return put(
    { ...state, checkedAtMs: state.nowMs },
    { key: `check:${state.revision}`, do: 'check', orders, integration },
  );
}

/** The deadline is a cap: it pauses, it loses nothing; running turns finish. */
function reachDeadline(plan: Plan, state: CampaignState): CampaignState {
  const [first] = indexOf(plan, state).left;
  if (first === undefined) return liftDeadline(state);
  const paused: CampaignState = {
    ...state,
    paused: { sinceMs: state.nowMs, why: 'the deadline is reached' },
  };
  const description =
    'The campaign has reached its deadline: no new turns begin. Resume it to go on without a deadline, or cancel it.';
  return raiseBlocker(paused, { task: first, severity: 'high', description, about: { is: 'deadline' } });
}

function finishing(
  plan: Plan,
  state: CampaignState,
  command: 'orderDelivery' | 'finish' | 'writeReport',
): CampaignState {
  switch (command) {
    case 'orderDelivery': {
      // A review leaves nothing to deliver.
      const own = plan.tasks.filter(({ reviews }) => reviews === null).map(({ id }) => id);
      const ran = own.filter((id) => taskState(state, id).gen > 0);
      const merged = new Set(itemsOf(state.merged));
      const tasks = ran.filter((id) => merged.has(id));
      const kept = ran.filter((id) => !merged.has(id));
      const mergeBase = outcome(plan, state) === 'done';
      const input = { campaign: state.campaign, briefDigest: plan.briefDigest, tasks, kept, mergeBase };
      return put(
        { ...state, delivery: 'ordered' },
        {
          key: `deliver:${state.revision}`,
          do: 'deliver',
          input,
        },
      );
    }
    case 'finish': {
      const end = { as: outcome(plan, state), atMs: state.nowMs };
      const ended: CampaignState = { ...state, end, additions: NO_ADDITIONS };
      const closed = tellOfEnd(
        plan,
        closeBlockers(ended, () => true),
        end.as,
      );
      return closed.delivery === null
        ? closed
        : put(closed, { key: 'end:integration', do: 'endIntegration' });
    }
    case 'writeReport':
      return put({ ...state, reported: 'ordered' }, { key: 'report', do: 'report' });
  }
}

function tellOfEnd(plan: Plan, state: CampaignState, as: 'done' | 'failed' | 'cancelled'): CampaignState {
  const ends = plan.tasks.map(({ id }) => taskState(state, id).life);
  const count = ends.filter((life) => life.is === 'ended' && life.as === 'done').length;
  const text = `${state.campaign}: the campaign is ${as}; ${count} of ${countOf(ends.length, 'task')} done`;
  return tellPeople(state, 'end', { about: 'end', severity: as === 'failed' ? 'high' : 'low', text });
}

/** Any failed task makes the campaign's end failed, and so does work that could not be delivered. */
function outcome(plan: Plan, state: CampaignState): 'done' | 'failed' | 'cancelled' {
  if (state.stopping !== null) return state.stopping.as;
  const undelivered =
    state.delivery !== null && state.delivery !== 'ordered' && state.delivery.outcome === 'failed';
  return indexOf(plan, state).failed > 0 || undelivered ? 'failed' : 'done';
}
