/** What a prompt's template may ask for: plain data, made of the brief, the order, and what others said. */
import { MOST_TASKS_AT_ONCE } from '../core/addition-request.js';
import type { CampaignBrief, ContractBrief, TaskBrief } from '../core/brief.js';
import type { Ask, Order } from '../core/ports.js';
import { NOT_FOR_AGENTS } from '../core/proposal.js';
import { othersIntents } from './prompt-intent.js';
import { feedLines } from './prompt-round.js';

/** Of a need that is done. */
export interface PromptInput {
  readonly task: string;
  readonly title: string;
  readonly summary: string;
  readonly output: string | null;
  /** Relative to the worktree: its summary.md, and output.json where there is one. */
  readonly folder: string;
}

/** Of the order that a turn carries out. */
export type PromptOrder = Pick<Order, 'task' | 'ask' | 'evidence' | 'note' | 'locks'>;

export interface PromptParts {
  readonly brief: CampaignBrief;
  readonly order: PromptOrder;
  /** The text of the order's evidence, or null. */
  readonly evidence: string | null;
  /** The turn was begun before, and lost with its worker. */
  readonly again: boolean;
  /** What the tasks that it needs came to, in their agents' words. */
  readonly inputs: readonly PromptInput[];
  /** What was wrong with the blocker file that the turn before left, or null. */
  readonly blockerFault: string | null;
  /** The agent has Longhaul's MCP tools, besides the files that all have. */
  readonly mcp: boolean;
}

/** docs/prompts.md lists them for those who write templates of their own. */
export interface PromptFacts {
  readonly campaign: { readonly name: string; readonly goal: string };
  readonly task: Pick<
    TaskBrief,
    'id' | 'title' | 'prompt' | 'context' | 'changes' | 'verify' | 'owns' | 'reads' | 'intends' | 'publishes'
  >;
  /** What the spec says for the template. */
  readonly vars: Readonly<Record<string, unknown>>;
  readonly role: { readonly name: string; readonly instructions: string } | null;
  /** Tasks that go on from this one, the first few. */
  readonly followers: readonly { readonly task: string; readonly title: string }[];
  readonly moreFollowers: number;
  /** Contracts that it works against or implements. */
  readonly contracts: readonly ContractFact[];
  /** Contracts that it writes. */
  readonly authored: readonly ContractFact[];
  /** The contract that it judges. */
  readonly judged: ContractFact | null;
  /** Tasks whose drafts it starts from. */
  readonly drafts: readonly string[];
  readonly inputs: readonly InputFact[];
  readonly moreInputs: number;
  /** What others intend to change of the same, a line each. */
  readonly intents: readonly string[];
  /** What rounds ask of its output, a sentence each. */
  readonly feeds: readonly string[];
  /** The JSON schema of its output, as a text; empty where it has none. */
  readonly outputSchema: string;
  /** `then` is what becomes of proposals; empty where nothing may be proposed. */
  readonly proposals: { readonly then: string; readonly most: number; readonly without: readonly string[] };
  readonly mcp: boolean;
  readonly ask: Ask;
  readonly again: boolean;
  readonly evidence: string;
  readonly note: string;
  readonly locks: readonly LockFact[];
  readonly blockerFault: string;
  readonly forms: { readonly blocker: string };
}

interface ContractFact extends ContractBrief {
  /** This task implements it. */
  readonly mine: boolean;
}

interface InputFact {
  readonly task: string;
  readonly title: string;
  /** A JSON text, so that it is told apart from ours; empty where nothing was said. */
  readonly said: string;
  readonly cut: boolean;
  readonly summaryFile: string;
  /** Empty where it handed nothing on. */
  readonly outputFile: string;
}

interface LockFact {
  readonly id: string;
  readonly paths: readonly string[];
  readonly mode: string;
  readonly held: boolean;
}

export function factsOf(parts: PromptParts): PromptFacts {
  const task = taskOf(parts);
  return { ...taskFacts(parts.brief, task), ...inputFacts(parts.inputs), ...turnFacts(parts) };
}

export function taskOf({ brief, order }: Pick<PromptParts, 'brief' | 'order'>): TaskBrief {
  const task = brief.tasks[order.task];
  if (task === undefined) throw new Error(`The brief of ${brief.campaign} has no task ${order.task}.`);
  return task;
}

const MOST_FOLLOWERS = 5;

function taskFacts(brief: CampaignBrief, task: TaskBrief) {
  const { id, title, context, changes, verify, owns, reads, intends, publishes } = task;
  const role = task.role === null ? undefined : brief.roles[task.role];
  const after = Object.values(brief.tasks).filter(({ needs, drafts }) => [...needs, ...drafts].includes(id));
  const prompt = task.prompt.trim() === title.trim() ? '' : task.prompt.trim();
  const contract = (name: string) => contractFacts(brief, task, name);
  return {
    campaign: { name: brief.name, goal: brief.goal },
    task: { id, title, prompt, context, changes, verify, owns, reads, intends, publishes },
    vars: task.template.vars,
    role:
      role === undefined || role.instructions === ''
        ? null
        : { name: role.name, instructions: role.instructions.trim() },
    followers: after.slice(0, MOST_FOLLOWERS).map((one) => ({ task: one.id, title: one.title })),
    moreFollowers: Math.max(0, after.length - MOST_FOLLOWERS),
    contracts: [...new Set([...task.consumes, ...task.provides])].flatMap(contract),
    authored: publishes.flatMap(contract),
    judged: (task.reviews === null ? [] : contract(task.reviews))[0] ?? null,
    drafts: task.drafts,
    intents: othersIntents(brief, task),
    feeds: feedLines(brief, task),
    outputSchema: task.output === null ? '' : JSON.stringify(task.output),
    proposals: proposalFacts(brief),
  };
}

function contractFacts({ contracts }: CampaignBrief, task: TaskBrief, name: string): readonly ContractFact[] {
  const contract = contracts[name];
  return contract === undefined ? [] : [{ ...contract, mine: contract.provider === task.id }];
}

function proposalFacts({ proposals }: CampaignBrief): PromptFacts['proposals'] {
  const then = { refuse: '', accept: 'They are added', ask: 'A person decides about them' }[proposals];
  return { then, most: MOST_TASKS_AT_ONCE, without: NOT_FOR_AGENTS };
}

const MOST_INPUTS = 20;
const MOST_SUMMARY = 600;

function inputFacts(inputs: readonly PromptInput[]): Pick<PromptFacts, 'inputs' | 'moreInputs'> {
  const shown = inputs.slice(0, MOST_INPUTS);
  return { inputs: shown.map(inputFact), moreInputs: inputs.length - shown.length };
}

function inputFact({ task, title, summary, output, folder }: PromptInput): InputFact {
  const said = summary.replace(/\s+/g, ' ').trim();
  const cut = said.length > MOST_SUMMARY;
  return {
    task,
    title,
    said: said === '' ? '' : cut ? said.slice(0, MOST_SUMMARY) : JSON.stringify(said),
    cut,
    summaryFile: `${folder}/summary.md`,
    outputFile: output === null ? '' : `${folder}/output.json`,
  };
}

const BLOCKER_FORM = '{"severity": "low|medium|high|critical", "description": "…"}';

function turnFacts({ order, evidence, again, blockerFault, mcp }: PromptParts) {
  return {
    mcp,
    ask: order.ask,
    again,
    evidence: shownEvidence(evidence),
    note: order.note ?? '',
    locks: (order.locks ?? []).map(({ id, paths, mode, is }) => ({ id, paths, mode, held: is === 'held' })),
    blockerFault: blockerFault ?? '',
    forms: { blocker: BLOCKER_FORM },
  };
}

/** More would cost tokens and say nothing: logs tell what went wrong at their end. */
const MOST_EVIDENCE = 20_000;

function shownEvidence(evidence: string | null): string {
  if (evidence === null || evidence.trim() === '') return '';
  if (evidence.length <= MOST_EVIDENCE) return evidence;
  return `… (the beginning is left out)\n${evidence.slice(-MOST_EVIDENCE)}`;
}
