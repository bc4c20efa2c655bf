/** Why a lock is not to be had, and what its task can do instead. */
import { compareText } from './compare.js';
import { Releases } from './expected-release.js';
import { heldAgainst, locksConflict, locksOf, obstaclesOf, type Obstacle } from './lock-table.js';
import type { Denial, LockOwner, LockState } from './lock.js';
import type { Plan } from './plan.js';
import { waitReasons } from './readiness.js';
import { taskState, type CampaignState } from './state.js';
import { indexOf } from './task-index.js';
import { isWorking } from './task.js';

const MOST_OWNERS = 5;
const MOST_READY = 3;
/** Of the tasks that wait, so many are looked at. */
const MOST_ASKED = 50;

export function denialOf(plan: Plan, state: CampaignState, lock: LockState): Denial {
  const releases = new Releases(plan, state);
  const beginsMs = releases.beginsMs(lock);
  return {
    owners: ownersOf(plan, state, lock),
    expectedAtMs: beginsMs === Infinity ? null : beginsMs,
    freePaths:
      lock.paths.length === 1
        ? []
        : lock.paths.filter((path) => isFree(plan, state, { ...lock, paths: [path] })),
    readyTasks: readyTasks(plan, state, lock.task),
  };
}

/** Who is in the way, those first that hold something, each path once. */
export function ownersOf(plan: Plan, state: CampaignState, lock: LockState): readonly LockOwner[] {
  const releases = new Releases(plan, state);
  const owners = obstaclesOf(plan, state, lock).map((obstacle) => ownerOf(releases, obstacle));
  return owners
    .sort((a, b) => compareText(a.task, b.task) || compareText(a.path, b.path))
    .filter(
      ({ task, path }, at) => at === 0 || owners[at - 1]?.task !== task || owners[at - 1]?.path !== path,
    )
    .slice(0, MOST_OWNERS);
}

function ownerOf(releases: Releases, obstacle: Obstacle): LockOwner {
  const { task, path, mode } = obstacle;
  const releaseMs = releases.releasedMs(obstacle);
  return { task, path, mode, releaseAtMs: releaseMs === Infinity ? null : releaseMs };
}

function isFree(plan: Plan, state: CampaignState, part: LockState): boolean {
  const isAsked = locksOf(plan, state).queue.some((other) => locksConflict(part, other));
  return !isAsked && heldAgainst(plan, state, part).length === 0;
}

/** Tasks that could begin now on the lane of the one that asks. */
function readyTasks(plan: Plan, state: CampaignState, id: string): readonly string[] {
  const { life } = taskState(state, id);
  if (!isWorking(life)) return [];
  const found: string[] = [];
  let asked = 0;
  for (const { id: other } of indexOf(plan, state).ready(({ agents }) => !agents.includes(life.agent))) {
    if (found.length >= MOST_READY || asked >= MOST_ASKED) break;
    asked += 1;
    if (waitReasons({ plan, state }, other).every(({ reason }) => reason === 'lane')) found.push(other);
  }
  return found;
}
