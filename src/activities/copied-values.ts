/** The values in a campaign's copied files, to be left out of what is kept and shown. */
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CampaignBrief } from '../core/brief.js';
import { worktreePath, type HomePaths } from '../core/home.js';
import { chooseSecrets, maskOf, type Mask } from '../core/mask.js';

const MOST_BYTES = 64_000;
const MOST_FILES = 200;
/** Files and folders of whatever kind: a folder of a hundred thousand images is not gone through before each step. */
const MOST_LOOKED_AT = 1_000;

/**
 * As the files are now, in the user's checkout and in the worktrees that have them: where either was changed since, what
 * the other holds is known still. `name` is the task's, or of the integration worktree.
 */
export async function readMask(home: HomePaths, brief: CampaignBrief, name: string): Promise<Mask> {
  const copies = [...new Set(Object.values(brief.tasks).flatMap(({ copy }) => copy))];
  const { kind, location } = brief.repository;
  const roots = [...(kind === 'path' ? [location] : []), worktreePath(home, brief.campaign, name)];
  const texts: string[] = [];
  for (const root of roots) {
    for (const file of copies) texts.push(...(await readTexts(path.join(root, file))).texts);
  }
  return maskOf(chooseSecrets(texts).masked);
}

/** Whether all that is to be copied from a checkout can be masked. */
export async function canMaskAll(checkout: string, copies: readonly string[]): Promise<boolean> {
  const found = await Promise.all(copies.map((file) => readTexts(path.join(checkout, file))));
  return found.every(({ areAll }) => areAll) && chooseSecrets(found.flatMap(({ texts }) => texts)).left === 0;
}

/** Of a file, or of the files in a folder. What can't be read, or is no small text, has no values. */
async function readTexts(asked: string): Promise<{ readonly texts: readonly string[]; areAll: boolean }> {
  const texts: string[] = [];
  const waiting = [asked];
  let lookedAt = 0;
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    if (texts.length === MOST_FILES || lookedAt === MOST_LOOKED_AT) return { texts, areAll: false };
    lookedAt += 1;
    const found = await lstat(file).catch(() => null);
    if (found?.isDirectory() === true) {
      const names = await readdir(file).catch(() => []);
      for (const name of names.slice(0, MOST_LOOKED_AT)) waiting.push(path.join(file, name));
      continue;
    }
    if (found === null || found.size > MOST_BYTES) continue;
    const text = await readFile(file, 'utf8').catch(() => '\0');
    if (!text.includes('\0')) texts.push(text);
  }
  return { texts, areAll: true };
}
