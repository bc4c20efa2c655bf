/**
 * Compiles tasks that are not in the campaign file into the campaign, from what is kept beside its brief. What comes of
 * it counts only for the plan that it was made from: the campaign asks again where that is another one by then.
 */
import { copyFile, link, readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type { AdditionRequest } from '../core/addition-book.js';
import { withAddition, type Addition } from '../core/addition.js';
import type { CampaignBrief } from '../core/brief.js';
import { compileAgain, type CompileSource } from '../core/compile-source.js';
import { briefFiles, type HomePaths } from '../core/home.js';
import type { Extension, ExtendInput } from '../core/ports.js';
import type { Problem } from '../core/problem.js';
import { additionFrom, roundAddition } from '../core/round-output.js';
import { digestOf } from './brief-file.js';
import type { ActivityDeps } from './deps.js';
import { lasting } from './lasting.js';
import { readResult } from './task-result.js';

const MOST_PROBLEMS = 20;

interface Extending {
  readonly home: HomePaths;
  readonly brief: CampaignBrief;
  readonly briefDigest: string;
}

/** The answer may be larger than an activity's can be: it is a signal, in parts. */
export async function extendCampaign(
  deps: ActivityDeps,
  brief: CampaignBrief,
  { order, request, briefDigest }: ExtendInput & { readonly order: string },
): Promise<void> {
  const extension = await extend({ home: deps.home, brief, briefDigest }, request);
  await deps.campaigns.extended(brief.campaign, { order, ...extension });
}

async function extend(at: Extending, request: AdditionRequest): Promise<Extension> {
  const { addition, problems } = additionOf(at, request);
  if (addition === null) return { plan: null, problems };
  const compiled = await compileWith(at, [addition]);
  if (compiled.plan === null) return { plan: null, problems: sayProblems(compiled.problems) };
  // Without its place in the file it is left out, which is only warned of.
  if (!compiled.brief.additions.some(({ key }) => key === addition.key))
    return { plan: null, problems: [sayPlaceGone(addition)] };
  await keep(at, { brief: compiled.brief, digest: compiled.plan.briefDigest });
  return { plan: compiled.plan, problems: [] };
}

function sayPlaceGone({ by, task, group }: Addition): string {
  const place = by === 'round' ? `The round ${task ?? ''}` : `The group "${group}"`;
  return `${place} is not in the campaign any more.`;
}

function additionOf({ home, brief }: Extending, request: AdditionRequest): ReturnType<typeof roundAddition> {
  const { campaign } = brief;
  if (request.by === 'round')
    return roundAddition(brief, request, (task) => readResult(home, { campaign, task })?.output ?? null);
  return { addition: additionFrom(request, []), problems: [] };
}

/** The campaign as it would be with them. */
export async function compileWith(
  at: Extending,
  more: readonly Addition[],
): Promise<ReturnType<typeof compileAgain>> {
  const { brief } = at;
  const additions = more.reduce(withAddition, brief.additions);
  return compileAgain(await readSource(at), { earlier: brief, additions, digest: digestOf });
}

async function readSource({ home, brief, briefDigest }: Extending): Promise<CompileSource> {
  const { source } = briefFiles(home, brief.campaign, briefDigest);
  const text = await readFile(source, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw lasting(
      'brief/missing',
      `${source}, what campaign ${brief.campaign} was compiled from, is not there; put it back, or \`longhaul apply\` the campaign file, which writes it anew`,
    );
  });
  return JSON.parse(text) as CompileSource;
}

/** The brief last: where it is, all of it is. The source is the same, and may be large. */
async function keep(
  { home, brief: { campaign }, briefDigest }: Extending,
  next: { readonly brief: CampaignBrief; readonly digest: string },
): Promise<void> {
  const files = briefFiles(home, campaign, next.digest);
  const { source } = briefFiles(home, campaign, briefDigest);
  await link(source, files.source).catch(async (error: unknown) => {
    // An earlier try has made it; or the file system knows no links.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await copyFile(source, files.source);
  });
  await writeFileAtomic(files.brief, JSON.stringify(next.brief));
}

export function sayProblems(problems: readonly Problem[]): readonly string[] {
  const grave = problems.filter(({ severity }) => severity === 'problem');
  return grave
    .slice(0, MOST_PROBLEMS)
    .map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`));
}
