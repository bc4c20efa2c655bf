import type { Problem } from './problem.js';
import type { Written } from './spec-written.js';
import { valueAt } from './spec-written.js';
import { outlineOf } from './spec-outline.js';
import type { SpecPath } from './spec-source.js';
import { suggest } from './spec-suggest.js';

interface RoleUse {
  readonly task: string;
  readonly role: string;
  /** Of the task. */
  readonly path: SpecPath;
}

/** Roles live in the repository: `known` are those that were found in `folder`, as the spec writes it. */
export interface KnownRoles {
  readonly folder: string;
  readonly known: readonly string[];
}

/** Null where the role is known. */
export function findUnknownRole(
  { task, role, path }: RoleUse,
  { folder, known }: KnownRoles,
  placeOf: Written['placeOf'],
): Problem | null {
  if (known.includes(role)) return null;
  const meant = suggest(role, known);
  return {
    code: 'spec/unknown-role',
    message: `task "${task}" has the role "${role}", but ${folder} has no file for it`,
    hint: meant === null ? `write ${folder}/${role}.md, or leave the role out` : `did you mean "${meant}"?`,
    where: placeOf([...path, 'role']),
    severity: 'problem',
  };
}

/** Of a spec that may be wrong elsewhere, and so does not compile. */
export function findUnknownRoles(written: Written, roles: KnownRoles): readonly Problem[] {
  return outlineOf(written.value).tasks.flatMap(({ id, path }) => {
    const role = valueAt(written.value, [...path, 'role']);
    if (typeof role !== 'string') return [];
    return findUnknownRole({ task: id, role, path }, roles, written.placeOf) ?? [];
  });
}
