/**
 * Tries many orders of a plan's tasks within a fixed effort, and hands the best to the engine as preferences: it then
 * goes by them wherever it has a choice, so plan and run agree. Only what the engine itself makes of them counts.
 */
import type { Plan } from './plan.js';
import { problemOf } from './plan-problem.js';
import { lowerBound } from './schedule-bound.js';
import { improveSchedule, type ImprovedSchedule } from './schedule-improve.js';
import { simulate, type Simulation } from './simulate.js';

export interface ImprovedPlan {
  /** With the preferences that made the shortest schedule; without any where none made it shorter. */
  readonly plan: Plan;
  readonly simulation: Simulation;
  /** Without preferences. */
  readonly onePassMs: number;
  /** How many schedules were tried beside that. */
  readonly schedules: number;
  readonly lowerBoundMs: number;
}

const SEED = 1;
const MOST_SCHEDULES = 1000;
/** So many tasks get all of them; the effort of more stays about the same. */
const FULL_EFFORT = 200;

/** How many schedules are tried where nobody says it; 1 = the engine's own pass is enough. */
export function usualSchedules({ tasks }: Plan): number {
  const share = Math.min(1, FULL_EFFORT / Math.max(1, tasks.length)) ** 2;
  return Math.max(1, Math.floor(MOST_SCHEDULES * share));
}

/** With `schedules` of 1 there is nothing but the engine's own pass. */
export function improvePlan(plan: Plan, schedules: number): ImprovedPlan {
  const neutral = withPreferences(plan, []);
  const onePass = simulate(neutral);
  const lowerBoundMs = lowerBound(problemOf(plan, { lanes: true, optimistic: true }));
  const first = { plan: neutral, simulation: onePass };
  const told = { onePassMs: onePass.makespanMs, lowerBoundMs };
  if (schedules <= 1 || onePass.makespanMs <= lowerBoundMs) return { ...first, ...told, schedules: 0 };
  const improved = improveSchedule(problemOf(plan, { lanes: true, optimistic: false }), {
    schedules,
    seed: SEED,
  });
  const best = ordersOf(plan, improved).reduce<Pick<ImprovedPlan, 'plan' | 'simulation'>>((least, order) => {
    const preferred = withPreferences(plan, order);
    const simulation = simulate(preferred);
    return simulation.makespanMs < least.simulation.makespanMs ? { plan: preferred, simulation } : least;
  }, first);
  return { ...best, ...told, schedules: improved.schedules };
}

/** The tasks by their starts in the schedule found, and in the order that it was made by. */
function ordersOf({ tasks }: Plan, { starts, order }: ImprovedSchedule): readonly (readonly string[])[] {
  const isTask = new Set(tasks.map(({ id }) => id));
  const made = order.filter((id) => isTask.has(id));
  // A stable sort: those that start together stay as they were made.
  const byStart = [...made].sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
  return [byStart, made];
}

function withPreferences(plan: Plan, order: readonly string[]): Plan {
  const preferences = new Map(order.map((id, at) => [id, order.length - at]));
  const tasks = plan.tasks.map((task) => ({ ...task, preference: preferences.get(task.id) ?? 0 }));
  return { ...plan, tasks };
}

/** The plan that a run gets: `assumed` is the same with the tasks that are expected of its rounds, by which it is improved. */
export function preferBest(plan: Plan, assumed: Plan = plan): Plan {
  const schedules = usualSchedules(assumed);
  if (schedules <= 1) return plan;
  const best = new Map(
    improvePlan(assumed, schedules).plan.tasks.map(({ id, preference }) => [id, preference]),
  );
  return { ...plan, tasks: plan.tasks.map((task) => ({ ...task, preference: best.get(task.id) ?? 0 })) };
}
