/**
 * The fields of a `.claude/agents` file besides name, description and text: each is mapped to what Longhaul has for it, or
 * named as one that does nothing here.
 */
import type { OptionValue, RoleBrief } from '../core/brief.js';
import { checkRepositoryPath } from '../core/spec-path.js';
import type { FrontMatter } from './front-matter.js';

export interface RoleFields extends Pick<RoleBrief, 'model' | 'options' | 'outputFolder'> {
  /** Fields that do nothing here, some with why. */
  readonly unmapped: readonly string[];
  /** What is wrong with the output folder, as a sentence's end; or null. */
  readonly folderFault: string | null;
}

/** What a value comes to; null where it can't be used. */
type Read = (value: unknown) => OptionValue | null;

/** Options of agents, by the names of Claude Code's. Which of them an agent's program has, its adapter knows. */
const options: Readonly<Record<string, Read>> = {
  tools: listOf,
  disallowedTools: listOf,
  maxTurns: (value) => (/^[1-9]\d{0,5}$/.test(String(value)) ? Number(value) : null),
  effort: (value) => (typeof value === 'string' && value !== '' ? value : null),
};

/** Always so here: every task has a clone of its own, and nobody is asked for permissions. */
const given: Readonly<Record<string, string>> = {
  isolation: 'worktree',
  permissionMode: 'bypassPermissions',
};

const others = ['name', 'description', 'model', 'outputFolder'];

export function readRoleFields({ keys, valueOf }: FrontMatter): RoleFields {
  const read = Object.keys(options)
    .filter((key) => keys.includes(key))
    .map((key) => [key, options[key]?.(valueOf(key)) ?? null] as const);
  const rest = keys.filter((key) => !others.includes(key) && !Object.hasOwn(options, key));
  const folder = valueOf('outputFolder');
  return {
    model: textOf(valueOf('model')),
    options: Object.fromEntries(read.flatMap(([key, value]) => (value === null ? [] : [[key, value]]))),
    outputFolder: typeof folder === 'string' ? folder.replace(/\/+$/, '') : null,
    unmapped: [
      ...read.filter(([, value]) => value === null).map(([key]) => `${key} (its value is not understood)`),
      ...rest.filter((key) => given[key] === undefined || valueOf(key) !== given[key]),
    ],
    folderFault: folder === undefined ? null : faultOfFolder(folder),
  };
}

function faultOfFolder(folder: unknown): string | null {
  if (typeof folder !== 'string') return 'is no text';
  return checkRepositoryPath(folder.replace(/\/+$/, ''))?.why ?? null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** `Read, Bash(git log *), Edit`, or a list. Commas within brackets belong to their entry. */
function listOf(value: unknown): readonly string[] | null {
  const entries: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? value.split(/,(?![^(]*\))/)
      : [];
  const texts = entries.flatMap((entry) =>
    typeof entry === 'string' && entry.trim() !== '' ? [entry.trim()] : [],
  );
  return texts.length > 0 && texts.length === entries.length ? texts : null;
}
