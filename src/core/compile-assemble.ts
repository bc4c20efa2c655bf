/** The last step of compiling: a draft without problems becomes the plan (numbers, ids) and the brief (texts, commands). */
import type { CampaignBrief, TaskBrief } from './brief.js';
import { budgetsIn } from './compile-budget.js';
import { assembleBrief } from './compile-brief.js';
import type { CompileInput, Draft, DraftGroup, DraftTask, ReadyTask } from './compile-draft.js';
import { PLAN_VERSION, type Plan, type PlanGroup, type PlanTask } from './plan.js';
import type { Spec } from './spec.js';
import { taskDigests } from './task-digest.js';

export function assemble(draft: Draft, input: CompileInput): { plan: Plan; brief: CampaignBrief } {
  const tasks = draft.tasks.map(requireSettings);
  const brief = assembleBrief(tasks, draft, input);
  const digests = taskDigests(brief, input.digest);
  const { spec } = input;
  const plan: Plan = {
    version: PLAN_VERSION,
    briefDigest: input.digest(JSON.stringify(brief)),
    name: spec.name,
    maxTurns: spec.limits.agents,
    ...deadlineOf(spec),
    roleLimits: Object.entries(spec.limits.roles).map(([role, turns]) => ({ role, turns })),
    agents: Object.values(brief.agents).map(({ name, instances, account }) => ({
      name,
      instances,
      account,
      roles: spec.agents[name]?.roles ?? null,
    })),
    pools: Object.entries(spec.pools).map(([name, capacity]) => ({ name, capacity })),
    paths: draft.paths,
    overlaps: draft.overlaps,
    contracts: draft.contracts,
    phases: draft.phases,
    groups: draft.groups.map(planGroup),
    tasks: tasks.map((task) => ({
      ...planTask(task, { spec, digest: digests[task.written.id] ?? '' }),
      ...roundOf(task, spec),
      trial: trialOf(brief.tasks[task.written.id], input),
    })),
    joins: draft.joins,
    deliver: spec.deliver,
    proposals: spec.proposals,
    mostAdded: spec.limits.tasks,
    mostDepth: spec.limits.depth,
    ...budgetsIn(spec, draft.tasks),
  };
  return { plan, brief };
}

function requireSettings(task: DraftTask): ReadyTask {
  if (task.settings === null)
    throw new Error(`task ${task.written.id} has no settings: this is a bug of Longhaul`);
  return { ...task, settings: task.settings };
}

function deadlineOf({ limits: { deadline } }: Spec): Pick<Plan, 'deadlineMs' | 'deadlineAtMs'> {
  return typeof deadline === 'object'
    ? { deadlineMs: null, deadlineAtMs: deadline.at }
    : { deadlineMs: deadline ?? null, deadlineAtMs: null };
}

function planGroup({ id, name, phase, members, wait, rest, timeoutMs }: DraftGroup): PlanGroup {
  return { id, name, phase, members, wait, rest, timeoutMs };
}

/** So many digits that two kinds of trials never have the same. */
const DIGEST_LENGTH = 16;

function trialOf(task: TaskBrief | undefined, { digest }: CompileInput): string {
  if (task === undefined) throw new Error('the brief lacks a task of the plan: this is a bug of Longhaul');
  const { setup, copy, verify, timeoutMs } = task;
  return digest(JSON.stringify([setup, copy, verify, timeoutMs])).slice(0, DIGEST_LENGTH);
}

/** A round takes no turn: nothing of what its text says of work is its own. */
function roundOf({ written, settings }: ReadyTask, { added }: Spec): Partial<PlanTask> {
  if (written.forEach === undefined) return {};
  const isMade = [...added.values()].some(({ template }) => template === written.id);
  return {
    round: { from: written.forEach.task, aheadMs: isMade ? 0 : settings.estimateMs },
    finishAfter: [],
    mergeAfter: [],
    uses: [],
    claims: [],
    estimateMs: 0,
    mergeAtOnce: false,
  };
}

function planTask(
  { written, settings, ...task }: ReadyTask,
  { spec, digest }: { readonly spec: Spec; readonly digest: string },
): PlanTask {
  const added = spec.added.get(written.id);
  return {
    id: written.id,
    digest,
    round: null,
    madeOf: added?.template ?? null,
    depth: added?.depth ?? 0,
    ...(added?.assumed === true ? { assumed: true } : {}),
    title: written.title,
    role: written.role ?? null,
    group: task.group,
    phase: task.phase,
    after: task.after,
    finishAfter: task.finishAfter,
    mergeAfter: task.mergeAfter,
    uses: Object.entries(written.uses).map(([pool, units]) => ({ pool, units })),
    claims: task.claims,
    publishes: written.publishes,
    reviews: task.reviews,
    draftAfter: settings.draftAfter,
    agents: settings.agents,
    priority: written.priority,
    preference: 0,
    kind: written.kind,
    estimateMs: settings.estimateMs,
    timeoutMs: settings.timeoutMs,
    turns: settings.turns,
    attempts: settings.attempts,
    onTimeout: settings.onTimeout,
    onFailure: settings.onFailure,
    partial: settings.partial,
    branch: task.branch,
    mergeAtOnce: task.mergeAtOnce,
  };
}
