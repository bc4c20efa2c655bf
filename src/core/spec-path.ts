/** What is wrong with a path or glob that must stay within the repository; null where nothing is. */
export interface PathFault {
  readonly why: string;
  readonly hint: string;
}

const RELATIVE = 'write it relative to the root of the repository, with "/", as in src/api/index.ts';

export function checkRepositoryPath(path: string): PathFault | null {
  if (path.trim() === '') return { why: 'is empty', hint: RELATIVE };
  if (/^([/~]|[A-Za-z]:)/.test(path)) return { why: 'leaves the repository: it is absolute', hint: RELATIVE };
  if (path.includes('\\')) return { why: 'has a backslash', hint: RELATIVE };
  const segments = path.split('/');
  if (segments.includes('..')) return { why: 'leaves the repository through ".."', hint: RELATIVE };
  if (segments.some((segment) => segment.toLowerCase() === '.git')) {
    return { why: "is inside git's own folder", hint: 'name files of the work tree only' };
  }
  return checkTidy(path, segments);
}

function checkTidy(path: string, segments: readonly string[]): PathFault | null {
  const tidy = segments.filter((segment) => segment !== '' && segment !== '.').join('/');
  if (tidy === path) return null;
  return { why: 'has "." or an empty part', hint: tidy === '' ? RELATIVE : `write "${tidy}"` };
}

/** The same for the globs of `owns`. */
export function checkRepositoryGlob(glob: string): PathFault | null {
  if (glob.startsWith('!')) {
    return { why: 'is a negation, which owns nothing', hint: 'list what the task owns instead' };
  }
  return checkRepositoryPath(glob);
}
