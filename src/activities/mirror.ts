/**
 * One bare mirror per repository and host. `refs/remotes/origin/*` are the repository's own branches; `refs/heads/*`
 * are the campaigns'; `refs/longhaul/<campaign>/<task>/<gen>` are checkpoints. Nothing is ever collected in it.
 */
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CampaignBrief, RepositoryBrief } from '../core/brief.js';
import type { HomePaths } from '../core/home.js';
import { findCommit, git, GitError, moveRef, tryGit } from './git.js';
import { withHostLock } from './host-lock.js';

export type RepositoryPlace = Pick<RepositoryBrief, 'location' | 'kind'>;

/** The base commit can't be had from the repository: a person has to look. */
export class MissingBaseError extends Error {}

export function mirrorPath(home: HomePaths, location: string): string {
  const name =
    path
      .basename(location)
      .replace(/\.git$/, '')
      .replace(/[^A-Za-z0-9_-]+/g, '-') || 'repository';
  const hash = createHash('sha256').update(location).digest('hex').slice(0, 12);
  return `${home.mirrors}/${name}-${hash}.git`;
}

/** @returns the mirror's path; made where it is missing. */
export async function ensureMirror(home: HomePaths, repository: RepositoryPlace): Promise<string> {
  const mirror = mirrorPath(home, repository.location);
  if (await exists(mirror)) return mirror;
  return withHostLock(mirror, async () => {
    if (!(await exists(mirror))) await makeMirror(mirror, repository);
    return mirror;
  });
}

/** Cloned beside its place and renamed when whole, so that a kill leaves nothing that is taken for a mirror. */
async function makeMirror(mirror: string, repository: RepositoryPlace): Promise<void> {
  const draft = `${mirror}.new`;
  await mkdir(path.dirname(mirror), { recursive: true });
  await rm(draft, { recursive: true, force: true });
  // Objects are hard links where they can be; a repository that borrows objects of others is copied whole.
  const borrows = repository.kind === 'path' && (await borrowsObjects(repository.location));
  const how = borrows ? ['--no-local'] : [];
  await git(path.dirname(mirror), [
    'clone',
    '--quiet',
    '--bare',
    '--template=',
    ...how,
    '--',
    repository.location,
    draft,
  ]);
  await git(draft, ['config', 'gc.auto', '0']);
  await git(draft, ['config', 'core.logAllRefUpdates', 'false']);
  await giveHeadsBack(draft);
  await mkdir(`${draft}/info`, { recursive: true });
  await rename(draft, mirror);
}

/** `clone --bare` makes the repository's branches ours; they belong under refs/remotes/origin. */
async function giveHeadsBack(mirror: string): Promise<void> {
  const heads = await git(mirror, [
    'for-each-ref',
    '--format=%(objectname) %(refname:strip=2)',
    'refs/heads',
  ]);
  const commands = heads
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const commit = line.slice(0, line.indexOf(' '));
      const name = line.slice(line.indexOf(' ') + 1);
      return `create refs/remotes/origin/${name} ${commit}\ndelete refs/heads/${name} ${commit}\n`;
    });
  await git({ cwd: mirror, input: commands.join('') }, ['update-ref', '--no-deref', '--stdin']);
  await git(mirror, ['symbolic-ref', 'HEAD', 'refs/heads/longhaul/none']);
}

async function borrowsObjects(location: string): Promise<boolean> {
  const common = await git(location, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
  const alternates = await readFile(`${common}/objects/info/alternates`, 'utf8').catch(() => '');
  return alternates.trim() !== '';
}

/** Brings the repository's branches into the mirror; what is gone there goes here. */
export async function fetchUpstream(mirror: string, repository: RepositoryPlace): Promise<void> {
  await withHostLock(mirror, () =>
    git(mirror, [
      ...['fetch', '--quiet', '--prune', '--no-tags', '--no-write-fetch-head', repository.location],
      '+refs/heads/*:refs/remotes/origin/*',
    ]),
  );
}

/**
 * The mirror with the campaign's base commit and its branch, made where they are missing.
 * @throws MissingBaseError where the repository does not have the base commit any more
 */
export async function openCampaign(home: HomePaths, brief: CampaignBrief): Promise<string> {
  const mirror = await ensureMirror(home, brief.repository);
  const key = `${mirror} ${brief.campaign}`;
  if (opened.has(key)) return mirror;
  const base = brief.repository.baseCommit;
  if ((await findCommit(mirror, base)) === null) await fetchBase(mirror, brief.repository);
  await createRef(mirror, baseRef(brief.campaign), base);
  await createRef(mirror, branchRef(brief.campaignBranch), base);
  opened.add(key);
  return mirror;
}

/** Campaigns that this process has found whole: nothing of ours ever removes their refs. */
const opened = new Set<string>();

async function fetchBase(mirror: string, repository: RepositoryBrief): Promise<void> {
  await fetchUpstream(mirror, repository);
  if ((await findCommit(mirror, repository.baseCommit)) !== null) return;
  // No branch holds it any more (a rebase since), but the repository may have it still.
  await tryGit(mirror, [
    ...['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', repository.location],
    repository.baseCommit,
  ]);
  if ((await findCommit(mirror, repository.baseCommit)) !== null) return;
  throw new MissingBaseError(
    `the base commit ${repository.baseCommit} (branch ${repository.base} when the campaign was made) is not in ${repository.location} any more; bring it back, or start a new campaign`,
  );
}

async function createRef(mirror: string, ref: string, commit: string): Promise<void> {
  if ((await findCommit(mirror, ref)) !== null) return;
  const args = { from: null, to: commit };
  // Lost the race: somebody else made it, and may have moved it on already.
  if (!(await moveRef(mirror, ref, args)) && (await findCommit(mirror, ref)) === null) {
    throw new Error(`${ref} could not be made in ${mirror}`);
  }
}

/** Outside refs/longhaul/<campaign>/, where a task might be called `base`. */
function baseRef(campaign: string): string {
  return `refs/longhaul-base/${campaign}`;
}

export function branchRef(branch: string): string {
  return `refs/heads/${branch}`;
}

export function checkpointRef(at: { campaign: string; task: string; gen: number }): string {
  return `refs/longhaul/${at.campaign}/${at.task}/${at.gen}`;
}

/** The task's last checkpoint, by gen; null where there is none. */
export async function lastCheckpoint(mirror: string, campaign: string, task: string): Promise<string | null> {
  const refs = await git(mirror, [
    'for-each-ref',
    '--format=%(refname)',
    `refs/longhaul/${campaign}/${task}/`,
  ]);
  const gens = refs
    .split('\n')
    .filter((ref) => ref !== '')
    .map((ref) => Number(ref.slice(ref.lastIndexOf('/') + 1)));
  if (gens.length === 0) return null;
  return findCommit(mirror, checkpointRef({ campaign, task, gen: Math.max(...gens) }));
}

/** The campaign branch's head. */
export async function campaignHead(mirror: string, brief: CampaignBrief): Promise<string> {
  return git(mirror, ['rev-parse', '--verify', `${branchRef(brief.campaignBranch)}^{commit}`]);
}

/**
 * What a task's commit is compared with: the campaign's commit that it started from or last took in. For a history of
 * the agent's own that shares nothing with the campaign's (or none at all), where the task was started.
 */
export async function diffBase(
  mirror: string,
  brief: CampaignBrief,
  at: { readonly task: string; readonly commit: string | null },
): Promise<string> {
  if (at.commit !== null) {
    const found = await tryGit(mirror, ['merge-base', at.commit, branchRef(brief.campaignBranch)]);
    if (found.exitCode > 1)
      throw new GitError(['merge-base', at.commit, brief.campaignBranch], mirror, found);
    if (found.exitCode === 0) return found.stdout;
  }
  return (await findCommit(mirror, startRef(brief.campaign, at.task))) ?? brief.repository.baseCommit;
}

/** Remembers, where the agent can't reach, which of the campaign's commits the task is built on. */
export async function noteStart(
  mirror: string,
  at: { campaign: string; task: string; commit: string },
): Promise<void> {
  await git(mirror, ['update-ref', startRef(at.campaign, at.task), at.commit]);
}

function startRef(campaign: string, task: string): string {
  return `refs/longhaul-start/${campaign}/${task}`;
}

/** A folder in the mirror for what belongs to one campaign's tasks: indexes, exclude lists, notes. */
export async function scratchFolder(mirror: string, campaign: string): Promise<string> {
  const folder = `${mirror}/longhaul/${campaign}`;
  await mkdir(folder, { recursive: true });
  return folder;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
