/**
 * What a task's next order says, beyond what its last report left to say: whether others' work has to be merged into
 * the worktree first, and which steps the order has.
 *
 * A task with finish needs starts without them. As long as one is open, its turns are not verified. Once none is, those
 * that were met are merged in, and a turn adapts to them. A need that can't be met any more costs no work that is there:
 * it is verified without it.
 */
import type { JoinProgress } from './join.js';
import type { Plan } from './plan.js';
import { planJoin, planTask } from './plan-index.js';
import type { OrderSteps } from './ports.js';
import { taskState, type CampaignState } from './state.js';
import { indexOf } from './task-index.js';
import { MEND, type NextTurn, type TaskState } from './task.js';

export interface NextOrder {
  readonly task: TaskState;
  readonly steps: OrderSteps;
}

/** Its next order has no turn. */
export function isCheck(plan: Plan, state: CampaignState, id: string): boolean {
  const { recheck, life } = taskState(state, id);
  return (recheck || life.is === 'finishing') && nextOrder(plan, state, id).steps === 'check';
}

export function nextOrder(plan: Plan, state: CampaignState, id: string): NextOrder {
  const task = taskState(state, id);
  const next = takeIn(task.caughtUp ? task : catchUp(plan, state, id));
  if (!next.caughtUp) return { task: next, steps: 'turn' };
  return { task: next, steps: next.recheck ? 'check' : 'all' };
}

/** What was published since is told by a message; the order after this one is not behind any more. */
function takeIn(task: TaskState): TaskState {
  if (task.behind === false) return task;
  // Findings are for a turn, also where only a verification was due.
  const mends = task.behind === 'findings' && task.recheck;
  const next = mends ? MEND : { ...task.next, sync: true };
  const recheck = task.recheck && !mends;
  return { ...task, behind: false, recheck, next, ...(recheck ? {} : { changed: [] }) };
}

function catchUp(plan: Plan, state: CampaignState, id: string): TaskState {
  const task = taskState(state, id);
  const needs = finishNeeds(plan, state, id);
  if (needs.open.length > 0) return task;
  return task.life.is === 'finishing'
    ? finish(task, needs.met, needs.broken)
    : { ...task, caughtUp: true, next: withOthers(task, needs.met, needs.broken) };
}

/** Waiting on would be for ever: what is not there counts as what can't come any more. */
export function catchUpWithout(plan: Plan, state: CampaignState, id: string): TaskState {
  const { met, open, broken } = finishNeeds(plan, state, id);
  return finish(taskState(state, id), met, [...broken, ...open]);
}

function finishNeeds(plan: Plan, state: CampaignState, id: string) {
  const index = indexOf(plan, state);
  const members = (which: JoinProgress) =>
    planTask(plan, id)
      .finishAfter.filter((join) => index.progress(join) === which)
      .flatMap((join) => planJoin(plan, join).members);
  return { met: members('met'), open: members('open'), broken: members('broken') };
}

/** Its turns are over: one more, where there is something to adapt to. */
function finish(task: TaskState, met: readonly string[], broken: readonly string[]): TaskState {
  const note = [sayMerged(met), sayMissing(broken)].filter((text) => text !== '').join('\n');
  if (met.length > 0)
    return { ...task, caughtUp: true, next: { ask: 'adapt', evidence: null, note, sync: true } };
  return { ...task, caughtUp: true, recheck: true, summary: `${task.summary}\n${note}`.trim() };
}

/** It has turns before it still. The first starts from the campaign's head, where the others' work is in. */
function withOthers({ gen, next }: TaskState, met: readonly string[], broken: readonly string[]): NextTurn {
  const merged = gen === 0 ? '' : sayMerged(met);
  const note = [next.note ?? '', merged, sayMissing(broken)].filter((text) => text !== '').join('\n\n');
  return { ...next, note: note === '' ? null : note, sync: next.sync || merged !== '' };
}

function sayMerged(tasks: readonly string[]): string {
  return tasks.length === 0 ? '' : `Merged into this worktree: the work of ${tasks.join(', ')}.`;
}

function sayMissing(tasks: readonly string[]): string {
  return tasks.length === 0 ? '' : `Without the work of ${tasks.join(', ')}, which is not done.`;
}
