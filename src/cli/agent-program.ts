import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { findAdapter } from '../agents/registry.js';
import type { Problem } from '../core/problem.js';
import type { Spec } from '../core/spec.js';

type SpecAgent = NonNullable<Spec['agents'][string]>;

export interface ProgramSearch {
  /** As PATH is written. */
  readonly searchPath: string;
  /** Where a program that is part of the repository is looked for; null where the repository is elsewhere. */
  readonly repository: string | null;
}

/** Agents whose program is not on this machine: found before anything starts, and not at their first turn. */
export async function findMissingPrograms(spec: Spec, search: ProgramSearch): Promise<readonly Problem[]> {
  const missing: Problem[] = [];
  for (const [name, agent] of Object.entries(spec.agents)) {
    const program = programOf(name, agent);
    if (program === null || (await isFound(program, search))) continue;
    missing.push({
      code: 'spec/agent-not-found',
      message: `agent ${name} needs the program ${program}, which is not ${whereExpected(program)}`,
      hint: hintFor(agent.adapter, program),
      where: spec.placeOf(['agents', name, agent.run === undefined ? 'adapter' : 'run']),
      severity: 'problem',
    });
  }
  return missing;
}

/** Only the adapter knows what it starts where the spec does not say. */
function programOf(name: string, written: SpecAgent): string | null {
  const { adapter, run = [], model, instances, env } = written;
  const agent = { name, adapter, run, model: model ?? null, account: adapter, instances, env };
  const request = { agent, prompt: '', session: '', resume: false, root: false };
  return findAdapter(adapter)?.command(request).program ?? null;
}

async function isFound(program: string, { searchPath, repository }: ProgramSearch): Promise<boolean> {
  if (path.isAbsolute(program)) return isExecutable(program);
  // Relative to the task's worktree, which is the repository's content.
  if (program.includes('/')) return repository === null || isExecutable(path.join(repository, program));
  const folders = searchPath.split(path.delimiter).filter((folder) => folder !== '');
  for (const folder of folders) if (await isExecutable(path.join(folder, program))) return true;
  return false;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function whereExpected(program: string): string {
  if (path.isAbsolute(program)) return 'there, or not executable';
  return program.includes('/') ? 'an executable file of the repository' : 'on the PATH';
}

function hintFor(adapter: string, program: string): string {
  if (adapter === 'claude-code') {
    return 'install Claude Code (npm install -g @anthropic-ai/claude-code) and log in once with `claude`';
  }
  return program.includes('/')
    ? 'a program of the repository must be committed, and executable (chmod +x)'
    : `install ${program}, or correct run`;
}
