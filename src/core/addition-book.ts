/** Somebody wants tasks that the campaign file does not have: who, which, and how far that is. */
import type { Addition } from './addition.js';

/** Of a round: a task whose output has a list. */
export interface RoundSource {
  readonly task: string;
  /** Of the keys of what is made of this list, where a round has several; else empty. */
  readonly prefix: string;
}

/** What an addition is to be; a round's items are still in the outputs of its sources. */
export interface AdditionRequest extends Omit<Addition, 'items'> {
  /** Of a round. */
  readonly sources: readonly RoundSource[];
}

/** One that is not settled yet: a person is asked, or it waits for its order. */
export interface OpenAddition extends AdditionRequest {
  readonly is: 'asked' | 'wanted';
}

export interface AdditionBook {
  /** Of agents and people, in the order in which they came. A round asks for nothing: that it is ready is enough. */
  readonly open: readonly OpenAddition[];
  /** The order to extend the plan that is out; one at a time. */
  readonly out: {
    readonly order: string;
    /** Of the plan that it extends. */
    readonly revision: number;
    readonly request: string;
    /** The template; null where it is no round's. */
    readonly round: string | null;
  } | null;
  /** Orders in a row that were lost with their executor. */
  readonly lost: number;
}

export const NO_ADDITIONS: AdditionBook = { open: [], out: null, lost: 0 };

/** What an agent or a person asks for. */
export interface AdditionAsked {
  readonly by: 'agent' | 'person';
  /** The task whose agent asks; null = a person. */
  readonly task: string | null;
  /** A group's name, or phase/group; null = the asking task's own, for a person the last one. */
  readonly group: string | null;
  readonly why: string;
  /** As a campaign file has them. */
  readonly tasks: readonly unknown[];
  /** Why they can't be tasks at all, in words for who asks; null where nothing shows. */
  readonly problem: string | null;
}
