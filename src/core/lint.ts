/** Warnings of a campaign that can run, and would probably not do what it is meant to. */
import { warnOfDeadline, warnOfGroupTimeouts } from './lint-deadline.js';
import { warnOfChains, warnOfCrowds, warnOfLongMembers, warnOfWaitingGroups } from './lint-group.js';
import { warnOfCrowdedAreas, warnOfIgnoredDependencies, warnOfPrematureIntegration } from './lint-path.js';
import { warnOfManyMade } from './lint-round.js';
import { warnOfThinPrompts, warnOfUnchecked, warnOfUntestedContracts } from './lint-task.js';
import { LintView, type LintInput, type LintRule } from './lint-view.js';
import type { Problem } from './problem.js';

const rules: readonly LintRule[] = [
  warnOfChains,
  warnOfWaitingGroups,
  warnOfCrowds,
  warnOfCrowdedAreas,
  warnOfLongMembers,
  warnOfIgnoredDependencies,
  warnOfPrematureIntegration,
  warnOfUnchecked,
  warnOfThinPrompts,
  warnOfUntestedContracts,
  warnOfManyMade,
  warnOfDeadline,
  warnOfGroupTimeouts,
];

/** Of one kind; a file of ten thousand tasks without checks needs no ten thousand warnings. */
const MOST_OF_ONE_RULE = 20;

/** Each rule's warnings in the order of the rules; of very many, how many there are more is said with the last one. */
export function lint(input: LintInput): readonly Problem[] {
  const view = new LintView(input);
  return rules.flatMap((rule) => shorten(rule(view)));
}

function shorten(found: readonly Problem[]): readonly Problem[] {
  const more = found.length - MOST_OF_ONE_RULE;
  const last = found[MOST_OF_ONE_RULE - 1];
  if (more <= 0 || last === undefined) return found;
  const message = `${last.message} (and ${more} more warnings of this kind)`;
  return [...found.slice(0, MOST_OF_ONE_RULE - 1), { ...last, message }];
}
