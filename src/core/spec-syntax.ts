/** What is said where a file can't be read as YAML or JSON: the cause first, and few words about what follows from it. */
import { isScalar, visit, type Document, type YAMLError } from 'yaml';
import { countOf } from './count.js';
import type { Place, Problem } from './problem.js';
import { findJsonFault } from './spec-json.js';
import { wordsOfSyntax } from './spec-syntax-word.js';

interface SyntaxAt {
  readonly file: string;
  readonly placeAt: (offset: number) => Place;
}

/** One error breaks a parser's view of all that follows. */
const MOST_SHOWN = 3;

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
  const conflict = /^<{7}(?: .*)?$/m.exec(text);
  if (conflict !== null) {
    return {
      code: 'spec/syntax',
      message: `${file} holds a merge that is not resolved (<<<<<<<)`,
      hint: 'keep one of the two versions, and remove the lines with <<<<<<<, ======= and >>>>>>>',
      where: placeAt(conflict.index),
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

interface Fault {
  readonly offset: number;
  readonly what: string;
  readonly hint: string;
}

/** What the parser found, in the file's order: all of a few, else the first ones and how many more there are. */
export function describeSyntax(document: Document, text: string, at: SyntaxAt): readonly Problem[] {
  const isJson = at.file.endsWith('.json');
  const faults = (isJson && jsonFaults(text)) || yamlFaults(document, at);
  if (faults.length === 0) return [];
  if (!CAMPAIGN_KEY.test(text)) return [noCampaign(at)];
  const sorted = onePerLine(
    [...faults].sort((a, b) => a.offset - b.offset),
    at,
  );
  const shown = sorted.slice(0, MOST_SHOWN).map(({ offset, what, hint }): Problem => ({
    code: 'spec/syntax',
    message: `not valid ${isJson ? 'JSON' : 'YAML'}: ${what}`,
    hint,
    where: at.placeAt(offset),
    severity: 'problem',
  }));
  const more = sorted.length - shown.length;
  return more > 0 ? [...shown, moreOfThem(more, at.placeAt(sorted[MOST_SHOWN]?.offset ?? 0))] : shown;
}

/** Null where it is JSON: then what YAML's parser finds (a key that is there twice) counts. */
function jsonFaults(text: string): readonly Fault[] | null {
  const fault = findJsonFault(text);
  if (fault === null) return null;
  const came = fault.came === '' ? 'the end of the file' : fault.came;
  return [
    {
      offset: fault.offset,
      what: `expected ${fault.expected}, not ${came}`,
      hint: 'JSON wants double quotes, a comma between entries and none after the last, and no comments',
    },
  ];
}

/** The others of a line mostly follow from its first. */
function onePerLine(faults: readonly Fault[], { placeAt }: SyntaxAt): readonly Fault[] {
  const lines = faults.map(({ offset }) => placeAt(offset).line);
  return faults.filter((_, index) => lines.indexOf(lines[index]) === index);
}

function yamlFaults(document: Document, at: SyntaxAt): readonly Fault[] {
  const told = [...document.errors, ...document.warnings].map((error): Fault => {
    if (error.code === 'DUPLICATE_KEY') return duplicateKey(document, error, at);
    const { what, hint } = wordsOfSyntax(error);
    return { offset: openingQuote(document, error) ?? error.pos[0], what, hint };
  });
  return [...told, ...unknownAliases(document)];
}

function duplicateKey(document: Document, error: YAMLError, { placeAt }: SyntaxAt): Fault {
  let [offset] = error.pos;
  let what = 'a key stands twice in one mapping';
  visit(document, {
    Map: (_, map) => {
      // The parser's place may be the end of what stands before the key.
      const keys = map.items.flatMap(({ key }) => (isScalar(key) && key.range != null ? [key] : []));
      const again = keys.find((key) => (key.range?.[0] ?? 0) >= offset);
      const first = keys.find((key) => key.value === again?.value);
      if (again === undefined || first?.range == null || first === again) return;
      offset = again.range?.[0] ?? offset;
      what = `the key "${String(again.value)}" stands twice in one mapping, first on line ${placeAt(first.range[0]).line}`;
      return visit.BREAK;
    },
  });
  return { offset, what, hint: 'write each key once per mapping' };
}

/** A text that does not end goes up to the end of the file: what a person looks for is where it begins. */
function openingQuote(document: Document, { message, pos }: YAMLError): number | null {
  if (!message.startsWith('Missing closing')) return null;
  let offset: number | null = null;
  visit(document, {
    Scalar: (_, { range, type }) => {
      if (type?.startsWith('QUOTE') === true && range != null && range[1] >= pos[0]) offset = range[0];
    },
  });
  return offset;
}

/** `owns: [**\/*.ts]`: what begins with a star refers to an anchor, and most who write one mean a glob. */
function unknownAliases(document: Document): readonly Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined || alias.range == null) return;
      faults.push({
        offset: alias.range[0],
        what: `*${alias.source} refers to an anchor (&${alias.source}) that is not there`,
        hint: 'put a glob that begins with * in quotes, as in "**/*.ts"',
      });
    },
  });
  return faults;
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
