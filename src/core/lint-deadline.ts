/** Can the campaign and its groups be over in time, if everything takes what is estimated and nothing goes wrong? */
import { deadlineAllowsMs } from './deadline.js';
import type { LintRule } from './lint-view.js';
import type { Plan, PlanGroup } from './plan.js';
import { valueAt } from './spec-written.js';
import { simulate, type PlannedStart } from './simulate.js';
import { writeDuration } from './spec-duration.js';

export const warnOfDeadline: LintRule = (view) => {
  const { plan, brief } = view;
  const allowedMs = deadlineAllowsMs(plan, Date.parse(brief.createdAt));
  if (allowedMs === null) return [];
  const { makespanMs } = simulate(withoutTimeouts(plan));
  if (makespanMs <= allowedMs) return [];
  return [
    view.warn(['limits', 'deadline'], {
      code: 'spec/over-deadline',
      message: `the campaign would take ${writeDuration(makespanMs)} by the estimates, if nothing goes wrong, and its deadline is after ${writeDuration(allowedMs)}`,
      hint: 'allow more time, more agents at once (limits.agents, instances), or fewer needs; longhaul plan shows what waits for what',
    }),
  ];
};

/** A group that has not what it waits for when its time is over ends with what it has: seldom what somebody meant. */
export const warnOfGroupTimeouts: LintRule = (view) => {
  // What nobody wrote is long enough by itself.
  const limited = view.plan.groups.flatMap((group) => {
    const path = view.outline.groups.find(({ id }) => id === group.id)?.path ?? null;
    const isWritten = path !== null && valueAt(view.root, [...path, 'timeout']) !== undefined;
    return isWritten && group.timeoutMs !== null ? [{ ...group, timeoutMs: group.timeoutMs, path }] : [];
  });
  if (limited.length === 0) return [];
  const { starts } = simulate(withoutTimeouts(view.plan));
  return limited.flatMap((group) => {
    const takesMs = durationOf(group, starts);
    if (takesMs <= group.timeoutMs) return [];
    return [
      view.warn([...group.path, 'timeout'], {
        code: 'spec/over-timeout',
        message: `group "${group.name}" would take ${writeDuration(takesMs)} by the estimates, if nothing goes wrong, and its timeout is ${writeDuration(group.timeoutMs)}`,
        hint: 'allow more time (timeout of the group), more agents at once (limits.agents, instances), or less in one group',
      }),
    ];
  });
};

/** From its first turn until so many are over as it waits for. */
function durationOf({ members, wait }: PlanGroup, starts: readonly PlannedStart[]): number {
  const own = new Set(members);
  const turns = starts.filter(({ task }) => own.has(task));
  const ends = turns.map(({ endMs }) => endMs).sort((a, b) => a - b);
  return (ends[wait - 1] ?? 0) - Math.min(...turns.map(({ startMs }) => startMs));
}

function withoutTimeouts(plan: Plan): Plan {
  return { ...plan, groups: plan.groups.map((group) => ({ ...group, timeoutMs: null })) };
}
