/** Delivery into a repository on this machine: the one time that Longhaul writes to it. */
import { access, readFile } from 'node:fs/promises';
import type { CampaignBrief } from '../core/brief.js';
import { countShare, type Branch, type Step } from './delivery-step.js';
import { findCommit, git, isAncestor, moveRef, tryGit } from './git.js';
import { branchRef } from './mirror.js';

/** One fetch of all branches that are new there, or where nobody has worked on since. */
export async function deliverByFetch(
  mirror: string,
  brief: CampaignBrief,
  branches: readonly Branch[],
): Promise<readonly Step[]> {
  const { location } = brief.repository;
  const checkedOut = new Map([...(await listCheckouts(location)), ...(await listRebases(location))]);
  const plans = await Promise.all(
    branches.map((branch) => planBranch({ mirror, location, checkedOut }, branch)),
  );
  const refs = plans.flatMap(({ fetch }) => fetch);
  if (refs.length > 0) {
    await git(location, [
      'fetch',
      '--quiet',
      '--atomic',
      '--no-tags',
      '--no-write-fetch-head',
      mirror,
      ...refs,
    ]);
  }
  const left = plans.flatMap(({ step }) => step);
  const count = branches.length - left.length;
  const merged = branches.some(({ name }) => name === brief.campaignBranch);
  const results = merged ? `the results are on ${brief.campaignBranch}` : 'nothing was merged';
  return [{ done: true, said: `${countShare(count, branches.length)} in ${location}; ${results}.` }, ...left];
}

interface BranchPlan {
  readonly fetch: readonly string[];
  readonly step: readonly Step[];
}

async function planBranch(
  at: { mirror: string; location: string; checkedOut: ReadonlyMap<string, string> },
  { name, commit }: Branch,
): Promise<BranchPlan> {
  const { mirror, location, checkedOut } = at;
  const there = await findCommit(location, branchRef(name));
  if (there === commit) return { fetch: [], step: [] };
  const where = checkedOut.get(name);
  const pull = `git fetch ${mirror} ${name} && git merge FETCH_HEAD`;
  if (there !== null && !(await isAncestor(mirror, there, commit))) {
    return leave(`The branch ${name} has commits of yours in ${location}, so it was left alone: ${pull}`);
  }
  if (where !== undefined) {
    return leave(
      `The branch ${name} is checked out in ${where}, so it was left alone: cd ${where} && ${pull}`,
    );
  }
  return { fetch: [`${branchRef(name)}:${branchRef(name)}`], step: [] };
}

function leave(said: string): BranchPlan {
  return { fetch: [], step: [{ done: false, said }] };
}

/** Base moves to the campaign's head by fast-forward; where it is checked out, with its files. */
export async function moveBaseHere(brief: CampaignBrief, head: string): Promise<Step> {
  const { location, base } = brief.repository;
  const now = await findCommit(location, branchRef(base));
  if (now === null) return stay(brief, 'the branch is gone', location);
  if (now === head || (await isAncestor(location, head, now))) return arrived(brief);
  if (!(await isAncestor(location, now, head))) return stay(brief, 'it moved on meanwhile', location);
  const rebased = (await listRebases(location)).get(base);
  if (rebased !== undefined) return stay(brief, `it is being rebased in ${rebased}`, rebased);
  const where = (await listCheckouts(location)).get(base);
  if (where === undefined) {
    const moved = await moveRef(location, branchRef(base), { from: now, to: head });
    return moved ? arrived(brief) : stay(brief, 'it moved on meanwhile', location);
  }
  return moveCheckout(brief, { where, head });
}

async function moveCheckout(
  brief: CampaignBrief,
  { where, head }: { where: string; head: string },
): Promise<Step> {
  const status = await git(where, ['status', '--porcelain', '--untracked-files=no']);
  if (status !== '')
    return stay(brief, `it is checked out in ${where} with changes that are not committed`, where);
  const merged = await tryGit(where, ['merge', '--quiet', '--ff-only', head]);
  if (merged.exitCode === 0) return arrived(brief);
  return stay(brief, `git merge said: ${merged.stderr.trim().split('\n').slice(0, 5).join(' ')}`, where);
}

function arrived({ repository }: CampaignBrief): Step {
  return { done: true, said: `${repository.base} is moved to it.` };
}

function stay({ repository, campaignBranch }: CampaignBrief, why: string, where: string): Step {
  const command = `cd ${where} && git checkout ${repository.base} && git merge ${campaignBranch}`;
  return { done: false, said: `${repository.base} was left alone: ${why}. When it suits you: ${command}` };
}

/** Branches that are checked out in a worktree of the repository, with its place. */
async function listCheckouts(location: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let where = '';
  for (const line of await listWorktrees(location)) {
    if (line.startsWith('worktree ')) where = line.slice('worktree '.length);
    if (line.startsWith(`branch ${HEADS}`) && (await isThere(where))) {
      found.set(line.slice(`branch ${HEADS}`.length), where);
    }
  }
  return found;
}

/**
 * Branches in the middle of a rebase, with its place. HEAD is detached there, so they do not look checked out; yet the
 * rebase would fail at its end if they had moved.
 */
async function listRebases(location: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const line of await listWorktrees(location)) {
    const where = line.startsWith('worktree ') ? line.slice('worktree '.length) : null;
    if (where === null || !(await isThere(where))) continue;
    for (const kind of ['rebase-merge', 'rebase-apply']) {
      const path = ['rev-parse', '--path-format=absolute', '--git-path', `${kind}/head-name`];
      const name = (await readFile(await git(where, path), 'utf8').catch(() => '')).trim();
      if (name.startsWith(HEADS)) found.set(name.slice(HEADS.length), where);
    }
  }
  return found;
}

const HEADS = 'refs/heads/';

async function listWorktrees(location: string): Promise<readonly string[]> {
  return (await git(location, ['worktree', 'list', '--porcelain', '-z'])).split('\0');
}

function isThere(where: string): Promise<boolean> {
  return access(where).then(
    () => true,
    () => false,
  );
}
