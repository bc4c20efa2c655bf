import { isMap, parseDocument } from 'yaml';
import type { RoleBrief } from '../core/brief.js';
import type { Problem } from '../core/problem.js';
import { isName, suggestName } from '../core/spec-name.js';

const OPENING = /^---[ \t]*\r?\n/;
const FRONT_MATTER = /^---[ \t]*\r?\n([\s\S]*?)(?<=\n)---[ \t]*(?:\r?\n|$)/;

/**
 * Reads a role in the `.claude/agents` format: Markdown, with YAML front matter. The role is called as the front
 * matter's `name` says, else as its file; keys for other programs (tools, model, …) are left alone. Never throws.
 */
export function parseRoleFile(text: string, file: string): { role: RoleBrief | null; problems: Problem[] } {
  const plain = text.replace(/^\uFEFF/, '');
  const match = FRONT_MATTER.exec(plain);
  if (match === null && OPENING.test(plain)) {
    return refuse(file, {
      message: `the front matter of ${file} begins with "---" and never ends`,
      hint: 'close it with a line "---" before the instructions',
    });
  }
  const frontMatter = match?.[1] ?? '';
  const name = readKey(frontMatter, 'name') ?? baseName(file);
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
  return {
    role: { name, description: readKey(frontMatter, 'description') ?? '', instructions },
    problems: [],
  };
}

function refuse(file: string, told: { message: string; hint: string }): { role: null; problems: Problem[] } {
  const where = { file, line: 1, column: 1 };
  return { role: null, problems: [{ code: 'role/bad-file', ...told, where, severity: 'problem' }] };
}

function baseName(file: string): string {
  return (file.split('/').at(-1) ?? '').replace(/\.md$/i, '');
}

/** Real files often hold descriptions that are not YAML (`use when: …`); Claude Code reads those by line, as we do. */
function readKey(frontMatter: string, key: string): string | null {
  const value = readYamlKey(frontMatter, key);
  if (value !== null) return value;
  const line = frontMatter.split(/\r?\n/).find((candidate) => candidate.startsWith(`${key}:`));
  const rest = line?.slice(key.length + 1).trim() ?? '';
  return rest === '' ? null : rest;
}

function readYamlKey(frontMatter: string, key: string): string | null {
  try {
    const document = parseDocument(frontMatter, { prettyErrors: false });
    if (document.errors.length > 0 || !isMap(document.contents)) return null;
    const value: unknown = document.contents.get(key);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  } catch {
    // The parser recurses; a file nested so deeply is read by line.
    return null;
  }
}
