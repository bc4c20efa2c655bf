/** A campaign file with a flat list of tasks, written anew with phases and groups. */
import { parse, stringify } from 'yaml';
import { proposeGroups } from '../core/group-proposal.js';
import { planEdges, planJoin, planTask, tasksOfJoin } from '../core/plan-index.js';
import type { Plan, PlanTask } from '../core/plan.js';
import { ProblemError } from '../core/problem.js';
import type { Spec } from '../core/spec.js';

interface FlatFile {
  readonly tasks: readonly Readonly<Record<string, unknown>>[];
}

/** Comments are lost; everything else that the file says stays. Throws a ProblemError where it has phases already. */
export function writeGrouped(
  { spec, plan, text }: { readonly spec: Spec; readonly plan: Plan; readonly text: string },
  most: number,
): string {
  const flat = spec.tasks;
  if (flat === undefined) throw notFlat(spec);
  const { tasks: written, ...rest } = parse(text) as FlatFile;
  const writtenOf = new Map(flat.map(({ id }, index) => [id, written[index]]));
  const edges = planEdges(plan);
  const phases = proposeGroups(
    flat.map(({ id, owns = [], intends, kind }) => {
      const task = planTask(plan, id);
      const before = [...new Set([...(edges[id] ?? []), ...mergedFirst(plan, task)])];
      return {
        id,
        // A contract's reviews are no tasks of the file.
        before: before.filter((other) => writtenOf.has(other)),
        owns,
        intends,
        isTesting: kind === 'testing',
        estimateMs: task.estimateMs,
      };
    }),
    most,
  );
  return stringify({
    ...rest,
    phases: phases.map((groups, phase) => ({
      name: `phase-${phase + 1}`,
      groups: groups.map((ids, group) => ({
        name: `group-${phase + 1}-${group + 1}`,
        tasks: ids.map((id) => withoutNumbers(plan, writtenOf.get(id) ?? {})),
      })),
    })),
  });
}

/** Whom it finishes after, and the providers of what it uses: they can't be in a later phase either. */
function mergedFirst(plan: Plan, { finishAfter, mergeAfter }: PlanTask): readonly string[] {
  return [...finishAfter.flatMap((join) => tasksOfJoin(plan, planJoin(plan, join))), ...mergeAfter];
}

/** A phase's groups have names of their own: who needed a numbered one needs the tasks that it had. */
function withoutNumbers(plan: Plan, task: FlatFile['tasks'][number]): object {
  const { needs, ...rest } = Object.fromEntries(Object.entries(task).filter(([key]) => key !== 'group'));
  if (!Array.isArray(needs)) return needs === undefined ? rest : { ...rest, needs };
  const named = needs.flatMap((need: unknown): readonly unknown[] => {
    if (typeof need !== 'object' || need === null || !('group' in need)) return [need];
    const group = plan.groups.find(({ id, name }) => [id, name].includes(String(need.group)));
    return group?.members ?? [need];
  });
  return { ...rest, needs: [...new Set(named)] };
}

function notFlat({ placeOf }: Spec): ProblemError {
  const { file, line } = placeOf(['phases']);
  const at = line === undefined ? file : `${file}:${line}`;
  return new ProblemError({
    code: 'plan/not-flat',
    message: `${at} has phases already: groups are proposed for a flat list of tasks`,
    hint: 'put all tasks below one tasks: at the top, and leave phases out',
    severity: 'problem',
  });
}
