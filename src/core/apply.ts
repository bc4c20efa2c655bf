/**
 * The one reducer: apply(state, event) -> state. Pure. Duplicate and late events change nothing:
 * reports by `gen`, people's messages by `key`, acknowledgements by effect.
 */
import { applyAdditionAsked, applyExtendLost } from './apply-addition.js';
import { setBudget } from './amount.js';
import { applyCommand } from './apply-decision.js';
import { applyAnswer, applyBlocker, applyPause, applyResume, applyRetry, applySkip } from './apply-person.js';
import { applyLockAsked, applyLockReleased } from './apply-lock.js';
import { applyMerges, applyMergesLost } from './apply-merge.js';
import { dropTurn } from './amend-task.js';
import { addNotes } from './note.js';
import { applyReport } from './apply-report.js';
import { acknowledge as acknowledgeBlocker } from './reminder.js';
import { advanceClocks } from './group.js';
import { applyPublishAsked, applyPublishLost, applyPublishReport } from './apply-publish.js';
import { MOST_TRANSIENTS, settleFailure } from './failure.js';
import { locksAfterTurn } from './lock-turn.js';
import { noteChanges } from './note.js';
import type { Plan } from './plan.js';
import { isRemoved } from './plan-change.js';
import { hasTask, planTask } from './plan-index.js';
import { isForIntegration } from './integration.js';
import { indexOf } from './task-index.js';
import { isUnderWay } from './under-way.js';
import { loseTurn } from './spent.js';
import { taskState, withTask, type CampaignState, type Event, type OpenOrder } from './state.js';
import { isWorking } from './task.js';

/** Of what an agent says that it does: one line of a board. */
const LONGEST_NOTE = 200;
const SEEN_KEPT = 1_000;

export function apply(plan: Plan, state: CampaignState, event: Event): CampaignState {
  return noteChanges(state, applyOnce(plan, state, event));
}

function applyOnce(plan: Plan, state: CampaignState, event: Event): CampaignState {
  if ('key' in event && event.key !== null && event.event !== 'acknowledged' && event.event !== 'checked') {
    if (state.seen.includes(event.key)) return state;
    return applyEvent(
      plan,
      { ...tick(plan, state, event.atMs), seen: [...state.seen, event.key].slice(-SEEN_KEPT) },
      event,
    );
  }
  return applyEvent(plan, tick(plan, state, event.atMs), event);
}

/** Time goes on, never back; tasks that have rested enough wait again. */
function tick(plan: Plan, state: CampaignState, atMs: number): CampaignState {
  const nowMs = Math.max(state.nowMs, atMs);
  const { load, resting } = indexOf(plan, state);
  const active = state.paused === null && nowMs > state.nowMs && load.turns > 0;
  const activeMs = state.activeMs + (active ? nowMs - state.nowMs : 0);
  const clocked = active ? advanceClocks(plan, state, nowMs - state.nowMs) : state;
  const now: CampaignState = { ...clocked, nowMs, activeMs, revision: state.revision + 1 };
  return [...resting].reduce((next, id) => {
    const task = taskState(next, id);
    const rested = task.life.is === 'resting' && task.life.untilMs <= nowMs;
    return rested ? withTask(next, id, { ...task, life: { is: 'waiting' } }) : next;
  }, now);
}

function applyEvent(plan: Plan, state: CampaignState, event: Event): CampaignState {
  switch (event.event) {
    case 'taskReported':
      return hasTask(plan, event.report.task)
        ? applyReport(plan, dropOrders(state, event.report), event.report)
        : state;
    case 'progressed':
      return hasTask(plan, event.task) ? applyProgress(state, event) : state;
    case 'executorGone':
      return applyGone(plan, state, event);
    case 'integrationGone':
      return applyIntegrationGone(plan, state);
    case 'checked':
      return applyCheck(plan, state, event);
    case 'mergeReported':
      return applyMerges(plan, state, event.report);
    case 'publishReported':
      return applyPublishReport(plan, state, event.report);
    case 'delivered':
      // One that was not ordered comes after a reset of the campaign: there may be more to deliver by now.
      return state.delivery === 'ordered' ? { ...state, delivery: event.facts } : state;
    case 'reported':
      return { ...acknowledge(state, 'report'), reported: 'yes' };
    case 'acknowledged':
      return acknowledge(state, event.key);
    case 'untold':
      return addNotes(state, [
        { atMs: state.nowMs, what: 'untold', text: event.text.slice(0, LONGEST_NOTE) },
      ]);
    case 'decided':
      return applyCommand(plan, state, event.command);
    case 'timerFired':
      return state;
    case 'continued':
      // The new run has no handles of the executors that the last one started: it looks at once which are still there.
      return { ...state, continued: true, checkedAtMs: 0 };
    case 'blockerRaised':
    case 'publishAsked':
    case 'lockAsked':
    case 'lockReleased':
    case 'additionAsked':
    case 'blockerAnswered':
    case 'blockerAcked':
    case 'paused':
    case 'resumed':
    case 'budgetSet':
    case 'parallelSet':
    case 'taskRetried':
    case 'taskSkipped':
    case 'cancelled':
      return state.end === null ? applyMessage(plan, state, event) : state;
  }
}

type Message = Extract<
  Event,
  {
    event:
      | 'blockerRaised'
      | 'publishAsked'
      | 'lockAsked'
      | 'lockReleased'
      | 'additionAsked'
      | 'blockerAnswered'
      | 'blockerAcked'
      | 'paused'
      | 'resumed'
      | 'budgetSet'
      | 'parallelSet'
      | 'taskRetried'
      | 'taskSkipped'
      | 'cancelled';
  }
>;

/** What people (and agents, in the middle of a turn) say; nothing of it counts once the campaign has ended. */
function applyMessage(plan: Plan, state: CampaignState, event: Message): CampaignState {
  switch (event.event) {
    case 'blockerRaised':
      return hasTask(plan, event.task) ? applyBlocker(plan, state, event) : state;
    case 'publishAsked':
      return applyPublishAsked(plan, state, event);
    case 'lockAsked':
      return applyLockAsked(plan, state, event);
    case 'lockReleased':
      return applyLockReleased(state, event);
    case 'additionAsked':
      return applyAdditionAsked(plan, state, event);
    case 'blockerAnswered':
      return applyAnswer(plan, state, event);
    case 'blockerAcked':
      return acknowledgeBlocker(state, event.blocker);
    case 'paused':
      return applyPause(plan, state, event);
    case 'resumed':
      return applyResume(state, event.part);
    case 'budgetSet': {
      const { scope, name, cap } = event;
      return { ...state, budgets: setBudget(state.budgets ?? [], { scope, name, cap }) };
    }
    case 'parallelSet':
      return { ...state, maxTurns: event.turns };
    case 'taskRetried':
      return canRetry(plan, state, event.task) ? applyRetry(plan, state, event) : state;
    case 'taskSkipped':
      return canRetry(plan, state, event.task) ? applySkip(plan, state, event) : state;
    case 'cancelled':
      return { ...state, paused: null, stopping: { as: 'cancelled', why: event.why } };
  }
}

/** Not once the campaign stops or delivers: its end is being made. */
export function canChange({ stopping, delivery, end }: CampaignState): boolean {
  return stopping === null && delivery === null && end === null;
}

export function canRetry(plan: Plan, state: CampaignState, task: string): boolean {
  return canChange(state) && hasTask(plan, task) && !isRemoved(planTask(plan, task));
}

function applyCheck(
  plan: Plan,
  state: CampaignState,
  check: Extract<Event, { event: 'checked' }>,
): CampaignState {
  const next = check.gone.reduce((so, order) => applyGone(plan, so, order), acknowledge(state, check.key));
  return check.integrationGone ? applyIntegrationGone(plan, next) : next;
}

function acknowledge(state: CampaignState, key: string): CampaignState {
  return { ...state, outbox: state.outbox.filter((effect) => effect.key !== key) };
}

/** A report shows that its order arrived, and every earlier one is moot. */
function dropOrders(state: CampaignState, report: { task: string; gen: number }): CampaignState {
  return {
    ...state,
    outbox: state.outbox.filter(
      (effect) => !(effect.do === 'order' && effect.task === report.task && effect.order.gen <= report.gen),
    ),
  };
}

function applyProgress(state: CampaignState, note: Extract<Event, { event: 'progressed' }>): CampaignState {
  const task = taskState(state, note.task);
  if (note.gen !== task.gen || !isWorking(task.life)) return state;
  return withTask(state, note.task, {
    ...task,
    life: { ...task.life, is: note.step },
    session: note.session ?? task.session,
    progress: note.percent ?? task.progress,
    doing: note.note?.slice(0, LONGEST_NOTE) ?? task.doing,
  });
}

/** The executor of an order is gone (ended by hand, say) and has not reported: the turn is lost, the work is not. */
function applyGone(plan: Plan, state: CampaignState, gone: OpenOrder): CampaignState {
  const known = taskState(state, gone.task);
  if (gone.gen !== known.gen || !isWorking(known.life) || isUnderWay(state, gone)) return state;
  const { agent, reserved = {} } = known.life;
  const planned = planTask(plan, gone.task);
  const task = { ...known, ...loseTurn(known, { plan, task: planned, agent, reserved }) };
  if (task.stale) return withTask(state, gone.task, { ...dropTurn(plan, gone.task, task), executor: 'none' });
  const freed = withTask(state, gone.task, {
    ...task,
    life: { is: 'waiting' },
    executor: 'none',
  });
  const settled = settleFailure(
    { plan, state: freed, id: gone.task },
    {
      class: 'transient',
      message: 'The task workflow was ended from outside before it reported.',
      signature: 'transient:executor-gone',
      resetAtMs: null,
      retryAfterMs: null,
      evidence: null,
    },
  );
  return locksAfterTurn(state, settled, gone.task);
}

function applyIntegrationGone(plan: Plan, state: CampaignState): CampaignState {
  const dropped: CampaignState = {
    ...state,
    outbox: state.outbox.filter((effect) => !isForIntegration(effect)),
  };
  return applyExtendLost(plan, applyPublishLost(applyMergesLost(plan, loseDelivery(plan, dropped))));
}

/** What was merged is safe in the mirror: rather than without end, it is not delivered, and that is said. */
function loseDelivery(plan: Plan, state: CampaignState): CampaignState {
  if (state.delivery !== 'ordered') return state;
  const deliveriesLost = state.deliveriesLost + 1;
  if (deliveriesLost < MOST_TRANSIENTS) return { ...state, deliveriesLost, delivery: null };
  const message = `The integration workflow was ended from outside ${deliveriesLost} times before it had delivered, so the results are only in the mirror of the repository, under LONGHAUL_HOME/mirrors. \`git fetch\` the campaign's branch from there.`;
  return { ...state, deliveriesLost, delivery: { outcome: 'failed', message, branch: '', head: '' } };
}
