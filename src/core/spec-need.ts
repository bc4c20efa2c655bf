/** The kinds of needs, and how each is written: a task's id, or a mapping with one key. */
export const NEED_KINDS = ['contract', 'draft', 'finish', 'group'] as const;

/**
 * - `task`: it is done and merged. `contract`: it is published. `draft`: the task has published one, or is done.
 * - `finish`: the task is done before this one is verified. `group`: as many members are done as the group waits for.
 */
export interface Need {
  readonly kind: 'task' | (typeof NEED_KINDS)[number];
  readonly name: string;
}

/** Null where it is written otherwise; the schema says how. */
export function readNeed(value: unknown): Need | null {
  if (typeof value === 'string') return { kind: 'task', name: value };
  if (typeof value !== 'object' || value === null) return null;
  const written = Object.entries(value);
  const [key, name] = written[0] ?? [];
  const kind = NEED_KINDS.find((known) => known === key);
  if (written.length !== 1 || kind === undefined || typeof name !== 'string') return null;
  return { kind, name };
}

/** As one would write it: `api`, `{ contract: cart-api }`. */
export function writeNeed({ kind, name }: Need): string {
  return kind === 'task' ? name : `{ ${kind}: ${name} }`;
}

interface Called {
  /** `<phase>/<group>`. */
  readonly id: string;
  readonly name: string;
}

/** A group is called by its name, or by `phase/group` where several have that name. */
export function groupsCalled<G extends Called>(groups: readonly G[], name: string): readonly G[] {
  return groups.filter((group) => (name.includes('/') ? group.id : group.name) === name);
}
