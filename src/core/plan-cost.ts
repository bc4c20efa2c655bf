/**
 * What a plan will cost, expected and at worst.
 *
 * - expected: the time for which each task runs, times what a minute of its agent's turns has cost, in the median of
 *   earlier campaigns on this repository.
 * - worst cost: every task takes all its turns in all its attempts, also those of its group's retry round, by the dearest
 *   of its agents.
 * - worst tokens: each of these attempts fills its session's context once, which is the most that a session holds.
 *
 * An agent of which nothing is known makes a sum unknown (null), never less.
 */
import type { Plan, PlanTask } from './plan.js';
import type { Simulation } from './simulate.js';

export interface AgentRate {
  readonly usdPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** Of one session. */
  readonly contextTokens: number | null;
}

export interface PlannedCost {
  readonly expectedUsd: number | null;
  readonly worstUsd: number | null;
  readonly expectedTokens: number | null;
  readonly worstTokens: number | null;
}

const MINUTE_MS = 60_000;

/** Of the plan, as it is simulated. */
export function costPlan(
  { tasks }: Plan,
  { starts }: Pick<Simulation, 'starts'>,
  rateOf: (agent: string) => AgentRate,
): PlannedCost {
  const expected = (rate: (rates: AgentRate) => number | null) =>
    sumOf(starts, ({ agent, startMs, endMs }) => times(rate(rateOf(agent)), (endMs - startMs) / MINUTE_MS));
  return {
    expectedUsd: expected(({ usdPerMinute }) => usdPerMinute),
    worstUsd: sumOf(tasks, (task) =>
      times(
        dearest(task, (agent) => rateOf(agent).usdPerMinute),
        (task.estimateMs / MINUTE_MS) * task.turns * attemptsOf(task),
      ),
    ),
    expectedTokens: expected(({ tokensPerMinute }) => tokensPerMinute),
    worstTokens: sumOf(tasks, (task) =>
      times(
        dearest(task, (agent) => rateOf(agent).contextTokens),
        task.round === null ? attemptsOf(task) : 0,
      ),
    ),
  };
}

function sumOf<Each>(all: readonly Each[], amountOf: (each: Each) => number | null): number | null {
  return all.reduce<number | null>((so, each) => {
    const amount = amountOf(each);
    return so === null || amount === null ? null : so + amount;
  }, 0);
}

/** Any of its agents may carry out any attempt: each takes the next in the list that has a free lane. */
function dearest({ agents }: PlanTask, rateOf: (agent: string) => number | null): number | null {
  return agents.reduce<number | null>((most, agent) => {
    const rate = rateOf(agent);
    return most === null || rate === null ? null : Math.max(most, rate);
  }, 0);
}

function attemptsOf({ attempts, onFailure }: PlanTask): number {
  return onFailure === 'retry-failed' ? 2 * attempts : attempts;
}

function times(rate: number | null, factor: number): number | null {
  return rate === null ? null : rate * factor;
}
