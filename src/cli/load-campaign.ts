/** From a campaign file to a plan, with everything that can be wrong found before anything starts. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CampaignArtifacts } from '../client/campaign-folder.js';
import type { CampaignBrief, RepositoryBrief } from '../core/brief.js';
import { readLearnt } from '../client/learnt-file.js';
import { compile } from '../core/compile.js';
import type { CompileSource } from '../core/compile-source.js';
import type { Learnt } from '../core/learnt.js';
import { lint } from '../core/lint.js';
import type { Problem } from '../core/problem.js';
import type { HomePaths } from '../core/home.js';
import { comparePlaces, readSpec, type Spec } from '../core/spec.js';
import { findUnknownRoles } from '../core/spec-role.js';
import type { SpecSource } from '../core/spec-source.js';
import type { Vars } from '../core/spec-var.js';
import { valueAt } from '../core/spec-written.js';
import { firstFreeId } from './free-id.js';
import { SpecRefusedError } from './exit-code.js';
import { countProblems, printNote, printProblems } from './output.js';
import { warnOfRoleFields } from './role-check.js';
import { checkOwnTemplates } from './template-check.js';
import { whyUnreadable } from './unreadable.js';
import { lookAround, rolesFolderOf, type Surroundings } from './surroundings.js';

/** What a compiled campaign depends on besides its file: given again, the same brief comes of the same file. */
interface Identity {
  readonly campaign: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Null = the repository as it is now. */
  readonly repository: RepositoryBrief | null;
  /** Of the campaign that this is a change of. */
  readonly earlier?: CampaignBrief | null;
  /** For a plan that is only shown: with the tasks that are expected of rounds. */
  readonly assume?: boolean;
}

export interface CompiledCampaign extends CampaignArtifacts {
  /** Of what came while the campaign ran: what has no place in the file any more. */
  readonly gone: readonly Problem[];
}

export interface LoadedCampaign {
  readonly spec: Spec;
  readonly warnings: readonly Problem[];
  readonly learnt: Learnt | null;
  /** With what came while the earlier one ran. Throws SpecRefusedError, as loadCampaign does. */
  readonly compileAs: (identity: Identity) => CompiledCampaign;
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
  readonly vars?: Vars;
  /** Warnings are problems. */
  readonly strict?: boolean;
}

export async function checkFile(options: LoadOptions): Promise<CheckedFile> {
  const checked = await checkLeniently(options);
  const { problems } = checked;
  if (options.strict !== true || problems.length === 0) return checked;
  return { problems: problems.map((problem) => ({ ...problem, severity: 'problem' })), loaded: null };
}

async function checkLeniently(options: LoadOptions): Promise<CheckedFile> {
  const text = await readText(options.file);
  if (typeof text !== 'string') return { problems: [text], loaded: null };
  const { vars = {} } = options;
  const { spec, problems, source, filled } = readSpec(text, options.file, { vars });
  if (source.problems.length > 0 || typeof source.value !== 'object' || source.value === null)
    return { problems, loaded: null };
  const around = await lookAround(source, options);
  const found = [...problems, ...around.problems];
  const learnt = await readLearnt(options.home, around.facts?.location ?? '');
  if (spec !== null) return checkSpec({ spec, source, filled, text, around, found, learnt }, options);
  // A file that is wrong is not compiled; what is left of that is what its roles are used for.
  const roles = { folder: rolesFolderOf(source), known: Object.keys(around.roles) };
  return {
    problems: inFileOrder([...found, ...findUnknownRoles(source, roles)], options.file),
    loaded: null,
  };
}

/** The campaign file's own first, then those of role files and of no file. */
function inFileOrder(problems: readonly Problem[], file: string): readonly Problem[] {
  const own = problems.filter(({ where }) => where?.file === file);
  return [...own.sort(comparePlaces), ...problems.filter(({ where }) => where?.file !== file)];
}

interface ReadFile {
  readonly spec: Spec;
  readonly source: SpecSource;
  /** Without tasks that came while a campaign ran. */
  readonly filled: unknown;
  readonly text: string;
  readonly around: Surroundings;
  readonly found: readonly Problem[];
  readonly learnt: Learnt | null;
}

function checkSpec(read: ReadFile, options: LoadOptions): CheckedFile {
  const { file, home, id } = options;
  const { spec, source, text, found, learnt } = read;
  const compileIt = makeCompile(read);
  const compileSource = sourceOf(read, options);
  const now = new Date().toISOString();
  const draft = compileIt(spec, {
    campaign: firstFreeId(home, id ?? spec.name),
    createdAt: now,
    repository: null,
  });
  const { plan: drafted, brief: draftedBrief } = draft;
  const linted =
    drafted === null
      ? draft.problems
      : [
          ...lint({ written: source, plan: drafted, brief: draftedBrief }),
          ...checkOwnTemplates(source, draftedBrief),
          ...warnOfRoleFields({ plan: drafted, brief: draftedBrief }, read.around.unmapped),
        ];
  const problems = inFileOrder([...found, ...linted], file);
  if (problems.some(({ severity }) => severity === 'problem')) return { problems, loaded: null };
  const compileAs = (identity: Identity): CompiledCampaign => {
    const { spec: whole, gone } = readWhole(read, options, identity);
    const { plan, brief, problems: late } = compileIt(whole, identity);
    if (plan === null) throw refused(file, late);
    return { plan, brief, spec: text, source: compileSource, gone };
  };
  return { problems, loaded: { spec, warnings: problems, learnt, compileAs } };
}

/** The file with what is not in it. */
function readWhole(
  { spec, text }: ReadFile,
  { file, vars = {} }: LoadOptions,
  { earlier = null, assume = false }: Identity,
): { readonly spec: Spec; readonly gone: readonly Problem[] } {
  const additions = earlier?.additions ?? [];
  if (additions.length === 0 && !assume) return { spec, gone: [] };
  const { spec: whole, problems } = readSpec(text, file, { vars, additions, assume });
  if (whole === null) throw refused(file, problems);
  return { spec: whole, gone: problems.filter(({ code }) => code === 'spec/addition-gone') };
}

/** Shows all problems on stderr. Throws SpecRefusedError where the campaign can't start. */
export async function loadCampaign(options: LoadOptions): Promise<LoadedCampaign> {
  const { problems, loaded } = await checkFile(options);
  if (loaded === null) throw refused(options.file, problems);
  printProblems(problems);
  return loaded;
}

/** Also of what only an id that had to be counted up shows: that its branches are in the way. */
function refused(file: string, problems: readonly Problem[]): SpecRefusedError {
  printProblems(problems);
  printNote(`\n${file}: ${countProblems(problems)}; nothing was started.`);
  return new SpecRefusedError();
}

/** With the variables that were given in the place of the file's own: what is added later is filled in by them. */
function sourceOf(
  { filled, around: { facts, roles, templates, schemas }, learnt }: ReadFile,
  { file, vars = {} }: LoadOptions,
): CompileSource {
  const existingBranches = facts?.branches ?? [];
  const own = valueAt(filled, ['vars']);
  const value = { ...(filled as object), vars: { ...(own as Vars | undefined), ...vars } };
  return { version: 1, file, value, roles, templates, schemas, existingBranches, learnt };
}

const NO_REPOSITORY: RepositoryBrief = { location: '', kind: 'path', base: '', baseCommit: '' };

function makeCompile({ around: { facts, roles, templates, schemas }, learnt }: ReadFile) {
  // A repository with problems is told of already; the rest of the file is checked all the same.
  const { branches, ...now } = facts ?? { ...NO_REPOSITORY, branches: [] };
  return (spec: Spec, { campaign, createdAt, repository, earlier = null }: Identity) =>
    compile({
      spec,
      campaign,
      createdAt,
      repository: repository ?? now,
      earlier,
      roles,
      templates,
      schemas,
      existingBranches: branches,
      learnt,
      digest: digestOf,
    });
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function readText(file: string): Promise<string | Problem> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    return {
      code: 'spec/unreadable',
      message: `the campaign file can't be read: ${whyUnreadable(error)}`,
      hint: 'name a campaign file (YAML or JSON); docs/campaign-file.md shows the smallest one',
      where: { file },
      severity: 'problem',
    };
  }
}
