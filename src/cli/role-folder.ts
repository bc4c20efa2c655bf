import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseRoleFile } from '../agents/role-file.js';
import type { RoleBrief } from '../core/brief.js';
import { compareText } from '../core/compare.js';
import type { Problem } from '../core/problem.js';
import type { UnmappedFields } from './role-check.js';
import { whyUnreadable } from './unreadable.js';

export interface RoleFolder {
  readonly roles: Readonly<Record<string, RoleBrief>>;
  readonly problems: readonly Problem[];
  readonly unmapped: UnmappedFields;
}

/** All role files of a folder; a folder that is not there holds none. `shownAs` is how problems name it. */
export async function readRoleFolder(folder: string, shownAs: string): Promise<RoleFolder> {
  const roles: Record<string, RoleBrief> = {};
  const problems: Problem[] = [];
  const unmapped: Record<string, UnmappedFields[string]> = {};
  const definedIn = new Map<string, string>();
  const names = await listMarkdown(folder, shownAs);
  if (!Array.isArray(names)) return { roles, problems: [names], unmapped };
  for (const name of names) {
    const file = `${shownAs}/${name}`;
    const text = await readOrProblem(path.join(folder, name), file);
    if (typeof text !== 'string') {
      problems.push(text);
      continue;
    }
    const parsed = parseRoleFile(text, file);
    problems.push(...parsed.problems);
    if (parsed.role === null) continue;
    const { name: role } = parsed.role;
    const other = definedIn.get(role);
    if (other !== undefined) problems.push(doubled(file, role, other));
    else {
      roles[role] = parsed.role;
      unmapped[role] = { file, fields: parsed.unmapped };
    }
    definedIn.set(role, other ?? name);
  }
  return { roles, problems, unmapped };
}

async function readOrProblem(location: string, file: string): Promise<string | Problem> {
  try {
    return await readFile(location, 'utf8');
  } catch (error) {
    return unreadable(file, whyUnreadable(error), 'put a readable Markdown file there, or remove it');
  }
}

async function listMarkdown(folder: string, shownAs: string): Promise<string[] | Problem> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.toLowerCase().endsWith('.md')).sort(compareText);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    const hint = 'let roles name a folder with a Markdown file for each role; default: .claude/agents';
    return unreadable(shownAs, whyUnreadable(error), hint);
  }
}

function unreadable(file: string, why: string, hint: string): Problem {
  return {
    code: 'role/bad-file',
    message: `${file} can't be read: ${why}`,
    hint,
    where: { file },
    severity: 'problem',
  };
}

function doubled(file: string, role: string, other: string): Problem {
  return {
    code: 'role/duplicate',
    message: `${file} defines the role ${role}, which ${other} defines already`,
    hint: 'give each role file a name of its own in its front matter',
    where: { file, line: 1, column: 1 },
    severity: 'problem',
  };
}
