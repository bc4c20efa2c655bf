/**
 * What a campaign was compiled from besides its file's text: an artifact beside each brief, from which the campaign is
 * compiled again with tasks that come while it runs, wherever that is done.
 */
import type { Addition } from './addition.js';
import type { CampaignBrief, JsonSchema, OwnTemplate, RoleBrief } from './brief.js';
import { compile, type Compiled } from './compile.js';
import type { Learnt } from './learnt.js';
import { readFilled, type ReadSpec } from './spec.js';

export interface CompileSource {
  readonly version: 1;
  /** The campaign file's name, as problems tell it. */
  readonly file: string;
  /** The file as plain data, its variables filled in, without what was added. */
  readonly value: unknown;
  /** The role files of the repository, by name. */
  readonly roles: Readonly<Record<string, RoleBrief>>;
  /** The templates of the repository that the spec names, by their paths. */
  readonly templates: Readonly<Record<string, OwnTemplate>>;
  /** The schemas that tasks name as their `output`, by path. */
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
  /** Branches that the user's repository had, without `refs/heads/`. */
  readonly existingBranches: readonly string[];
  readonly learnt: Learnt | null;
}

interface Again {
  /** Of the campaign that this is a change of. */
  readonly earlier: CampaignBrief;
  /** All that are to be in force; default: those that were. */
  readonly additions?: readonly Addition[];
  /** sha256 as hex digits. */
  readonly digest: (text: string) => string;
}

/** Problems are of the file as a whole; plan and brief are null exactly where there are some. */
export function compileAgain(
  { file, value, roles, templates, schemas = {}, existingBranches, learnt }: CompileSource,
  { earlier, additions = earlier.additions, digest }: Again,
): Compiled & Pick<ReadSpec, 'spec'> {
  const { spec, problems } = readFilled(value, file, additions);
  if (spec === null) return { spec, plan: null, brief: null, problems };
  const { campaign, createdAt, repository } = earlier;
  const compiled = compile({
    spec,
    campaign,
    createdAt,
    repository,
    earlier,
    roles,
    templates,
    schemas,
    existingBranches,
    learnt,
    digest,
  });
  return { ...compiled, spec };
}
