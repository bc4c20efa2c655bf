import type { AddedTask, Addition } from './addition.js';
import { addTasks } from './addition-overlay.js';
import { assumedRounds } from './assumed-round.js';
import type { Problem } from './problem.js';
import { checkAdditions } from './spec-addition.js';
import { problemsOfIssues } from './spec-issue.js';
import { outlineOf } from './spec-outline.js';
import { checkOverlaps } from './spec-overlap.js';
import { referenceChecks } from './spec-reference.js';
import { checkRoundNames } from './spec-round.js';
import { specSchema, type SpecFields } from './spec-schema.js';
import { parseSource, type PlaceOf, type SpecSource } from './spec-source.js';
import { fillVars, type Vars } from './spec-var.js';

/** A right spec: what it says (durations in milliseconds), and where each thing is written. */
export interface Spec extends SpecFields {
  readonly placeOf: PlaceOf;
  /** Tasks that are not in the file; those that have no place in it any more are left out. */
  readonly additions: readonly Addition[];
  /** By the id of each task that came so. */
  readonly added: ReadonlyMap<string, AddedTask>;
}

export interface ReadOptions {
  /** Values for `{{name}}`, before those of the spec. */
  readonly vars?: Vars;
  /** Tasks that came while the campaign ran. */
  readonly additions?: readonly Addition[];
  /** For a plan: rounds that are not made yet have the tasks that are expected of them. */
  readonly assume?: boolean;
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
  /** The file's plain data, its variables filled in, with what is added; of a file without syntax problems. */
  readonly source: SpecSource;
  /** The same without what is added: what is to be kept to read it again (readFilled). */
  readonly filled: unknown;
}

/**
 * Reads a campaign file (YAML or JSON) and finds all that the file alone can tell, at once and in the file's order.
 * Never throws.
 */
export function readSpec(text: string, file: string, options: ReadOptions = {}): ReadSpec {
  const { source, problems: unset } = readSource(text, file, options.vars);
  if (source.problems.length > 0) return { spec: null, problems: [...source.problems], source, filled: null };
  const { additions = [], assume = false } = options;
  const read = readWritten(source, additions, unset);
  if (read.spec === null || !assume) return read;
  return readWritten(source, [...read.spec.additions, ...assumedRounds(read.source, read.spec)], unset);
}

/** Reads plain data that `readSpec` has had before, with other additions. Places in it are not known any more. */
export function readFilled(filled: unknown, file: string, additions: readonly Addition[]): ReadSpec {
  return readWritten({ value: filled, placeOf: () => ({ file }), problems: [] }, additions, []);
}

function readWritten(
  filled: SpecSource,
  additions: readonly Addition[],
  unset: readonly Problem[],
): ReadSpec {
  const { kept, gone, added, faults, ...written } = addTasks(filled, additions);
  const source: SpecSource = { ...written, problems: [] };
  const parsed = specSchema.safeParse(source.value);
  const outline = outlineOf(source.value);
  const problems = [
    ...unset,
    ...problemsOfIssues(parsed.error?.issues ?? [], source),
    ...referenceChecks.flatMap((check) => check(outline, source)),
    ...checkOverlaps(outline, source),
    ...checkRoundNames(outline, source, added),
    ...checkAdditions(source, { added, gone, faults }),
  ].sort(comparePlaces);
  const read = { problems, source, filled: filled.value };
  if (!parsed.success || problems.some(({ severity }) => severity === 'problem'))
    return { spec: null, ...read };
  const spec: Spec = { ...parsed.data, placeOf: source.placeOf, additions: kept, added };
  return { spec, ...read };
}

/** Problems of one file, in its order. */
export function comparePlaces({ where: a }: Problem, { where: b }: Problem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}
