/** What a change of the plan makes of one task's state. */
import { isBeingMerged } from './integration.js';
import { isRemoved, type PlanChange } from './plan-change.js';
import type { Plan, PlanTask } from './plan.js';
import { planGroup, planJoin, planTask, tasksOfJoin } from './plan-index.js';
import type { CampaignState } from './state.js';
import { findTask } from './task-table.js';
import { isWorking, newTask, nextAttempt, type TaskLife, type TaskState } from './task.js';

export interface Amending {
  readonly old: Plan;
  /** The one in force from now on. */
  readonly plan: Plan;
  /** As it was. */
  readonly state: CampaignState;
  readonly change: PlanChange;
  /** By a person, or by tasks that came while it ran. */
  readonly how: 'edited' | 'extended';
}

export function amendTask(at: Amending, task: PlanTask): TaskState {
  const before = findTask(at.state.tasks, task.id);
  if (before === undefined) return newTask(task);
  if (isRemoved(task)) return takeOut(at, task, before);
  const was = planTask(at.old, task.id);
  const isOver = !isRemoved(was) && before.life.is === 'ended' && before.life.as !== 'done';
  const why = at.how === 'extended' && isOver ? null : whyAgain(at, task, before);
  if (why !== null && before.gen === 0) return { ...newTask(task), messages: before.messages };
  if (why !== null) return doAgain(at, task, { before, why });
  const attemptLimit = Math.max(before.attempt, before.attemptLimit + task.attempts - was.attempts);
  const caughtUp = before.gen === 0 ? newTask(task).caughtUp : before.caughtUp;
  const verdict = task.reviews === was.reviews ? before.verdict : null;
  return { ...before, attemptLimit, caughtUp, verdict };
}

/** It ends once its turn or its merge, if it has one, is over (group.ts). What had failed is not asked for any more. */
function takeOut({ old }: Amending, task: PlanTask, before: TaskState): TaskState {
  if (isRemoved(planTask(old, task.id))) return before;
  const { life } = before;
  if (life.is !== 'ended') return { ...before, stale: isWorking(life), holds: false, verdict: null };
  if (life.as === 'done' || life.as === 'cancelled') return before;
  const why = `removed from the campaign file; before that it ${life.as === 'failed' ? 'failed' : 'was skipped'}: ${life.why}`;
  return { ...before, life: { ...life, as: 'cancelled', why } };
}

interface Again {
  /** For its agent. */
  readonly note: string;
  /** Its content is another one, and not just its place: what it published counts no more. */
  readonly anew: boolean;
}

/** Why what was done or begun doesn't count; null = it does. */
function whyAgain(at: Amending, task: PlanTask, before: TaskState): Again | null {
  const { old, plan, change, how } = at;
  const was = planTask(old, task.id);
  const isOwn = change.changed.includes(task.id) || isRemoved(was);
  // What a round comes to is new to what builds on it, and no other than what that was to wait for.
  if (was.digest !== task.digest && (isOwn || how === 'edited')) {
    const note = isOwn ? 'What this task asks for was changed.' : sayInputs(at, task);
    return { note, anew: true };
  }
  const { life } = before;
  if (life.is === 'ended') return comesBack(at, task, life) ? { note: '', anew: true } : null;
  if (before.gen === 0) return null;
  const isElsewhere = before.agent !== null && !task.agents.includes(before.agent);
  if (isElsewhere || claimsOf(old, was) !== claimsOf(plan, task))
    return { note: 'The paths or the agents of this task were changed.', anew: false };
  return null;
}

/** It was taken out, or its group was met without it: then what the plan says now counts. */
function comesBack({ old, plan }: Amending, task: PlanTask, life: TaskLife): boolean {
  if (life.is !== 'ended' || life.as !== 'cancelled') return false;
  const was = planTask(old, task.id);
  const { wait, members } = planGroup(plan, task.group);
  const before = planGroup(old, was.group);
  return isRemoved(was) || wait !== before.wait || members.length !== before.members.length;
}

function claimsOf(plan: Plan, { claims }: PlanTask): string {
  return JSON.stringify(claims.map(({ path, mode }) => [plan.paths[path], mode]));
}

const MOST_NAMED = 10;

function sayInputs({ plan, change }: Amending, task: PlanTask): string {
  const moved = new Set([...change.added, ...change.changed, ...change.stale]);
  const inputs = [...task.after, ...task.finishAfter]
    .map((id) => planJoin(plan, id))
    .filter(({ asks }) => asks !== 'ended' && asks !== 'verified')
    .flatMap((join) => tasksOfJoin(plan, join))
    .filter((id) => moved.has(id));
  const named = [...new Set(inputs)].slice(0, MOST_NAMED).join(', ');
  return `What this task builds on was changed${named === '' ? '' : `: ${named}`}.`;
}

/** From the campaign's head, with new turns. What was over begins a fresh attempt; else its session is told. */
function doAgain(
  { state }: Amending,
  task: PlanTask,
  { before, why }: { readonly before: TaskState; readonly why: Again },
): TaskState {
  const { life } = before;
  const goesOn = isWorking(life) || (life.is === 'integrating' && isBeingMerged(state, task.id));
  const isElsewhere = before.agent !== null && !task.agents.includes(before.agent);
  const fresh = life.is === 'ended' || (isElsewhere && !goesOn) ? nextAttempt(before) : before;
  const blank = newTask(task);
  return {
    ...fresh,
    life: goesOn ? life : { is: 'waiting' },
    stale: true,
    rejected: 0,
    attemptLimit: Math.max(fresh.attempt, 1) - 1 + task.attempts,
    round: 0,
    holds: false,
    next: { ask: 'changed', evidence: null, note: why.note === '' ? null : why.note, sync: true },
    caughtUp: blank.caughtUp,
    parked: false,
    verdict: blank.verdict,
    behind: false,
    recheck: false,
    lastSignature: '',
    sameInRow: 0,
    transients: 0,
    mergeTries: 0,
    progress: null,
    ...(why.anew ? { drafted: false, published: [] } : {}),
  };
}

/**
 * What it was at is over, and counts for nothing: it waits for its needs, as before its first turn. An agent that the
 * plan gives it no more leaves it to the next.
 */
export function dropTurn(plan: Plan, id: string, task: TaskState): TaskState {
  const isElsewhere = task.agent !== null && !planTask(plan, id).agents.includes(task.agent);
  return { ...(isElsewhere ? nextAttempt(task) : task), life: { is: 'waiting' } };
}
