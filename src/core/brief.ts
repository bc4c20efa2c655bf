import type { Addition } from './addition.js';
import type { NotifyTarget } from './notify-target.js';
import type { Price } from './price.js';

/**
 * The brief: what activities need to know of a campaign, and the scheduler does not: texts, commands, paths. An
 * artifact (`campaigns/<id>/brief.json`), found by campaign id and checked by digest.
 */
export interface CampaignBrief {
  readonly version: 1;
  readonly campaign: string;
  readonly name: string;
  readonly goal: string;
  readonly repository: RepositoryBrief;
  /** `longhaul/<campaign>/main`: the campaign's own branch. */
  readonly campaignBranch: string;
  readonly deliver: 'branch' | 'merge';
  readonly agents: Readonly<Record<string, AgentBrief>>;
  readonly contracts: Readonly<Record<string, ContractBrief>>;
  /** The members of each group that some task needs, by the group's id. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly tasks: Readonly<Record<string, TaskBrief>>;
  /** Tasks that came while it ran, in the order in which they came. */
  readonly additions: readonly Addition[];
  readonly proposals: 'accept' | 'ask' | 'refuse';
  /** Tasks that may come while it runs, in all. */
  readonly mostAdded: number;
  readonly roles: Readonly<Record<string, RoleBrief>>;
  /** Templates of the repository that some task names, by their paths. */
  readonly templates: Readonly<Record<string, OwnTemplate>>;
  /** Commands that verify a merge, by phase; an empty list means the union of the merged tasks' own. */
  readonly integrationVerify: Readonly<Record<string, readonly string[]>>;
  /** When the campaign was made, ISO 8601. */
  readonly createdAt: string;
  /** The campaign file's own prices, by model; left out where it has none. */
  readonly prices?: Readonly<Record<string, Price>>;
  /** Where notices go, all and those of one account; left out by an older Longhaul. */
  readonly notify?: readonly NotifyTarget[];
  readonly accountNotify?: Readonly<Record<string, readonly NotifyTarget[]>>;
}

export interface RepositoryBrief {
  /** An absolute path of a work tree (or bare repository), or a git URL. */
  readonly location: string;
  readonly kind: 'path' | 'url';
  /** The base branch by name, and the commit it stood at when the campaign was made. */
  readonly base: string;
  readonly baseCommit: string;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** One named agent of the spec: which program, how it is started. An empty `run` is what its adapter names. */
export interface AgentBrief {
  readonly name: string;
  readonly adapter: string;
  readonly run: readonly string[];
  readonly model: string | null;
  readonly account: string;
  readonly instances: number;
  /** Names of environment variables that the agent may see besides the basic ones. */
  readonly env: readonly string[];
  /** Whose settings, memories and servers the program takes in: nobody's, the repository's, or the user's as well. */
  readonly settings: 'isolated' | 'project' | 'user';
  /** The vendor's own, which its adapter knows. */
  readonly options: Readonly<Record<string, OptionValue>>;
}

export type OptionValue = string | number | boolean | readonly string[];

export interface RoleBrief {
  readonly name: string;
  readonly description: string;
  readonly instructions: string;
  /** The vendor's name of a model; null = the agent's. */
  readonly model: string | null;
  /** Options of agents; what an agent's program does not have is left out. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** What its tasks own where they do not say it; or null. */
  readonly outputFolder: string | null;
}

/** A prompt's template that is a file of the repository. */
export interface OwnTemplate {
  /** The first digits of the digest of its text. */
  readonly version: string;
  readonly text: string;
}

/** How an agent is told of a task. */
export interface TaskTemplate {
  /** One of Longhaul's, or a path in the brief's `templates`. */
  readonly name: string;
  /** As the spec writes them. */
  readonly vars: Readonly<Record<string, unknown>>;
}

/** An agreed interface; who it is for. */
export interface ContractBrief {
  readonly name: string;
  readonly version: string;
  /** Globs: what is merged when it is published. */
  readonly files: readonly string[];
  /** A path of a stand-in that consumers may use until the provider is done. */
  readonly mock: string | null;
  /** A command that the provider's work must pass; it stands in the provider's `verify` too. */
  readonly test: string | null;
  readonly author: string;
  readonly provider: string | null;
  readonly consumers: readonly string[];
}

/** A list in a task's output, of which a round makes tasks. */
export interface Feed {
  /** The round. */
  readonly template: string;
  /** Keys with dots between them; empty where the output itself is the list. */
  readonly at: string;
  readonly max: number;
  /** What the round's texts take of each item: keys with dots between them; empty is the item itself. */
  readonly paths: readonly string[];
  /** Those of them that go into commands. */
  readonly commandPaths: readonly string[];
}

export interface TaskBrief {
  readonly id: string;
  readonly title: string;
  readonly role: string | null;
  /** It is a round, over the output of this task; null for a task with work of its own. */
  readonly roundOver: string | null;
  /** What rounds ask of its output. */
  readonly feeds: readonly Feed[];
  /** 0 to 100; null = the spec does not say. */
  readonly complexity: number | null;
  readonly prompt: string;
  readonly template: TaskTemplate;
  /** Before its role's and its agent's; null = theirs. */
  readonly model: string | null;
  /** Texts, repository paths and URLs that the task's prompt names. */
  readonly context: readonly string[];
  /** Tasks that are done and merged before it starts. */
  readonly needs: readonly string[];
  /** Tasks of which it needs a draft. */
  readonly drafts: readonly string[];
  /** Tasks that are done before it is verified. */
  readonly finishes: readonly string[];
  /** Groups that it needs, by id. */
  readonly groups: readonly string[];
  /** Contracts that it is the author of. */
  readonly publishes: readonly string[];
  /** Contracts that it needs. */
  readonly consumes: readonly string[];
  /** The contract that it judges; null for all other tasks. */
  readonly reviews: string | null;
  /** Contracts that it implements. */
  readonly provides: readonly string[];
  /** Globs; an empty list means that it owns nothing and may change what nobody owns. */
  readonly owns: readonly string[];
  /** Globs that nobody may change while it runs. */
  readonly reads: readonly string[];
  /** Globs that it changes a little, as others do, and may change whoever owns them. */
  readonly intends: readonly string[];
  readonly changes: 'required' | 'allowed' | 'none';
  /** What it hands on must fit this; null where the spec does not say. */
  readonly output: JsonSchema | null;
  readonly verify: readonly string[];
  readonly setup: readonly string[];
  /** Ignored files, relative to the repository, that the worktree needs; never committed. */
  readonly copy: readonly string[];
  readonly timeoutMs: number;
  /** No output and no changed file for this long means stalled; null = never. */
  readonly stallMs: number | null;
  readonly branch: string;
  readonly phase: string;
  /** The campaign file names it no more, and it may have begun: its id is free. */
  readonly gone?: boolean;
}
