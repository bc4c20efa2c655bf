/** What keeps a plan from being shorter, and what would help: each found by simulating the plan with it. */
import type { ImprovedPlan } from './plan-improve.js';
import type { PlanNumbers } from './plan-numbers.js';
import { hasPreferences } from './plan-index.js';
import type { Plan, PlanTask } from './plan.js';
import { simulate } from './simulate.js';

/** `agent`: one more instance of it, and one more turn at once. `split`: the task as two halves side by side. */
export interface Help {
  readonly kind: 'agent' | 'split' | 'lock' | 'pool';
  /** The agent, task, path or pool. */
  readonly on: string;
  readonly makespanMs: number;
  readonly savedMs: number;
}

/** The longest task of the critical path. */
export interface Bottleneck {
  readonly task: string;
  readonly durationMs: number;
}

/** To simulate more tasks, again and again, would take too long. */
const MOST_TASKS = 1000;
const MOST_LOCKS = 5;

export function bottleneckOf({ criticalPath, tasks }: PlanNumbers): Bottleneck | null {
  const onPath = new Set(criticalPath);
  return tasks
    .filter(({ id }) => onPath.has(id))
    .reduce<Bottleneck | null>((longest, { id, startMs, endMs }) => {
      const durationMs = endMs - startMs;
      return longest === null || durationMs > longest.durationMs ? { task: id, durationMs } : longest;
    }, null);
}

/** Only what makes it shorter, the most helpful first; null where the plan is too large to try. */
export function findHelp({ plan, simulation }: ImprovedPlan, numbers: PlanNumbers): readonly Help[] | null {
  if (plan.tasks.length > MOST_TASKS) return null;
  const waits = simulation.starts.flatMap(({ waitedFor }) => waitedFor);
  const locked = mostWaitedFor(plan, simulation, new Set(numbers.criticalPath));
  const pools = plan.pools.filter(({ name }) =>
    waits.some(({ reason, on }) => reason === 'pool' && on === name),
  );
  const longest = bottleneckOf(numbers);
  const changes = [
    ...plan.agents.map(({ name }) => ({ kind: 'agent' as const, on: name, plan: oneMore(plan, name) })),
    ...(longest === null
      ? []
      : [{ kind: 'split' as const, on: longest.task, plan: split(plan, longest.task) }]),
    ...locked.map((path) => ({ kind: 'lock' as const, on: path, plan: withoutLock(plan, path) })),
    ...pools.map(({ name }) => ({ kind: 'pool' as const, on: name, plan: largerPool(plan, name) })),
  ];
  return changes
    .map(({ kind, on, plan: changed }): Help => {
      const makespanMs = shortestOf(changed);
      return { kind, on, makespanMs, savedMs: simulation.makespanMs - makespanMs };
    })
    .filter(({ savedMs }) => savedMs > 0)
    .sort((a, b) => b.savedMs - a.savedMs);
}

/**
 * Of the critical path, those that its tasks waited for longest: each is tried by itself, and of hundreds that overlap one
 * another none tells more than the first few.
 */
function mostWaitedFor(
  plan: Plan,
  { starts }: ImprovedPlan['simulation'],
  critical: ReadonlySet<string>,
): readonly string[] {
  const waitedMs = new Map<string, number>();
  for (const { task, startMs, waitedFor } of starts) {
    if (!critical.has(task)) continue;
    for (const { reason, on } of waitedFor) {
      if (reason === 'lock') waitedMs.set(on, (waitedMs.get(on) ?? 0) + startMs);
    }
  }
  const byPath = plan.paths.map((path) => ({
    path,
    ms: [...waitedMs].reduce((sum, [on, ms]) => sum + (on.startsWith(`${path} (`) ? ms : 0), 0),
  }));
  return byPath
    .filter(({ ms }) => ms > 0)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, MOST_LOCKS)
    .map(({ path }) => path);
}

/** With the preferences that were made for the plan as it is, and without. */
function shortestOf(plan: Plan): number {
  if (!hasPreferences(plan)) return simulate(plan).makespanMs;
  const neutral = { ...plan, tasks: plan.tasks.map((task) => ({ ...task, preference: 0 })) };
  return Math.min(simulate(plan).makespanMs, simulate(neutral).makespanMs);
}

function oneMore(plan: Plan, name: string): Plan {
  const agents = plan.agents.map((agent) =>
    agent.name === name ? { ...agent, instances: agent.instances + 1 } : agent,
  );
  return { ...plan, agents, maxTurns: plan.maxTurns + 1 };
}

/** The second half has no locks: to hold the first half's would be no help. No task's id has a space. */
function split(plan: Plan, id: string): Plan {
  const twin = `${id} 2`;
  const half = (task: PlanTask): PlanTask => ({ ...task, estimateMs: Math.ceil(task.estimateMs / 2) });
  return {
    ...plan,
    tasks: plan.tasks.flatMap((task) =>
      task.id === id ? [half(task), { ...half(task), id: twin, claims: [], publishes: [] }] : [task],
    ),
    groups: plan.groups.map((group) =>
      group.members.includes(id)
        ? { ...group, members: [...group.members, twin], wait: group.wait + 1 }
        : group,
    ),
    joins: plan.joins.map((join) =>
      join.asks !== 'published' && join.members.includes(id)
        ? { ...join, members: [...join.members, twin], count: join.count + 1 }
        : join,
    ),
  };
}

function withoutLock(plan: Plan, path: string): Plan {
  const at = plan.paths.indexOf(path);
  const tasks = plan.tasks.map((task) => ({
    ...task,
    claims: task.claims.filter((claim) => claim.path !== at),
  }));
  return { ...plan, tasks };
}

function largerPool(plan: Plan, name: string): Plan {
  const pools = plan.pools.map((pool) =>
    pool.name === name ? { ...pool, capacity: pool.capacity + 1 } : pool,
  );
  return { ...plan, pools };
}
