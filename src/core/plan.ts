/**
 * The plan: what a spec compiles to, and all that the scheduler knows. Numbers, ids and edges; no long texts (those
 * are in the brief, core/brief.ts). It travels as the campaign workflow's argument.
 */
export const PLAN_VERSION = 1;

export interface Plan {
  readonly version: typeof PLAN_VERSION;
  /** sha256 (hex) of the brief that belongs to this plan; activities refuse another. */
  readonly briefDigest: string;
  readonly name: string;
  /** Running turns at once, over all agents. */
  readonly maxTurns: number;
  /** Milliseconds of campaign time (it stands still while paused, limited or blocked); null = none. */
  readonly deadlineMs: number | null;
  readonly agents: readonly PlanAgent[];
  readonly phases: readonly PlanPhase[];
  readonly groups: readonly PlanGroup[];
  /** In the spec's order; every list of tasks that a person sees is in this order. */
  readonly tasks: readonly PlanTask[];
  readonly joins: readonly Join[];
  readonly deliver: 'branch' | 'merge';
}

export interface PlanAgent {
  readonly name: string;
  readonly instances: number;
  /** Whose limits and money the agent uses. Several agents may share one. */
  readonly account: string;
}

export interface PlanPhase {
  readonly name: string;
  readonly groups: readonly string[];
  /** When verified tasks that nothing waits for are merged: with their group, at the phase's end, or each at once. */
  readonly integrateAt: 'group' | 'phase' | 'each';
}

export interface PlanGroup {
  /** Unique in the plan: `<phase>/<group>`. */
  readonly id: string;
  readonly name: string;
  readonly phase: string;
  readonly members: readonly string[];
}

export type FailurePolicy = 'fail-fast' | 'best-effort' | 'retry-failed';

export interface PlanTask {
  readonly id: string;
  readonly title: string;
  readonly role: string | null;
  readonly group: string;
  readonly phase: string;
  /** Joins that must be met before it starts. */
  readonly after: readonly string[];
  /** Agents in order of preference; the first is used first, the next ones by later attempts. */
  readonly agents: readonly string[];
  readonly priority: number;
  readonly kind: 'work' | 'testing';
  readonly estimateMs: number;
  readonly timeoutMs: number;
  readonly turns: number;
  readonly attempts: number;
  readonly onTimeout: 'retry' | 'skip' | 'abort';
  readonly onFailure: FailurePolicy;
  /** The task's branch, already checked as a ref name. */
  readonly branch: string;
  /** Another task needs this one done: it is merged at once. */
  readonly mergeAtOnce: boolean;
}

/**
 * A join is met when `count` of its members are there. `done` asks for members that ended done (and so are merged);
 * a member that ends otherwise breaks the join once too few are left. `ended` only orders: any end counts.
 */
export interface Join {
  readonly id: string;
  readonly members: readonly string[];
  readonly count: number;
  readonly asks: 'done' | 'ended';
}
