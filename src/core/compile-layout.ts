import type { CompilePass, DraftTask } from './compile-draft.js';
import type { Spec } from './spec.js';
import { outlineOf, type OutlineGroup, type OutlinePhase } from './spec-outline.js';
import type { SpecTask } from './spec-schema.js';

/** Tasks at the top become one phase with one group, tasks in a phase one group: the scheduler knows no short forms. */
export const layOutTasks: CompilePass = (draft, { spec }) => {
  const { phases, groups, tasks } = outlineOf(spec);
  const ids = groups.map((group) => `${phases[group.phase]?.name ?? ''}/${group.name}`);
  draft.phases = phases.map((phase, index) => ({
    name: phase.name,
    groups: ids.filter((_, at) => groups[at]?.phase === index),
    integrateAt: integrationOf(phase, spec)?.at ?? spec.integration?.at ?? 'group',
  }));
  draft.groups = groups.map((group, at) => {
    const members = tasks.filter((task) => task.group === at).map(({ id }) => id);
    return {
      id: ids[at] ?? '',
      name: group.name,
      phase: phases[group.phase]?.name ?? '',
      members,
      wait: members.length,
      rest: 'cancel',
      timeoutMs: null,
    };
  });
  const written = new Map(writtenTasks(spec).map((task) => [task.id, task]));
  draft.tasks = tasks.flatMap(({ id, path, phase, group }): DraftTask[] => {
    const task = written.get(id);
    if (task === undefined) return [];
    return [
      {
        written: task,
        path,
        phase: phases[phase]?.name ?? '',
        group: ids[group] ?? '',
        groupOnFailure: onFailureOf(groups[group], spec),
        settings: null,
        branch: '',
        after: [],
        mergeAtOnce: false,
      },
    ];
  });
};

function writtenTasks(spec: Spec): readonly SpecTask[] {
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

function onFailureOf(group: OutlineGroup | undefined, spec: Spec): DraftTask['groupOnFailure'] {
  const path = group?.path ?? null;
  if (path === null) return null;
  return spec.phases?.[Number(path[1])]?.groups?.[Number(path[3])]?.onFailure ?? null;
}
