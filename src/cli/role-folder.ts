import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseRoleFile } from '../agents/role-file.js';
import type { RoleBrief } from '../core/brief.js';
import { compareText } from '../core/compare.js';
import type { Problem } from '../core/problem.js';

export interface RoleFolder {
  readonly roles: Readonly<Record<string, RoleBrief>>;
  readonly problems: readonly Problem[];
}

/** All role files of a folder; a folder that is not there holds none. `shownAs` is how problems name it. */
export async function readRoleFolder(folder: string, shownAs: string): Promise<RoleFolder> {
  const roles: Record<string, RoleBrief> = {};
  const problems: Problem[] = [];
  for (const name of await listMarkdown(folder)) {
    const file = `${shownAs}/${name}`;
    const parsed = parseRoleFile(await readFile(path.join(folder, name), 'utf8'), file);
    problems.push(...parsed.problems);
    if (parsed.role === null) continue;
    if (parsed.role.name in roles) problems.push(doubled(file, parsed.role.name));
    else roles[parsed.role.name] = parsed.role;
  }
  return { roles, problems };
}

async function listMarkdown(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.toLowerCase().endsWith('.md')).sort(compareText);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function doubled(file: string, role: string): Problem {
  return {
    code: 'role/duplicate',
    message: `${file} defines the role ${role}, which another file of the folder defines already`,
    hint: 'give each role file a name of its own in its front matter',
    where: { file, line: 1, column: 1 },
    severity: 'problem',
  };
}
