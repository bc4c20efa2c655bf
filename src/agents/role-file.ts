import type { RoleBrief } from '../core/brief.js';
import type { Problem } from '../core/problem.js';
import { isName, suggestName } from '../core/spec-name.js';
import { readFrontMatter } from './front-matter.js';
import { readRoleFields } from './role-field.js';

const OPENING = /^---[ \t]*\r?\n/;
const FRONT_MATTER = /^---[ \t]*\r?\n([\s\S]*?)(?<=\n)---[ \t]*(?:\r?\n|$)/;

export interface ReadRole {
  /** Null exactly where there are problems. */
  readonly role: RoleBrief | null;
  readonly problems: readonly Problem[];
  /** Fields of the front matter that do nothing here. */
  readonly unmapped: readonly string[];
}

/**
 * Reads a role in the `.claude/agents` format: Markdown, with YAML front matter. The role is called as the front
 * matter's `name` says, else as its file. Never throws.
 */
export function parseRoleFile(text: string, file: string): ReadRole {
  const plain = text.replace(/^\uFEFF/, '');
  const match = FRONT_MATTER.exec(plain);
  if (match === null && OPENING.test(plain)) {
    return refuse(file, {
      message: `the front matter of ${file} begins with "---" and never ends`,
      hint: 'close it with a line "---" before the instructions',
    });
  }
  const frontMatter = readFrontMatter(match?.[1] ?? '');
  const name = textOr(frontMatter.valueOf('name'), baseName(file));
  if (!isName(name)) {
    return refuse(file, {
      message: `the role in ${file} is called "${name}", which is no name`,
      hint: `write name: ${suggestName(name) ?? 'backend'} (letters, digits, "-" and "_") in its front matter`,
    });
  }
  const instructions = plain.slice(match?.[0].length ?? 0).trim();
  if (instructions === '') {
    return refuse(file, {
      message: `${file} has no instructions`,
      hint: 'write what the role does, below the front matter',
    });
  }
  const { unmapped, folderFault, ...fields } = readRoleFields(frontMatter);
  if (folderFault !== null) {
    return refuse(file, {
      message: `the outputFolder of ${file} ${folderFault}`,
      hint: 'name a folder of the repository, as in outputFolder: docs/design',
    });
  }
  const description = textOr(frontMatter.valueOf('description'), '');
  return { role: { name, description, instructions, ...fields }, problems: [], unmapped };
}

function refuse(file: string, told: { message: string; hint: string }): ReadRole {
  const where = { file, line: 1, column: 1 };
  return {
    role: null,
    problems: [{ code: 'role/bad-file', ...told, where, severity: 'problem' }],
    unmapped: [],
  };
}

function baseName(file: string): string {
  return (file.split('/').at(-1) ?? '').replace(/\.md$/i, '');
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : otherwise;
}
