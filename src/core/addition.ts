/**
 * Tasks that are not in the campaign file and come while the campaign runs: made for each entry of a list, proposed by
 * an agent, or added by a person.
 */
import type { RoundItem } from './item-text.js';

export interface Addition {
  readonly key: string;
  readonly by: 'round' | 'agent' | 'person';
  /** The template of a round, or the task whose agent proposed it; null = a person's. */
  readonly task: string | null;
  /** The id of the group that its tasks are in. */
  readonly group: string;
  /** Of its tasks: 1 for what comes of the file's own tasks, one more each time over. */
  readonly depth: number;
  readonly why: string;
  /** As written; empty for a round. */
  readonly tasks: readonly unknown[];
  /** What a round's tasks are made of: each is the template, as the file says it now, with the item filled in. */
  readonly items: readonly RoundItem[];
}

/** A task that the file does not have. */
export interface AddedTask {
  readonly addition: string;
  readonly depth: number;
  /** The template that it is made of; null where it is none of a round. */
  readonly template: string | null;
  /** Only for a plan: how many there will be, nobody knows yet. */
  readonly assumed: boolean;
}

/** Additions that nobody has asked for are called so. */
const ASSUMED = 'assumed:';

export function assumedKey(template: string): string {
  return `${ASSUMED}${template}`;
}

export function isAssumed({ key }: Pick<Addition, 'key'>): boolean {
  return key.startsWith(ASSUMED);
}

/** The additions in force once this one has come: a round takes the place of the earlier one of its template. */
export function withAddition(additions: readonly Addition[], one: Addition): readonly Addition[] {
  const isSame = (other: Addition) =>
    one.by === 'round' ? other.by === 'round' && other.task === one.task : other.key === one.key;
  return additions.some(isSame)
    ? additions.map((other) => (isSame(other) ? one : other))
    : [...additions, one];
}

export function madeTask(template: string, key: string): string {
  return `${template}-${key}`;
}
