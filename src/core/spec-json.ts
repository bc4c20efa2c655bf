/** Where a text stops being JSON, as YAML's parser reads some broken JSON as something else. */
export interface JsonFault {
  readonly offset: number;
  readonly expected: string;
  /** What stands there; empty at the end of the text. */
  readonly came: string;
}

/** What may come next, and what is said where it does not. */
type Expected = 'value' | 'first entry' | 'first key' | 'key' | 'colon' | 'more' | 'nothing';

const WORDS: Readonly<Record<Expected, string>> = {
  value: 'a value',
  'first entry': 'a value, or "]"',
  'first key': 'a key in double quotes, or "}"',
  key: 'a key in double quotes',
  colon: '":"',
  more: '"," or the closing bracket',
  nothing: 'the end of the file',
};

/** Blanks, then a text, another plain value, a sign, or what none of these is. */
const TOKEN =
  /[\uFEFF \t\r\n]*(?:("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w"'.+-])|([{}[\],:])|([^\s"]+|"[^"\n]*|[^]|$))/gy;

/** The first fault, or null. Goes through the text once, however deep it is nested. */
export function findJsonFault(text: string): JsonFault | null {
  const open: string[] = [];
  let expected: Expected = 'value';
  for (const match of text.matchAll(TOKEN)) {
    const [all, quoted, plain, sign = '', other] = match;
    const came = quoted ?? plain ?? (sign || (other ?? ''));
    const offset = match.index + all.length - came.length;
    const kind = quoted !== undefined ? 'text' : plain !== undefined ? 'plain' : sign;
    const next = follow(expected, kind, open);
    if (came === '' && expected === 'nothing') return null;
    if (next === null) return { offset, expected: WORDS[expected], came: came.slice(0, 20) };
    expected = next;
  }
  return null;
}

/** `open` is the stack of brackets; it is changed. Null where this can't stand here. */
function follow(expected: Expected, kind: string, open: string[]): Expected | null {
  if (kind === '') return null;
  if (expected === 'colon') return kind === ':' ? 'value' : null;
  if (expected === 'more') return followEntry(kind, open);
  if (expected === 'nothing') return null;
  if (kind === CLOSES_AT_ONCE[expected]) return close(open);
  if (expected === 'key' || expected === 'first key') return kind === 'text' ? 'colon' : null;
  return followValue(kind, open);
}

/** What ends a list or a mapping without entries. */
const CLOSES_AT_ONCE: Readonly<Partial<Record<Expected, string>>> = { 'first key': '}', 'first entry': ']' };

function followValue(kind: string, open: string[]): Expected | null {
  if (kind === '{' || kind === '[') {
    open.push(kind);
    return kind === '{' ? 'first key' : 'first entry';
  }
  return kind === 'text' || kind === 'plain' ? afterValue(open) : null;
}

function followEntry(kind: string, open: string[]): Expected | null {
  const around = open.at(-1);
  if (kind === ',') return around === '{' ? 'key' : 'value';
  return kind === (around === '{' ? '}' : ']') ? close(open) : null;
}

function close(open: string[]): Expected {
  open.pop();
  return afterValue(open);
}

function afterValue(open: readonly string[]): Expected {
  return open.length === 0 ? 'nothing' : 'more';
}
