import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Has git ignore these paths in this worktree alone: what Longhaul, and the commands of the spec, put there is not
 * the agent's work.
 */
export async function exclude(worktree: string, files: readonly string[]): Promise<void> {
  const list = `${worktree}/.git/info/exclude`;
  const before = await readFile(list, 'utf8').catch(() => '');
  const known = before.split('\n');
  const missing = files.map(excludePattern).filter((pattern) => !known.includes(pattern));
  if (missing.length === 0) return;
  await mkdir(path.dirname(list), { recursive: true });
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  await writeFile(list, `${before}${separator}${missing.join('\n')}\n`);
}

/** One path as a pattern of gitignore: anchored, its special characters escaped. */
export function excludePattern(file: string): string {
  return `/${file.replace(/[\\*?[\]!# ]/g, '\\$&')}`;
}
