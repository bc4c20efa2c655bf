import type { CompilePass } from './compile-draft.js';
import { findUnknownRole } from './spec-role.js';

/** Roles live in the repository, so that they are known only now. */
export const checkRoles: CompilePass = (draft, { spec, roles }) => {
  const known = { folder: spec.roles, known: Object.keys(roles) };
  for (const { written, path } of draft.tasks) {
    const { id: task, role } = written;
    if (role === undefined) continue;
    const problem = findUnknownRole({ task, role, path }, known, spec.placeOf);
    if (problem !== null) draft.problems.push(problem);
  }
};
