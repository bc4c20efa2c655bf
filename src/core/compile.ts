import type { CampaignBrief } from './brief.js';
import { assemble } from './compile-assemble.js';
import { nameBranches } from './compile-branch.js';
import { claimPaths } from './compile-claim.js';
import { layOutContracts } from './compile-contract.js';
import { checkDeadline } from './compile-deadline.js';
import { applyDefaults } from './compile-default.js';
import type { CompileInput, CompilePass, Draft } from './compile-draft.js';
import { joinNeeds, joinPhases, markMergeAtOnce, orderMerges } from './compile-join.js';
import { layOutTasks } from './compile-layout.js';
import { checkOutputs } from './compile-output.js';
import { layOutReviews } from './compile-review.js';
import { checkRoles } from './compile-role.js';
import { checkTemplateFiles } from './compile-template.js';
import { limitGroups } from './compile-timeout.js';
import type { Plan } from './plan.js';
import type { Problem } from './problem.js';

/** In this order: each pass may use what those before it have filled in. Why each is there stands at the pass. */
const passes: readonly CompilePass[] = [
  layOutTasks,
  layOutContracts,
  layOutReviews,
  applyDefaults,
  checkRoles,
  checkTemplateFiles,
  checkOutputs,
  checkDeadline,
  joinPhases,
  joinNeeds,
  orderMerges,
  markMergeAtOnce,
  claimPaths,
  limitGroups,
  nameBranches,
];

export type Compiled =
  | { plan: Plan; brief: CampaignBrief; problems: Problem[] }
  | { plan: null; brief: null; problems: Problem[] };

/**
 * Compiles a right spec (core/spec.ts) for one repository. The problems are those that only the repository can show:
 * missing roles, and branches that git would refuse. Plan and brief are null exactly where there is one.
 */
export function compile(input: CompileInput): Compiled {
  const draft = emptyDraft();
  for (const pass of passes) pass(draft, input);
  if (draft.problems.length > 0) return { plan: null, brief: null, problems: draft.problems };
  return { ...assemble(draft, input), problems: [] };
}

function emptyDraft(): Draft {
  return {
    phases: [],
    groups: [],
    tasks: [],
    contracts: [],
    joins: [],
    paths: [],
    overlaps: [],
    problems: [],
  };
}
