/** What a task's state says to a join, and what that makes of it. */
import { planContract } from './plan-index.js';
import type { Join, Plan } from './plan.js';
import { isApproved, type TaskState } from './task.js';

export type JoinProgress = 'met' | 'open' | 'broken';

export interface JoinCount {
  /** Members that are what the join asks for. */
  there: number;
  /** Members that can't become it any more, unless a person has them tried again. */
  lost: number;
}

export function progressOf(join: Join, { there, lost }: JoinCount): JoinProgress {
  if (there >= join.count) return 'met';
  const size = join.members.length;
  if (onlyOrders(join)) return there + lost === size ? 'met' : 'open';
  return size - lost < join.count ? 'broken' : 'open';
}

/** Any end of its members is as good as another. */
function onlyOrders({ asks }: Join): boolean {
  return asks === 'ended' || asks === 'verified';
}

/** How many of the join's members this task makes there or lost: a task may publish several of its contracts. */
export function countTask(plan: Plan, join: Join, at: { id: string; task: TaskState }): JoinCount {
  if (join.asks !== 'published') return countOne(standsFor(join, at.task), at.task, 1);
  const own = join.members.filter((contract) => planContract(plan, contract).author === at.id);
  const there = own.filter((contract) => at.task.published.includes(contract)).length;
  return countOne(there, at.task, own.length);
}

function standsFor({ asks }: Join, task: TaskState): number {
  const { life, drafted } = task;
  if (asks === 'approved') return isApproved(task) ? 1 : 0;
  if (life.is === 'ended' && life.as === 'done') return 1;
  if (asks === 'verified') return life.is === 'integrating' ? 1 : 0;
  return asks === 'drafted' && drafted ? 1 : 0;
}

function countOne(there: number, { life }: TaskState, of: number): JoinCount {
  return { there, lost: life.is === 'ended' ? of - there : 0 };
}
