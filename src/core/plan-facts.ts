/** Takes from a plan what its campaign's report needs to know (core/planned.ts). */
import { goTogether } from './claim-table.js';
import type { Claim, Plan, PlanGroup, PlanTask } from './plan.js';
import { planJoin, planTask, tasksOfJoin } from './plan-index.js';
import type { GroupStrategy, PlanFacts, PlannedRun } from './planned.js';
import type { Simulation } from './simulate.js';
import type { ReportData } from './status.js';

/** The report, with what there is to know of the plan. */
export function withPlan(report: ReportData, plan: Plan, runs: readonly PlannedRun[]): ReportData {
  return { ...report, plan: factsOf(plan, runs) };
}

function factsOf(plan: Plan, runs: readonly PlannedRun[]): PlanFacts {
  const { maxTurns, roleLimits, pools, overlaps } = plan;
  return {
    maxTurns,
    agents: plan.agents.map(({ name, instances, account }) => ({ name, instances, account })),
    roleLimits,
    pools,
    overlaps,
    groups: plan.groups.map((group) => {
      const { id, phase, members, wait, timeoutMs } = group;
      return { id, phase, members, wait, timeoutMs, strategy: strategyOf(plan, group) };
    }),
    tasks: plan.tasks.map(({ id, role, agents, estimateMs, uses, claims }) => ({
      id,
      role,
      agents,
      estimateMs,
      uses,
      claims,
    })),
    runs,
  };
}

/** What is kept of a simulation beside the campaign, so that the report can compare the run with it. */
export function plannedRuns({ starts }: Simulation): readonly PlannedRun[] {
  return starts.map(({ task, agent, lane, startMs, endMs }) => ({ task, agent, lane, startMs, endMs }));
}

function strategyOf(plan: Plan, { members }: PlanGroup): GroupStrategy {
  const inside = new Set(members);
  const joins = new Set(members.flatMap((id) => planTask(plan, id).after));
  const needed = [...joins].map((join) => tasksOfJoin(plan, planJoin(plan, join)));
  if (needed.some((tasks) => tasks.some((id) => inside.has(id)))) return 'needs';
  const tasks = members.map((id) => planTask(plan, id));
  if (tasks.some(({ claims }) => !claims.some(({ mode }) => mode === 'exclusive'))) return 'groups';
  return areApart(plan, tasks) ? 'files' : 'groups';
}

/** No path that one of them owns can hold a file of what another claims. */
function areApart({ overlaps }: Plan, tasks: readonly PlanTask[]): boolean {
  const claimants = new Map<number, { task: string; claim: Claim }[]>();
  for (const { id, claims } of tasks)
    for (const claim of claims)
      claimants.set(claim.path, [...(claimants.get(claim.path) ?? []), { task: id, claim }]);
  return tasks.every(({ id, claims }) =>
    claims.every((own) =>
      (overlaps[own.path] ?? [])
        .flatMap((path) => claimants.get(path) ?? [])
        .every(({ task, claim }) => task === id || goTogether(own.mode, claim.mode)),
    ),
  );
}
