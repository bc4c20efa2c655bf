/** The last step of compiling: a draft without problems becomes the plan (numbers, ids) and the brief (texts, commands). */
import type { AgentBrief, CampaignBrief, RoleBrief, TaskBrief } from './brief.js';
import type { CompileInput, Draft, DraftTask, TaskSettings } from './compile-draft.js';
import { integrationOf } from './compile-layout.js';
import { PLAN_VERSION, type Plan, type PlanTask } from './plan.js';
import { campaignBranchOf } from './spec-branch.js';
import type { Spec } from './spec.js';
import { outlineOf } from './spec-outline.js';

interface ReadyTask extends DraftTask {
  readonly settings: TaskSettings;
}

export function assemble(draft: Draft, input: CompileInput): { plan: Plan; brief: CampaignBrief } {
  const tasks = draft.tasks.map(requireSettings);
  const brief = assembleBrief(tasks, input);
  const { spec } = input;
  const plan: Plan = {
    version: PLAN_VERSION,
    briefDigest: input.digest(JSON.stringify(brief)),
    name: spec.name,
    maxTurns: spec.limits.agents,
    deadlineMs: spec.limits.deadline ?? null,
    deadlineAtMs: null,
    roleLimits: [],
    agents: Object.values(brief.agents).map(({ name, instances, account }) => ({
      name,
      instances,
      account,
      roles: null,
    })),
    pools: [],
    paths: [],
    overlaps: [],
    contracts: [],
    phases: draft.phases,
    groups: draft.groups,
    tasks: tasks.map(planTask),
    joins: draft.joins,
    deliver: spec.deliver,
  };
  return { plan, brief };
}

function requireSettings(task: DraftTask): ReadyTask {
  if (task.settings === null)
    throw new Error(`task ${task.written.id} has no settings: this is a bug of Longhaul`);
  return { ...task, settings: task.settings };
}

function planTask({ written, settings, ...task }: ReadyTask): PlanTask {
  return {
    id: written.id,
    title: written.title,
    role: written.role ?? null,
    group: task.group,
    phase: task.phase,
    after: task.after,
    finishAfter: [],
    mergeAfter: [],
    uses: [],
    claims: [],
    publishes: [],
    draftAfter: 0.5,
    agents: settings.agents,
    priority: written.priority,
    kind: written.kind,
    estimateMs: settings.estimateMs,
    timeoutMs: settings.timeoutMs,
    turns: settings.turns,
    attempts: settings.attempts,
    onTimeout: settings.onTimeout,
    onFailure: settings.onFailure,
    partial: 'reject',
    branch: task.branch,
    mergeAtOnce: task.mergeAtOnce,
  };
}

function assembleBrief(tasks: readonly ReadyTask[], input: CompileInput): CampaignBrief {
  const { spec, campaign } = input;
  return {
    version: 1,
    campaign,
    name: spec.name,
    goal: spec.goal,
    repository: input.repository,
    campaignBranch: campaignBranchOf(campaign),
    deliver: spec.deliver,
    agents: Object.fromEntries(Object.keys(spec.agents).map((name) => [name, agentBrief(name, spec)])),
    tasks: Object.fromEntries(tasks.map((task) => [task.written.id, taskBrief(task)])),
    roles: usedRoles(tasks, input.roles),
    integrationVerify: integrationVerifyOf(spec),
    createdAt: input.createdAt,
  };
}

function agentBrief(name: string, spec: Spec): AgentBrief {
  const agent = spec.agents[name];
  if (agent === undefined) throw new Error(`agent ${name} is gone: this is a bug of Longhaul`);
  const { adapter, run, model, instances, account, env } = agent;
  return { name, adapter, run: run ?? [], model: model ?? null, account: account ?? adapter, instances, env };
}

function taskBrief({ written, settings, branch, phase }: ReadyTask): TaskBrief {
  return {
    id: written.id,
    title: written.title,
    role: written.role ?? null,
    prompt: written.prompt ?? written.title,
    context: written.context,
    needs: [...new Set(written.needs)],
    owns: written.owns,
    changes: settings.changes,
    verify: settings.verify,
    setup: settings.setup,
    copy: settings.copy,
    timeoutMs: settings.timeoutMs,
    stallMs: settings.stallMs,
    branch,
    phase,
  };
}

function usedRoles(
  tasks: readonly ReadyTask[],
  roles: Readonly<Record<string, RoleBrief>>,
): Readonly<Record<string, RoleBrief>> {
  const names = new Set(tasks.map(({ written }) => written.role));
  return Object.fromEntries(Object.entries(roles).filter(([name]) => names.has(name)));
}

function integrationVerifyOf(spec: Spec): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    outlineOf(spec).phases.map((phase) => [
      phase.name,
      integrationOf(phase, spec)?.verify ?? spec.integration?.verify ?? [],
    ]),
  );
}
