/** What a report needs to know of the plan: small facts of each task, the groups, what can run at once. Plain JSON. */
import type { Claim, Plan, PlanPool, PlanTask, RoleLimit } from './plan.js';

/** What separates the members of a group: needs among them, files of their own, or nothing but the group. */
export type GroupStrategy = 'groups' | 'needs' | 'files';

export interface GroupFacts {
  readonly id: string;
  readonly phase: string;
  readonly members: readonly string[];
  /** Members that must be done for the group to be met. */
  readonly wait: number;
  readonly timeoutMs: number | null;
  readonly strategy: GroupStrategy;
}

export interface TaskFacts {
  readonly id: string;
  readonly role: string | null;
  readonly agents: readonly string[];
  readonly estimateMs: number;
  readonly uses: PlanTask['uses'];
  readonly claims: readonly Claim[];
}

/** When the plan would have started a task's own work; milliseconds from the campaign's start. */
export interface PlannedRun {
  readonly task: string;
  readonly agent: string;
  readonly lane: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface PlanFacts {
  readonly maxTurns: number;
  readonly agents: readonly {
    readonly name: string;
    readonly instances: number;
    readonly account: string;
  }[];
  readonly roleLimits: readonly RoleLimit[];
  readonly pools: readonly PlanPool[];
  readonly overlaps: Plan['overlaps'];
  readonly groups: readonly GroupFacts[];
  /** In the spec's order. */
  readonly tasks: readonly TaskFacts[];
  /** As simulated when the campaign began; empty where that is not known. */
  readonly runs: readonly PlannedRun[];
}
