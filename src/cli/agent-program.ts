import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { findAdapter } from '../agents/registry.js';
import type { AgentBrief } from '../core/brief.js';
import type { Problem } from '../core/problem.js';
import type { PlaceOf } from '../core/spec-source.js';
import type { WrittenAgent } from './written-agent.js';

export interface ProgramSearch {
  /** As PATH is written. */
  readonly searchPath: string;
  /** Where a program that is part of the repository is looked for; null where the repository is elsewhere. */
  readonly repository: string | null;
}

/** Agents whose program is not on this machine: found before anything starts, and not at their first turn. */
export async function findMissingPrograms(
  agents: readonly WrittenAgent[],
  search: ProgramSearch,
  placeOf: PlaceOf,
): Promise<readonly Problem[]> {
  const missing: Problem[] = [];
  for (const agent of agents) {
    const program = programOf(agent);
    if (program === null || (await isFound(program, search))) continue;
    missing.push({
      code: 'spec/agent-not-found',
      message: `agent ${agent.name} needs the program ${program}, which is not ${whereExpected(program)}`,
      hint: hintFor(agent, program),
      where: placeOf(['agents', agent.name, agent.run.length > 0 ? 'run' : 'adapter']),
      severity: 'problem',
    });
  }
  return missing;
}

/** Only the adapter knows what it starts where the spec does not say. Null where the spec is too wrong to tell. */
export function programOf({ name, adapter, run, model, env }: WrittenAgent): string | null {
  const [program] = run;
  if (program !== undefined) return program;
  const known = findAdapter(adapter ?? '');
  // Of these the spec must say what is started.
  if (adapter === null || known === null || ['command', 'acp'].includes(adapter)) return null;
  const agent: AgentBrief = {
    name,
    adapter,
    run,
    model,
    account: adapter,
    instances: 1,
    env,
    settings: 'isolated',
    options: {},
  };
  const places = { env: {}, home: '', schema: null, schemaFile: '', bridge: [], mcp: null, maxUsd: null };
  const turn = { prompt: '', session: '', resume: false, root: false, answer: null };
  return known.command({ agent, ...turn, ...places }).program;
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

function hintFor({ adapter, run }: WrittenAgent, program: string): string {
  const vendors = installationOf(adapter ?? '');
  if (vendors !== null && run.length === 0) return vendors;
  return program.includes('/')
    ? 'a program of the repository must be committed, and executable (chmod +x)'
    : `install ${program}, or correct run`;
}

/** How a vendor's program comes onto a machine; null where it is nobody's. */
export function installationOf(adapter: string): string | null {
  return installations[adapter] ?? null;
}

const installations: Readonly<Record<string, string | undefined>> = {
  'claude-code':
    'install Claude Code (npm install -g @anthropic-ai/claude-code) and log in once with `claude`',
  codex: 'install Codex (npm install -g @openai/codex) and log in once with `codex login`',
};
