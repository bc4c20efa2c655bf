/**
 * Groups that are met before all their members are done, and groups with a time of their own. Once a group is closed,
 * what its other members did is kept on their branches, and nothing of it is merged; but with `rest: finish` a member
 * that others need by name goes on, and is merged.
 */
import { NEW_CLOCK, type GroupClock } from './group-clock.js';
import { isBeingMerged, mergesLeft } from './integration.js';
import { isKept, racingGroups, removedGroups, timedGroups } from './plan-index.js';
import type { Plan, PlanGroup } from './plan.js';
import { taskState, type CampaignState, type Command } from './state.js';
import { indexOf } from './task-index.js';
import { hasBegun, isWorking } from './task.js';

export function clockOf(state: CampaignState, group: string): GroupClock {
  return state.groups[group] ?? NEW_CLOCK;
}

export function withClock(state: CampaignState, group: string, clock: GroupClock): CampaignState {
  return { ...state, groups: { ...state.groups, [group]: clock } };
}

/** A member is tried again, or its finished work is looked at again: the group's time begins anew. */
export function reopenGroup(state: CampaignState, group: string): CampaignState {
  return clockOf(state, group).expired ? withClock(state, group, NEW_CLOCK) : state;
}

/** Groups whose clock runs, with how much is left of their time. */
export function runningClocks(
  plan: Plan,
  state: CampaignState,
): readonly { group: string; leftMs: number }[] {
  const { workingByGroup } = indexOf(plan, state);
  return timedGroups(plan).flatMap(({ id, timeoutMs }) => {
    const clock = clockOf(state, id);
    if (timeoutMs === null || clock.expired || (workingByGroup.get(id) ?? 0) === 0) return [];
    return [{ group: id, leftMs: timeoutMs - clock.activeMs }];
  });
}

export function advanceClocks(plan: Plan, state: CampaignState, byMs: number): CampaignState {
  return runningClocks(plan, state).reduce((next, { group }) => {
    const clock = clockOf(next, group);
    return withClock(next, group, { ...clock, activeMs: clock.activeMs + byMs });
  }, state);
}

interface Closed {
  readonly group: PlanGroup;
  readonly because: 'met' | 'expired' | 'removed';
  readonly why: string;
}

export function closeGroups(plan: Plan, state: CampaignState): readonly Command[] {
  const expiring = runningClocks(plan, state).filter(({ leftMs }) => leftMs <= 0);
  if (expiring.length > 0) return expiring.map(({ group }) => ({ command: 'expireGroup', group }));
  const expired = timedGroups(plan).filter(({ id }) => clockOf(state, id).expired);
  const met = racingGroups(plan).filter(({ id }) => mergesLeft(plan, state, id) <= 0);
  return [
    ...expired.map((group): Closed => ({
      group,
      because: 'expired',
      why: `the timeout of group ${group.id}`,
    })),
    ...met.map((group): Closed => ({ group, because: 'met', why: `group ${group.id} is met without it` })),
    ...removedGroups(plan).map((group): Closed => ({
      group,
      because: 'removed',
      why: 'removed from the campaign file',
    })),
  ].flatMap((closed) => closeMembers(plan, state, closed));
}

function closeMembers(plan: Plan, state: CampaignState, closed: Closed): readonly Command[] {
  if (!indexOf(plan, state).isOpen(closed.group.id)) return [];
  const members = closed.group.members.filter((id) => closed.because !== 'met' || !isKept(plan, id));
  return members.flatMap((id) => closeMember(state, id, closed));
}

function closeMember(state: CampaignState, id: string, { group, because, why }: Closed): readonly Command[] {
  const task = taskState(state, id);
  const { life } = task;
  if (life.is === 'ended' || isBeingMerged(state, id)) return [];
  const goesOn = because === 'met' && group.rest === 'finish' && hasBegun(task);
  if (life.is === 'integrating') {
    if (because === 'expired') return [];
    return [{ command: 'endTask', task: id, as: group.rest === 'finish' ? 'done' : 'cancelled', why }];
  }
  if (goesOn) return [];
  if (isWorking(life)) return life.interrupted === null ? [{ command: 'interruptTurn', task: id, why }] : [];
  return [{ command: 'endTask', task: id, as: because === 'expired' ? 'failed' : 'cancelled', why }];
}
