/** What is said where a file can't be read as YAML or JSON: the cause first, and few words about what follows from it. */
import type { YAMLError } from 'yaml';
import { countOf } from './count.js';
import type { Place, Problem } from './problem.js';

interface SyntaxAt {
  readonly file: string;
  readonly placeAt: (offset: number) => Place;
}

/** One error breaks a parser's view of all that follows. */
const MOST_SHOWN = 3;
const LONGEST = 160;

/** The problem of a file that is no text at all, or a page; null where it may be YAML. */
export function findForeign(text: string, { file, placeAt }: SyntaxAt): Problem | null {
  // What is no UTF-8 was read as the replacement character.
  const strange = /[^\P{Cc}\t\n\r\u0085]|\uFFFD/u.exec(text);
  if (strange !== null) {
    return {
      code: 'spec/syntax',
      message: `${file} is not a text in UTF-8, as a campaign file is: it may be a program, an image, or a text in another encoding`,
      hint: 'name the campaign file; where this is the one, save it as UTF-8',
      where: placeAt(strange.index),
      severity: 'problem',
    };
  }
  if (!/^\s*<[!?a-z]/i.test(text)) return null;
  return {
    code: 'spec/syntax',
    message: `${file} is an HTML or XML page, not a campaign file`,
    hint: 'where it was downloaded, take the raw file and not the page around it',
    where: placeAt(0),
    severity: 'problem',
  };
}

/** What the parser found, in the file's order: all of a few, else the first ones and how many more there are. */
export function describeSyntax(errors: readonly YAMLError[], text: string, at: SyntaxAt): readonly Problem[] {
  if (errors.length === 0) return [];
  if (!CAMPAIGN_KEY.test(text)) return [noCampaign(at)];
  const sorted = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  const kind = at.file.endsWith('.json') ? 'JSON' : 'YAML';
  const shown = sorted.slice(0, MOST_SHOWN).map((error): Problem => ({
    code: 'spec/syntax',
    message: `not valid ${kind}: ${shorten(error.message)}`,
    hint: hintForSyntax(error.code),
    where: at.placeAt(error.pos[0]),
    severity: 'problem',
  }));
  const more = sorted.length - shown.length;
  return more > 0 ? [...shown, moreOfThem(more, at.placeAt(sorted[MOST_SHOWN]?.pos[0] ?? 0))] : shown;
}

/** A line that begins as one of a campaign file would; in JSON also in the middle of a line. */
const CAMPAIGN_KEY = /(?:^|[{,])\s*["']?(?:version|name|agents|tasks|phases)["']?\s*:/mu;

function noCampaign({ file, placeAt }: SyntaxAt): Problem {
  return {
    code: 'spec/syntax',
    message: `${file} is not a campaign file: it is neither YAML nor JSON, and has none of the keys of one (version, name, agents, tasks, phases)`,
    hint: 'name a campaign file; docs/campaign-file.md shows the smallest one',
    where: placeAt(0),
    severity: 'problem',
  };
}

function moreOfThem(count: number, where: Place): Problem {
  return {
    code: 'spec/syntax',
    message: `${countOf(count, 'more syntax error')} from here on, which may all follow from those above`,
    hint: 'mend the first one, and check again',
    where,
    severity: 'problem',
  };
}

function shorten(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

function hintForSyntax(code: string): string {
  if (code === 'DUPLICATE_KEY') return 'write each key once per mapping';
  if (code === 'TAB_AS_INDENT') return 'indent with spaces';
  if (code === 'MULTIPLE_DOCS') return 'write one campaign per file';
  return 'check indentation, quotes and brackets here and on the line before';
}
