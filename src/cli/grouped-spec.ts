/** A campaign file with a flat list of tasks, written anew with phases and groups. */
import { parse, stringify } from 'yaml';
import { proposeGroups } from '../core/group-proposal.js';
import { planEdges } from '../core/plan-index.js';
import type { Plan } from '../core/plan.js';
import { ProblemError } from '../core/problem.js';
import type { Spec } from '../core/spec.js';

interface FlatFile {
  readonly tasks: readonly object[];
}

/** Comments are lost; everything else that the file says stays. Throws a ProblemError where it has phases already. */
export function writeGrouped(
  { spec, plan, text }: { readonly spec: Spec; readonly plan: Plan; readonly text: string },
  most: number,
): string {
  const flat = spec.tasks;
  if (flat === undefined) throw new ProblemError(NOT_FLAT);
  const { tasks: written, ...rest } = parse(text) as FlatFile;
  const writtenOf = new Map(flat.map(({ id }, index) => [id, written[index]]));
  const edges = planEdges(plan);
  const estimates = new Map(plan.tasks.map(({ id, estimateMs }) => [id, estimateMs]));
  const phases = proposeGroups(
    flat.map(({ id, owns, kind }) => ({
      id,
      // A contract's reviews are no tasks of the file.
      before: (edges[id] ?? []).filter((other) => writtenOf.has(other)),
      owns,
      isTesting: kind === 'testing',
      estimateMs: estimates.get(id) ?? 0,
    })),
    most,
  );
  return stringify({
    ...rest,
    phases: phases.map((groups, phase) => ({
      name: `phase-${phase + 1}`,
      groups: groups.map((ids, group) => ({
        name: `group-${phase + 1}-${group + 1}`,
        tasks: ids.map((id) => writtenOf.get(id)),
      })),
    })),
  });
}

const NOT_FLAT = {
  code: 'plan/not-flat',
  message: 'the file has phases already: groups are proposed for a flat list of tasks',
  hint: 'put all tasks below one tasks: at the top, and leave phases out',
  severity: 'problem',
} as const;
