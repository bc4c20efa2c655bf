/**
 * What campaigns never hold, in a tree or in a history: what Longhaul put into a worktree, repositories inside of it,
 * files over 50 MB, and secrets.
 */
import { RAW, readRaw, type Change, type Forbidden } from './change.js';
import { git, type GitAt } from './git.js';
import { findSecretFiles, SUSPECT_CHANGES } from './secret.js';

export const MOST_BYTES = 50_000_000;
export const FILES_OF_OURS = '.longhaul';

export interface Searched {
  readonly mirror: string;
  /** Paths of the worktree that were copied in. */
  readonly excluded: readonly string[];
}

/** Of what an index holds and the base does not. */
export async function findInIndex(
  at: Searched,
  { index, base }: { readonly index: GitAt; readonly base: string },
): Promise<readonly Forbidden[]> {
  const list = async (wanted: readonly string[]) =>
    readRaw(await git(index, ['diff-index', '--cached', ...RAW, ...wanted, base]));
  return [
    ...(await findForbidden(at, await list([]))),
    ...(await findSecretFiles(at.mirror, base, await list(SUSPECT_CHANGES))),
  ];
}

async function findForbidden(at: Searched, changes: readonly Change[]): Promise<readonly Forbidden[]> {
  const sizes = await blobSizes(at.mirror, changes);
  return changes.flatMap((change) => {
    const why = whyForbidden(at, change, sizes.get(change.now.blob) ?? 0);
    return why === null ? [] : [{ change, why }];
  });
}

/** A file that any of the commits brings, though a later one may have taken it away again; null where there is none. */
export async function findInHistory(
  at: Searched,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<string | null> {
  // Of a merge, -c gives what is like none of its sides: the rest is in the commits before it.
  const list = async (wanted: readonly string[]) =>
    readRaw(
      await git(at.mirror, ['log', '-c', '--root', ...RAW, '--format=', ...wanted, `${base}..${head}`]),
    );
  const [first] = await findForbidden(at, await list([]));
  if (first !== undefined) return first.change.file;
  const [secret] = await findSecretFiles(at.mirror, base, await list(SUSPECT_CHANGES));
  return secret?.change.file ?? null;
}

function whyForbidden({ excluded }: Searched, { file, now }: Change, size: number): string | null {
  if (now.mode === '160000')
    return `${file} was committed as a submodule, which campaigns can't hold: remove it`;
  if (size > MOST_BYTES) return tooLarge(file);
  if (now.mode === '000000') return null;
  const isOurs = [FILES_OF_OURS, ...excluded].some((path) => file === path || file.startsWith(`${path}/`));
  return isOurs ? `${file} was put here by Longhaul and must not be committed: remove it from git` : null;
}

export function tooLarge(file: string): string {
  return `${file} is larger than 50 MB and is not committed: make it smaller, or have git ignore it`;
}

async function blobSizes(mirror: string, changes: readonly Change[]): Promise<ReadonlyMap<string, number>> {
  const blobs = changes.filter(({ now }) => now.mode.startsWith('1') && now.mode !== '160000');
  if (blobs.length === 0) return new Map();
  const input = blobs.map(({ now }) => `${now.blob}\n`).join('');
  const text = await git({ cwd: mirror, input }, ['cat-file', '--batch-check=%(objectname) %(objectsize)']);
  return new Map(
    text.split('\n').map((line) => {
      const [blob = '', size = '0'] = line.split(' ');
      return [blob, Number(size)];
    }),
  );
}
