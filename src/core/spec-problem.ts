/** How checks of a spec make their problems, and look at data that may be of any shape. */
import type { Problem } from './problem.js';
import { valueAt, type Written } from './spec-written.js';
import type { SpecPath } from './spec-source.js';

type Told = Pick<Problem, 'code' | 'message' | 'hint'>;

export function problemAt(written: Written, path: SpecPath, told: Told): Problem {
  return { ...told, where: written.placeOf(path), severity: 'problem' };
}

/** For keys that should not be there. */
export function keyProblemAt(written: Written, path: SpecPath, told: Omit<Told, 'code'>): Problem {
  return { code: 'spec/conflicting-keys', ...told, where: written.placeOf(path, 'key'), severity: 'problem' };
}

export function keysAt(root: unknown, path: SpecPath): readonly string[] {
  const value = valueAt(root, path);
  return isMapping(value) ? Object.keys(value) : [];
}

export function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function badSchema(where: Problem['where'], told: Omit<Told, 'code'>): Problem {
  return { code: 'spec/bad-schema', ...told, severity: 'problem', ...(where && { where }) };
}

/** Part of the format, and refused all the same: a campaign that ignored it would not do what it says. */
export function notYet(what: string, where: Problem['where']): Problem {
  return {
    code: 'spec/not-supported-yet',
    message: `${what} is part of the format, but this version of Longhaul does not do it yet`,
    hint: 'leave it out, or write what docs/campaign-file.md lists as working today',
    severity: 'problem',
    ...(where && { where }),
  };
}
