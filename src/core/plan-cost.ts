/**
 * What a plan will cost, expected and at worst.
 *
 * - expected: each task's estimate times what a minute of its first agent's turns has cost, in the median of earlier
 *   campaigns on this repository.
 * - worst cost: every task takes all its turns in all its attempts.
 * - worst tokens: every attempt fills its session's context once, which is the most that a session holds.
 *
 * An agent of which nothing is known makes a sum unknown (null), never less.
 */
import type { Plan, PlanTask } from './plan.js';

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

export function costPlan(plan: Plan, rateOf: (agent: string) => AgentRate): PlannedCost {
  const sum = (amountOf: (task: PlanTask, rate: AgentRate) => number | null): number | null =>
    plan.tasks.reduce<number | null>((so, task) => {
      const amount = amountOf(task, rateOf(task.agents[0] ?? ''));
      return so === null || amount === null ? null : so + amount;
    }, 0);
  const minutesOf = ({ estimateMs }: PlanTask) => estimateMs / MINUTE_MS;
  return {
    expectedUsd: sum((task, { usdPerMinute }) => times(usdPerMinute, minutesOf(task))),
    worstUsd: sum((task, { usdPerMinute }) =>
      times(usdPerMinute, minutesOf(task) * task.turns * task.attempts),
    ),
    expectedTokens: sum((task, { tokensPerMinute }) => times(tokensPerMinute, minutesOf(task))),
    worstTokens: sum((task, { contextTokens }) =>
      times(contextTokens, task.round === null ? task.attempts : 0),
    ),
  };
}

function times(rate: number | null, factor: number): number | null {
  return rate === null ? null : rate * factor;
}
