/** Can the campaign be over in time, if everything takes what is estimated and nothing goes wrong? */
import { deadlineAllowsMs } from './deadline.js';
import type { LintRule } from './lint-view.js';
import { simulate } from './simulate.js';
import { writeDuration } from './spec-duration.js';

export const warnOfDeadline: LintRule = (view) => {
  const { plan, brief } = view;
  const allowedMs = deadlineAllowsMs(plan, Date.parse(brief.createdAt));
  if (allowedMs === null) return [];
  const groups = plan.groups.map((group) => ({ ...group, timeoutMs: null }));
  const { makespanMs } = simulate({ ...plan, groups });
  if (makespanMs <= allowedMs) return [];
  return [
    view.warn(['limits', 'deadline'], {
      code: 'spec/over-deadline',
      message: `the campaign would take ${writeDuration(makespanMs)} by the estimates, if nothing goes wrong, and its deadline is after ${writeDuration(allowedMs)}`,
      hint: 'allow more time, more agents at once (limits.agents, instances), or fewer needs; longhaul plan shows what waits for what',
    }),
  ];
};
