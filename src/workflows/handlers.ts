/** What the campaign hears. No handler awaits: it checks, turns the message into an event and answers. */
import { setHandler } from '@temporalio/workflow';
import { canRetry } from '../core/apply.js';
import { isIdle } from '../core/apply-person.js';
import { sayAnswered, type BlockerState } from '../core/blocker.js';
import { hasTask, planTask } from '../core/plan-index.js';
import { isPaused } from '../core/account.js';
import { pausesOf } from '../core/part.js';
import { accountState, taskState } from '../core/state.js';
import { accountOf, isWorking, type TaskState } from '../core/task.js';
import { readBlocker } from './read-blocker.js';
import { readPublish } from './read-publish.js';
import { refuse } from './failures.js';
import { answerQueries } from './query.js';
import * as messages from './messages.js';
import { checkOpen, fieldsOf, stamp, textOf, type Fields, type Hearer } from './hearer.js';
import { hearAdditions } from './hear-addition.js';
import { hearBudgets } from './hear-budget.js';
import { hearLocks } from './hear-lock.js';
import { hearPauses } from './hear-pause.js';
import { hearPlans } from './hear-plan.js';
import type { AckBlocker, AnswerBlocker, Admission, RetryTask, SkipTask } from './messages.js';

export function handleMessages(run: Hearer): void {
  hearExecutors(run);
  hearPeople(run);
  hearAdditions(run);
  hearLocks(run);
  answerQueries(run);
  setHandler(messages.admissionQuery, ({ turns }) => turns.map(({ task, gen }) => admit(run, task, gen)), {
    description:
      'May these turns run now? Asked by every try of runTurn: { "turns": [{ "task": "api", "gen": 3 }] }.',
  });
}

function hearExecutors(run: Hearer): void {
  setHandler(
    messages.taskReportedSignal,
    (report) => run.take({ event: 'taskReported', atMs: Date.now(), report }),
    { description: 'What an executor found out about one order.' },
  );
  setHandler(
    messages.mergeReportedSignal,
    (report) => run.take({ event: 'mergeReported', atMs: Date.now(), report }),
    { description: 'What became of the merges of one order.' },
  );
  setHandler(messages.deliveredSignal, (facts) => run.take({ event: 'delivered', atMs: Date.now(), facts }), {
    description: 'What became of the delivery.',
  });
  setHandler(
    messages.progressSignal,
    ({ task, gen, step, session, percent, note }) =>
      run.take({ event: 'progressed', atMs: Date.now(), task, gen, step, session, percent, note }),
    { description: 'A turn has begun, or its agent tells how far it is.' },
  );
  hearPublishing(run);
  setHandler(
    messages.reportBlockerSignal,
    (input) => {
      const { key, task, gen, report } = fieldsOf(input);
      const told = readBlocker(report);
      if (told === null) return;
      run.take({
        event: 'blockerRaised',
        ...stamp(key),
        task: textOf(task),
        gen: typeof gen === 'number' ? gen : 0,
        report: told,
      });
    },
    {
      description:
        'An agent tells of a blocker and goes on: { key, task, gen, report: { severity, description, blockingTask, workaround, neededByMs, impact } }.',
    },
  );
}

function hearPublishing(run: Hearer): void {
  setHandler(
    messages.publishSignal,
    (input) => {
      const asked = readPublish(input);
      if (asked !== null) run.take({ event: 'publishAsked', atMs: Date.now(), ...asked });
    },
    {
      description: 'An agent publishes a contract or a draft: an activity has committed the files.',
    },
  );
  setHandler(
    messages.publishReportedSignal,
    (report) => run.take({ event: 'publishReported', atMs: Date.now(), report }),
    { description: 'What became of the merges of what agents published.' },
  );
}

function hearPeople(run: Hearer): void {
  hearAnswers(run);
  hearAcks(run);
  hearPauses(run);
  hearBudgets(run);
  hearPlans(run);
  hearAboutTasks(run);
}

function hearAboutTasks(run: Hearer): void {
  const retry = (input: unknown) => {
    const { key, task, note } = fieldsOf(input);
    run.take({ event: 'taskRetried', ...stamp(key), task: textOf(task), note: textOf(note) || null });
  };
  const description = 'New attempts for a task: { "task": "api", "note": "…" }.';
  setHandler(messages.retryTaskSignal, retry, { description });
  setHandler(
    messages.retryTaskUpdate,
    (input: RetryTask) => (retry(input), `${input.task} gets new attempts.`),
    {
      description,
      validator: (input: RetryTask) => checkRetry(run, fieldsOf(input)),
    },
  );
  const skip = (input: unknown) => {
    const { key, task, note } = fieldsOf(input);
    run.take({ event: 'taskSkipped', ...stamp(key), task: textOf(task), note: textOf(note) || null });
  };
  const skipping = 'Gives up a task that waits, rests or is blocked: { "task": "api", "note": "…" }.';
  setHandler(messages.skipTaskSignal, skip, { description: skipping });
  setHandler(messages.skipTaskUpdate, (input: SkipTask) => (skip(input), `${input.task} is skipped.`), {
    description: skipping,
    validator: (input: SkipTask) => checkSkip(run, fieldsOf(input)),
  });
}

function hearAnswers(run: Hearer): void {
  const take = (input: unknown) => {
    const { key, blocker, answer } = fieldsOf(input);
    // An update with an empty answer is refused; a signal can only be passed over.
    if (textOf(answer) === '') return;
    run.take({ event: 'blockerAnswered', ...stamp(key), blocker: textOf(blocker), answer: textOf(answer) });
  };
  const description =
    'Answers a blocker: { "blocker": "b1", "answer": "…" }. The answer resumes the session that asked.';
  setHandler(messages.answerBlockerSignal, take, { description });
  setHandler(
    messages.answerBlockerUpdate,
    (input: AnswerBlocker) => {
      const blocker = findBlocker(run, textOf(input.blocker));
      take(input);
      return `${input.blocker} is answered: ${sayAnswered(blocker, input.answer)}.`;
    },
    { description, validator: (input: AnswerBlocker) => checkAnswer(run, fieldsOf(input)) },
  );
}

function hearAcks(run: Hearer): void {
  const take = (input: unknown) => {
    const { key, blocker } = fieldsOf(input);
    run.take({ event: 'blockerAcked', ...stamp(key), blocker: textOf(blocker) });
  };
  const description = 'A person has seen a blocker: { "blocker": "b1" }. Nobody is reminded of it any more.';
  setHandler(messages.ackBlockerSignal, take, { description });
  setHandler(
    messages.ackBlockerUpdate,
    (input: AckBlocker) => (take(input), `${input.blocker} is seen: nobody is reminded of it any more.`),
    { description, validator: (input: AckBlocker) => void openBlocker(run, textOf(fieldsOf(input).blocker)) },
  );
}

function findBlocker(run: Hearer, id: string): BlockerState {
  const { blockers } = checkOpen(run).state;
  const blocker = blockers.find((candidate) => candidate.id === id);
  if (blocker !== undefined) return blocker;
  const open = blockers.filter((candidate) => candidate.state === 'open').map((candidate) => candidate.id);
  throw refuse('blocker/unknown', `There is no blocker ${id}. Open: ${open.join(', ') || 'none'}.`);
}

function openBlocker(run: Hearer, id: string): BlockerState {
  const blocker = findBlocker(run, id);
  if (blocker.state !== 'open')
    throw refuse('blocker/not-open', `Blocker ${id} is ${blocker.state} already.`);
  return blocker;
}

function checkAnswer(run: Hearer, input: Fields): void {
  openBlocker(run, textOf(input.blocker));
  if (textOf(input.answer) === '') throw refuse('blocker/empty-answer', 'The answer is empty.');
}

function checkTask(run: Hearer, input: Fields): TaskState {
  const { plan, state } = checkOpen(run);
  const task = textOf(input.task);
  if (!hasTask(plan, task))
    throw refuse(
      'task/unknown',
      `There is no task ${task}. Tasks: ${plan.tasks.map(({ id }) => id).join(', ')}.`,
    );
  if (!canRetry(plan, state, task))
    throw refuse('task/too-late', 'The campaign is ending: nothing can be retried or skipped now.');
  return taskState(state, task);
}

function checkSkip(run: Hearer, input: Fields): void {
  const task = checkTask(run, input);
  if (isIdle(task)) return;
  const { life } = task;
  throw refuse(
    'task/not-idle',
    `${textOf(input.task)} is ${life.is === 'ended' ? life.as : life.is}: only a task that waits, rests or is blocked can be skipped.`,
  );
}

function checkRetry(run: Hearer, input: Fields): void {
  const task = textOf(input.task);
  const { life } = checkTask(run, input);
  const idle = life.is === 'blocked' || life.is === 'resting' || (life.is === 'ended' && life.as !== 'done');
  if (!idle)
    throw refuse(
      'task/not-over',
      `${task} is ${life.is === 'ended' ? life.as : life.is}: only a task that failed, was skipped or is stuck can be retried.`,
    );
}

function admit({ plan, state }: Hearer, task: string, gen: number): Admission {
  if (!hasTask(plan, task)) return { admitted: false, why: `there is no task ${task}` };
  const { life, gen: current } = taskState(state, task);
  if (gen !== current || !isWorking(life))
    return { admitted: false, why: `gen ${gen} is not wanted any more (now ${current})` };
  if (life.interrupted !== null) return { admitted: false, why: life.interrupted };
  if (state.stopping !== null) return { admitted: false, why: state.stopping.why };
  if (state.paused !== null) return { admitted: false, why: `the campaign is paused: ${state.paused.why}` };
  const [pause] = pausesOf(plan, state, { phase: planTask(plan, task).phase, agent: life.agent });
  if (pause !== undefined)
    return { admitted: false, why: `the ${pause.part} ${pause.name} is paused: ${pause.why}` };
  const account = accountState(state, accountOf(plan, life.agent));
  if (isPaused(account, state.nowMs))
    return { admitted: false, why: `the account ${account.name} is limited: ${account.why}` };
  return { admitted: true, why: '' };
}
