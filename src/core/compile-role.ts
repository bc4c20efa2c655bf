import type { CompilePass } from './compile-draft.js';
import { suggest } from './spec-suggest.js';

/** Roles live in the repository, so that they are known only now. */
export const checkRoles: CompilePass = (draft, { spec, roles }) => {
  const known = Object.keys(roles);
  for (const { written, path } of draft.tasks) {
    const { id, role } = written;
    if (role === undefined || known.includes(role)) continue;
    const meant = suggest(role, known);
    draft.problems.push({
      code: 'spec/unknown-role',
      message: `task "${id}" has the role "${role}", but ${spec.roles} has no file for it`,
      hint:
        meant === null ? `write ${spec.roles}/${role}.md, or leave the role out` : `did you mean "${meant}"?`,
      where: spec.placeOf([...path, 'role']),
      severity: 'problem',
    });
  }
};
