/** What people say: answers, pause, resume, retry, cancel. */
import { liftAccount } from './account.js';
import { answerAddition } from './apply-addition.js';
import { knownDetails } from './awaited-task.js';
import { isPastDeadline, liftDeadline } from './deadline.js';
import { closeBlockers, concernsTask, type BlockerState } from './blocker.js';
import { addPause, dropPause, type Part } from './part.js';
import type { Plan } from './plan.js';
import { planTask } from './plan-index.js';
import { reopenGroup } from './group.js';
import { raiseBlocker } from './raise-blocker.js';
import { answerReview, waive } from './review.js';
import { accountState, endTask, taskState, withAccount, withTask, type CampaignState } from './state.js';
import { hasBegun, isWaiting, nextAttempt, type NextTurn, type TaskState } from './task.js';
import type { BlockerReport } from './turn.js';

/** More open blockers of one task tell nobody anything, and an agent that floods must not fill the state. */
const MOST_OPEN = 20;

/** A blocker that an agent told in the middle of a turn, and went on: people see it, the task does not wait. */
export function applyBlocker(
  plan: Plan,
  state: CampaignState,
  { task, report }: { readonly task: string; readonly report: BlockerReport },
): CampaignState {
  if (taskState(state, task).life.is === 'ended') return state;
  const open = state.blockers.filter((blocker) => blocker.task === task && blocker.state === 'open');
  if (open.length >= MOST_OPEN) return state;
  const { severity, description } = report;
  const details = knownDetails(plan, state, { task, details: report });
  return raiseBlocker(state, { task, severity, description, about: { is: 'message' }, details });
}

export function applyAnswer(
  plan: Plan,
  state: CampaignState,
  answer: {
    readonly blocker: string;
    readonly answer: string;
    /** Others' work is to be merged into the worktree first. */
    readonly sync?: boolean;
  },
): CampaignState {
  const blocker = state.blockers.find((candidate) => candidate.id === answer.blocker);
  if (blocker?.state !== 'open') return state;
  const answered = closeBlocker(state, { ...blocker, state: 'answered', answer: answer.answer });
  const task = taskState(answered, blocker.task);
  switch (blocker.about.is) {
    case 'message':
      return withTask(answered, blocker.task, {
        ...task,
        messages: [...task.messages, answer.answer],
        behind: answer.sync === true && task.gen > 0 && task.behind === false ? 'draft' : task.behind,
      });
    case 'account':
      return lift(answered, blocker.about.account);
    case 'deadline':
      return { ...liftDeadline(answered), paused: null };
    case 'question':
      return goOn(answered, blocker.task, {
        ask: 'answer',
        evidence: null,
        note: answer.answer,
        sync: answer.sync ?? false,
        ...(blocker.about.permission === true ? { permission: true } : {}),
      });
    case 'integration':
      return withTask(answered, blocker.task, {
        ...task,
        transients: 0,
        life: { is: 'integrating', commit: blocker.about.commit, notBeforeMs: 0 },
      });
    case 'addition':
      return answerAddition(plan, answered, { request: blocker.about.request, answer: answer.answer });
    case 'round':
      return goOn(answered, blocker.task, task.next);
    case 'review':
      return answerReview(plan, answered, { task: blocker.task, answer: answer.answer });
    case 'failure':
    case 'merge': {
      const next: NextTurn = {
        ask: 'answer',
        evidence: task.next.evidence,
        note: answer.answer,
        sync: task.next.sync || blocker.about.is === 'merge',
      };
      return goOn(forgiveFailures(plan, answered, blocker.task), blocker.task, next);
    }
  }
}

function closeBlocker(state: CampaignState, blocker: BlockerState): CampaignState {
  return { ...state, blockers: state.blockers.map((other) => (other.id === blocker.id ? blocker : other)) };
}

function goOn(state: CampaignState, id: string, next: NextTurn): CampaignState {
  const task = taskState(state, id);
  if (task.life.is !== 'blocked') return state;
  return withTask(state, id, { ...task, life: { is: 'waiting' }, next });
}

/** A person looked at it: the counts that led to the blocker begin anew. */
function forgiveFailures(plan: Plan, state: CampaignState, id: string): CampaignState {
  const task = taskState(state, id);
  const attemptLimit = Math.max(task.attemptLimit, task.attempt + planTask(plan, id).attempts - 1);
  return withTask(state, id, {
    ...task,
    attemptLimit,
    rejected: 0,
    lastSignature: '',
    sameInRow: 0,
    transients: 0,
    mergeTries: 0,
  });
}

function lift(state: CampaignState, account: string): CampaignState {
  const lifted = withAccount(state, liftAccount(accountState(state, account)));
  return closeBlockers(lifted, ({ about }) => about.is === 'account' && about.account === account);
}

export function applyPause(
  plan: Plan,
  state: CampaignState,
  { part, why }: { part: Part | null; why: string },
): CampaignState {
  if (part !== null)
    return { ...state, pauses: addPause(plan, state, { ...part, sinceMs: state.nowMs, why }) };
  return state.paused === null ? { ...state, paused: { sinceMs: state.nowMs, why } } : state;
}

/** Ends a part's pause (and an account's limit), or the campaign's (and the deadline, where that was the reason). */
export function applyResume(state: CampaignState, part: Part | null): CampaignState {
  if (part !== null) {
    const resumed = { ...state, pauses: dropPause(state, part) };
    return part.part === 'account' ? lift(resumed, part.name) : resumed;
  }
  if (!isPastDeadline(state)) return { ...state, paused: null };
  const lifted = closeBlockers(state, (blocker) => blocker.about.is === 'deadline');
  return { ...liftDeadline(lifted), paused: null };
}

/** Gives a task that ended, or is blocked or resting, new attempts; what was skipped because of it waits again. */
export function applyRetry(
  plan: Plan,
  state: CampaignState,
  retry: { task: string; note: string | null },
): CampaignState {
  const task = taskState(state, retry.task);
  const { life } = task;
  if (life.is === 'resting') return withTask(state, retry.task, { ...task, life: { is: 'waiting' } });
  const over = life.is === 'ended' && life.as !== 'done';
  if (!over && life.is !== 'blocked') return state;
  const fresh = nextAttempt(task);
  const waiting = withTask(state, retry.task, {
    ...fresh,
    life: { is: 'waiting' },
    attemptLimit: fresh.attempt - 1 + planTask(plan, retry.task).attempts,
    round: 0,
    verdict: null,
    lastSignature: '',
    sameInRow: 0,
    transients: 0,
    mergeTries: 0,
    next: {
      ask: 'task',
      evidence: task.next.evidence,
      note: retry.note ?? task.next.note,
      sync: task.next.sync,
    },
  });
  const reopened = reopenGroup(waiting, planTask(plan, retry.task).group);
  return unskip(plan, closeBlockers(reopened, concernsTask(retry.task)));
}

/** Gives up a task that waits, rests or is blocked, so that the others can go on without a person's answer. */
export function applySkip(
  plan: Plan,
  state: CampaignState,
  skip: { task: string; note: string | null },
): CampaignState {
  if (!isIdle(taskState(state, skip.task))) return state;
  const why = skip.note ?? 'skipped by a person';
  const skipped = closeBlockers(giveUp(state, skip.task, why), concernsTask(skip.task));
  return planTask(plan, skip.task).reviews === null ? skipped : waive(plan, skipped, skip.task);
}

function giveUp(state: CampaignState, id: string, why: string): CampaignState {
  const ended = endTask(state, id, { as: 'skipped', why });
  const task = taskState(ended, id);
  const { life } = task;
  return life.is === 'ended' ? withTask(ended, id, { ...task, life: { ...life, givenUp: true } }) : ended;
}

/** Has no turn, merge or end: a person may give it up. */
export function isIdle({ life }: TaskState): boolean {
  return isWaiting(life) || life.is === 'resting' || life.is === 'blocked';
}

/** Skipped tasks wait again; decide skips anew those whose needs are still lost. */
function unskip(plan: Plan, state: CampaignState): CampaignState {
  return plan.tasks.reduce((next, { id }) => {
    const task = taskState(next, id);
    const skipped = task.life.is === 'ended' && task.life.as === 'skipped' && task.life.givenUp !== true;
    // A review that was refused waits for its author again; one that a person waived stays so.
    const waits = task.verdict === 'refused' || (!hasBegun(task) && task.verdict === null);
    return skipped && waits ? withTask(next, id, { ...task, life: { is: 'waiting' } }) : next;
  }, state);
}
