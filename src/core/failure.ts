/**
 * What happens after a turn that did not bring the task forward: the class of its failure decides (design section 6).
 * Every function takes the whole state and gives the whole state; the lane is free already.
 */
import { holdAccount, limitAccount, MOST_RATE_STRIKES, MOST_STRIKES, slowAccount } from './account.js';
import type { Plan } from './plan.js';
import { planTask } from './plan-index.js';
import { raiseBlocker } from './raise-blocker.js';
import { accountState, endTask, taskState, withAccount, withTask, type CampaignState } from './state.js';
import { indexOf } from './task-index.js';
import { accountOf, agentFor, continueTurn, nextAttempt, type NextTurn, type TaskState } from './task.js';
import type { Failure, FailureClass } from './turn.js';

/** The same failure this often in a row stops the retries: a person is asked. */
export const SAME_FAILURES = 3;
/** Failures in a row that should pass by themselves, after which a person is asked. */
export const MOST_TRANSIENTS = 8;
const REST_FIRST_MS = 2_000;
const REST_MOST_MS = 5 * 60_000;

export interface TaskAt {
  readonly plan: Plan;
  readonly state: CampaignState;
  readonly id: string;
}

export function settleFailure(at: TaskAt, failure: Failure): CampaignState {
  const noted = noteFailure(at, failure);
  const here = { ...at, state: noted };
  switch (failure.class) {
    case 'transient':
    case 'cap':
      return rest(here, failure);
    case 'lasting':
      return askPerson(here, failure.message);
    case 'rate-limited':
      return slowDown(here, failure);
    case 'usage-limit':
      return waitForReset(here, failure);
    case 'auth':
      return holdForLogin(here, failure);
    case 'rejected':
    case 'agent-error':
      return tryAgain(here, failure);
    case 'stalled':
    case 'timed-out':
      return settleTimeout(here, failure);
    case 'spec':
      return fail(here, failure.message);
  }
}

/** It tells of the account, and nothing of the task. */
export function isOfAccount(failure: Failure): boolean {
  return ['rate-limited', 'usage-limit', 'auth'].includes(failure.class);
}

/** Whether more of a budget is left is asked before the next order. */
const passes: readonly FailureClass[] = ['transient', 'cap'];
const countsTowardsSame: readonly FailureClass[] = ['rejected', 'agent-error', 'stalled', 'timed-out'];

/** Both are an agent that did not come to an end: were they told apart, they could take turns without end. */
function signatureOf(failure: Failure): string {
  return failure.class === 'stalled' || failure.class === 'timed-out' ? 'timeout' : failure.signature;
}

function noteFailure({ state, id }: TaskAt, failure: Failure): CampaignState {
  const task = taskState(state, id);
  const counted = countsTowardsSame.includes(failure.class);
  const signature = signatureOf(failure);
  const same = counted && signature === task.lastSignature;
  return withTask(state, id, {
    ...task,
    life: { is: 'waiting' },
    summary: failure.message,
    lastSignature: counted ? signature : task.lastSignature,
    sameInRow: counted ? (same ? task.sameInRow + 1 : 1) : task.sameInRow,
    transients: passes.includes(failure.class) ? task.transients + 1 : counted ? 0 : task.transients,
    next: continueTurn(task),
  });
}

function rest(at: TaskAt, failure: Failure): CampaignState {
  const task = taskState(at.state, at.id);
  if (task.transients >= MOST_TRANSIENTS) {
    return askPerson(at, `${MOST_TRANSIENTS} times in a row: ${failure.message}`);
  }
  const waitMs = Math.min(REST_FIRST_MS * 2 ** (task.transients - 1), REST_MOST_MS);
  return withTask(at.state, at.id, { ...task, life: { is: 'resting', untilMs: at.state.nowMs + waitMs } });
}

function accountHere({ plan, state, id }: TaskAt) {
  return accountState(state, accountOf(plan, agentFor(planTask(plan, id), taskState(state, id))));
}

function slowDown(at: TaskAt, failure: Failure): CampaignState {
  const account = accountHere(at);
  const running = (indexOf(at.plan, at.state).load.byAccount.get(account.name) ?? 0) + 1;
  return askIfEndless(
    at,
    withAccount(at.state, slowAccount(account, failure, { nowMs: at.state.nowMs, running })),
    MOST_RATE_STRIKES,
  );
}

function waitForReset(at: TaskAt, failure: Failure): CampaignState {
  const account = accountHere(at);
  const waiting = at.plan.agents
    .filter((agent) => agent.account === account.name)
    .reduce((sum, agent) => sum + agent.instances, 0);
  return askIfEndless(
    at,
    withAccount(at.state, limitAccount(account, failure, { nowMs: at.state.nowMs, waiting })),
    MOST_STRIKES,
  );
}

/** A limit that never ends becomes a blocker on its account. */
function askIfEndless(at: TaskAt, state: CampaignState, most: number): CampaignState {
  const account = accountHere({ ...at, state });
  if (account.strikes < most || account.held) return state;
  return raiseBlocker(withAccount(state, holdAccount(account, account.why)), {
    task: at.id,
    severity: 'high',
    description: `The account ${account.name} was limited ${account.strikes} times in a row: ${account.why}`,
    about: { is: 'account', account: account.name },
  });
}

function holdForLogin(at: TaskAt, failure: Failure): CampaignState {
  const account = accountHere(at);
  if (account.held) return at.state;
  return raiseBlocker(withAccount(at.state, holdAccount(account, failure.message)), {
    task: at.id,
    severity: 'high',
    description: `The account ${account.name} was refused: ${failure.message}. Log in again (or put the key into LONGHAUL_HOME/env), then answer.`,
    about: { is: 'account', account: account.name },
  });
}

/** The next turn in the same session, with the evidence; after `turns`, the next attempt; after `attempts`, failed. */
function tryAgain(at: TaskAt, failure: Failure): CampaignState {
  const before = taskState(at.state, at.id);
  const task: TaskState = { ...before, rejected: before.rejected + 1 };
  const next: NextTurn = { ask: 'rejected', evidence: failure.evidence, note: failure.message, sync: false };
  if (task.sameInRow >= SAME_FAILURES) {
    return stopRetries({ ...at, state: withTask(at.state, at.id, { ...task, next }) }, failure);
  }
  if (task.rejected < planTask(at.plan, at.id).turns) return withTask(at.state, at.id, { ...task, next });
  if (task.attempt < task.attemptLimit) {
    return withTask(at.state, at.id, { ...nextAttempt(task), next: { ...next, ask: 'task' } });
  }
  return fail({ ...at, state: withTask(at.state, at.id, { ...task, next }) }, failure.message);
}

/** More of the same would cost money and change nothing: a person is asked, or, where nobody shall be waited for, it failed. */
function stopRetries(at: TaskAt, failure: Failure): CampaignState {
  const why = `${SAME_FAILURES} times in a row: ${failure.message}`;
  return planTask(at.plan, at.id).onFailure === 'fail-fast' ? fail(at, why) : askPerson(at, why);
}

function settleTimeout(at: TaskAt, failure: Failure): CampaignState {
  const task = taskState(at.state, at.id);
  switch (planTask(at.plan, at.id).onTimeout) {
    case 'retry':
      if (task.sameInRow >= SAME_FAILURES) return stopRetries(at, failure);
      return withTask(at.state, at.id, { ...task, next: { ...continueTurn(task), note: failure.message } });
    case 'skip':
      return endTask(at.state, at.id, { as: 'skipped', why: failure.message });
    case 'abort':
      return stop(
        endTask(at.state, at.id, { as: 'failed', why: failure.message }),
        `${at.id}: ${failure.message}`,
      );
  }
}

function askPerson(at: TaskAt, description: string): CampaignState {
  return raiseBlocker(at.state, { task: at.id, severity: 'high', description, about: { is: 'failure' } });
}

function stop(state: CampaignState, why: string): CampaignState {
  return { ...state, stopping: state.stopping ?? { as: 'failed', why } };
}

/** The task has used up what it may: its failure policy decides what that means for the others. */
export function fail(at: TaskAt, why: string): CampaignState {
  const task = taskState(at.state, at.id);
  const planned = planTask(at.plan, at.id);
  switch (planned.onFailure) {
    case 'best-effort':
      return endTask(at.state, at.id, { as: 'failed', why });
    case 'fail-fast':
      return stop(endTask(at.state, at.id, { as: 'failed', why }), `${at.id} failed: ${why}`);
    case 'retry-failed':
      if (task.round === 1) return endTask(at.state, at.id, { as: 'failed', why });
      return withTask(at.state, at.id, {
        ...nextAttempt(task),
        life: { is: 'waiting' },
        round: 1,
        attemptLimit: task.attempt + planned.attempts,
        lastSignature: '',
        sameInRow: 0,
        next: { ...task.next, ask: 'task', note: why },
      });
  }
}
