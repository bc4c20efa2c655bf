/** `{{name}}` in the texts of a spec: filled in before anything else looks at them. */
import { isItemName } from './item-text.js';
import type { Problem } from './problem.js';
import type { Written } from './spec-written.js';
import { valueAt } from './spec-written.js';
import { NAME_PATTERN } from './spec-name.js';
import { keysAt, problemAt } from './spec-problem.js';
import type { SpecPath } from './spec-source.js';
import { suggest } from './spec-suggest.js';

/** Values by name, as `--var name=value` gives them. */
export type Vars = Readonly<Record<string, string>>;

// With a backslash before it, the signs mean themselves; what has other signs than a name's is left as it is.
const VAR = new RegExp(`(\\\\?)\\{\\{ *(${NAME_PATTERN.slice(1, -1)}) *\\}\\}`, 'g');

interface Filling {
  readonly written: Written;
  readonly vars: ReadonlyMap<string, string>;
  /** Names that the texts have. */
  readonly used: Set<string>;
  readonly problems: Problem[];
  readonly filled: Map<object, object>;
  /** In a task with `forEach`, whose `{{item}}` is filled in for each task that is made of it. */
  readonly isTemplate: boolean;
}

/** The same data with its texts filled in; `given` goes before the spec's own `vars`. */
export function fillVars(written: Written, given: Vars): { value: unknown; problems: readonly Problem[] } {
  const own = keysAt(written.value, ['vars']);
  const filling: Filling = {
    written,
    vars: new Map([...own.flatMap((name) => defaultOf(written, name)), ...Object.entries(given)]),
    used: new Set(),
    problems: [],
    filled: new Map(),
    isTemplate: false,
  };
  const value = fill(written.value, [], filling);
  const known = [...own, ...filling.used];
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  return {
    value,
    problems: [...filling.problems, ...unknown.map((name) => unknownVar(name, known, written))],
  };
}

function defaultOf({ value }: Written, name: string): readonly (readonly [string, string])[] {
  const own = valueAt(value, ['vars', name]);
  return typeof own === 'string' || typeof own === 'number' || typeof own === 'boolean'
    ? [[name, String(own)]]
    : [];
}

/** What an alias names is one value, also where it holds itself. */
function fill(value: unknown, path: SpecPath, filling: Filling): unknown {
  if (typeof value === 'string') return value.includes('{{') ? fillText(value, path, filling) : value;
  if (typeof value !== 'object' || value === null || isVars(path)) return value;
  if (!filling.isTemplate && isTemplate(value, path))
    return fill(value, path, { ...filling, isTemplate: true, filled: new Map() });
  const earlier = filling.filled.get(value);
  if (earlier !== undefined) return earlier;
  const copy: object = Array.isArray(value) ? [] : {};
  filling.filled.set(value, copy);
  for (const [key, item] of Object.entries(value)) {
    const step = Array.isArray(value) ? Number(key) : key;
    const filled = fill(item, [...path, step], filling);
    // Not by assignment: a key may be called __proto__.
    Object.defineProperty(copy, key, { value: filled, enumerable: true, writable: true, configurable: true });
  }
  return copy;
}

function isVars(path: SpecPath): boolean {
  return path.length === 1 && path[0] === 'vars';
}

function isTemplate(value: object, path: SpecPath): boolean {
  return path.at(-2) === 'tasks' && Object.hasOwn(value, 'forEach');
}

function fillText(
  text: string,
  path: SpecPath,
  { written, vars, used, problems, isTemplate }: Filling,
): string {
  return text.replace(VAR, (whole, escape: string, name: string) => {
    if (isTemplate && isItemName(name)) return whole;
    if (escape !== '') return whole.slice(1);
    used.add(name);
    const value = vars.get(name);
    if (value === undefined)
      problems.push(unsetVar(name, [...vars.keys()], problemAt.bind(null, written, path)));
    return value ?? whole;
  });
}

type Tell = (told: Pick<Problem, 'code' | 'message' | 'hint'>) => Problem;

function unsetVar(name: string, known: readonly string[], tell: Tell): Problem {
  const meant = suggest(name, known);
  return tell({
    code: 'spec/unset-var',
    message: `{{${name}}} stands for a value that nobody sets`,
    hint:
      meant === null
        ? `add it to vars, or give it: --var ${name}=…; for the signs themselves write \\{{${name}}}`
        : `did you mean {{${meant}}}?`,
  });
}

function unknownVar(name: string, known: readonly string[], { placeOf }: Written): Problem {
  const meant = suggest(name, known);
  const where = placeOf(['vars']);
  return {
    code: 'spec/unknown-var',
    message: `--var ${name} sets a value that ${where.file} does not use`,
    hint:
      meant === null
        ? `write {{${name}}} where it belongs, or leave it out`
        : `did you mean --var ${meant}=…?`,
    where: { file: where.file },
    severity: 'problem',
  };
}
