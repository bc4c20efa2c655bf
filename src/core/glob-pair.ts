/** Two globs: could they hold the same path? Without a library, so that workflows may ask. */

/** Without wildcards, and its last part has no extension: it names a folder with all that is in it, too. */
export function isFolder(glob: string): boolean {
  return !/[*?{}()|]/.test(glob) && !/[^/]\.[^/.]+$/.test(glob);
}

/** A glob's parts, taken apart once for many comparisons. */
export type ParsedGlob = readonly Part[];

interface Part {
  /** In lower case. */
  readonly text: string;
  /** It stands for any number of parts, none included. */
  readonly isStar: boolean;
  readonly isWild: boolean;
  /** What stands before its first wildcard. */
  readonly head: string;
}

/** `**` stands for all from the first undecidable part on. */
export function parseGlob(glob: string): ParsedGlob {
  const texts = glob.toLowerCase().split('/');
  const end = texts.findIndex((text) => /[{}()|\\]/.test(text));
  if (end >= 0) return [...texts.slice(0, end), '**'].map(parsePart);
  return (isFolder(glob) ? [...texts, '**'] : texts).map(parsePart);
}

function parsePart(text: string): Part {
  const wild = text.search(/[*?]/);
  const head = wild < 0 ? text : text.slice(0, wild);
  return { text, isStar: text.includes('**'), isWild: wild >= 0, head };
}

/**
 * Could one path be held by both globs? Sound: false only where that is impossible. Braces and parentheses count as
 * "anything", and case is ignored, as some file systems ignore it.
 */
export function globsOverlap(a: string, b: string): boolean {
  return parsedOverlap(parseGlob(a), parseGlob(b));
}

export function parsedOverlap(ones: ParsedGlob, others: ParsedGlob): boolean {
  return (
    !beginApart(ones, others) && meet(ones, others, { isStar: (part) => part.isStar, canEqual: partsMeet })
  );
}

/** Different names before the first wildcard: the usual case, and by far the quickest to see. */
function beginApart(ones: ParsedGlob, others: ParsedGlob): boolean {
  for (const [index, one] of ones.entries()) {
    const other = others[index];
    if (other === undefined || one.isWild || other.isWild) return false;
    if (one.text !== other.text) return true;
  }
  return false;
}

function partsMeet(one: Part, other: Part): boolean {
  if (!one.isWild && !other.isWild) return one.text === other.text;
  if (!one.head.startsWith(other.head) && !other.head.startsWith(one.head)) return false;
  return meet(one.text.split(''), other.text.split(''), {
    isStar: (sign) => sign === '*',
    canEqual: (a, b) => a === '?' || b === '?' || a === b,
  });
}

/**
 * What a glob has before its first wildcard, and the name that all it holds ends in; null = any. Two globs can overlap
 * only if the folders of one begin with those of the other, and their names are the same where both have one.
 */
export function globPrefix(parts: ParsedGlob): {
  readonly folders: readonly string[];
  readonly name: string | null;
} {
  const texts = parts.map(({ text }) => text);
  const wild = parts.findIndex(({ isWild }) => isWild);
  const last = parts.at(-1);
  return {
    folders: wild < 0 ? texts : texts.slice(0, wild),
    name: last === undefined || last.isWild ? null : last.text,
  };
}

interface Rules<Item> {
  readonly isStar: (item: Item) => boolean;
  readonly canEqual: (a: Item, b: Item) => boolean;
}

/** Is there a sequence that both patterns accept? A star accepts any number of items, none included. */
function meet<Item>(a: readonly Item[], b: readonly Item[], rules: Rules<Item>): boolean {
  // line[column]: the rest of `a` from this row and the rest of `b` from this column can accept the same.
  let below: boolean[] = [];
  for (let row = a.length; row >= 0; row -= 1) {
    const one = a[row];
    const line: boolean[] = [];
    for (let column = b.length; column >= 0; column -= 1) {
      const other = b[column];
      // A star ends here, or takes the other side's item and stays. At an end of both, they have met.
      if (isStarAt(one, rules) || isStarAt(other, rules))
        line[column] = below[column] === true || line[column + 1] === true;
      else if (one === undefined || other === undefined) line[column] = one === other;
      else line[column] = below[column + 1] === true && rules.canEqual(one, other);
    }
    below = line;
  }
  return below[0] ?? false;
}

function isStarAt<Item>(item: Item | undefined, { isStar }: Rules<Item>): boolean {
  return item !== undefined && isStar(item);
}
