/**
 * A task's life. Each state has just the fields that it can have; docs/state-machine.md draws it with these words.
 */
import type { Cap, Spent } from './amount.js';
import type { Ask } from './ports.js';
import type { Plan, PlanTask } from './plan.js';
import { planAgent } from './plan-index.js';

export type TaskLife =
  | { readonly is: 'waiting' }
  | Working
  | { readonly is: 'blocked'; readonly blocker: string }
  /** Its turns are over; before it is verified it waits for those that it has to finish after. */
  | { readonly is: 'finishing' }
  /** Backs off after a failure that passes by itself, then waits again. */
  | { readonly is: 'resting'; readonly untilMs: number }
  /** Verified; waits for its merge, or is being merged (CampaignState.merging). */
  | {
      readonly is: 'integrating';
      readonly commit: string;
      /** A merge that failed for want of infrastructure is ordered again after this time. */
      readonly notBeforeMs: number;
    }
  | {
      readonly is: 'ended';
      readonly as: TaskEnd;
      readonly why: string;
      readonly atMs: number;
      /** A person skipped it: it does not come back with what others try again. */
      readonly givenUp?: true;
    };

export type TaskEnd = 'done' | 'failed' | 'skipped' | 'cancelled';

/** An order is out: the task holds a lane until its executor reports. */
export interface Working {
  readonly is: 'preparing' | 'turning' | 'verifying';
  readonly agent: string;
  readonly lane: string;
  readonly sinceMs: number;
  /** An interrupt was asked for, and why. */
  readonly interrupted: string | null;
  /** Of the budgets that its turn counts to; left out where there are none. */
  readonly reserved?: Cap;
}

/** What the next order will say. */
export interface NextTurn {
  readonly ask: Ask;
  readonly evidence: string | null;
  readonly note: string | null;
  readonly sync: boolean;
  /** With `answer`: what is answered is whether the agent's program may do what it asked for. */
  readonly permission?: true;
}

export interface TaskState {
  readonly life: TaskLife;
  /** Of the last order; 0 before the first. Only grows. */
  readonly gen: number;
  /** From 1; 0 before the first order. */
  readonly attempt: number;
  /** Turns ordered in this attempt. */
  readonly turn: number;
  /** Turns of this attempt that count towards `turns`: rejected and agent-error. */
  readonly rejected: number;
  /** Attempts that it may use in all; raised by a retry round and by a person's retry. */
  readonly attemptLimit: number;
  /** 1 once it has been given the group's retry round. */
  readonly round: 0 | 1;
  readonly session: string | null;
  /** Who carries out this attempt; null before its first order. */
  readonly agent: string | null;
  /** Its claims are held: from its first order until its branch is merged or given up. */
  readonly holds: boolean;
  /** Its turn has ended until a lock that it asked for is granted, or will not be. */
  readonly parked: boolean;
  readonly next: NextTurn;
  /**
   * The plan was changed, and what it has begun is another task now: what it is at counts for nothing, and before its
   * next order it waits as though it had never begun.
   */
  readonly stale: boolean;
  /** What it has to finish after is in its worktree, or will never come: from then on its turns are verified. */
  readonly caughtUp: boolean;
  /**
   * What it works with was published since its last order: the next one takes in the campaign's head. After a contract
   * there is a next one, whatever its work came to meanwhile; as there is after findings against what it published itself.
   */
  readonly behind: false | 'draft' | 'contract' | 'findings';
  /** While it is behind with contracts or verified again because of them: which. Left out before the first. */
  readonly changed?: readonly string[];
  /** Nothing but its verification is due: the next order has no turn. */
  readonly recheck: boolean;
  /** Answers to blockers that did not wait: said with the next order. */
  readonly messages: readonly string[];
  readonly executor: 'none' | 'open';
  /** The last failure's signature, and how often it came in a row. */
  readonly lastSignature: string;
  readonly sameInRow: number;
  /** Failures that pass by themselves, in a row. */
  readonly transients: number;
  readonly mergeTries: number;
  readonly turnsTotal: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  /** Some turn did not tell its cost, so `costUsd` is a lower bound. */
  readonly costUnknown: boolean;
  /** The same by agent, for budgets; left out before its first turn. */
  readonly spent?: readonly Spent[];
  readonly startedAtMs: number | null;
  readonly progress: number | null;
  /** What the agent last said that it does; empty where it said nothing in this turn. */
  readonly doing: string;
  /** It has published a draft. */
  readonly drafted: boolean;
  /** Contracts that it has published, their files merged; those under review are only offered by that. */
  readonly published: readonly string[];
  /** Of a review: on the newest version; null until it is told, and for all other tasks. */
  readonly verdict: null | 'approved' | 'refused' | 'waived';
  /** What its agent claimed of its last turn, and was not found so; left out where there is none. */
  readonly differences?: readonly string[];
  /** The agent's last summary, or what failed last. */
  readonly summary: string;
}

const FIRST_TURN: NextTurn = { ask: 'task', evidence: null, note: null, sync: false };

/** What was found against what it published comes as a note. */
export const MEND: NextTurn = { ask: 'mend', evidence: null, note: null, sync: true };

export function newTask(task: PlanTask): TaskState {
  return {
    life: { is: 'waiting' },
    gen: 0,
    attempt: 0,
    turn: 0,
    rejected: 0,
    attemptLimit: task.attempts,
    round: 0,
    session: null,
    agent: null,
    holds: false,
    parked: false,
    next: FIRST_TURN,
    stale: false,
    caughtUp: task.finishAfter.length === 0,
    behind: false,
    recheck: false,
    messages: [],
    executor: 'none',
    lastSignature: '',
    sameInRow: 0,
    transients: 0,
    mergeTries: 0,
    turnsTotal: 0,
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
    costUnknown: false,
    startedAtMs: null,
    progress: null,
    doing: '',
    drafted: false,
    published: [],
    verdict: null,
    summary: '',
  };
}

/**
 * The turn after one that was cut short. It carries on what that one was asked, whose evidence and note it keeps: an
 * agent without a memory of its own needs them again. Without a session there is nothing to continue.
 */
export function continueTurn(task: TaskState): NextTurn {
  // A session that was to be told of another task may not have heard of it.
  const knows = task.session !== null && task.next.ask !== 'changed';
  return knows ? { ...task.next, ask: 'continue' } : task.next;
}

/** It has had what it waits for before its first turn. */
export function hasBegun({ gen, stale }: Pick<TaskState, 'gen' | 'stale'>): boolean {
  return gen > 0 && !stale;
}

/** May be given an order, once nothing keeps it waiting. */
export function isWaiting({ is }: TaskLife): boolean {
  return is === 'waiting' || is === 'finishing';
}

export function isApproved({ verdict }: TaskState): boolean {
  return verdict === 'approved' || verdict === 'waived';
}

export function isWorking(life: TaskLife): life is Working {
  return life.is === 'preparing' || life.is === 'turning' || life.is === 'verifying';
}

/** Who may carry out the attempt, the preferred first: the spec's list, which each attempt begins one further on. */
export function agentsFor(task: PlanTask, { agent, attempt }: TaskState): readonly string[] {
  if (agent !== null) return [agent];
  const first = (Math.max(attempt, 1) - 1) % task.agents.length;
  return [...task.agents.slice(first), ...task.agents.slice(0, first)];
}

/** Who carries out the attempt, or would by preference. */
export function agentFor(task: PlanTask, state: TaskState): string {
  const [agent] = agentsFor(task, state);
  if (agent === undefined) throw new Error(`stuck, this is a bug: task ${task.id} has no agent`);
  return agent;
}

export function accountOf(plan: Plan, agent: string): string {
  return planAgent(plan, agent).account;
}

/** The task's next attempt starts with a fresh session; the worktree stays as it is. */
export function nextAttempt(state: TaskState): TaskState {
  return { ...state, attempt: state.attempt + 1, turn: 0, rejected: 0, session: null, agent: null };
}
