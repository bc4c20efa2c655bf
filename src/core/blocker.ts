/** Something that an agent, or Longhaul itself, can't get past without a person. */
import type { BlockerDetails, Severity } from './turn.js';

export interface BlockerState extends BlockerDetails {
  /** `b1`, `b2`, …: short, since people type it. */
  readonly id: string;
  readonly task: string;
  readonly severity: Severity;
  readonly description: string;
  readonly raisedAtMs: number;
  readonly state: 'open' | 'answered' | 'closed';
  readonly answer: string | null;
  /** When a person said that they have seen it; left out until then, as what follows. */
  readonly ackedAtMs?: number;
  /** How often people were told again, and when last. */
  readonly reminded?: number;
  readonly remindedAtMs?: number;
  /** The time by which it was to be answered has passed, and people were told. */
  readonly late?: true;
  /** What an answer does: resume the waiting session, lift an account, try the merge's turn again, or just be passed on. */
  readonly about: BlockerSubject;
}

export type BlockerSubject =
  | { readonly is: 'question'; readonly permission?: true }
  | { readonly is: 'message' }
  | { readonly is: 'failure' }
  | { readonly is: 'merge' }
  /** It refused yet another version of a contract: an answer goes to the contract's author. */
  | { readonly is: 'review' }
  /** The verified commit can't be merged for want of infrastructure: an answer tries the same merge again. */
  | { readonly is: 'integration'; readonly commit: string }
  | { readonly is: 'account'; readonly account: string }
  | { readonly is: 'deadline' }
  /** An agent proposes tasks: yes adds them. */
  | { readonly is: 'addition'; readonly request: string }
  /** The tasks of this round can't be made: an answer tries it again. */
  | { readonly is: 'round' };

/**
 * About the task itself: over when the task is. An account's or the deadline's only names some task that met it, and what
 * an agent proposes is wanted or not, whatever becomes of its own task.
 */
export function concernsTask(task: string): (blocker: BlockerState) => boolean {
  return ({ task: on, about }) =>
    on === task && about.is !== 'account' && about.is !== 'deadline' && about.is !== 'addition';
}

/** The open ones for which `which` holds become moot. */
export function closeBlockers<State extends { readonly blockers: readonly BlockerState[] }>(
  state: State,
  which: (blocker: BlockerState) => boolean,
): State {
  const close = (blocker: BlockerState): BlockerState =>
    blocker.state === 'open' && which(blocker) ? { ...blocker, state: 'closed' } : blocker;
  return { ...state, blockers: state.blockers.map(close) };
}

/** Only a plain yes is one: whatever else is said refuses. */
export function isYes(answer: string): boolean {
  return /^\s*y(es)?\s*[.!]?\s*$/i.test(answer);
}

/** What an answer brings about, as the end of a sentence. */
export function sayAnswered({ task, about }: Pick<BlockerState, 'task' | 'about'>, answer: string): string {
  switch (about.is) {
    case 'question':
    case 'failure':
    case 'merge':
      return `${task} goes on with it`;
    case 'message':
      return `${task} is told with its next turn`;
    case 'review':
      return 'the author of the contract is told';
    case 'integration':
      return `the merge of ${task} is tried again`;
    case 'account':
      return `the account ${about.account} goes on`;
    case 'deadline':
      return 'the deadline is lifted, and the campaign goes on';
    case 'addition':
      return isYes(answer)
        ? `the tasks are checked with the whole campaign now, and added if nothing is against it; ${task} is told what came of it`
        : `nothing is added, and ${task} is told why`;
    case 'round':
      return `the tasks of ${task} are tried again`;
  }
}
