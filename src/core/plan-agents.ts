/** A plan with another number of agents, and the table that compares such numbers. */
import { efficiencyOf, speedupOf } from './formula.js';
import { improvePlan } from './plan-improve.js';
import { turnsAtOnce } from './plan-numbers.js';
import type { Plan } from './plan.js';

export interface AgentsRow {
  readonly agents: number;
  readonly makespanMs: number;
  readonly lowerBoundMs: number;
  readonly speedup: number;
  /** 0 to 1. */
  readonly efficiency: number;
}

/** At most so many turns at once, on so many instances of each agent. Roles' limits, pools and locks stay. */
export function withAgents(plan: Plan, agents: number): Plan {
  return {
    ...plan,
    maxTurns: agents,
    agents: plan.agents.map((agent) => ({ ...agent, instances: agents })),
  };
}

export function compareAgents(
  plan: Plan,
  { from, to, schedules }: { readonly from: number; readonly to: number; readonly schedules: number },
): readonly AgentsRow[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const agents = from + index;
    const these = withAgents(plan, agents);
    const { simulation, lowerBoundMs } = improvePlan(these, schedules);
    const { makespanMs, sequentialMs } = simulation;
    return {
      agents,
      makespanMs,
      lowerBoundMs,
      speedup: speedupOf(sequentialMs, makespanMs),
      efficiency: efficiencyOf(sequentialMs, turnsAtOnce(these), makespanMs),
    };
  });
}
