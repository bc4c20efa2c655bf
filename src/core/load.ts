/** How much of what can run at once is taken. */
import { planAgent, planPool } from './plan-index.js';
import type { Plan, PlanTask } from './plan.js';
import type { Working } from './task.js';

export interface Load {
  turns: number;
  readonly lanes: Set<string>;
  readonly byAgent: Map<string, number>;
  readonly byAccount: Map<string, number>;
  readonly byRole: Map<string, number>;
  /** Units in use, by pool. */
  readonly byPool: Map<string, number>;
}

export function newLoad(): Load {
  return {
    turns: 0,
    lanes: new Set(),
    byAgent: new Map(),
    byAccount: new Map(),
    byRole: new Map(),
    byPool: new Map(),
  };
}

export type Place = Pick<Working, 'agent' | 'lane' | 'reserved'>;

export function addLoad(plan: Plan, load: Load, taken: { task: PlanTask; place: Place }): void {
  load.lanes.add(taken.place.lane);
  change(plan, load, { ...taken, by: 1 });
}

export function removeLoad(plan: Plan, load: Load, freed: { task: PlanTask; place: Place }): void {
  load.lanes.delete(freed.place.lane);
  change(plan, load, { ...freed, by: -1 });
}

function change(plan: Plan, load: Load, what: { task: PlanTask; place: Place; by: 1 | -1 }): void {
  const { task, place, by } = what;
  load.turns += by;
  addCount(load.byAgent, place.agent, by);
  addCount(load.byAccount, planAgent(plan, place.agent).account, by);
  if (task.role !== null) addCount(load.byRole, task.role, by);
  for (const { pool, units } of task.uses) addCount(load.byPool, pool, by * units);
}

/** A key without an entry counts as 0. */
export function addCount(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

export function hasFreeLane(plan: Plan, load: Load, agent: string): boolean {
  return (load.byAgent.get(agent) ?? 0) < planAgent(plan, agent).instances;
}

/** A free lane of the agent, or null. */
export function freeLane(plan: Plan, load: Load, agent: string): string | null {
  const { instances } = planAgent(plan, agent);
  if (!hasFreeLane(plan, load, agent)) return null;
  for (let instance = 1; instance <= instances; instance += 1) {
    const lane = `${agent}#${instance}`;
    if (!load.lanes.has(lane)) return lane;
  }
  return null;
}

export interface PoolShortage {
  readonly pool: string;
  readonly units: number;
}

/** Units that are free now. */
export function freeUnits(plan: Plan, load: Load, pool: string): number {
  return planPool(plan, pool).capacity - (load.byPool.get(pool) ?? 0);
}

/** Pools that have too few free units for the task. */
export function poolShortages(plan: Plan, load: Load, task: PlanTask): readonly PoolShortage[] {
  return task.uses.filter(({ pool, units }) => freeUnits(plan, load, pool) < units);
}
