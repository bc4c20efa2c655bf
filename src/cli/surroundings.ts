/**
 * What a campaign file finds around it: its repository, its roles, its agents' programs and variables. Read from the
 * file's plain data, so that all of it is looked at also where the file has problems of its own.
 */
import { existsSync, readFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { agentEnvironment, parseEnvFile } from '../agents/agent-env.js';
import { findAdapter } from '../agents/registry.js';
import type { HomePaths } from '../core/home.js';
import type { Problem } from '../core/problem.js';
import { isVariableName } from '../core/spec-name.js';
import { valueAt, type Written } from '../core/spec-written.js';
import { readOutsideServer } from '../server/outside.js';
import { inspectRepository, type RepositoryFacts } from '../worker/preflight.js';
import { findMissingCopies, findUnmasked } from './copied-file.js';
import { findWrongOptions } from './agent-option.js';
import { findMissingPrograms } from './agent-program.js';
import { readAgents, type WrittenAgent } from './written-agent.js';
import { readOutputSchemas, type OutputSchemas } from './output-schema.js';
import { readRoleFolder, type RoleFolder } from './role-folder.js';
import { readTemplates, type TemplateFiles } from './template-file.js';

export interface Surroundings {
  /** Null where the repository can't be used. */
  readonly facts: RepositoryFacts | null;
  readonly roles: RoleFolder['roles'];
  readonly unmapped: RoleFolder['unmapped'];
  readonly templates: TemplateFiles['templates'];
  readonly schemas: OutputSchemas['schemas'];
  /** Of all of them; what the roles are used for is not looked at here. */
  readonly problems: readonly Problem[];
}

interface LookOptions {
  readonly file: string;
  readonly home: HomePaths;
  readonly env: NodeJS.ProcessEnv;
}

export async function lookAround(written: Written, options: LookOptions): Promise<Surroundings> {
  const folder = path.dirname(path.resolve(options.file));
  const { facts, problems } = await inspectNamed(written, folder, options);
  const checkout = facts?.kind === 'path' ? facts.location : null;
  const named = valueAt(written.value, ['roles']);
  const roles = rolesFolderOf(written);
  const found =
    named !== undefined && typeof named !== 'string'
      ? { roles: {}, problems: [], unmapped: {} }
      : await readRoleFolder(path.join(checkout ?? folder, roles), roles);
  const own = await readTemplates(written, checkout ?? folder);
  const outputs = await readOutputSchemas(written, checkout ?? folder);
  const agents = readAgents(written.value);
  const { env } = options;
  const search = { searchPath: env['PATH'] ?? '', repository: checkout };
  const missing = await findMissingPrograms(agents, search, written.placeOf);
  return {
    facts,
    roles: found.roles,
    unmapped: found.unmapped,
    templates: own.templates,
    schemas: outputs.schemas,
    problems: [
      ...problems,
      ...found.problems,
      ...own.problems,
      ...outputs.problems,
      ...(facts === null ? [] : findMissingCopies(written, facts)),
      ...(facts === null ? [] : await findUnmasked(written, facts)),
      ...missing,
      ...findUnsetVariables(agents, written, options),
      ...findWrongOptions(agents, written.placeOf),
    ],
  };
}

/** As the spec writes it, or its default. */
export function rolesFolderOf({ value }: Written): string {
  const named = valueAt(value, ['roles']);
  return typeof named === 'string' ? named : '.claude/agents';
}

/** Where the file does not even name one that could be looked for, the schema has told so. */
async function inspectNamed(written: Written, folder: string, { home, file }: LookOptions) {
  const { value } = written;
  const repository = valueAt(value, ['repository']) ?? '.';
  const base = valueAt(value, ['base']) ?? null;
  if (typeof repository !== 'string' || repository === '' || (base !== null && typeof base !== 'string'))
    return { facts: null, problems: [] };
  const { facts, problems } = await inspectRepository({
    home,
    repository,
    folder,
    base,
    spec: await realpath(file),
  });
  return { facts, problems: problems.map((problem) => placeIn(written, base, problem)) };
}

/** What is wrong with the repository is shown where the file names it. */
function placeIn({ placeOf }: Written, base: string | null, problem: Problem): Problem {
  const isBase = problem.code === 'repository/unknown-base' && base !== null;
  return { ...problem, where: problem.where ?? placeOf([isBase ? 'base' : 'repository']) };
}

/** Variables that an agent shall see and that are set nowhere: its first turn would fail. */
function findUnsetVariables(
  agents: readonly WrittenAgent[],
  { placeOf }: Written,
  { home, env }: LookOptions,
): readonly Problem[] {
  const kept = parseEnvFile(existsSync(home.env) ? readFileSync(home.env, 'utf8') : '');
  // Workers of a server of one's own may be on other machines, with other variables.
  const elsewhere = readOutsideServer(undefined, env) !== null;
  return agents.flatMap(({ name, adapter, env: named }) => {
    const beginnings = findAdapter(adapter ?? '')?.variables ?? [];
    const { missing } = agentEnvironment({ worker: env, home: kept, named, beginnings });
    // What is no name of a variable at all, the schema has told of.
    return missing.filter(isVariableName).map((variable): Problem => ({
      code: 'spec/unset-variable',
      message: `agent ${name} needs the variable ${variable}, which is set neither here nor in ${home.env}`,
      hint: `add a line ${variable}=… to ${home.env}, or leave it out of env`,
      where: placeOf(['agents', name, 'env', named.indexOf(variable)]),
      severity: elsewhere ? 'warning' : 'problem',
    }));
  });
}
