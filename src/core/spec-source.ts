import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { Place, Problem } from './problem.js';
import { describeSyntax, findForeign } from './spec-syntax.js';

export type SpecPath = readonly (string | number)[];
export type PlaceOf = (path: SpecPath, at?: 'key' | 'value') => Place;

export interface SpecSource {
  /** Plain data; only bounded in depth by what was read. */
  readonly value: unknown;
  /** Where a path is written; where it is missing, the place of the nearest thing around it. */
  readonly placeOf: PlaceOf;
  /** Only syntax. */
  readonly problems: readonly Problem[];
}

/** Reads YAML, or JSON as the part of YAML that it is. Never throws. */
export function parseSource(text: string, file: string): SpecSource {
  try {
    return readDocument(text, file);
  } catch (error) {
    // The parser recurses, and refuses files that expand without end; both are the file's fault.
    const why = error instanceof Error ? error.message : String(error);
    const problem: Problem = {
      code: 'spec/syntax',
      message: `${file} can't be read: ${why}`,
      hint: 'write a plain YAML or JSON file, without deep nesting or many aliases',
      where: { file },
      severity: 'problem',
    };
    return { value: null, placeOf: () => ({ file }), problems: [problem] };
  }
}

function readDocument(text: string, file: string): SpecSource {
  const lines = new LineCounter();
  // YAML forbids tabs as indentation and JSON does not; JSON strings can't hold a raw tab, so this changes nothing.
  const source = file.endsWith('.json') ? text.replaceAll('\t', ' ') : text;
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const at = { file, placeAt };
  const foreign = findForeign(text, at);
  const problems = foreign === null ? describeSyntax(document, text, at) : [foreign];
  const value: unknown = problems.length > 0 ? null : document.toJS({ maxAliasCount: 100 });
  return {
    value,
    placeOf: (path, at = 'value') => placeAt(findOffset(document, path, at)),
    problems,
  };
}

/** Follows the path as far as it is written, and answers with the offset of the last node found. */
function findOffset(document: Document, path: SpecPath, at: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    const found = findStep(isAlias(node) ? node.resolve(document) : node, step);
    if (found === null) return offset;
    const wantsKey = at === 'key' && index === path.length - 1;
    offset = (wantsKey ? found.keyOffset : null) ?? offsetOf(found.node) ?? found.keyOffset ?? offset;
    node = found.node;
  }
  return offset;
}

function findStep(node: unknown, step: string | number): { node: unknown; keyOffset: number | null } | null {
  if (isSeq(node)) {
    return typeof step === 'number' && step < node.items.length
      ? { node: node.items[step], keyOffset: null }
      : null;
  }
  if (!isMap(node)) return null;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  return pair === undefined ? null : { node: pair.value, keyOffset: offsetOf(pair.key) };
}

function offsetOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node)) return null;
  const range: unknown = node.range;
  const start: unknown = Array.isArray(range) ? range[0] : null;
  return typeof start === 'number' ? start : null;
}
