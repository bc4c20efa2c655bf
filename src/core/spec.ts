import type { Problem } from './problem.js';
import { problemsOfIssue } from './spec-issue.js';
import { outlineOf } from './spec-outline.js';
import { checkOverlaps } from './spec-overlap.js';
import { referenceChecks } from './spec-reference.js';
import { specSchema, type SpecFields } from './spec-schema.js';
import { parseSource, type PlaceOf } from './spec-source.js';

/** A right spec: what it says (durations in milliseconds), and where each thing is written. */
export interface Spec extends SpecFields {
  readonly placeOf: PlaceOf;
}

/**
 * Reads a campaign file (YAML or JSON) and finds all that the file alone can tell, at once and in the file's order.
 * `spec` is null exactly where one of the problems is more than a warning. Never throws.
 */
export function readSpec(text: string, file: string): { spec: Spec | null; problems: Problem[] } {
  const source = parseSource(text, file);
  if (source.problems.length > 0) return { spec: null, problems: [...source.problems] };
  const parsed = specSchema.safeParse(source.value);
  const outline = outlineOf(source.value);
  const problems = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => problemsOfIssue(issue, source)),
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
