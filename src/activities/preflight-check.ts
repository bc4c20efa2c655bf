/** The checks of a repository that Longhaul knows how to name and refuse. */
import path from 'node:path';
import { countOf } from '../core/count.js';
import type { Problem } from '../core/problem.js';
import { git, splitNul, tryGit } from './git.js';

export interface Checked {
  readonly location: string;
  /** As the user knows it: the path or the URL. */
  readonly name: string;
  /** The campaign's base. */
  readonly commit: string;
  /** False for our own mirror of a URL, which is whole and has no files. */
  readonly isCheckout: boolean;
  /** The campaign file, absolute; null where it is not known. */
  readonly spec: string | null;
}

type Check = (at: Checked) => Promise<Problem | null>;

const checks: readonly Check[] = [checkShallow, checkPartial, checkSubmodules, checkLfs, checkUncommitted];

export async function checkContents(at: Checked): Promise<readonly Problem[]> {
  const found = await Promise.all(checks.map((check) => check(at)));
  return found.filter((problem) => problem !== null);
}

const OLDEST_GIT = [2, 38] as const;

export async function checkGitVersion(): Promise<Problem | null> {
  const hint = 'install git 2.38 or newer: https://git-scm.com/downloads';
  const severity = 'problem';
  const asked = await tryGit('/', ['--version']).catch(() => null);
  if (asked === null)
    return { severity, code: 'git/missing', message: 'git was not found on the PATH', hint };
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(asked.stdout) ?? [];
  return isNewEnough(Number(major), Number(minor))
    ? null
    : {
        severity,
        code: 'git/too-old',
        message: `Longhaul needs git 2.38 or newer; this is ${asked.stdout}`,
        hint,
      };
}

function isNewEnough(major: number, minor: number): boolean {
  return major > OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor >= OLDEST_GIT[1]);
}

async function checkShallow({ location, name, isCheckout }: Checked): Promise<Problem | null> {
  if ((await git(location, ['rev-parse', '--is-shallow-repository'])) !== 'true') return null;
  return {
    severity: 'problem',
    code: 'repository/shallow',
    message: `${name} is a shallow clone, whose history ends somewhere`,
    hint: isCheckout
      ? `get the rest: git -C ${/\s/.test(location) ? `"${location}"` : location} fetch --unshallow`
      : 'get the rest there: git fetch --unshallow',
  };
}

async function checkPartial({ location, name }: Checked): Promise<Problem | null> {
  const found = await tryGit(location, [
    'config',
    '--get-regexp',
    '^(remote\\..*\\.promisor|extensions\\.partialclone)$',
  ]);
  if (found.exitCode !== 0) return null;
  return {
    severity: 'problem',
    code: 'repository/partial-clone',
    message: `${name} is a partial clone: some of its objects are only on a server`,
    hint: 'clone it again without --filter',
  };
}

async function checkSubmodules({ location, name, commit }: Checked): Promise<Problem | null> {
  const tree = splitNul(await git(location, ['ls-tree', '-r', '-z', '--full-tree', commit]));
  const names = tree
    .filter((line) => line.startsWith('160000 '))
    .map((line) => line.slice(line.indexOf('\t') + 1));
  if (names.length === 0) return null;
  return {
    severity: 'problem',
    code: 'repository/submodules',
    message: `${name} has submodules, which are not supported yet: ${names.slice(0, 5).join(', ')}`,
    hint: 'run the campaign on the submodule, or on a copy of the repository that has its files',
  };
}

async function checkLfs({ location, commit }: Checked): Promise<Problem | null> {
  const found = await tryGit(location, [
    'grep',
    '-I',
    '-l',
    '-E',
    'filter=lfs',
    commit,
    '--',
    '.gitattributes',
    '*/.gitattributes',
  ]);
  if (found.exitCode !== 0) return null;
  return {
    severity: 'problem',
    code: 'repository/lfs',
    message: `${location} keeps files in Git LFS (${found.stdout.split('\n')[0]?.replace(`${commit}:`, '') ?? ''}), which is not supported yet: agents would find pointers in their place`,
    hint: 'run the campaign on a branch without LFS: git lfs migrate export --include="*" on a copy of the repository, or take the lines with filter=lfs out of .gitattributes and commit the files',
  };
}

async function checkUncommitted({ location, isCheckout, spec }: Checked): Promise<Problem | null> {
  if (!isCheckout || (await git(location, ['rev-parse', '--is-bare-repository'])) === 'true') return null;
  const changed = splitNul(await git(location, ['status', '--porcelain', '-z', '--no-renames']));
  const own = spec === null ? null : path.relative(location, spec);
  const files = changed.map((line) => line.slice(3)).filter((file) => file !== own);
  if (files.length === 0) return null;
  const names = files.slice(0, 5);
  const more = files.length > names.length ? ` and ${files.length - names.length} more` : '';
  return {
    severity: 'warning',
    code: 'repository/uncommitted',
    message: `${countOf(files.length, 'uncommitted file')} in ${location} will not be part of the campaign: ${names.join(', ')}${more}`,
    hint: 'commit what the agents should see',
  };
}
