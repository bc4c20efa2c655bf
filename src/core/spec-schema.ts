/**
 * The spec's format: the keys that this version does, as zod schemas. Defaults that depend on nothing else are applied
 * here, the others in compile-default.ts.
 */
import { z } from 'zod';
import { DEFAULT_BRANCH_TEMPLATE } from './spec-branch.js';
import { limitsSchema } from './spec-limit.js';
import { accountsSchema, budgetSchema, pricesSchema } from './spec-money.js';
import { NEED_KINDS, readNeed, type Need } from './spec-need.js';
import { notifySchema } from './spec-notify.js';
import { EXPECTED_ITEMS, MOST_ITEMS, type RoundWish } from './spec-round-wish.js';
import {
  baseName,
  branchTemplate,
  count,
  duration,
  durationOrNone,
  environmentName,
  fractionOrDuration,
  glob,
  groupName,
  name,
  outputPath,
  path,
  percentOrDuration,
  quantity,
  semver,
  templateName,
  text,
  texts,
} from './spec-value.js';

const failurePolicy = z
  .enum(['fail-fast', 'best-effort', 'retry-failed'])
  .describe('What a failed task means: end the campaign, go on, or one more round for the failed ones.');

const ADAPTERS = ['claude-code', 'codex', 'acp', 'command'] as const;

export const agentSchema = z.strictObject({
  adapter: z.enum(ADAPTERS).describe('Which kind of agent program this is.'),
  run: texts
    .min(1)
    .optional()
    .describe("The program and its arguments; needed for acp and command, else the vendor's on the PATH."),
  model: text.optional().describe("The vendor's name of the model; default: the vendor's."),
  instances: count.default(1).describe('How many may work at once.'),
  account: name.optional().describe("Whose limits and money it uses; default: the adapter's name."),
  env: z
    .array(environmentName)
    .default([])
    .describe('Names of environment variables that the agent may see besides the basic ones.'),
  roles: z
    .array(name)
    .min(1)
    .optional()
    .describe('The only roles whose tasks it may do; default: all tasks.'),
  settings: z
    .enum(['isolated', 'project', 'user'])
    .default('isolated')
    .describe("Whose settings the program takes in: nobody's, the repository's, or the user's as well."),
  options: z
    .record(name, z.union([z.string(), z.number(), z.boolean(), texts]))
    .default({})
    .describe("The vendor's own options, by the names of docs/agents.md."),
});

export const integrationSchema = z.strictObject({
  at: z
    .enum(['group', 'phase', 'end', 'each'])
    .optional()
    .describe(
      "When finished tasks are merged: with their group (default), at the end of their phase, at the campaign's end, or each at once.",
    ),
  verify: texts.optional().describe("Commands that a merged tree must pass; default: the merged tasks' own."),
});

const taskSettings = {
  agent: name.optional().describe('The agent that does it.'),
  agents: z
    .array(name)
    .min(1)
    .optional()
    .describe('Agents in order of preference; later attempts use the next.'),
  estimate: duration.optional().describe('How long it will probably take (30m).'),
  changes: z
    .enum(['required', 'allowed', 'none'])
    .optional()
    .describe('Whether the work tree must differ afterwards (required).'),
  verify: texts.optional().describe('Commands that must pass before a task counts as done; run by sh -c.'),
  timeout: duration.optional().describe('The longest that one turn may take (30m).'),
  stall: durationOrNone
    .optional()
    .describe('No output and no changed file for so long means stalled (5m; command: none); or none.'),
  turns: count.optional().describe('Turns that may be rejected within one attempt (4).'),
  attempts: count.optional().describe('Tries, each with a fresh session (2).'),
  onTimeout: z.enum(['retry', 'skip', 'abort']).optional().describe('After a timeout or a stall (retry).'),
  onFailure: failurePolicy.optional(),
  partial: z
    .enum(['reject', 'accept'])
    .optional()
    .describe(
      'accept: work that passes its checks counts as done, although its turn did not end well (reject).',
    ),
};

export const defaultsSchema = z.strictObject(taskSettings);

const setup = texts
  .optional()
  .describe('Commands run once per worktree, and again when a lock file changed.');
const copy = z
  .array(path)
  .optional()
  .describe('Ignored files that worktrees need; never committed, masked in logs.');

export const needSchema = z.strictObject({
  contract: name.optional().describe('A contract that must be published.'),
  draft: name.optional().describe('A task that must have published a draft, or be done.'),
  finish: name
    .optional()
    .describe('A task that must be done before this one is verified; it may start without.'),
  group: groupName
    .optional()
    .describe('A group of which as many tasks must be done as it waits for: its name, or phase/group.'),
});

/** One key says which kind of need it is. */
const needMapping = needSchema.superRefine((written, context) => {
  if (Object.keys(written).length === 1) return;
  context.addIssue({
    code: 'custom',
    message: `must have exactly one of the keys ${NEED_KINDS.join(', ')}`,
    params: { code: 'spec/wrong-value', hint: 'write one list entry per need' },
  });
});

const need = z
  .union([name, needMapping])
  .transform((written): Need => readNeed(written) ?? { kind: 'task', name: '' });

export const forEachSchema = z.strictObject({
  task: name.describe('The task whose output is the list.'),
  at: outputPath
    .default('')
    .describe('Where in its output the list is, as in bugs.open; default: it is the output.'),
  max: count
    .default(MOST_ITEMS)
    .describe(
      'The longest list that is taken (50). Of a round over a round each task of that one has a list.',
    ),
  expect: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(EXPECTED_ITEMS)
    .describe('How many tasks a plan assumes (3).'),
});

const forEach = z
  .union([name, forEachSchema])
  .transform((written): RoundWish =>
    typeof written === 'string'
      ? { task: written, at: '', max: MOST_ITEMS, expect: EXPECTED_ITEMS }
      : { ...written, expect: Math.min(written.expect, written.max) },
  );

const globs = z.array(glob).default([]);

export const taskSchema = z.strictObject({
  id: name.describe('Unique in the campaign, also ignoring case.'),
  title: text.max(200).describe('What has to be done, in one line.'),
  role: name.optional().describe('A file of the roles folder.'),
  prompt: text.optional().describe('What the agent is told; default: the title.'),
  context: texts.default([]).describe('Texts, repository paths and URLs that help.'),
  model: text.optional().describe("The vendor's name of the model; default: the role's, else the agent's."),
  template: templateName
    .optional()
    .describe("How the agent is told: one of Longhaul's templates, or a .liquid file of the repository."),
  vars: z.record(z.string(), z.unknown()).optional().describe("The template's variables."),
  complexity: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('In place of an estimate: 1.5 minutes per point.'),
  priority: z.number().int().min(-1000).max(1000).default(0).describe('Higher goes first among ready tasks.'),
  kind: z.enum(['work', 'testing']).default('work').describe('A testing task must run alone in its group.'),
  group: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe('Of tasks at the top, all or none: the groups follow one another in rising order.'),
  needs: z
    .array(need)
    .default([])
    .describe('Tasks that must be done and merged before; or contracts, drafts, groups, late needs.'),
  owns: z
    .array(glob)
    .optional()
    .describe("Globs that this task alone may change while it runs; default: its role's output folder."),
  reads: globs.describe('Globs that nobody may change while it runs.'),
  intends: globs.describe('Globs that it changes a little, as others do: they take turns.'),
  uses: z.record(name, quantity).default({}).describe('Units of pools that it holds while it runs.'),
  forEach: forEach
    .optional()
    .describe('A round: a task like this one for each entry of the list that another task hands on.'),
  publishes: z.array(name).default([]).describe('Contracts that it is the author of.'),
  output: z
    .union([path, z.record(z.string(), z.unknown())])
    .optional()
    .describe('What it hands on: a JSON schema that it must fit, or the path of one in the repository.'),
  draftAfter: fractionOrDuration
    .optional()
    .describe('When a plan assumes its draft: a share of the estimate, or a time (0.5).'),
  budget: budgetSchema.optional().describe('What its turns may use in all.'),
  setup,
  copy,
  ...taskSettings,
});

const tasks = z.array(taskSchema).min(1);

export const groupSchema = z.strictObject({
  name: name.describe('Unique in its phase.'),
  wait: z
    .union([z.enum(['all', 'any']), quantity])
    .default('all')
    .describe('How many of its tasks must be done: all, any, or a number.'),
  rest: z
    .enum(['cancel', 'finish'])
    .optional()
    .describe('With any or a number: what happens to the others then (cancel).'),
  onFailure: failurePolicy.optional(),
  timeout: durationOrNone
    .optional()
    .describe(
      "The longest that it may take; default: its tasks' worst cases, planned, and the buffer; or none.",
    ),
  buffer: percentOrDuration
    .optional()
    .describe('What the default timeout has on top: per cent, or a time (20).'),
  tasks: tasks.describe('Tasks that may run side by side.'),
});

export const phaseSchema = z.strictObject({
  name: name.describe('Unique in the campaign.'),
  groups: z.array(groupSchema).min(1).optional().describe('Groups run side by side.'),
  tasks: tasks.optional().describe('Short for one group.'),
  integration: integrationSchema.optional().describe('How the work comes together.'),
  budget: budgetSchema.optional().describe('What its tasks may use in all.'),
});

export const contractSchema = z.strictObject({
  version: semver.describe('Of the interface, as in 1.0.0.'),
  provider: name
    .optional()
    .describe('The task that implements it; its author is the task that publishes it.'),
  files: z.array(glob).min(1).describe('What is published: these files are merged then.'),
  mock: path.optional().describe('A stand-in that consumers may use until the provider is done.'),
  test: text.optional().describe("A command that the provider's work must pass."),
  review: z
    .union([z.literal('consumers'), z.array(name).min(1)])
    .optional()
    .describe('Who approves of each version before it is published: its consumers, or these roles.'),
});

export const specSchema = z.strictObject({
  version: z.literal(1).describe('The version of this format.'),
  name: name.describe('Becomes the campaign’s id.'),
  goal: z.string().default('').describe('What it is all for; every agent is told.'),
  repository: text.default('.').describe('A path (relative to this file) or a git URL.'),
  base: baseName.optional().describe('The branch to start from; default: the current one.'),
  branch: branchTemplate
    .default(DEFAULT_BRANCH_TEMPLATE)
    .describe("Tasks' branches, from {campaign}, {role} (else the agent's name) and {task}."),
  limits: limitsSchema.prefault({}).describe('What the campaign as a whole must keep to.'),
  vars: z
    .record(name, z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe('What {{name}} stands for in texts; --var name=value goes first.'),
  pools: z.record(name, quantity).default({}).describe('Named resources, each with its units.'),
  contracts: z.record(name, contractSchema).default({}).describe('Agreed interfaces, by name.'),
  agents: z.record(name, agentSchema).describe('Agents by name.'),
  accounts: accountsSchema,
  prices: pricesSchema,
  onCap: z
    .enum(['pause', 'finish'])
    .default('pause')
    .describe('Once a budget is used up: wait for a higher one (pause), or end with what there is (finish).'),
  roles: path.default('.claude/agents').describe('Folder of role files, one Markdown file per role.'),
  setup,
  copy,
  defaults: defaultsSchema.optional().describe('For tasks that do not say it themselves.'),
  integration: integrationSchema.optional().describe('How the work comes together.'),
  proposals: z
    .enum(['accept', 'ask', 'refuse'])
    .default('ask')
    .describe('What becomes of tasks that agents propose: accept, ask a person, or refuse them.'),
  deliver: z
    .enum(['branch', 'merge'])
    .default('branch')
    .describe('Leave the work on the campaign’s branch, or fast-forward base to it.'),
  notify: notifySchema.default([]).describe('Where people are told of what needs them, and of the end.'),
  phases: z.array(phaseSchema).min(1).optional().describe('Phases follow one another.'),
  tasks: tasks
    .optional()
    .describe('Short for one phase with one group, ordered by needs alone; or by group numbers.'),
});

/** What a right spec holds; durations are milliseconds. */
export type SpecFields = z.output<typeof specSchema>;
export type SpecTask = z.output<typeof taskSchema>;
export type SpecGroup = z.output<typeof groupSchema>;
