import type { CampaignBrief, JsonSchema, OwnTemplate, RepositoryBrief, RoleBrief } from './brief.js';
import type { Claim, FailurePolicy, Join, PlanContract, PlanGroup, PlanPhase } from './plan.js';
import type { Learnt } from './learnt.js';
import type { Problem } from './problem.js';
import type { Spec } from './spec.js';
import type { SpecGroup, SpecTask } from './spec-schema.js';
import type { SpecPath } from './spec-source.js';

export interface CompileInput {
  readonly spec: Spec;
  /** The campaign's id. */
  readonly campaign: string;
  readonly repository: RepositoryBrief;
  /** The role files of the repository, by name. */
  readonly roles: Readonly<Record<string, RoleBrief>>;
  /** The templates of the repository that the spec names, by their paths. */
  readonly templates: Readonly<Record<string, OwnTemplate>>;
  /** By path, the schemas that tasks name as their `output`. */
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
  /** Branches of the user's repository, without `refs/heads/`. */
  readonly existingBranches: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  /** What earlier campaigns on this repository took; without it, estimates do without. */
  readonly learnt?: Learnt | null;
  /** Of the campaign that this is a change of: what it has begun keeps its branch, and is not forgotten. */
  readonly earlier?: CampaignBrief | null;
  /** sha256 as hex digits. */
  readonly digest: (text: string) => string;
}

/** What the passes build: each fills its own fields, in the order of core/compile.ts. */
export interface Draft {
  phases: PlanPhase[];
  groups: DraftGroup[];
  tasks: DraftTask[];
  contracts: PlanContract[];
  joins: Join[];
  paths: readonly string[];
  overlaps: readonly (readonly number[])[];
  problems: Problem[];
}

export interface DraftGroup extends Omit<PlanGroup, 'timeoutMs'> {
  /** Null where its tasks stand in a phase, or at the top. */
  readonly written: SpecGroup | null;
  timeoutMs: number | null;
}

export interface DraftTask {
  readonly written: SpecTask;
  readonly path: SpecPath;
  readonly phase: string;
  readonly group: string;
  /** The group's own policy; null where it names none. */
  readonly groupOnFailure: FailurePolicy | null;
  /** The contract that it reviews; null for all that the spec itself has. */
  readonly reviews: string | null;
  settings: TaskSettings | null;
  branch: string;
  after: string[];
  finishAfter: string[];
  mergeAfter: string[];
  claims: readonly Claim[];
  mergeAtOnce: boolean;
}

/** What it is; the passes say the rest. */
export function newDraftTask(
  task: Pick<DraftTask, 'written' | 'path' | 'phase' | 'group' | 'groupOnFailure' | 'reviews'>,
): DraftTask {
  return {
    ...task,
    settings: null,
    branch: '',
    after: [],
    finishAfter: [],
    mergeAfter: [],
    claims: [],
    mergeAtOnce: false,
  };
}

export interface ReadyTask extends DraftTask {
  readonly settings: TaskSettings;
}

/** What a task or the campaign's defaults say, with every default applied. */
export interface TaskSettings {
  readonly owns: readonly string[];
  readonly agents: readonly string[];
  readonly estimateMs: number;
  /** A share of the estimate. */
  readonly draftAfter: number;
  readonly timeoutMs: number;
  readonly stallMs: number | null;
  readonly turns: number;
  readonly attempts: number;
  readonly onTimeout: 'retry' | 'skip' | 'abort';
  readonly onFailure: FailurePolicy;
  readonly partial: 'accept' | 'reject';
  readonly changes: 'required' | 'allowed' | 'none';
  readonly verify: readonly string[];
  readonly setup: readonly string[];
  readonly copy: readonly string[];
}

export type CompilePass = (draft: Draft, input: CompileInput) => void;
