/**
 * Texts that are secrets by their very form: prefixes that vendors give to their keys so that they can be found, and
 * private keys. Few and certain: what is found keeps a file out of a commit.
 */

export interface Secret {
  /** Counts from 1. */
  readonly line: number;
  /** With its article. */
  readonly kind: string;
  /** A part that stands on one line and tells it from others of its kind. Never to be shown. */
  readonly value: string;
}

/** Whoever writes this in the line, or in the one before it, says that the value is made up. */
const NOT_A_SECRET = 'longhaul:not-a-secret';

interface Form {
  readonly kind: string;
  /** As git's and JavaScript's regular expressions both read it. */
  readonly source: string;
  /** What is longer is something else. */
  readonly exact: boolean;
}

const forms: readonly Form[] = [
  { kind: 'an AWS access key', source: 'A(KI|SI)A[A-Z2-7]{16}', exact: true },
  { kind: 'a GitHub token', source: 'gh[pousr]_[A-Za-z0-9]{36}', exact: false },
  { kind: 'a GitHub token', source: 'github_pat_[A-Za-z0-9_]{60}', exact: false },
  { kind: 'a Slack token', source: 'xox[abeoprs]-[0-9]{6,}-[A-Za-z0-9-]{16}', exact: false },
  { kind: 'an Anthropic API key', source: 'sk-ant-[a-z0-9]{3,8}-[A-Za-z0-9_-]{40}', exact: false },
  { kind: 'an OpenAI API key', source: 'sk-(proj|svcacct|admin)-[A-Za-z0-9_-]{40}', exact: false },
  { kind: 'a Google API key', source: 'AIza[A-Za-z0-9_-]{35}', exact: true },
];
const PRIVATE_KEY = '-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----';

/** For git's `-G` (POSIX, extended): lines without it hold no secret. */
export const SUSPECT_LINE = [...forms.map(({ source }) => source), PRIVATE_KEY].join('|');

const FEWEST_SIGNS = 6;
const PREFIX = 8;
const LONGEST_KEY = 8_000;
const SHORTEST_KEY = 40;

export function findSecrets(text: string): readonly Secret[] {
  const found = [...forms.flatMap((form) => findForm(text, form)), ...findPrivateKeys(text)];
  if (found.length === 0) return [];
  const lines = linesOf(text);
  let line = 0;
  return found
    .sort((a, b) => a.index - b.index)
    .flatMap(({ index, kind, value }) => {
      while ((lines[line]?.end ?? Infinity) < index) line += 1;
      const isMadeUp = [line, line - 1].some((each) => lines[each]?.isNote === true);
      return isMadeUp ? [] : [{ line: line + 1, kind, value }];
    });
}

interface Line {
  readonly end: number;
  readonly isNote: boolean;
}

/** Each is looked at once, however many secrets stand in it. */
function linesOf(text: string): readonly Line[] {
  let end = -1;
  return text.split('\n').map((line) => {
    end += line.length + 1;
    return { end, isNote: line.includes(NOT_A_SECRET) };
  });
}

interface Found {
  readonly index: number;
  readonly kind: string;
  readonly value: string;
}

function findForm(text: string, { kind, source, exact }: Form): readonly Found[] {
  const after = exact ? '(?![A-Za-z0-9_-])' : '[A-Za-z0-9_-]*';
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${source})${after}`, 'g');
  return [...text.matchAll(pattern)]
    .map(({ index, 0: value }) => ({ index, kind, value }))
    .filter(({ value }) => !isPlaceholder(value));
}

/** `ghp_xxxxxxxx…`, and the keys in AWS's own documentation. */
function isPlaceholder(value: string): boolean {
  return value.endsWith('EXAMPLE') || new Set(value.slice(PREFIX)).size < FEWEST_SIGNS;
}

/** The line that begins one is not enough: programs that look for keys hold it too. */
function findPrivateKeys(text: string): readonly Found[] {
  return [...text.matchAll(new RegExp(PRIVATE_KEY, 'g'))].flatMap(({ index, 0: header }) => {
    const rest = text.slice(index + header.length, index + header.length + LONGEST_KEY);
    const body = rest.split('-----')[0] ?? '';
    const runs = body.match(/[A-Za-z0-9+/=]{20,}/g) ?? [];
    // All keys of a kind begin alike; they end differently.
    const value = runs.at(-1);
    if (value === undefined || runs.join('').length < SHORTEST_KEY || isPlaceholder(value)) return [];
    return [{ index, kind: 'a private key', value }];
  });
}
