/** Can the campaign be over in time, if everything takes what is estimated and nothing goes wrong? */
import type { LintRule, LintView } from './lint-view.js';
import { simulate } from './simulate.js';
import { writeDuration } from './spec-duration.js';

export const warnOfDeadline: LintRule = (view) => {
  const allowedMs = allowedBy(view);
  if (allowedMs === Infinity) return [];
  const { plan } = view;
  const groups = plan.groups.map((group) => ({ ...group, timeoutMs: null }));
  const { makespanMs } = simulate({ ...plan, groups, deadlineMs: null, deadlineAtMs: null });
  if (makespanMs <= allowedMs) return [];
  return [
    view.warn(['limits', 'deadline'], {
      code: 'spec/over-deadline',
      message: `the campaign would take ${writeDuration(makespanMs)} by the estimates, if nothing goes wrong, and its deadline is after ${writeDuration(allowedMs)}`,
      hint: 'allow more time, more agents at once (limits.agents, instances), or fewer needs; longhaul plan shows what waits for what',
    }),
  ];
};

function allowedBy({ plan: { deadlineMs, deadlineAtMs }, brief }: LintView): number {
  const untilMs = deadlineAtMs === null ? Infinity : deadlineAtMs - Date.parse(brief.createdAt);
  return Math.min(deadlineMs ?? Infinity, untilMs);
}
