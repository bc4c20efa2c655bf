/** What must be right with a repository before a campaign may start on it. Read-only for the repository. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { RepositoryBrief } from '../core/brief.js';
import type { HomePaths } from '../core/home.js';
import type { Problem } from '../core/problem.js';
import { checkContents, checkGitVersion } from './preflight-check.js';
import { findCommit, git, GitError, tryGit } from './git.js';
import { ensureMirror, fetchUpstream } from './mirror.js';

export interface RepositoryFacts extends RepositoryBrief {
  /** Names of all branches, without refs/heads/. */
  readonly branches: readonly string[];
}

export interface Inspection {
  /** All of them; `facts` is null where one has the severity `problem` and nothing can be told. */
  readonly problems: readonly Problem[];
  readonly facts: RepositoryFacts | null;
}

export interface InspectOrder {
  readonly home: HomePaths;
  /** As the spec has it: a path, relative to `folder`, or a git URL. */
  readonly repository: string;
  /** The folder of the spec. */
  readonly folder: string;
  /** The base branch; null for the current one. */
  readonly base: string | null;
  /** The spec's own file, absolute: agents need not see it, so it may be uncommitted. */
  readonly spec?: string;
}

export async function inspectRepository(order: InspectOrder): Promise<Inspection> {
  const git = await checkGitVersion();
  if (git !== null) return { problems: [git], facts: null };
  return isUrl(order.repository) ? inspectUrl(order) : inspectPath(order);
}

/** `https://…`, `ssh://…`, `file://…`, or `user@host:path`. */
function isUrl(repository: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(repository) || /^[^/@\s]+@[^/:\s]+:/.test(repository);
}

async function inspectPath(order: InspectOrder): Promise<Inspection> {
  const asked = path.resolve(order.folder, order.repository);
  const { location, said } = await findRoot(asked);
  if (location === null) return refuse(said === '' ? notRepository(asked) : othersRepository(asked, said));
  const head = await tryGit(location, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  const current = head.exitCode === 0 ? head.stdout : null;
  if (current === null && order.base === null) return refuse(detachedHead(location));
  const branches = await listBranches(location, 'refs/heads');
  const base = order.base ?? current ?? '';
  const baseCommit = await findCommit(location, `refs/heads/${base}`);
  if (baseCommit === null)
    return refuse(branches.length === 0 ? unbornHead(location) : unknownBase(base, location, branches));
  const problems = await checkContents({
    location,
    name: location,
    commit: baseCommit,
    isCheckout: true,
    spec: order.spec ?? null,
  });
  return { problems, facts: { location, kind: 'path', base, baseCommit, branches } };
}

interface Root {
  /** The top of the work tree, or the bare repository itself; null where there is neither. */
  readonly location: string | null;
  /** What git said where there is one that it does not open for this user. */
  readonly said: string;
}

async function findRoot(asked: string): Promise<Root> {
  try {
    const bare = await tryGit(asked, ['rev-parse', '--is-bare-repository', '--absolute-git-dir']);
    if (bare.exitCode !== 0)
      return { location: null, said: /dubious ownership/.test(bare.stderr) ? bare.stderr : '' };
    const [isBare, folder = asked] = bare.stdout.split('\n');
    const top = isBare === 'true' ? folder : await git(asked, ['rev-parse', '--show-toplevel']);
    return { location: await realpath(top), said: '' };
  } catch {
    return { location: null, said: '' };
  }
}

async function inspectUrl({ home, repository, base: asked }: InspectOrder): Promise<Inspection> {
  const place = { location: repository, kind: 'url' } as const;
  const remote = await tryGit('/', ['ls-remote', '--symref', '--', repository, 'HEAD']);
  if (remote.exitCode !== 0) return refuse(unreachable(repository, remote.stderr));
  const current = /^ref: refs\/heads\/(\S+)\s+HEAD/m.exec(remote.stdout)?.[1] ?? null;
  try {
    const mirror = await ensureMirror(home, place);
    await fetchUpstream(mirror, place);
    const branches = await listBranches(mirror, 'refs/remotes/origin');
    const base = asked ?? current;
    if (base === null)
      return refuse(branches.length === 0 ? unbornHead(repository) : noHead(repository, branches));
    const baseCommit = await findCommit(mirror, `refs/remotes/origin/${base}`);
    if (baseCommit === null) {
      return refuse(branches.length === 0 ? unbornHead(repository) : unknownBase(base, repository, branches));
    }
    const problems = await checkContents({
      location: mirror,
      name: repository,
      commit: baseCommit,
      isCheckout: false,
      spec: null,
    });
    return { problems, facts: { ...place, base, baseCommit, branches } };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return refuse(unreachable(repository, error.result.stderr));
  }
}

async function listBranches(location: string, under: string): Promise<readonly string[]> {
  const depth = under.split('/').length;
  const text = await git(location, ['for-each-ref', `--format=%(refname:strip=${depth})`, under]);
  return text.split('\n').filter((name) => name !== '' && name !== 'HEAD');
}

function refuse(problem: Problem): Inspection {
  return { problems: [problem], facts: null };
}

function notRepository(asked: string): Problem {
  return {
    severity: 'problem',
    code: 'repository/not-a-repository',
    message: `${asked} is not a git repository`,
    hint: 'set `repository` to a path inside one (relative to the spec), or to a git URL; or make one: git init && git add -A && git commit',
  };
}

function othersRepository(asked: string, said: string): Problem {
  const trust = /git config --global --add safe\.directory \S+/.exec(said)?.[0];
  return {
    severity: 'problem',
    code: 'repository/not-a-repository',
    message: `${asked} is a repository of another user, which git does not open for this one`,
    hint: `run Longhaul as its owner, or give it to this user (chown -R); or trust it: ${trust ?? `git config --global --add safe.directory ${asked}`}`,
  };
}

function noHead(location: string, branches: readonly string[]): Problem {
  return {
    severity: 'problem',
    code: 'repository/unknown-base',
    message: `${location} does not say which branch is its main one, and the spec names no \`base\``,
    hint: `name it in the spec; its branches: ${namesOf(branches)}`,
  };
}

function namesOf(branches: readonly string[]): string {
  const most = 10;
  const more = branches.length > most ? `, and ${branches.length - most} more` : '';
  return `${branches.slice(0, most).join(', ')}${more}`;
}

function unbornHead(location: string): Problem {
  return {
    severity: 'problem',
    code: 'repository/unborn-head',
    message: `${location} has no commit yet, and tasks start from one`,
    hint: 'commit something first: git add -A && git commit -m "First commit"',
  };
}

function detachedHead(location: string): Problem {
  return {
    severity: 'problem',
    code: 'repository/unknown-base',
    message: `${location} is on no branch (its HEAD is detached), and the spec names no \`base\``,
    hint: 'name the base branch in the spec (`base: main`), or check one out',
  };
}

function unknownBase(base: string, location: string, branches: readonly string[]): Problem {
  return {
    severity: 'problem',
    code: 'repository/unknown-base',
    message: `${location} has no branch ${base}, which is to be the campaign's base`,
    hint: `its branches: ${namesOf(branches)}; a branch that only a remote has must be checked out first`,
  };
}

function unreachable(location: string, stderr: string): Problem {
  const said = stderr.trim().split('\n').slice(0, 3).join(' ');
  return {
    severity: 'problem',
    code: 'repository/not-a-repository',
    message: `${location} can't be read with git: ${said === '' ? 'it said nothing' : said}`,
    hint: `try: git ls-remote ${location}`,
  };
}
