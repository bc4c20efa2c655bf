/** What activities and prompts need to know, from a draft without problems. */
import type {
  AgentBrief,
  CampaignBrief,
  ContractBrief,
  Feed,
  JsonSchema,
  RoleBrief,
  TaskBrief,
  TaskTemplate,
} from './brief.js';
import type { CompileInput, Draft, ReadyTask } from './compile-draft.js';
import { integrationOf } from './compile-layout.js';
import { COMMAND_KEYS, itemPaths } from './item-text.js';
import type { PlanContract } from './plan.js';
import { campaignBranchOf } from './spec-branch.js';
import type { Spec } from './spec.js';
import { notifyTargets } from './spec-notify.js';
import { groupsCalled, type Need } from './spec-need.js';
import { outlineOf } from './spec-outline.js';
import { usualTemplate } from './template-name.js';

export function assembleBrief(tasks: readonly ReadyTask[], draft: Draft, input: CompileInput): CampaignBrief {
  const { spec, campaign } = input;
  const provided = providedBy(spec);
  const feeds = feedsOf(tasks, spec);
  return {
    version: 1,
    campaign,
    name: spec.name,
    goal: spec.goal,
    repository: input.repository,
    campaignBranch: campaignBranchOf(campaign),
    deliver: spec.deliver,
    agents: Object.fromEntries(Object.keys(spec.agents).map((name) => [name, agentBrief(name, spec)])),
    contracts: Object.fromEntries(draft.contracts.map((one) => [one.id, contractBrief(one, spec)])),
    groups: neededGroups(tasks, draft),
    tasks: withEarlier(
      Object.fromEntries(
        tasks.map((task) => [
          task.written.id,
          taskBrief(task, {
            draft,
            spec,
            provides: provided.get(task.written.id) ?? [],
            feeds: feeds.get(task.written.id) ?? [],
            output: schemaOf(task.written.output, input.schemas),
          }),
        ]),
      ),
      input.earlier,
    ),
    additions: spec.additions,
    proposals: spec.proposals,
    mostAdded: spec.limits.tasks,
    roles: usedRoles(tasks, input.roles),
    templates: usedTemplates(tasks, input.templates),
    integrationVerify: integrationVerifyOf(spec),
    createdAt: input.createdAt,
    ...(Object.keys(spec.prices).length === 0 ? {} : { prices: spec.prices }),
    ...(spec.notify.length === 0 ? {} : { notify: notifyTargets(spec.notify) }),
    ...accountNotifyOf(spec),
  };
}

/**
 * What the campaign file names no more may have begun: its branch is delivered, and where it was merged, its commands go on
 * being verified. It owns nothing any more.
 */
function withEarlier(
  tasks: CampaignBrief['tasks'],
  earlier: CompileInput['earlier'],
): CampaignBrief['tasks'] {
  const gone = Object.values(earlier?.tasks ?? {}).filter(({ id }) => !Object.hasOwn(tasks, id));
  const none = { publishes: [], consumes: [], provides: [], groups: [], feeds: [] };
  return {
    ...tasks,
    ...Object.fromEntries(gone.map((task) => [task.id, { ...task, ...NO_PATHS, ...none, gone: true }])),
  };
}

const NO_PATHS = { owns: [], reads: [], intends: [] };

/** By task, what rounds ask of its output. A round over a round asks each task that is made of that. */
function feedsOf(tasks: readonly ReadyTask[], { added }: Spec): ReadonlyMap<string, readonly Feed[]> {
  const made = new Map<string, string[]>();
  for (const [id, { template }] of added)
    if (template !== null) made.set(template, [...(made.get(template) ?? []), id]);
  const rounds = new Set(tasks.flatMap(({ written }) => (written.forEach === undefined ? [] : [written.id])));
  const feeds = new Map<string, Feed[]>();
  for (const { written } of tasks) {
    if (written.forEach === undefined) continue;
    const { task, at, max } = written.forEach;
    const feed: Feed = {
      template: written.id,
      at,
      max,
      paths: itemPaths(written),
      commandPaths: itemPaths(COMMAND_KEYS.map((key) => written[key])),
    };
    const sources = rounds.has(task) ? (made.get(task) ?? []) : [task];
    for (const source of sources) feeds.set(source, [...(feeds.get(source) ?? []), feed]);
  }
  return feeds;
}

/** By task, the contracts that it implements. */
function providedBy({ contracts }: Spec): ReadonlyMap<string, readonly string[]> {
  const provided = new Map<string, string[]>();
  for (const [name, { provider }] of Object.entries(contracts)) {
    if (provider !== undefined) provided.set(provider, [...(provided.get(provider) ?? []), name]);
  }
  return provided;
}

function accountNotifyOf({ accounts }: Spec): Pick<CampaignBrief, 'accountNotify'> {
  const told = Object.entries(accounts).flatMap(([name, { notify = [] }]) =>
    notify.length === 0 ? [] : [[name, notifyTargets(notify)] as const],
  );
  return told.length === 0 ? {} : { accountNotify: Object.fromEntries(told) };
}

function agentBrief(name: string, spec: Spec): AgentBrief {
  const agent = spec.agents[name];
  if (agent === undefined) throw new Error(`agent ${name} is gone: this is a bug of Longhaul`);
  const { adapter, run = [], model = null, instances, account = adapter, env, settings, options } = agent;
  return { name, adapter, run, model, account, instances, env, settings, options };
}

function contractBrief({ id, author, consumers }: PlanContract, spec: Spec): ContractBrief {
  const written = spec.contracts[id];
  if (written === undefined) throw new Error(`contract ${id} is gone: this is a bug of Longhaul`);
  const { version, files, mock, test, provider } = written;
  return {
    name: id,
    version,
    files,
    mock: mock ?? null,
    test: test ?? null,
    author,
    provider: provider ?? null,
    consumers,
  };
}

/** Only groups that some task needs: their members are where its inputs come from. */
function neededGroups(tasks: readonly ReadyTask[], { groups }: Draft): CampaignBrief['groups'] {
  const needed = new Set(tasks.flatMap(({ written }) => namesOf(written.needs, 'group')));
  const called = [...needed].flatMap((name) => groupsCalled(groups, name));
  return Object.fromEntries(called.map(({ id, members }) => [id, members]));
}

function namesOf(needs: readonly Need[], kind: Need['kind']): readonly string[] {
  return [...new Set(needs.filter((need) => need.kind === kind).map(({ name }) => name))];
}

interface Around {
  readonly draft: Draft;
  readonly spec: Spec;
  readonly provides: readonly string[];
  readonly feeds: readonly Feed[];
  readonly output: JsonSchema | null;
}

/** A path without a schema is a problem of its own, found before this. */
function schemaOf(
  output: string | JsonSchema | undefined,
  schemas: CompileInput['schemas'] = {},
): JsonSchema | null {
  return (typeof output === 'string' ? schemas[output] : output) ?? null;
}

function taskBrief(
  { written, settings, branch, phase, reviews }: ReadyTask,
  { draft, spec, provides, feeds, output }: Around,
): TaskBrief {
  const { id, title, role, prompt, context, reads, intends, publishes, needs } = written;
  const tests = provides.flatMap((name) => spec.contracts[name]?.test ?? []);
  return {
    id,
    title,
    role: role ?? null,
    roundOver: written.forEach?.task ?? null,
    feeds,
    complexity: written.complexity ?? null,
    prompt: prompt ?? title,
    model: written.model ?? null,
    template: templateOf({ written, reviews }, provides),
    context,
    needs: namesOf(needs, 'task'),
    drafts: namesOf(needs, 'draft'),
    finishes: namesOf(needs, 'finish'),
    groups: namesOf(needs, 'group').flatMap((name) => groupsCalled(draft.groups, name)[0]?.id ?? []),
    publishes,
    consumes: reviews === null ? namesOf(needs, 'contract') : [],
    reviews,
    provides,
    owns: settings.owns,
    reads,
    intends,
    changes: settings.changes,
    output,
    verify: [...settings.verify, ...tests.filter((test) => !settings.verify.includes(test))],
    setup: settings.setup,
    copy: settings.copy,
    timeoutMs: settings.timeoutMs,
    stallMs: settings.stallMs,
    branch,
    phase,
    // What is made of a round owns its paths, and not the round.
    ...(written.forEach === undefined ? {} : NO_PATHS),
  };
}

function usedRoles(
  tasks: readonly ReadyTask[],
  roles: Readonly<Record<string, RoleBrief>>,
): Readonly<Record<string, RoleBrief>> {
  const names = new Set(tasks.map(({ written }) => written.role));
  return Object.fromEntries(Object.entries(roles).filter(([name]) => names.has(name)));
}

function templateOf(
  { written, reviews }: Pick<ReadyTask, 'written' | 'reviews'>,
  provides: readonly string[],
): TaskTemplate {
  const { template, vars = {}, publishes, needs, kind } = written;
  const consumes = namesOf(needs, 'contract');
  return { name: template ?? usualTemplate({ reviews, publishes, provides, consumes, kind }), vars };
}

function usedTemplates(
  tasks: readonly ReadyTask[],
  templates: CompileInput['templates'],
): CampaignBrief['templates'] {
  const names = new Set(tasks.map(({ written }) => written.template));
  return Object.fromEntries(Object.entries(templates).filter(([name]) => names.has(name)));
}

function integrationVerifyOf(spec: Spec): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    outlineOf(spec).phases.map((phase) => [
      phase.name,
      integrationOf(phase, spec)?.verify ?? spec.integration?.verify ?? [],
    ]),
  );
}
