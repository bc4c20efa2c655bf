import picomatch from 'picomatch';
import { isFolder } from './glob-pair.js';

/**
 * Does the glob hold the path? Both are relative to the repository and use `/`. Without wildcards, a glob names a
 * file; or, if its last part has no extension, also a folder with all that is in it. `*` holds dot files too; brackets
 * are just signs of a name (`app/[id]`).
 */
export function globMatches(glob: string, path: string): boolean {
  const globs = isFolder(glob) ? [glob, `${glob}/**`] : [glob];
  return picomatch(globs, { dot: true, nonegate: true, nobracket: true })(path);
}
