/** Secrets in what a task changed. Git looks for suspect lines; only files that have one are read. */
import { findSecrets, SUSPECT_LINE, type Secret } from '../core/secret.js';
import type { Change, Forbidden } from './change.js';
import { git, tryGit } from './git.js';

/** Of a diff: files with a suspect line among those that were added or taken away, whatever attributes they have. */
export const SUSPECT_CHANGES: readonly string[] = ['--text', '--no-textconv', `-G${SUSPECT_LINE}`];

const MOST_BYTES = 5_000_000;

/** What stood in the base already, in whichever file, is not held against the task. */
export async function findSecretFiles(
  mirror: string,
  base: string,
  changes: readonly Change[],
): Promise<readonly Forbidden[]> {
  const found: Forbidden[] = [];
  for (const change of changes) {
    const secret = await firstNew(mirror, base, change);
    if (secret !== null) found.push({ change, why: describe(change.file, secret) });
  }
  return found;
}

async function firstNew(mirror: string, base: string, { now }: Change): Promise<Secret | null> {
  if (!now.mode.startsWith('1') || now.mode === '160000') return null;
  if (Number(await git(mirror, ['cat-file', '-s', now.blob])) > MOST_BYTES) return null;
  const known = new Set<string>();
  for (const secret of findSecrets(await git(mirror, ['cat-file', 'blob', now.blob]))) {
    if (known.has(secret.value)) continue;
    if (!(await isIn(mirror, base, secret))) return secret;
    known.add(secret.value);
  }
  return null;
}

/** The value goes in by standard input: arguments are seen by others, and stand in messages of failures. */
async function isIn(mirror: string, base: string, { value }: Secret): Promise<boolean> {
  const args = ['grep', '--quiet', '--text', '--fixed-strings', '-f', '-', base];
  return (await tryGit({ cwd: mirror, input: `${value}\n` }, args)).exitCode === 0;
}

function describe(file: string, { line, kind }: Secret): string {
  return `${file}:${line} holds what looks like ${kind}, and the file is not committed: take it out; where it is made up, a person can say so (docs/campaign-file.md, Secrets)`;
}
