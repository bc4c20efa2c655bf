/**
 * The outline: phases, groups and tasks of a spec that may be wrong elsewhere, so that references, cycles and rules
 * are checked together with everything else. What is not even a mapping is left out; the schema reports it.
 */
import { isName } from './spec-name.js';
import type { SpecPath } from './spec-source.js';
import { valueAt } from './spec-issue.js';

export interface Reference {
  readonly name: string;
  readonly path: SpecPath;
}

export interface OutlineTask {
  readonly id: string;
  readonly path: SpecPath;
  /** Index into the outline's phases. */
  readonly phase: number;
  /** Index into the outline's groups. */
  readonly group: number;
  readonly needs: readonly Reference[];
  readonly value: Readonly<Record<string, unknown>>;
}

export interface OutlineGroup {
  readonly name: string;
  /** Of the mapping with the group's own keys; null where tasks stand in the phase or at the top. */
  readonly path: SpecPath | null;
  readonly phase: number;
}

export interface OutlinePhase {
  readonly name: string;
  /** null where tasks stand at the top. */
  readonly path: SpecPath | null;
}

export interface Outline {
  readonly phases: readonly OutlinePhase[];
  readonly groups: readonly OutlineGroup[];
  /** In the spec's order; only those with a usable id. */
  readonly tasks: readonly OutlineTask[];
  /** All ids, usable or not, so that a need on one of them is not called unknown too. */
  readonly ids: readonly Reference[];
}

interface Entry {
  readonly path: SpecPath;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The name of the phase and group that stand for tasks at the top. */
const ALL = 'all';

export function outlineOf(root: unknown): Outline {
  const outline = { phases: [] as OutlinePhase[], groups: [] as OutlineGroup[], tasks: [] as OutlineTask[] };
  const ids: Reference[] = [];
  const addGroup = (name: string, path: SpecPath | null, entries: readonly Entry[]) => {
    const phase = outline.phases.length - 1;
    const group = outline.groups.push({ name, path, phase }) - 1;
    for (const { path: at, value } of entries) {
      if (typeof value['id'] === 'string') ids.push({ name: value['id'], path: [...at, 'id'] });
      const id = value['id'];
      if (typeof id !== 'string' || !isName(id)) continue;
      outline.tasks.push({ id, path: at, phase, group, needs: textsAt(root, [...at, 'needs']), value });
    }
  };
  const flat = entriesAt(root, ['tasks']);
  if (flat.length > 0) {
    outline.phases.push({ name: ALL, path: null });
    addGroup(ALL, null, flat);
  }
  for (const { path, value } of entriesAt(root, ['phases'])) {
    const name = textOr(value['name'], String(path.at(-1)));
    outline.phases.push({ name, path });
    const direct = entriesAt(root, [...path, 'tasks']);
    if (direct.length > 0) addGroup(name, null, direct);
    for (const group of entriesAt(root, [...path, 'groups'])) {
      const own = textOr(group.value['name'], String(group.path.at(-1)));
      addGroup(own, group.path, entriesAt(root, [...group.path, 'tasks']));
    }
  }
  return { ...outline, ids };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function entriesAt(root: unknown, path: SpecPath): readonly Entry[] {
  const list = valueAt(root, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown, index) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [{ path: [...path, index], value: value as Readonly<Record<string, unknown>> }]
      : [],
  );
}

/** The texts of a list, with their places. */
export function textsAt(root: unknown, path: SpecPath): readonly Reference[] {
  const list = valueAt(root, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((name: unknown, index) =>
    typeof name === 'string' ? [{ name, path: [...path, index] }] : [],
  );
}
