/** When locks will probably be free, by the estimates of tasks, and of those who asked for them. */
import { obstaclesOf, type Obstacle } from './lock-table.js';
import type { LockState } from './lock.js';
import { planTask } from './plan-index.js';
import type { Plan } from './plan.js';
import { waitsForOthers } from './readiness.js';
import { taskState, type CampaignState } from './state.js';
import { isWorking } from './task.js';

/** When a task's turn will probably be over; Infinity where others have to move first, or a person. */
export function expectedEndMs(plan: Plan, state: CampaignState, id: string): number {
  const { life } = taskState(state, id);
  const { estimateMs } = planTask(plan, id);
  if (life.is === 'ended' || life.is === 'integrating') return state.nowMs;
  if (life.is === 'blocked' || waitsForOthers({ plan, state }, id)) return Infinity;
  return isWorking(life) ? Math.max(state.nowMs, life.sinceMs + estimateMs) : state.nowMs + estimateMs;
}

/** Estimates of one state. Those before a lock in the queue come before it in time as well. */
export class Releases {
  private readonly begins = new Map<LockState, number>();

  constructor(
    private readonly plan: Plan,
    private readonly state: CampaignState,
  ) {}

  /** When the lock will probably be granted; Infinity where nobody can say. */
  beginsMs(lock: LockState): number {
    const known = this.begins.get(lock);
    if (known !== undefined) return known;
    const atMs = obstaclesOf(this.plan, this.state, lock).map((obstacle) => this.releasedMs(obstacle));
    const beginsMs = Math.max(this.state.nowMs, ...atMs);
    this.begins.set(lock, beginsMs);
    return beginsMs;
  }

  /** When what is in the way will probably be gone. What was changed under a lock is kept until the task's end. */
  releasedMs({ task, lock }: Pick<Obstacle, 'task' | 'lock'>): number {
    const endMs = expectedEndMs(this.plan, this.state, task);
    if (lock === null) return endMs;
    if (lock.life.is === 'queued')
      return this.beginsMs(lock) + (lock.estimateMs ?? planTask(this.plan, task).estimateMs);
    if (lock.life.is !== 'held' || lock.mode === 'exclusive' || lock.estimateMs === null) return endMs;
    return Math.min(endMs, Math.max(this.state.nowMs, lock.life.grantedAtMs + lock.estimateMs));
  }
}
