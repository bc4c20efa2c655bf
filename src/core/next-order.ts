/**
 * What a task's next order says, beyond what its last report left to say: whether others' work has to be merged into
 * the worktree first, and which steps the order has.
 *
 * A task with finish needs starts without them. As long as one is open, its turns are not verified. Once none is, those
 * that were met are merged in, and a turn adapts to them. A need that can't be met any more costs no work that is there:
 * it is verified without it.
 */
import type { Plan } from './plan.js';
import { planJoin, planTask } from './plan-index.js';
import type { OrderSteps } from './ports.js';
import { taskState, type CampaignState } from './state.js';
import { indexOf } from './task-index.js';
import type { NextTurn, TaskState } from './task.js';

export interface NextOrder {
  readonly task: TaskState;
  readonly steps: OrderSteps;
}

export function nextOrder(plan: Plan, state: CampaignState, id: string): NextOrder {
  const task = taskState(state, id);
  const next = task.caughtUp ? task : catchUp(plan, state, id);
  if (!next.caughtUp) return { task: next, steps: 'turn' };
  return { task: next, steps: next.recheck ? 'check' : 'all' };
}

function catchUp(plan: Plan, state: CampaignState, id: string): TaskState {
  const task = taskState(state, id);
  const index = indexOf(plan, state);
  const progress = planTask(plan, id).finishAfter.map((join) => ({ join, is: index.progress(join) }));
  if (progress.some(({ is }) => is === 'open')) return task;
  const named = (which: 'met' | 'broken') =>
    progress.flatMap(({ join, is }) => (is === which ? planJoin(plan, join).members : []));
  return task.life.is === 'finishing'
    ? finish(task, named('met'), named('broken'))
    : { ...task, caughtUp: true, next: withOthers(task, named('met'), named('broken')) };
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
  return tasks.length === 0 ? '' : `Without the work of ${tasks.join(', ')}, which did not end done.`;
}
