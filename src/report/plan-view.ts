/** What `longhaul plan` shows, in whatever form. */
import type { AgentsRow } from '../core/plan-agents.js';
import type { PlannedCost } from '../core/plan-cost.js';
import type { Bottleneck, Help } from '../core/plan-help.js';
import type { PlanNumbers } from '../core/plan-numbers.js';
import type { Problem } from '../core/problem.js';

export interface PlanView {
  readonly numbers: PlanNumbers;
  readonly improvement: {
    /** What the engine's one pass makes of the plan, without preferences. */
    readonly onePassMs: number;
    /** Tried beside that. */
    readonly schedules: number;
  };
  readonly bottleneck: Bottleneck | null;
  /** Null where the plan is too large to try. */
  readonly help: readonly Help[] | null;
  /** How long it may take; null = no deadline. */
  readonly deadlineMs: number | null;
  readonly cost: PlannedCost;
  /** By task: where its estimate comes from, in words. */
  readonly estimates: Readonly<Record<string, string>>;
  /** Empty where no other numbers of agents were asked for. */
  readonly agents: readonly AgentsRow[];
  readonly warnings: readonly Problem[];
}
