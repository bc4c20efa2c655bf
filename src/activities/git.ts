/** The only file that runs git: one fixed way, whatever the user's shell and the agents have set. */
import { execa } from 'execa';
import { removeStaleLock } from './stale-lock.js';

export interface GitAt {
  readonly cwd: string;
  /** Besides the fixed environment: GIT_DIR, GIT_INDEX_FILE, … */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export interface GitResult {
  readonly exitCode: number;
  /** Without the final newline. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A git command that failed, with its own words. */
export class GitError extends Error {
  constructor(
    readonly args: readonly string[],
    readonly at: string,
    readonly result: GitResult,
  ) {
    const said = result.stderr.trim().split('\n').slice(-12).join('\n') || 'it said nothing';
    super(`git ${shorten(args)} failed with exit code ${result.exitCode} in ${at}: ${said}`);
    this.name = 'GitError';
  }
}

/** No hooks, no signing, no daemons, no clean-up behind our back; quotePath so that paths come as they are. */
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.recurseSubmodules=false',
  'protocol.file.allow=always',
  'protocol.version=2',
  'merge.conflictStyle=merge',
  'advice.addEmbeddedRepo=false',
].flatMap((setting) => ['-c', setting]);

const identity = {
  GIT_AUTHOR_NAME: 'Longhaul',
  GIT_AUTHOR_EMAIL: 'longhaul@localhost',
  GIT_COMMITTER_NAME: 'Longhaul',
  GIT_COMMITTER_EMAIL: 'longhaul@localhost',
};

/**
 * Never asks, and takes no lock that it does not need: the user's own commit must not meet one. Gives up on a remote that
 * sends less than 100 bytes per second for a minute.
 */
const manners = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: 'true',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'true',
  GIT_HTTP_LOW_SPEED_LIMIT: '100',
  GIT_HTTP_LOW_SPEED_TIME: '60',
  GIT_LFS_SKIP_SMUDGE: '1',
  LC_ALL: 'C',
};

/** @returns stdout without its final newline; @throws GitError */
export async function git(at: GitAt | string, args: readonly string[]): Promise<string> {
  const result = await tryGit(at, args);
  if (result.exitCode !== 0) throw new GitError(args, placeOf(at).cwd, result);
  return result.stdout;
}

/** For commands whose exit code is an answer. Throws only where git can't be run at all. */
export async function tryGit(at: GitAt | string, args: readonly string[]): Promise<GitResult> {
  const place = placeOf(at);
  let result = await runGit(place, args);
  while (result.exitCode !== 0 && removeStaleLock(place.cwd, result.stderr)) {
    result = await runGit(place, args);
  }
  return result;
}

async function runGit({ cwd, env, input }: GitAt, args: readonly string[]): Promise<GitResult> {
  const result = await execa('git', [...settings, ...args], {
    cwd,
    env: { ...inheritedEnv(), ...identity, ...manners, ...env },
    extendEnv: false,
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  if (result.exitCode === undefined) {
    const why = result.originalMessage ?? result.shortMessage;
    throw new Error(`git ${shorten(args)} could not be run in ${cwd}: ${why}`, { cause: result });
  }
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** The lines of an answer of NUL-separated items (`-z`). */
export function splitNul(text: string): string[] {
  return text.split('\0').filter((item) => item !== '');
}

/** The commit that a name stands for, or null. */
export async function findCommit(at: GitAt | string, name: string): Promise<string | null> {
  const found = await tryGit(at, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${name}^{commit}`,
  ]);
  return found.exitCode === 0 ? found.stdout : null;
}

export async function isAncestor(at: GitAt | string, older: string, newer: string): Promise<boolean> {
  return (await tryGit(at, ['merge-base', '--is-ancestor', older, newer])).exitCode === 0;
}

/**
 * Moves a ref from `from` to `to`, where `from` null means that it must not exist yet.
 * @returns false where the ref stood elsewhere; @throws GitError for any other reason
 */
export async function moveRef(
  at: GitAt | string,
  ref: string,
  move: { readonly from: string | null; readonly to: string },
): Promise<boolean> {
  const args = ['update-ref', ref, move.to, move.from ?? '0'.repeat(move.to.length)];
  const result = await tryGit(at, args);
  if (result.exitCode === 0) return true;
  const now = await findCommit(at, ref);
  if (now !== move.from) return now === move.to;
  throw new GitError(args, placeOf(at).cwd, result);
}

function placeOf(at: GitAt | string): GitAt {
  return typeof at === 'string' ? { cwd: at } : at;
}

/** A GIT_DIR of whoever started us would send every command to another repository. */
function inheritedEnv(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith('GIT_')) env[name] = value;
  }
  return env;
}

function shorten(args: readonly string[]): string {
  const text = args.join(' ').replace(/\s+/g, ' ');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
