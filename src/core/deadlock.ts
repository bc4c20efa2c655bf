/**
 * Who waits for whom, through needs and locks. Needs alone never form a circle (the compiler refuses one), and locks
 * are taken all at once; but a task whose work is done keeps its locks while it waits for what it must finish after, or
 * for the provider that is merged before it, and that may need one of them.
 */
import { planJoin, planTask, tasksOfJoin } from './plan-index.js';
import type { Plan } from './plan.js';
import { taskState, type CampaignState } from './state.js';
import { indexOf } from './task-index.js';

/** Does the task wait, directly or by way of others, for itself? */
export function waitsForItself(plan: Plan, state: CampaignState, id: string): boolean {
  for (const other of waitedFor(plan, state, id)) if (other === id) return true;
  return false;
}

/** Whom the task waits for, directly and by way of others; each once. */
export function* waitedFor(plan: Plan, state: CampaignState, id: string): Generator<string> {
  const asked = new Set<string>();
  const open = waitsFor(plan, state, id);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (asked.has(next)) continue;
    asked.add(next);
    yield next;
    open.push(...waitsFor(plan, state, next));
  }
}

function waitsFor(plan: Plan, state: CampaignState, id: string): string[] {
  const { life, gen, holds } = taskState(state, id);
  const index = indexOf(plan, state);
  const planned = planTask(plan, id);
  if (life.is === 'integrating') return planned.mergeAfter.filter((other) => !isOver(state, other));
  if (life.is !== 'waiting' && life.is !== 'finishing') return [];
  const joins = life.is === 'finishing' ? planned.finishAfter : gen > 0 ? [] : planned.after;
  const needs = joins
    .filter((join) => index.progress(join) === 'open')
    .flatMap((join) => tasksOfJoin(plan, planJoin(plan, join)))
    .filter((task) => !isOver(state, task));
  return holds ? needs : [...needs, ...index.claims.conflicts(id).map(({ holder }) => holder)];
}

function isOver(state: CampaignState, id: string): boolean {
  return taskState(state, id).life.is === 'ended';
}
