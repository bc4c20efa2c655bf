/** Two globs: could they hold the same path? Without a library, so that workflows may ask. */

/** Without wildcards, and its last part has no extension: it names a folder with all that is in it, too. */
export function isFolder(glob: string): boolean {
  return !/[*?{}()|]/.test(glob) && !/[^/]\.[^/.]+$/.test(glob);
}

/**
 * Could one path be held by both globs? Sound: false only where that is impossible. Braces and parentheses count as
 * "anything", and case is ignored, as some file systems ignore it.
 */
export function globsOverlap(a: string, b: string): boolean {
  const [ones, others] = [segmentsOf(a), segmentsOf(b)];
  return (
    !beginApart(ones, others) &&
    meet(ones, others, {
      isStar: (segment) => segment.includes('**'),
      canEqual: (one, other) =>
        meet(one.split(''), other.split(''), { isStar: (sign) => sign === '*', canEqual: signsCanEqual }),
    })
  );
}

/** Different names before the first wildcard: the usual case, and by far the quickest to see. */
function beginApart(ones: readonly string[], others: readonly string[]): boolean {
  for (const [index, one] of ones.entries()) {
    const other = others[index];
    if (other === undefined || /[*?]/.test(one + other)) return false;
    if (one !== other) return true;
  }
  return false;
}

function signsCanEqual(a: string, b: string): boolean {
  return a === '?' || b === '?' || a === b;
}

/** The glob's parts; `**` stands for all from the first undecidable part on. */
function segmentsOf(glob: string): readonly string[] {
  const segments = glob.toLowerCase().split('/');
  const end = segments.findIndex((segment) => /[{}()|\\]/.test(segment));
  if (end >= 0) return [...segments.slice(0, end), '**'];
  return isFolder(glob) ? [...segments, '**'] : segments;
}

/**
 * What a glob has before its first wildcard, and the name that all it holds ends in; null = any. Two globs can overlap
 * only if the folders of one begin with those of the other, and their names are the same where both have one.
 */
export function globPrefix(glob: string): {
  readonly folders: readonly string[];
  readonly name: string | null;
} {
  const segments = segmentsOf(glob);
  const wild = segments.findIndex((segment) => /[*?]/.test(segment));
  const last = segments.at(-1) ?? '';
  return {
    folders: wild < 0 ? segments : segments.slice(0, wild),
    name: /[*?]/.test(last) ? null : last,
  };
}

interface Rules {
  readonly isStar: (item: string) => boolean;
  readonly canEqual: (a: string, b: string) => boolean;
}

/** Is there a sequence that both patterns accept? A star accepts any number of items, none included. */
function meet(a: readonly string[], b: readonly string[], rules: Rules): boolean {
  // line[column]: the rest of `a` from this row and the rest of `b` from this column can accept the same.
  let below: readonly boolean[] = [];
  for (let row = a.length; row >= 0; row -= 1) {
    const line: boolean[] = [];
    for (let column = b.length; column >= 0; column -= 1) {
      const without = {
        one: below[column] ?? false,
        other: line[column + 1] ?? false,
        both: below[column + 1] ?? false,
      };
      line[column] = restsMeet({ one: a[row], other: b[column] }, without, rules);
    }
    below = line;
  }
  return below[0] ?? false;
}

/** `without`: would the rests meet without the first item of one, of the other, of both? At an end none of them do. */
function restsMeet(
  { one, other }: { one: string | undefined; other: string | undefined },
  without: { one: boolean; other: boolean; both: boolean },
  rules: Rules,
): boolean {
  if (one === undefined && other === undefined) return true;
  const isStar = (item: string | undefined) => item !== undefined && rules.isStar(item);
  // A star ends here, or takes the other side's item and stays.
  if (isStar(one) || isStar(other)) return without.one || without.other;
  return without.both && rules.canEqual(one ?? '', other ?? '');
}
