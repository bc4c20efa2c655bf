/** What people and agents see of locks. */
import { Releases, expectedEndMs } from './expected-release.js';
import { ownersOf } from './lock-denial.js';
import { locksOf } from './lock-table.js';
import { asHeld, type LockOwner, type LockState } from './lock.js';
import type { Plan, PlanTask } from './plan.js';
import { planTask, hasTask } from './plan-index.js';
import { isoTime } from './readiness.js';
import { taskState, type CampaignState } from './state.js';
import type { DeclaredLocks, LockOwnerStatus, Locks, LockStatus } from './status.js';
import { isWorking } from './task.js';

/** Who holds what and until when, who waits for whom; of one task, or of all. */
export function viewLocks(plan: Plan, state: CampaignState, task: string | null): Locks {
  if (task !== null && !hasTask(plan, task)) return { asked: [], declared: [] };
  const planned = task === null ? plan.tasks : [planTask(plan, task)];
  const asked = task === null ? state.locks.locks : locksOf(plan, state).ofTask(task);
  return {
    asked: asked.map((lock) => viewLock(plan, state, lock)),
    declared: planned
      .filter(({ id, claims }) => claims.length > 0 && taskState(state, id).holds)
      .map((each) => viewDeclared(plan, state, each)),
  };
}

/** Those that are held or waited for; for the status. */
export function viewOpenLocks(plan: Plan, state: CampaignState): readonly LockStatus[] {
  return state.locks.locks
    .filter(({ life }) => life.is === 'held' || life.is === 'queued')
    .map((lock) => viewLock(plan, state, lock));
}

function viewDeclared(plan: Plan, state: CampaignState, { id, claims }: PlanTask): DeclaredLocks {
  return {
    task: id,
    locks: claims.map(({ path, mode }) => ({ path: plan.paths[path] ?? '', mode: asHeld(mode) })),
    expectedReleaseAt: timeOf(expectedEndMs(plan, state, id)),
  };
}

function viewLock(plan: Plan, state: CampaignState, lock: LockState): LockStatus {
  const { life } = lock;
  const releases = new Releases(plan, state);
  const isHeld = life.is === 'held';
  const lives = isWorking(taskState(state, lock.task).life);
  return {
    lock: lock.lock,
    task: lock.task,
    id: lock.id,
    paths: lock.paths,
    mode: lock.mode,
    state: life.is,
    reason: lock.reason,
    askedAt: isoTime(lock.askedAtMs),
    grantedAt: isHeld ? isoTime(life.grantedAtMs) : null,
    expiresAt: isHeld && !lives && !life.released ? isoTime(life.expiresAtMs) : null,
    expectedReleaseAt: isHeld ? timeOf(releases.releasedMs({ task: lock.task, lock })) : null,
    ...viewWait(plan, state, lock),
  };
}

type Wait = Pick<LockStatus, 'owners' | 'expectedAt' | 'why' | 'freePaths' | 'readyTasks'>;

function viewWait(plan: Plan, state: CampaignState, lock: LockState): Wait {
  const { life } = lock;
  const nothing = { owners: [], expectedAt: null, why: '', freePaths: [], readyTasks: [] };
  if (life.is === 'queued') {
    const owners = ownersOf(plan, state, lock).map(viewOwner);
    return { ...nothing, owners, expectedAt: timeOf(new Releases(plan, state).beginsMs(lock)) };
  }
  if (life.is !== 'denied') return nothing;
  const { owners, expectedAtMs, freePaths, readyTasks } = life.denial;
  const expectedAt = expectedAtMs === null ? null : isoTime(expectedAtMs);
  return { owners: owners.map(viewOwner), expectedAt, why: life.why, freePaths, readyTasks };
}

function viewOwner({ task, path, mode, releaseAtMs }: LockOwner): LockOwnerStatus {
  return { task, path, mode, expectedReleaseAt: releaseAtMs === null ? null : isoTime(releaseAtMs) };
}

function timeOf(ms: number): string | null {
  return ms === Infinity ? null : isoTime(ms);
}
