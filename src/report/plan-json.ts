/** `longhaul plan --json`: the plan as data, times in minutes from the start. */
import type { PlanView } from './plan-view.js';

const MINUTE_MS = 60_000;

export function planJson(view: PlanView): object {
  const { numbers, improvement, bottleneck, cost, deadlineMs } = view;
  return {
    makespanMinutes: minutes(numbers.makespanMs),
    deadlineMinutes: deadlineMs === null ? null : minutes(deadlineMs),
    deadlineMissedByMinutes:
      deadlineMs === null ? null : minutes(Math.max(0, numbers.makespanMs - deadlineMs)),
    sequentialMinutes: minutes(numbers.sequentialMs),
    lowerBoundMinutes: minutes(numbers.lowerBoundMs),
    distanceToLowerBound: numbers.distance,
    speedup: numbers.speedup,
    agentsAtOnce: numbers.atOnce,
    parallelShare: numbers.parallelShare,
    amdahlBound: numbers.amdahlBound,
    efficiency: numbers.efficiency,
    utilisation: numbers.utilisation,
    idleMinutes: minutes(numbers.idleMs),
    criticalPath: numbers.criticalPath,
    ...tasksJson(view),
    lanes: numbers.lanes.map(({ lane, tasks, busyMs, idleMs, utilisation }) => ({
      lane,
      tasks,
      busyMinutes: minutes(busyMs),
      idleMinutes: minutes(idleMs),
      utilisation,
    })),
    bottleneck:
      bottleneck === null ? null : { task: bottleneck.task, minutes: minutes(bottleneck.durationMs) },
    help:
      view.help?.map(({ kind, on, makespanMs, savedMs }) => ({
        kind,
        on,
        makespanMinutes: minutes(makespanMs),
        savedMinutes: minutes(savedMs),
      })) ?? null,
    improvement: {
      onePassMinutes: minutes(improvement.onePassMs),
      schedules: improvement.schedules,
      savedMinutes: minutes(improvement.onePassMs - numbers.makespanMs),
    },
    cost,
    agents: view.agents.map(({ agents, makespanMs, lowerBoundMs, speedup, efficiency }) => ({
      agents,
      makespanMinutes: minutes(makespanMs),
      lowerBoundMinutes: minutes(lowerBoundMs),
      speedup,
      efficiency,
    })),
    warnings: view.warnings,
  };
}

function tasksJson({ numbers, estimates }: PlanView): object {
  return {
    tasks: numbers.tasks.map(({ id, title, assumed, startMs, endMs, lane, slackMs, waitedFor }) => ({
      id,
      title,
      assumed,
      startMinute: minutes(startMs),
      endMinute: minutes(endMs),
      lane,
      slackMinutes: minutes(slackMs),
      waitedFor: waitedFor.map(({ reason, on }) => ({ reason, on })),
      estimateFrom: estimates[id] ?? null,
    })),
    unmerged: numbers.unmerged.map(({ task, title, as, begins, why }) => ({
      id: task,
      title,
      begins,
      ends: as,
      why,
    })),
    rounds: numbers.rounds,
  };
}

function minutes(ms: number): number {
  return ms / MINUTE_MS;
}
