import type { Problem } from './problem.js';
import { problemsOfIssues } from './spec-issue.js';
import { outlineOf } from './spec-outline.js';
import { checkOverlaps } from './spec-overlap.js';
import { referenceChecks } from './spec-reference.js';
import { specSchema, type SpecFields } from './spec-schema.js';
import { parseSource, type PlaceOf, type SpecSource } from './spec-source.js';
import { fillVars, type Vars } from './spec-var.js';
import type { Written } from './spec-written.js';

/** A right spec: what it says (durations in milliseconds), and where each thing is written. */
export interface Spec extends SpecFields {
  readonly placeOf: PlaceOf;
}

export interface ReadOptions {
  /** Values for `{{name}}`, before those of the spec. */
  readonly vars?: Vars;
}

/** A campaign file as plain data, with its variables filled in. `source.problems` are of its syntax. */
function readSource(
  text: string,
  file: string,
  vars: Vars = {},
): { source: SpecSource; problems: readonly Problem[] } {
  const source = parseSource(text, file);
  if (source.problems.length > 0) return { source, problems: [] };
  const { value, problems } = fillVars(source, vars);
  return { source: { ...source, value }, problems };
}

export interface ReadSpec {
  /** Null exactly where one of the problems is more than a warning. */
  readonly spec: Spec | null;
  readonly problems: Problem[];
  /** The file's plain data, its variables filled in; of a file without syntax problems. */
  readonly source: SpecSource;
}

/**
 * Reads a campaign file (YAML or JSON) and finds all that the file alone can tell, at once and in the file's order.
 * Never throws.
 */
export function readSpec(text: string, file: string, { vars }: ReadOptions = {}): ReadSpec {
  const { source, problems: unset } = readSource(text, file, vars);
  if (source.problems.length > 0) return { spec: null, problems: [...source.problems], source };
  const { spec, problems } = readFilled(source, unset);
  return { spec, problems, source };
}

/** The same of a file whose variables are filled in; `found` are the problems of that. */
export function readFilled(
  source: Written,
  found: readonly Problem[] = [],
): Pick<ReadSpec, 'spec' | 'problems'> {
  const parsed = specSchema.safeParse(source.value);
  const outline = outlineOf(source.value);
  const problems = [
    ...found,
    ...problemsOfIssues(parsed.error?.issues ?? [], source),
    ...referenceChecks.flatMap((check) => check(outline, source)),
    ...checkOverlaps(outline, source),
  ].sort(comparePlaces);
  if (!parsed.success || problems.some(({ severity }) => severity === 'problem'))
    return { spec: null, problems };
  return { spec: { ...parsed.data, placeOf: source.placeOf }, problems };
}

/** Problems of one file, in its order. */
export function comparePlaces({ where: a }: Problem, { where: b }: Problem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}
