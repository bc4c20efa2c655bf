/** From a campaign file to a plan, with everything that can be wrong found before anything starts. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CampaignArtifacts } from '../client/campaign-folder.js';
import type { RepositoryBrief } from '../core/brief.js';
import { compile } from '../core/compile.js';
import { ProblemError, type Problem } from '../core/problem.js';
import type { HomePaths } from '../core/home.js';
import { readSpec, type Spec } from '../core/spec.js';
import { parseSource, type PlaceOf } from '../core/spec-source.js';
import { inspectRepository, type RepositoryFacts } from '../worker/preflight.js';
import { findMissingPrograms } from './agent-program.js';
import { firstFreeId } from './free-id.js';
import { SpecRefusedError } from './exit-code.js';
import { countProblems, printNote, printProblems } from './output.js';
import { readRoleFolder, type RoleFolder } from './role-folder.js';

/** What a compiled campaign depends on besides its file: given again, the same brief comes of the same file. */
interface Identity {
  readonly campaign: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Null = the repository as it is now. */
  readonly repository: RepositoryBrief | null;
}

export interface LoadedCampaign {
  readonly spec: Spec;
  readonly compileAs: (identity: Identity) => CampaignArtifacts;
}

export interface CheckedFile {
  readonly problems: readonly Problem[];
  /** Null exactly where one of the problems is more than a warning. */
  readonly loaded: LoadedCampaign | null;
}

export interface LoadOptions {
  readonly file: string;
  readonly home: HomePaths;
  /** The id that the campaign shall have; default: its name. */
  readonly id?: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Throws a ProblemError where the file can't be read at all. */
export async function checkFile(options: LoadOptions): Promise<CheckedFile> {
  const text = await readText(options.file);
  const { spec, problems } = readSpec(text, options.file);
  if (spec === null)
    return { problems: [...problems, ...(await inspectAnyway(text, options))], loaded: null };
  const checked = await checkSpec(spec, text, options);
  return { ...checked, problems: [...problems, ...checked.problems] };
}

async function checkSpec(
  spec: Spec,
  text: string,
  { file, home, id, env }: LoadOptions,
): Promise<CheckedFile> {
  const folder = path.dirname(path.resolve(file));
  const { facts, problems: found } = await inspectRepository({
    home,
    repository: spec.repository,
    folder,
    base: spec.base ?? null,
  });
  const checkout = facts?.kind === 'path' ? facts.location : null;
  const roles = await readRoleFolder(path.join(checkout ?? folder, spec.roles), spec.roles);
  const compileIt = makeCompile({ spec, facts, roles });
  const now = new Date().toISOString();
  const draft = compileIt({ campaign: firstFreeId(home, id ?? spec.name), createdAt: now, repository: null });
  const missing = await findMissingPrograms(spec, { searchPath: env['PATH'] ?? '', repository: checkout });
  const problems = [
    ...found.map((problem) => placeIn(spec, problem)),
    ...roles.problems,
    ...draft.problems,
    ...missing,
  ];
  if (problems.some(({ severity }) => severity === 'problem')) return { problems, loaded: null };
  const compileAs = (identity: Identity): CampaignArtifacts => {
    const { plan, brief, problems: late } = compileIt(identity);
    if (plan === null) throw new ProblemError(late[0] ?? changedMeanwhile(file));
    return { plan, brief, spec: text };
  };
  return { problems, loaded: { spec, compileAs } };
}

/** All problems at once: a file with problems of its own may name a repository with some, too. */
async function inspectAnyway(text: string, { file, home }: LoadOptions): Promise<readonly Problem[]> {
  const { value, placeOf } = parseSource(text, file);
  if (typeof value !== 'object' || value === null) return [];
  const { repository = '.', base = null } = value as Readonly<Record<string, unknown>>;
  if (typeof repository !== 'string' || repository === '' || (base !== null && typeof base !== 'string'))
    return [];
  const { problems } = await inspectRepository({
    home,
    repository,
    folder: path.dirname(path.resolve(file)),
    base,
  });
  return problems.map((problem) => placeIn({ base, placeOf }, problem));
}

/** What is wrong with the repository is shown where the file names it. */
function placeIn(
  { base, placeOf }: { readonly base?: string | null | undefined; readonly placeOf: PlaceOf },
  problem: Problem,
): Problem {
  const isBase = problem.code === 'repository/unknown-base' && typeof base === 'string';
  return { ...problem, where: problem.where ?? placeOf([isBase ? 'base' : 'repository']) };
}

/** Shows all problems on stderr. Throws SpecRefusedError where the campaign can't start. */
export async function loadCampaign(options: LoadOptions): Promise<LoadedCampaign> {
  const { problems, loaded } = await checkFile(options);
  printProblems(problems);
  if (loaded !== null) return loaded;
  printNote(`\n${options.file}: ${countProblems(problems)}; nothing was started.`);
  throw new SpecRefusedError();
}

const NO_REPOSITORY: RepositoryBrief = { location: '', kind: 'path', base: '', baseCommit: '' };

interface CompileParts {
  readonly spec: Spec;
  readonly facts: RepositoryFacts | null;
  readonly roles: RoleFolder;
}

function makeCompile({ spec, facts, roles }: CompileParts) {
  // A repository with problems is told of already; the rest of the file is checked all the same.
  const { branches, ...now } = facts ?? { ...NO_REPOSITORY, branches: [] };
  return ({ campaign, createdAt, repository }: Identity) =>
    compile({
      spec,
      campaign,
      createdAt,
      repository: repository ?? now,
      roles: roles.roles,
      existingBranches: branches,
      digest: (text) => createHash('sha256').update(text).digest('hex'),
    });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(error);
    throw new ProblemError({
      code: 'spec/unreadable',
      message: `the campaign file ${file} can't be read: ${why}`,
      hint: 'name a campaign file (YAML or JSON); the README shows the smallest one',
      severity: 'problem',
    });
  }
}

function changedMeanwhile(file: string): Problem {
  return {
    code: 'spec/changed',
    message: `what ${file} says can't be compiled any more`,
    hint: 'the repository changed meanwhile; run the command again',
    severity: 'problem',
  };
}
