/** Puts together what `longhaul plan` shows. */
import type { AgentsRow } from '../core/plan-agents.js';
import { deadlineAllowsMs } from '../core/deadline.js';
import { costPlan, type AgentRate } from '../core/plan-cost.js';
import { bottleneckOf, findHelp } from '../core/plan-help.js';
import type { ImprovedPlan } from '../core/plan-improve.js';
import type { PlanNumbers } from '../core/plan-numbers.js';
import { estimateTask } from '../core/estimate.js';
import { learntRate } from '../core/learnt.js';
import { planTask } from '../core/plan-index.js';
import { writtenTasks } from '../core/compile-layout.js';
import type { PlanView } from '../report/plan-view.js';
import type { LoadedCampaign } from './load-campaign.js';

/** Of one session, where the program's vendor says it for all its models. */
const CONTEXT_TOKENS: Readonly<Record<string, number>> = { 'claude-code': 200_000 };

interface Planned {
  readonly improved: ImprovedPlan;
  readonly numbers: PlanNumbers;
  readonly agents: readonly AgentsRow[];
  /** When it would begin. */
  readonly startMs: number;
}

export function viewPlan(loaded: LoadedCampaign, { improved, numbers, agents, startMs }: Planned): PlanView {
  const { onePassMs, schedules, plan } = improved;
  return {
    numbers,
    improvement: { onePassMs, schedules },
    bottleneck: bottleneckOf(numbers),
    help: findHelp(improved, numbers),
    deadlineMs: deadlineAllowsMs(plan, startMs),
    cost: costPlan(plan, improved.simulation, (agent) => rateOf(loaded, agent)),
    estimates: estimatesOf(loaded, improved),
    agents,
    warnings: loaded.warnings,
  };
}

/** What is known of what its agents cost. */
export type Rates = Pick<LoadedCampaign, 'spec' | 'learnt'>;

export function rateOf({ spec, learnt }: Rates, agent: string): AgentRate {
  const { usd, tokens } = learnt === null ? { usd: null, tokens: null } : learntRate(learnt, agent);
  const adapter = spec.agents[agent]?.adapter ?? '';
  return { usdPerMinute: usd, tokensPerMinute: tokens, contextTokens: CONTEXT_TOKENS[adapter] ?? null };
}

function estimatesOf({ spec, learnt }: LoadedCampaign, { plan }: ImprovedPlan): PlanView['estimates'] {
  const usualMs = spec.defaults?.estimate;
  const written = new Map(
    writtenTasks(spec).map((task) => {
      const agent = planTask(plan, task.id).agents[0] ?? '';
      return [task.id, estimateTask(task, { usualMs, agent, learnt }).from];
    }),
  );
  // What is made of a round is estimated as the round says; nobody writes how long a contract's review takes.
  return Object.fromEntries(
    plan.tasks.flatMap(({ id, madeOf, reviews }) => {
      const from = reviews === null ? written.get(madeOf ?? id) : 'assumed';
      return from === undefined ? [] : [[id, from]];
    }),
  );
}
