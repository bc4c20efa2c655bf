/**
 * The spec's format: the keys that this version does, as zod schemas. Durations become milliseconds here; defaults
 * that depend on nothing else are applied here, the others in compile-default.ts.
 */
import { z } from 'zod';
import {
  DEFAULT_BRANCH_TEMPLATE,
  refNameFault,
  fillBranchTemplate,
  unknownPlaceholders,
} from './spec-branch.js';
import { DURATION_PATTERN, parseDuration } from './spec-duration.js';
import { isName, NAME_LENGTH, NAME_PATTERN, suggestName } from './spec-name.js';
import { checkRepositoryGlob, checkRepositoryPath, type PathFault } from './spec-path.js';

/** What a check of ours says, in a zod issue's `params`; the message continues "<key> …". */
export interface Complaint {
  readonly code: string;
  readonly hint: string;
}

interface Refusal extends Complaint {
  readonly message: string;
}

/** A text with a rule of ours; `refuse` answers null where the text is right. */
function textThat(refuse: (text: string) => Refusal | null) {
  return z.string().superRefine((text, context) => {
    const refusal = refuse(text);
    if (refusal === null) return;
    const { message, code, hint } = refusal;
    context.addIssue({ code: 'custom', message, params: { code, hint } satisfies Complaint });
  });
}

const name = textThat((text) => {
  if (isName(text)) return null;
  const better = suggestName(text);
  const rule = `use letters, digits, "-" and "_", at most ${NAME_LENGTH}, and no word that JavaScript objects reserve`;
  return {
    code: 'spec/bad-name',
    message: `must be a name, not "${text}"`,
    hint: better === null ? rule : `write ${better} (${rule})`,
  };
}).meta({ pattern: NAME_PATTERN, maxLength: NAME_LENGTH });

function refusePath(check: (path: string) => PathFault | null) {
  return (text: string): Refusal | null => {
    const fault = check(text);
    return fault && { code: 'spec/bad-path', message: `"${text}" ${fault.why}`, hint: fault.hint };
  };
}
const path = textThat(refusePath(checkRepositoryPath));
const glob = textThat(refusePath(checkRepositoryGlob));

const DURATION_HINT = 'write a number with its unit: 90s, 30m, 1h30m, 2d (at most 365d)';

/** Milliseconds. */
const duration = z
  .string()
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null) return ms;
    const params: Complaint = { code: 'spec/bad-duration', hint: DURATION_HINT };
    context.addIssue({ code: 'custom', message: `must be a duration, not "${text}"`, params });
    return z.NEVER;
  })
  .meta({ pattern: DURATION_PATTERN });

/** Milliseconds; `none` -> null. */
const durationOrNone = z
  .string()
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null || text === 'none') return ms;
    const params: Complaint = { code: 'spec/bad-duration', hint: `${DURATION_HINT}, or none` };
    context.addIssue({ code: 'custom', message: `must be a duration or none, not "${text}"`, params });
    return z.NEVER;
  })
  .meta({ pattern: `${DURATION_PATTERN}|^none$` });

const text = z.string().min(1);
const texts = z.array(text);
const count = z.number().int().min(1).max(1000);

const baseName = textThat((branch) => {
  const fault = refNameFault(branch);
  if (fault === null) return null;
  return {
    code: 'spec/bad-branch',
    message: `"${branch}" ${fault}`,
    hint: 'write the name of a branch, as in main',
  };
});

const branchTemplate = textThat((template) => {
  const unknown = unknownPlaceholders(template)[0];
  if (unknown !== undefined) {
    return {
      code: 'spec/bad-branch',
      message: `has the placeholder {${unknown}}, which does not exist`,
      hint: 'use {campaign}, {role} and {task}',
    };
  }
  const fault = refNameFault(fillBranchTemplate(template, { campaign: 'x', role: 'x', task: 'x' }));
  if (fault === null) return null;
  return {
    code: 'spec/bad-branch',
    message: `"${template}" ${fault}, so git refuses it as a branch`,
    hint: `write it as in ${DEFAULT_BRANCH_TEMPLATE}`,
  };
});

const environmentName = textThat((variable) =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)
    ? null
    : {
        code: 'spec/bad-name',
        message: `must be the name of an environment variable, not "${variable}"`,
        hint: 'write just the name; its value comes from LONGHAUL_HOME/env or the worker’s own environment',
      },
);

const failurePolicy = z
  .enum(['fail-fast', 'best-effort', 'retry-failed'])
  .describe('What a failed task means: end the campaign, go on, or one more round for the failed ones.');

export const agentSchema = z.strictObject({
  adapter: z.enum(['claude-code', 'command']).describe('Which kind of agent program this is.'),
  run: texts.min(1).optional().describe('command only: the program and its arguments.'),
  model: text.optional().describe("The vendor's name of the model; default: the vendor's."),
  instances: count.default(1).describe('How many may work at once.'),
  account: name.optional().describe("Whose limits and money it uses; default: the adapter's name."),
  env: z
    .array(environmentName)
    .default([])
    .describe('Names of environment variables that the agent may see besides the basic ones.'),
});

export const integrationSchema = z.strictObject({
  at: z
    .enum(['group', 'phase', 'each'])
    .optional()
    .describe(
      'When finished tasks are merged: with their group (default), at the end of their phase, or each at once.',
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
};

export const defaultsSchema = z.strictObject(taskSettings);

const setup = texts
  .optional()
  .describe('Commands run once per worktree, and again when a lock file changed.');
const copy = z.array(path).optional().describe('Ignored files that worktrees need; never committed.');

export const taskSchema = z.strictObject({
  id: name.describe('Unique in the campaign, also ignoring case.'),
  title: text.max(200).describe('What has to be done, in one line.'),
  role: name.optional().describe('A file of the roles folder.'),
  prompt: text.optional().describe('What the agent is told; default: the title.'),
  context: texts.default([]).describe('Texts, repository paths and URLs that help.'),
  complexity: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('In place of an estimate: 1.5 minutes per point.'),
  priority: z.number().int().min(-1000).max(1000).default(0).describe('Higher goes first among ready tasks.'),
  kind: z.enum(['work', 'testing']).default('work').describe('A testing task must run alone in its group.'),
  needs: z.array(name).default([]).describe('Tasks that must be done and merged before.'),
  owns: z.array(glob).default([]).describe('Globs that this task alone may change while it runs.'),
  partial: z.literal('reject').optional().describe('Partial work does not count as done.'),
  setup,
  copy,
  ...taskSettings,
});

const tasks = z.array(taskSchema).min(1);

export const groupSchema = z.strictObject({
  name: name.describe('Unique in its phase.'),
  wait: z.literal('all').optional().describe('The group is over when all its tasks are.'),
  onFailure: failurePolicy.optional(),
  tasks: tasks.describe('Tasks that may run side by side.'),
});

export const phaseSchema = z.strictObject({
  name: name.describe('Unique in the campaign.'),
  groups: z.array(groupSchema).min(1).optional().describe('Groups run side by side.'),
  tasks: tasks.optional().describe('Short for one group.'),
  integration: integrationSchema.optional().describe('How the work comes together.'),
});

export const limitsSchema = z.strictObject({
  agents: count.default(5).describe('Turns that may run at once, over all agents.'),
  deadline: duration
    .optional()
    .describe('Of campaign time: it stands still while paused, limited or blocked.'),
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
  agents: z.record(name, agentSchema).describe('Agents by name.'),
  roles: path.default('.claude/agents').describe('Folder of role files, one Markdown file per role.'),
  setup,
  copy,
  defaults: defaultsSchema.optional().describe('For tasks that do not say it themselves.'),
  integration: integrationSchema.optional().describe('How the work comes together.'),
  deliver: z
    .enum(['branch', 'merge'])
    .default('branch')
    .describe('Leave the work on the campaign’s branch, or fast-forward base to it.'),
  phases: z.array(phaseSchema).min(1).optional().describe('Phases follow one another.'),
  tasks: tasks.optional().describe('Short for one phase with one group, ordered by needs alone.'),
});

/** What a right spec holds; durations are milliseconds. */
export type SpecFields = z.output<typeof specSchema>;
export type SpecTask = z.output<typeof taskSchema>;

/** The JSON schema of campaign files, for editors. */
export function campaignJsonSchema(): object {
  return {
    ...z.toJSONSchema(specSchema, { io: 'input', target: 'draft-7' }),
    title: 'Longhaul campaign',
  };
}
