/**
 * The tools of an agent whose program speaks MCP. Each call is checked, and becomes the line of the small protocol
 * (said.ts) that says the same: there is one way behind lines, files and tools.
 */
import { z } from 'zod';
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { severities } from '../core/turn.js';

/** An object of the small protocol. */
export type Line = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema. */
  readonly inputSchema: Readonly<Record<string, unknown>> & { readonly type: 'object' };
  /** What a call says, or what is wrong with it. */
  read(args: unknown): ToolCall;
}

export type ToolCall =
  | { readonly is: 'line'; readonly line: Line }
  /** It says nothing, and wants to hear. */
  | { readonly is: 'question' }
  /** For the agent, one sentence for each field that is not right. */
  | { readonly is: 'wrong'; readonly problems: readonly string[] };

interface ToolForm<Shape extends z.ZodRawShape> {
  readonly name: string;
  readonly description: string;
  readonly fields: Shape;
  /** Null where it is a question. */
  line(args: z.output<z.ZodObject<Shape, z.core.$strict>>): Line | null;
}

function makeTool<Shape extends z.ZodRawShape>(form: ToolForm<Shape>): Tool {
  const schema = z.strictObject(form.fields);
  return {
    name: form.name,
    description: form.description,
    inputSchema: { ...z.toJSONSchema(schema, { io: 'input' }), type: 'object' },
    read(args) {
      const read = schema.safeParse(args ?? {});
      if (!read.success) return { is: 'wrong', problems: read.error.issues.map(sayIssue) };
      const line = form.line(read.data);
      return line === null ? { is: 'question' } : { is: 'line', line };
    },
  };
}

function sayIssue({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}

const time = z.iso.datetime({ offset: true });
const texts = z.array(z.string().max(500)).max(50);
const paths = z.array(z.string().min(1).max(300));

const reportProgress = makeTool({
  name: 'report_progress',
  description:
    'Tell how far you are, every quarter of an hour or at every larger step. It is shown to people; nobody waits for it.',
  fields: {
    percent: z.number().min(0).max(100).optional(),
    completed: texts.optional().describe('What is done.'),
    current: z.string().max(500).optional().describe('What you do now, in a few words.'),
    next: texts.optional().describe('What comes after that.'),
    estimatedEnd: time.optional().describe('ISO 8601.'),
  },
  line: ({ current, completed, ...told }) => ({
    type: 'progress',
    ...told,
    completed,
    note: current ?? completed?.at(-1),
  }),
});

const reportBlocker = makeTool({
  name: 'report_blocker',
  description:
    'Ask a person, or say what is in your way. With wait your turn ends: end it at once, and you are resumed with the answer, be it days ' +
    'later. Without wait people are told, and you go on with the workaround.',
  fields: {
    severity: z.enum(severities),
    description: z
      .string()
      .min(1)
      .max(2_000)
      .describe('The question, or what is missing, with all that one has to know.'),
    blockingTask: z
      .string()
      .optional()
      .describe("The other task's id that you wait for: once it is done, you go on."),
    workaround: z.string().max(1_000).optional().describe('What you do meanwhile, or instead.'),
    neededBy: time.optional().describe('When the answer comes too late. ISO 8601.'),
    impact: z.string().max(1_000).optional().describe('What happens without an answer.'),
    wait: z.boolean().default(true).describe('You can not go on without an answer.'),
  },
  line: (args) => ({ type: 'blocker', ...args }),
});

const requestLock = makeTool({
  name: 'request_lock',
  description:
    'Ask for paths that your task does not own, before you change them. The answer says granted, queued (read_inbox tells when it is yours) or ' +
    'denied, with the owner and what you can do instead.',
  fields: {
    id: z.string().min(1).max(100).describe('Your own name for the lock: k1.'),
    paths: paths.min(1).max(20).describe('Globs relative to the repository: src/a/**.'),
    mode: z
      .enum(['exclusive', 'shared', 'intent'])
      .default('exclusive')
      .describe('exclusive to write, shared so that nobody writes, intent to write later.'),
    reason: z.string().max(500).optional(),
    estimatedMinutes: z.number().min(0).optional().describe('How long you will need it.'),
    priority: z.number().optional().describe('The higher goes first.'),
    wait: z
      .union([z.boolean(), z.literal('end')])
      .default(true)
      .describe(
        'Where it is not free: false = denied, true = queued, "end" = queued, and your turn ends until you have it.',
      ),
  },
  line: (args) => ({ type: 'lock', ...args }),
});

const releaseLock = makeTool({
  name: 'release_lock',
  description:
    'Give a lock back, or stop waiting for it. With changes made it is kept until they are merged.',
  fields: { id: z.string().min(1).max(100), changesMade: z.boolean() },
  line: (args) => ({ type: 'release', ...args }),
});

const files = paths.max(50).describe('Paths in your worktree, one by one.');
const note = z.string().max(1_000).optional();

const publishContract = makeTool({
  name: 'publish_contract',
  description:
    'Publish a contract that others wait for: just these files are merged into the campaign, and who waits for the contract starts. You go on.',
  fields: {
    name: z.string().min(1).max(100),
    version: z.string().min(1).max(100),
    files: files.min(1),
    note,
  },
  line: (args) => ({ type: 'contract', ...args }),
});

const publishDraft = makeTool({
  name: 'publish_draft',
  description: 'Publish a first version of your work for those who wait for a draft. You go on.',
  fields: { files: files.default([]), note },
  line: (args) => ({ type: 'draft', ...args }),
});

const proposeTasks = makeTool({
  name: 'propose_tasks',
  description:
    "Propose tasks for work that is needed and is not your task's. Each is written as in a campaign file: id, title, prompt, owns, needs. You go on.",
  fields: { tasks: z.array(z.record(z.string(), z.unknown())).min(1), why: z.string().min(1).max(1_000) },
  line: (args) => ({ type: 'propose', ...args }),
});

const complete = makeTool({
  name: 'complete',
  description:
    'Say what you did, at your end. It is a claim: your work is checked all the same, and what does not agree is shown to people.',
  fields: {
    summary: z.string().min(1).max(2_000),
    deliverables: paths
      .max(100)
      .optional()
      .describe('The files that you made or changed, by their paths relative to the repository.'),
    testResults: z
      .strictObject({
        passed: z.number().int().min(0).optional(),
        failed: z.number().int().min(0).optional(),
        coverage: z.number().min(0).max(100).optional().describe('Percent.'),
      })
      .optional(),
    readyForReview: z.boolean().optional(),
    readyForMerge: z.boolean().optional(),
    findings: z
      .array(
        z.strictObject({
          file: z.string().optional(),
          line: z.number().int().optional(),
          severity: z.enum(severities).optional(),
          text: z.string().min(1).max(500),
        }),
      )
      .max(50)
      .optional()
      .describe('What you noticed and did not mend.'),
    notes: z.string().max(2_000).optional(),
  },
  line: (args) => ({ type: 'complete', ...args }),
});

const readInbox = makeTool({
  name: 'read_inbox',
  description: 'What came for you since you read it last: what became of your locks, and messages of others.',
  fields: {},
  line: () => null,
});

const reviewContract = makeTool({
  name: 'review_contract',
  description: 'Say your verdict on the contract that you were to judge. The last one counts.',
  fields: { approve: z.boolean(), findings: z.array(z.string().max(300)).max(20).default([]) },
  line: (args) => ({ type: 'review', ...args }),
});

/** Those that the task has a use for: each costs tokens. */
export function toolsOf({ proposals, tasks }: CampaignBrief, task: TaskBrief): readonly Tool[] {
  const isDrafted = Object.values(tasks).some(({ drafts }) => drafts.includes(task.id));
  return [
    reportProgress,
    reportBlocker,
    requestLock,
    releaseLock,
    ...(task.publishes.length === 0 ? [] : [publishContract]),
    ...(isDrafted ? [publishDraft] : []),
    ...(task.reviews === null ? [] : [reviewContract]),
    ...(proposals === 'refuse' ? [] : [proposeTasks]),
    complete,
    readInbox,
  ];
}
