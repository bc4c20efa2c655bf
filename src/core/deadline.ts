/** The campaign's deadlines: one of campaign time, which stands still while nothing may run, and one by the clock. */
import { indexOf } from './task-index.js';
import type { Plan } from './plan.js';
import type { CampaignState } from './state.js';

export function isPastDeadline(state: CampaignState): boolean {
  const { activeMs, nowMs, deadlineMs, deadlineAtMs } = state;
  return (deadlineMs !== null && activeMs >= deadlineMs) || (deadlineAtMs !== null && nowMs >= deadlineAtMs);
}

/** When a deadline will be reached, as far as that is known now; null = no deadline, or its time stands still. */
export function deadlineDueMs(plan: Plan, state: CampaignState): number | null {
  const { deadlineMs, deadlineAtMs } = state;
  const running = indexOf(plan, state).load.turns > 0;
  const byTime = running && deadlineMs !== null ? state.nowMs + deadlineMs - state.activeMs : Infinity;
  const first = Math.min(byTime, deadlineAtMs ?? Infinity);
  return first === Infinity ? null : first;
}

/** How long a campaign may take that starts at `startMs`, where it never stands still; null = as long as it likes. */
export function deadlineAllowsMs({ deadlineMs, deadlineAtMs }: Plan, startMs: number): number | null {
  const untilMs = deadlineAtMs === null ? Infinity : deadlineAtMs - startMs;
  const allowedMs = Math.min(deadlineMs ?? Infinity, untilMs);
  return allowedMs === Infinity ? null : Math.max(0, allowedMs);
}

/** A person lets it go on without those that have passed. */
export function liftDeadline(state: CampaignState): CampaignState {
  const { activeMs, nowMs, deadlineMs, deadlineAtMs } = state;
  return {
    ...state,
    deadlineMs: deadlineMs !== null && activeMs >= deadlineMs ? null : deadlineMs,
    deadlineAtMs: deadlineAtMs !== null && nowMs >= deadlineAtMs ? null : deadlineAtMs,
  };
}
