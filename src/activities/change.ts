/** Changed files, as git lists them. */
import { splitNul } from './git.js';

/** A file as it was and as it is now; of a merge, as it was on its first side. */
export interface Change {
  readonly file: string;
  readonly old: { readonly mode: string; readonly blob: string };
  readonly now: { readonly mode: string; readonly blob: string };
}

export interface Forbidden {
  readonly change: Change;
  /** A sentence for the agent. */
  readonly why: string;
}

/** For `diff-index` and `log`: what readRaw reads. */
export const RAW: readonly string[] = ['--raw', '--no-abbrev', '--no-renames', '-z'];

/** A colon for each side, then modes and blobs of the sides and of now, a status, and after it the path. */
export function readRaw(text: string): readonly Change[] {
  const items = splitNul(text);
  const changes: Change[] = [];
  for (let at = 0; at + 1 < items.length; at += 2) {
    const [, colons = '', rest = ''] = /^(:+)(.*)$/.exec(items[at] ?? '') ?? [];
    const fields = rest.split(' ');
    const field = (index: number): string => fields[index] ?? '';
    const sides = colons.length;
    changes.push({
      file: items[at + 1] ?? '',
      old: { mode: field(0), blob: field(sides + 1) },
      now: { mode: field(sides), blob: field(2 * sides + 1) },
    });
  }
  return changes;
}
