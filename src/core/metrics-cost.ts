/** What a campaign, a task or an agent cost, as far as that is known. */
import type { Span, Status, TaskStatus } from './status.js';

/** `usd` is null where nothing is known; not `complete` means that some part is unknown, so `usd` is a lower bound. */
export interface Cost {
  readonly usd: number | null;
  readonly complete: boolean;
}

export interface CostShare {
  readonly name: string;
  readonly cost: Cost;
}

/** Nothing was spent on a task without turns; a task with turns that did not tell its cost is unknown. */
export function costOfTask(task: TaskStatus): Cost {
  if (task.turns === 0) return { usd: 0, complete: true };
  return { usd: task.costUsd, complete: task.costComplete };
}

/** The campaign's cost so far, from its tasks. */
export function costOfCampaign(status: Status): Cost {
  return addCosts(status.tasks.map(costOfTask));
}

export function costOfSpan(span: Span): Cost {
  const usd = span.costUsd ?? null;
  return { usd, complete: usd !== null };
}

export function addCosts(costs: readonly Cost[]): Cost {
  const known = costs.flatMap((cost) => (cost.usd === null ? [] : [cost.usd]));
  const complete = costs.every((cost) => cost.complete);
  const usd = known.reduce((sum, value) => sum + value, 0);
  // Nothing but zeros beside an unknown is no lower bound worth telling.
  return { usd: complete || usd > 0 ? usd : null, complete };
}

export function shareCosts(
  tasks: readonly TaskStatus[],
  nameOf: (task: TaskStatus) => string | null,
): CostShare[] {
  const names = [...new Set(tasks.flatMap((task) => nameOf(task) ?? []))];
  return names.map((name) => ({
    name,
    cost: addCosts(tasks.filter((task) => nameOf(task) === name).map(costOfTask)),
  }));
}
