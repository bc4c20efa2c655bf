import { countOf } from '../core/count.js';

/** A branch, and the commit that it is to be at. */
export interface Branch {
  readonly name: string;
  readonly commit: string;
}

/** What was done, or what the user has to do; one sentence. */
export type Step =
  { readonly done: true; readonly said: string } | { readonly done: false; readonly said: string };

/** `3 branches are`, `1 of 3 branches is`: how many of all got there, and the verb that goes on. */
export function countShare(count: number, all: number): string {
  const share = count === all ? '' : `${count} of `;
  return `${share}${countOf(all, 'branch', 'branches')} ${count === 1 ? 'is' : 'are'}`;
}
