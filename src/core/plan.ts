/**
 * The plan: what a spec compiles to, and all that the scheduler knows. Numbers, ids and edges; no long texts (those
 * are in the brief, core/brief.ts). It travels as the campaign workflow's argument.
 */
import type { Budget } from './amount.js';

export const PLAN_VERSION = 3;

export interface Plan {
  readonly version: typeof PLAN_VERSION;
  /** sha256 (hex) of the brief that belongs to this plan; activities refuse another. */
  readonly briefDigest: string;
  readonly name: string;
  /** Running turns at once, over all agents. */
  readonly maxTurns: number;
  /** Milliseconds of campaign time (it stands still while paused, limited or blocked); null = none. */
  readonly deadlineMs: number | null;
  /** A deadline by the clock, epoch ms; null = none. */
  readonly deadlineAtMs: number | null;
  /** Running turns at once of one role; roles without an entry have no limit of their own. */
  readonly roleLimits: readonly RoleLimit[];
  readonly agents: readonly PlanAgent[];
  readonly pools: readonly PlanPool[];
  /** All globs that some task claims, each once; claims name them by index. */
  readonly paths: readonly string[];
  /** For each path the indexes of those that could hold a file in common with it, rising, its own included. */
  readonly overlaps: readonly (readonly number[])[];
  readonly contracts: readonly PlanContract[];
  readonly phases: readonly PlanPhase[];
  readonly groups: readonly PlanGroup[];
  /** In the spec's order; every list of tasks that a person sees is in this order. */
  readonly tasks: readonly PlanTask[];
  readonly joins: readonly Join[];
  readonly deliver: 'branch' | 'merge';
  /** What becomes of tasks that agents propose. */
  readonly proposals: 'accept' | 'ask' | 'refuse';
  /** Tasks that may come while it runs, in all; and how many times over they may come of such. */
  readonly mostAdded: number;
  readonly mostDepth: number;
  /** What may be used in all; left out where the spec has no budget. */
  readonly budgets?: readonly Budget[];
  /** What happens once a budget allows no more turns; left out = pause. */
  readonly onCap?: 'pause' | 'finish';
}

export interface PlanAgent {
  readonly name: string;
  readonly instances: number;
  /** Whose limits and money the agent uses. Several agents may share one. */
  readonly account: string;
  /** The roles whose tasks it may do; null = any, and tasks without a role. */
  readonly roles: readonly string[] | null;
}

export interface RoleLimit {
  readonly role: string;
  readonly turns: number;
}

/** A named resource with a capacity, in units. */
export interface PlanPool {
  readonly name: string;
  readonly capacity: number;
}

/** An agreed interface: published by its author, implemented by its provider, used by its consumers. */
export interface PlanContract {
  readonly id: string;
  /** As the spec says; what is published has a version of its own. */
  readonly version: string;
  readonly author: string;
  /** Null where the author implements it too, or nobody in this campaign does. */
  readonly provider: string | null;
  readonly consumers: readonly string[];
  /** Tasks that have to approve of each version; most contracts have none. */
  readonly reviewers: readonly string[];
}

export interface PlanPhase {
  readonly name: string;
  readonly groups: readonly string[];
  /**
   * When verified tasks that nothing waits for are merged: with their group, at the phase's end, at the campaign's end
   * (once all tasks are verified or over), or each at once.
   */
  readonly integrateAt: 'group' | 'phase' | 'end' | 'each';
}

export interface PlanGroup {
  /** Unique in the plan: `<phase>/<group>`. */
  readonly id: string;
  readonly name: string;
  readonly phase: string;
  readonly members: readonly string[];
  /** How many members must be done for the group to be met: all of them, or fewer. */
  readonly wait: number;
  /** What happens to the other members once it is met. */
  readonly rest: 'cancel' | 'finish';
  /** Of the group's own time, from its first turn (it stands still with the campaign's); null = none. */
  readonly timeoutMs: number | null;
}

/** A task's lock on a path of the plan. */
export interface Claim {
  /** Index in Plan.paths. */
  readonly path: number;
  readonly mode: LockMode;
}

/** `intent` becomes exclusive when its task's turn starts. */
export type LockMode = 'exclusive' | 'shared' | 'intent';

export interface PoolUse {
  readonly pool: string;
  readonly units: number;
}

export type FailurePolicy = 'fail-fast' | 'best-effort' | 'retry-failed';

/** A task that takes no turn: it is done once the tasks are made that its source's output asks for. */
export interface Round {
  /** The task whose output has the list; or another round, of whose tasks each has one. */
  readonly from: string;
  /** While none is made, the estimate of one: what comes after it is that much further away. */
  readonly aheadMs: number;
}

export interface PlanTask {
  readonly id: string;
  /** Null for a task with work of its own. */
  readonly round: Round | null;
  /** The round that it is made in; null for all other tasks. */
  readonly madeOf: string | null;
  /** 0 for the file's own tasks; of one that came while the campaign ran, one more than of what it came of. */
  readonly depth: number;
  /** Expected of a round that is not made yet: only in what `longhaul plan` shows. */
  readonly assumed?: true;
  /** Of its content (task-digest.ts): a campaign that is given another plan knows by it what has changed. */
  readonly digest: string;
  readonly title: string;
  readonly role: string | null;
  readonly group: string;
  readonly phase: string;
  /** Joins that must be met before it starts. */
  readonly after: readonly string[];
  /** Joins that must be met before it is verified: what they bring is merged in, and a turn adapts to it. */
  readonly finishAfter: readonly string[];
  /** Tasks that are merged before it, where they are to be merged at all: the providers of its contracts. */
  readonly mergeAfter: readonly string[];
  readonly uses: readonly PoolUse[];
  readonly claims: readonly Claim[];
  /** Contracts that it publishes: when its agent says so, at the latest when it is done. */
  readonly publishes: readonly string[];
  /** The contract that it reviews, which is all that it does; null for all other tasks. */
  readonly reviews: string | null;
  /** The share of its estimate after which a plan assumes its draft, 0 to 1. */
  readonly draftAfter: number;
  /** Agents in order of preference; the first is used first, the next ones by later attempts. */
  readonly agents: readonly string[];
  readonly priority: number;
  /** Among equal priorities the higher goes first: what an improved schedule came to (plan-improve.ts). 0 = none. */
  readonly preference: number;
  readonly kind: 'work' | 'testing';
  readonly estimateMs: number;
  readonly timeoutMs: number;
  readonly turns: number;
  readonly attempts: number;
  readonly onTimeout: 'retry' | 'skip' | 'abort';
  readonly onFailure: FailurePolicy;
  /** Work that passes its checks counts as done although its turn did not end well. */
  readonly partial: 'accept' | 'reject';
  /** The task's branch, already checked as a ref name. */
  readonly branch: string;
  /**
   * A digest of what it brings to the trials of merged work: setup, copies, commands, timeout. Where those of two tasks
   * are alike, one stands for both. Plans of before there were digests have none: then each stands for itself.
   */
  readonly trial?: string;
  /** Another task needs this one done: it is merged at once. */
  readonly mergeAtOnce: boolean;
}

/**
 * A join is met when `count` of its members are there, and broken once too few are left that could be. What it asks:
 * - `done`: members that ended done (and so are merged).
 * - `ended`: only orders. `count` of them done, or all of them ended, however they did. Never broken.
 * - `verified`: as `ended`, and work that is verified and waits for its merge counts as done.
 * - `drafted`: tasks that published a draft, or ended done.
 * - `published`: contracts (the members are their ids) whose files are merged, approved or not.
 * - `approved`: tasks that review, and approve of the newest version, or whose review a person waived.
 */
export interface Join {
  readonly id: string;
  readonly members: readonly string[];
  readonly count: number;
  readonly asks: 'done' | 'ended' | 'verified' | 'drafted' | 'published' | 'approved';
}
