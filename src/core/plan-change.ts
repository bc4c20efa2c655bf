/** What another plan of a campaign that runs would change. Tasks are known by their ids, and compared by content. */
import type { Plan, PlanGroup, PlanTask } from './plan.js';
import type { Extension } from './ports.js';
import { isRedefined } from './task-digest.js';

/** Where tasks are that the campaign file names no more and that have begun. No phase of a spec can be called so. */
export const REMOVED = '(removed)';
const REMOVED_GROUP = `${REMOVED}/${REMOVED}`;

export function isRemoved({ group }: Pick<PlanTask, 'group'>): boolean {
  return group === REMOVED_GROUP;
}

export function removedGroup(members: readonly string[]): PlanGroup {
  const waitsForAll = { wait: members.length, rest: 'cancel', timeoutMs: null } as const;
  return { id: REMOVED_GROUP, name: REMOVED, phase: REMOVED, members, ...waitsForAll };
}

/** Another plan. It is not one of the events that apply takes: it changes what they are applied by (core/amend.ts). */
export interface PlanChanged {
  readonly event: 'planChanged';
  readonly atMs: number;
  readonly key: string | null;
  /** Of the plan that it is a change of: of any other it changes nothing. */
  readonly revision: number;
  readonly plan: Plan;
}

/** The answer to an order to extend the plan; as PlanChanged, it changes what events are applied by. */
export interface Extended extends Extension {
  readonly event: 'extended';
  readonly atMs: number;
  /** The key of the order. */
  readonly order: string;
}

/** Ids, in the order of the new plan (of the old one: removed ones). Each task is in one of the lists. */
export interface PlanChange {
  readonly kept: readonly string[];
  readonly added: readonly string[];
  /** Their own definition is another one. Those that had begun do their work again. */
  readonly changed: readonly string[];
  /** What they build on is changed, so they do their work again. */
  readonly stale: readonly string[];
  readonly removed: readonly string[];
  /** Of the changed and stale ones those that had begun. */
  readonly again: readonly string[];
}

export function comparePlans(
  old: Pick<Plan, 'tasks'>,
  next: Pick<Plan, 'tasks'>,
  hasBegun: (id: string) => boolean,
): PlanChange {
  const before = new Map(old.tasks.map((task) => [task.id, task]));
  const change = { kept: [], added: [], changed: [], stale: [], again: [] } as Record<
    Exclude<keyof PlanChange, 'removed'>,
    string[]
  >;
  for (const task of next.tasks) {
    const was = before.get(task.id);
    const what = kindOf(task, was, hasBegun);
    change[what].push(task.id);
    if ((what === 'changed' || what === 'stale') && hasBegun(task.id)) change.again.push(task.id);
  }
  const now = new Set(next.tasks.map(({ id }) => id));
  const removed = old.tasks.filter((task) => !now.has(task.id) && !isRemoved(task)).map(({ id }) => id);
  return { ...change, removed };
}

function kindOf(
  task: PlanTask,
  was: PlanTask | undefined,
  hasBegun: (id: string) => boolean,
): 'kept' | 'added' | 'changed' | 'stale' {
  if (was === undefined || isRemoved(was)) return 'added';
  if (isRedefined(was.digest, task.digest)) return 'changed';
  return was.digest !== task.digest && hasBegun(task.id) ? 'stale' : 'kept';
}

/** Kept tasks that are scheduled otherwise: when, by whom, how often, with what. */
export function scheduledOtherwise(
  old: Pick<Plan, 'tasks'>,
  next: Pick<Plan, 'tasks'>,
  { kept }: PlanChange,
): readonly string[] {
  const scheduleOf = (task: PlanTask | undefined) =>
    JSON.stringify({
      ...task,
      digest: '',
      trial: '',
      preference: 0,
      claims: task?.claims.map(({ mode }) => mode),
    });
  const before = new Map(old.tasks.map((task) => [task.id, scheduleOf(task)]));
  const isKept = new Set(kept);
  return next.tasks
    .filter((task) => isKept.has(task.id) && before.get(task.id) !== scheduleOf(task))
    .map(({ id }) => id);
}
