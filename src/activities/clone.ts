/** Shared clones of the mirror: what tasks and integration work in. They borrow its objects and own everything else. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git, tryGit } from './git.js';

/** Says, inside the clone's .git, whose it is and that it is whole. */
export interface CloneMark {
  readonly campaign: string;
  readonly task: string;
  /** The commit it started from. */
  readonly start: string;
}

export interface CloneOrder {
  readonly mirror: string;
  readonly worktree: string;
  readonly mark: CloneMark;
  /** The branch to be on; null leaves HEAD detached at the start. */
  readonly branch: string | null;
  /** Brings the clone to where work goes on, before anybody takes it for whole. */
  readonly finish?: (clone: string) => Promise<void>;
}

/** The mark of a whole clone; null for anything else in its place, nothing included. */
export async function readMark(worktree: string): Promise<CloneMark | null> {
  try {
    return JSON.parse(await readFile(markFile(worktree), 'utf8')) as CloneMark;
  } catch {
    return null;
  }
}

function markFile(worktree: string): string {
  return `${worktree}/.git/longhaul.json`;
}

/** Made beside its place and renamed when whole; what is in its place is moved aside and kept. */
export async function makeClone(order: CloneOrder): Promise<void> {
  const { mirror, worktree, mark } = order;
  const draft = `${path.dirname(worktree)}/.${path.basename(worktree)}.new`;
  await mkdir(path.dirname(worktree), { recursive: true });
  await rm(draft, { recursive: true, force: true });
  await git(path.dirname(worktree), [
    ...['clone', '--quiet', '--shared', '--no-checkout', '--template=', '--no-tags'],
    ...['-c', 'gc.auto=0', '-c', 'commit.gpgSign=false', '-c', 'core.fsmonitor=false', '--', mirror, draft],
  ]);
  await mkdir(`${draft}/.git/info`, { recursive: true });
  // An agent has no business in the mirror: no remote to push to, none to fetch other tasks' work from.
  await git(draft, ['remote', 'remove', 'origin']);
  await giveIdentity(draft);
  await git(draft, [
    'checkout',
    '--quiet',
    ...(order.branch === null ? ['--detach'] : ['-B', order.branch]),
    mark.start,
  ]);
  await order.finish?.(draft);
  await writeFile(markFile(draft), JSON.stringify(mark));
  await moveAside(worktree);
  await rename(draft, worktree);
}

/** Agents that commit need a name; the user's own, where there is one. */
async function giveIdentity(clone: string): Promise<void> {
  for (const [name, value] of [
    ['user.name', 'Longhaul agent'],
    ['user.email', 'agent@longhaul.localhost'],
  ] as const) {
    if ((await tryGit(clone, ['config', name])).exitCode !== 0) await git(clone, ['config', name, value]);
  }
}

/** Something half-made, or not ours: kept as `<name>.stale-<n>`, since it may hold work. */
async function moveAside(worktree: string): Promise<void> {
  const folder = path.dirname(worktree);
  const names = await readdir(folder);
  if (!names.includes(path.basename(worktree))) return;
  let number = 1;
  while (names.includes(`${path.basename(worktree)}.stale-${number}`)) number += 1;
  await rename(worktree, `${worktree}.stale-${number}`);
}
