/**
 * The numbers of a plan, all from its simulation; the formulas are in core/formula.ts, as those of a report. Definitions:
 *
 * - makespan: from the start to the last task's end. Merges and verification are assumed to take no time.
 * - sequential time: the sum of all that runs: a task that is cancelled counts for as long as it did, and one that never
 *   begins not at all.
 * - lower bound: what no schedule can beat: the longest path, and the work of each resource by its capacity.
 * - distance: (makespan - lower bound) / lower bound.
 * - parallel share p: of the sequential time, the part in which at least two tasks would overlap, were there agents
 *   without number. Amdahl's bound: 1 / ((1 - p) + p / n), n being the turns that can run at once.
 * - efficiency: sequential time / (n x makespan).
 * - busy time of a lane: the estimates of the tasks on it; idle is the rest of the makespan; utilisation = busy /
 *   makespan, and the plan's is the mean of all lanes that it has.
 * - slack: core/plan-slack.ts. Critical path: core/plan-path.ts.
 */
import { amdahlBound, efficiencyOf, meanOf, parallelShareOf, ratio, speedupOf } from './formula.js';
import { criticalPathOf } from './plan-path.js';
import { planTask } from './plan-index.js';
import { problemOf } from './plan-problem.js';
import { slackOf } from './plan-slack.js';
import type { PlannedWait } from './plan-wait.js';
import type { Plan } from './plan.js';
import { serialSchedule } from './schedule-pass.js';
import type { PlannedLoss, Simulation } from './simulate.js';

export interface PlannedTask {
  readonly id: string;
  readonly title: string;
  /** Expected of a round: how many there will be, nobody knows yet. */
  readonly assumed: boolean;
  readonly lane: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly slackMs: number;
  readonly waitedFor: readonly PlannedWait[];
}

/** A task of which nothing is merged: its group is met without it, or its time is over, or it needs one of these. */
export interface UnmergedTask extends PlannedLoss {
  readonly title: string;
  /** Whether it is in the list of tasks too. */
  readonly begins: boolean;
}

export interface PlannedLane {
  readonly lane: string;
  readonly tasks: number;
  readonly busyMs: number;
  readonly idleMs: number;
  /** 0 to 1. */
  readonly utilisation: number;
}

export interface PlanNumbers {
  readonly makespanMs: number;
  readonly sequentialMs: number;
  readonly lowerBoundMs: number;
  /** 0 = no schedule is shorter. */
  readonly distance: number;
  readonly speedup: number;
  /** Turns that can run at once. */
  readonly atOnce: number;
  /** 0 to 1. */
  readonly parallelShare: number;
  readonly amdahlBound: number;
  readonly efficiency: number;
  readonly utilisation: number;
  readonly idleMs: number;
  readonly lanes: readonly PlannedLane[];
  readonly criticalPath: readonly string[];
  /** In the order of their starts. */
  readonly tasks: readonly PlannedTask[];
  /** In the plan's order. */
  readonly unmerged: readonly UnmergedTask[];
  /** Those whose tasks are assumed. */
  readonly rounds: readonly PlannedRound[];
}

export interface PlannedRound {
  readonly id: string;
  /** The task whose output tells how many tasks it will have. */
  readonly from: string;
  readonly assumedTasks: readonly string[];
}

export function numberPlan(plan: Plan, simulation: Simulation, lowerBoundMs: number): PlanNumbers {
  const { makespanMs, sequentialMs } = simulation;
  const lanes = lanesOf(plan, simulation);
  const atOnce = turnsAtOnce(plan);
  const parallelShare = parallelShareOf(unlimitedStretches(plan));
  return {
    makespanMs,
    sequentialMs,
    lowerBoundMs,
    distance: ratio(makespanMs - lowerBoundMs, lowerBoundMs),
    speedup: speedupOf(sequentialMs, makespanMs),
    atOnce,
    parallelShare,
    amdahlBound: amdahlBound(parallelShare, atOnce),
    efficiency: efficiencyOf(sequentialMs, atOnce, makespanMs),
    utilisation: meanOf(lanes.map(({ utilisation }) => utilisation)),
    idleMs: lanes.reduce((sum, { idleMs }) => sum + idleMs, 0),
    lanes,
    criticalPath: criticalPathOf(simulation),
    tasks: tasksOf(plan, simulation),
    unmerged: unmergedOf(plan, simulation),
    rounds: roundsOf(plan),
  };
}

/** The lower of the campaign's limit and the lanes that it has. */
export function turnsAtOnce({ maxTurns, agents }: Plan): number {
  const lanes = agents.reduce((sum, { instances }) => sum + instances, 0);
  return Math.min(maxTurns, lanes);
}

function lanesOf(plan: Plan, { starts, makespanMs }: Simulation): readonly PlannedLane[] {
  const used = new Map<string, { tasks: number; busyMs: number }>();
  for (const { lane, startMs, endMs } of starts) {
    const { tasks, busyMs } = used.get(lane) ?? { tasks: 0, busyMs: 0 };
    used.set(lane, { tasks: tasks + 1, busyMs: busyMs + endMs - startMs });
  }
  return plan.agents.flatMap(({ name, instances }) =>
    Array.from({ length: instances }, (_, index): PlannedLane => {
      const lane = `${name}#${index + 1}`;
      const { tasks, busyMs } = used.get(lane) ?? { tasks: 0, busyMs: 0 };
      return { lane, tasks, busyMs, idleMs: makespanMs - busyMs, utilisation: ratio(busyMs, makespanMs) };
    }),
  );
}

/** When each task would run, were there agents without number: only needs, pools and locks hold it back. */
function unlimitedStretches(plan: Plan) {
  const problem = problemOf(plan, { lanes: false, optimistic: false });
  const { starts } = serialSchedule(
    problem,
    problem.activities.map(({ id }) => id),
  );
  return problem.activities.map(({ id, duration }) => {
    const startMs = starts[id] ?? 0;
    return { startMs, endMs: startMs + duration };
  });
}

function tasksOf(plan: Plan, simulation: Simulation): readonly PlannedTask[] {
  const slack = slackOf(plan, simulation);
  const titles = new Map(plan.tasks.map(({ id, title }) => [id, title]));
  const assumed = new Set(plan.tasks.filter((task) => task.assumed === true).map(({ id }) => id));
  return simulation.starts.map(({ task, lane, startMs, endMs, waitedFor }) => ({
    id: task,
    title: titles.get(task) ?? '',
    assumed: assumed.has(task),
    lane,
    startMs,
    endMs,
    slackMs: slack.get(task) ?? 0,
    waitedFor,
  }));
}

function unmergedOf(plan: Plan, { losses, starts }: Simulation): readonly UnmergedTask[] {
  const begun = new Set(starts.map(({ task }) => task));
  return losses.map((loss) => ({
    ...loss,
    title: planTask(plan, loss.task).title,
    begins: begun.has(loss.task),
  }));
}

function roundsOf({ tasks }: Plan): readonly PlannedRound[] {
  return tasks.flatMap(({ id, round }): readonly PlannedRound[] => {
    if (round === null) return [];
    const made = tasks.filter(({ madeOf }) => madeOf === id);
    const isMade = made.some((task) => task.assumed !== true);
    return isMade ? [] : [{ id, from: round.from, assumedTasks: made.map((task) => task.id) }];
  });
}
