import { newDraftTask, type CompilePass, type DraftTask } from './compile-draft.js';
import type { Spec } from './spec.js';
import { waitOf } from './spec-group.js';
import { outlineOf, type OutlineGroup, type OutlinePhase, type OutlineTask } from './spec-outline.js';
import type { SpecGroup, SpecTask } from './spec-schema.js';

/** Tasks at the top become one phase with one group, tasks in a phase one group: the scheduler knows no short forms. */
export const layOutTasks: CompilePass = (draft, { spec }) => {
  const { phases, groups, tasks } = outlineOf(spec);
  const members = membersOf(groups, tasks);
  const groupIds = phases.map((): string[] => []);
  for (const { id, phase } of groups) groupIds[phase]?.push(id);
  draft.phases = phases.map((phase, index) => ({
    name: phase.name,
    groups: groupIds[index] ?? [],
    integrateAt: integrationOf(phase, spec)?.at ?? spec.integration?.at ?? 'group',
  }));
  draft.groups = groups.map((group, at) => {
    const own = members[at] ?? [];
    const { count, rest } = waitOf(group, own.length, spec);
    return {
      id: group.id,
      name: group.name,
      phase: phases[group.phase]?.name ?? '',
      members: own,
      wait: count,
      rest,
      timeoutMs: null,
      written: writtenGroup(group, spec),
    };
  });
  const written = new Map(writtenTasks(spec).map((task) => [task.id, task]));
  draft.tasks = tasks.flatMap(({ id, path, phase, group }): DraftTask[] => {
    const task = written.get(id);
    if (task === undefined) return [];
    return [
      newDraftTask({
        written: task,
        path,
        phase: phases[phase]?.name ?? '',
        group: groups[group]?.id ?? '',
        reviews: null,
        groupOnFailure: draft.groups[group]?.written?.onFailure ?? null,
      }),
    ];
  });
};

/** In the file's order. */
export function writtenTasks(spec: Spec): readonly SpecTask[] {
  const ofPhases = (spec.phases ?? []).flatMap(({ tasks, groups }) => [
    ...(tasks ?? []),
    ...(groups ?? []).flatMap((group) => group.tasks),
  ]);
  return [...(spec.tasks ?? []), ...ofPhases];
}

/** What the phase itself says of integration. */
export function integrationOf({ path }: OutlinePhase, spec: Spec): Spec['integration'] {
  return path === null ? undefined : spec.phases?.[Number(path[1])]?.integration;
}

function writtenGroup({ path }: OutlineGroup, spec: Spec): SpecGroup | null {
  return path === null ? null : (spec.phases?.[Number(path[1])]?.groups?.[Number(path[3])] ?? null);
}

/** By the group's index, in the spec's order. */
function membersOf(
  groups: readonly OutlineGroup[],
  tasks: readonly OutlineTask[],
): readonly (readonly string[])[] {
  const members = groups.map((): string[] => []);
  for (const { id, group } of tasks) members[group]?.push(id);
  return members;
}
