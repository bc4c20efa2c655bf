/** The words of YAML's own errors, for people who write a campaign and not a parser. */
import type { YAMLError } from 'yaml';

export interface SyntaxWords {
  /** Goes on after "not valid YAML: ". */
  readonly what: string;
  readonly hint: string;
}

interface Entry extends SyntaxWords {
  /** What the parser says; several causes share a code. */
  readonly says: RegExp;
}

const QUOTE = 'put a text that holds ": " in quotes, as in title: "Fix: the cart"';

/** Of all that match the first. Held to the parser by tests/core/spec-syntax.test.ts. */
const ENTRIES: readonly Entry[] = [
  {
    says: /^Nested mappings are not allowed in compact/,
    what: 'a second ": " in one line, or the next line is indented differently than this one',
    hint: `${QUOTE}; let the keys of one mapping begin in the same column`,
  },
  {
    says: /^Block collections are not allowed within flow/,
    what: 'a text with ": " in it, or an indented list or mapping, between brackets',
    hint: `${QUOTE}; between brackets write lists as [a, b] and mappings as { a: b }`,
  },
  {
    says: /^(?:Plain value cannot start with|Block scalars? (?:header|with))/,
    what: 'a value that begins with a sign that means something else in YAML',
    hint: 'put the value in quotes',
  },
  {
    says: /^Unexpected scalar at node end/,
    what: 'more text after the end of a value',
    hint: "put the whole value in quotes; between single quotes write '' for one of them",
  },
  {
    says: /^Missing closing ["']quote/,
    what: 'a text that begins with a quote here, and does not end',
    hint: 'close the quote',
  },
  {
    says: /^(?:Implicit map keys need to be followed|Implicit keys need to be on a single line)/,
    what: 'a line that is neither "key: value" nor an entry of a list',
    hint: 'write a space after the colon; begin entries of a list with "- "',
  },
  {
    says: /^(?:All mapping items must start at|Sequence item without|A (?:block )?sequence may not)/,
    what: 'a line that is indented differently than those that it belongs to',
    hint: 'let the keys of one mapping, and the entries of one list, begin in the same column',
  },
  {
    says: /^Flow map in block collection|^Expected flow map to end/,
    what: 'a "{" that is not closed up to here',
    hint: 'close it with "}", or indent the lines between the two',
  },
  {
    says: /^Flow sequence in block collection|^Expected flow sequence to end/,
    what: 'a "[" that is not closed up to here',
    hint: 'close it with "]", or indent the lines between the two',
  },
  {
    says: /^Missing , /,
    what: 'two entries between brackets without a comma',
    hint: 'separate them with ",", or put the text in quotes',
  },
  {
    says: /^Tabs are not allowed/,
    what: 'a tab as indentation',
    hint: 'indent with spaces',
  },
  {
    says: /^Source contains multiple documents/,
    what: 'a second document begins here (---)',
    hint: 'write one campaign per file',
  },
  {
    says: /^Unresolved tag/,
    what: 'a value that begins with "!", which is a tag in YAML',
    hint: 'put the value in quotes',
  },
  {
    says: /^Invalid escape sequence/,
    what: 'a backslash in double quotes that begins no escape',
    hint: 'write \\\\ for one backslash, or use single quotes',
  },
];

const LONGEST = 160;

export function wordsOfSyntax({ message }: YAMLError): SyntaxWords {
  const known = ENTRIES.find(({ says }) => says.test(message));
  return (
    known ?? {
      what: shorten(message),
      hint: 'check indentation, quotes and brackets here and on the line before',
    }
  );
}

function shorten(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
