/**
 * The outline: phases, groups and tasks of a spec that may be wrong elsewhere, so that references, cycles and rules
 * are checked together with everything else. What is not even a mapping is left out; the schema reports it.
 */
import { valueAt } from './spec-written.js';
import { isName } from './spec-name.js';
import { readNeed, type Need } from './spec-need.js';
import type { SpecPath } from './spec-source.js';

export interface Reference {
  readonly name: string;
  readonly path: SpecPath;
}

export interface OutlineNeed extends Need {
  readonly path: SpecPath;
}

export interface OutlineTask {
  readonly id: string;
  readonly path: SpecPath;
  /** Index into the outline's phases. */
  readonly phase: number;
  /** Index into the outline's groups. */
  readonly group: number;
  readonly needs: readonly OutlineNeed[];
  readonly value: Readonly<Record<string, unknown>>;
}

export interface OutlineGroup {
  /** `<phase>/<group>`. */
  readonly id: string;
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

/** Tasks with the group that they are in, or will be. */
interface Batch {
  readonly phase: OutlinePhase;
  readonly groups: readonly { name: string; path: SpecPath | null; entries: readonly Entry[] }[];
}

export function outlineOf(root: unknown): Outline {
  const batches = [...batchesAtTop(entriesAt(root, ['tasks'])), ...batchesOfPhases(root)];
  const groups = batches.flatMap((batch, phase) => batch.groups.map((group) => ({ ...group, phase })));
  const placed = groups.flatMap(({ entries, phase }, group) =>
    entries.map((entry) => ({ ...entry, phase, group })),
  );
  // Numbered groups don't stand in the order of their tasks; every list of tasks does.
  const inOrder = placed.sort((a, b) => compareSteps(a.path, b.path));
  return {
    phases: batches.map(({ phase }) => phase),
    groups: groups.map(({ name, path, phase }) => ({
      id: `${batches[phase]?.phase.name ?? ''}/${name}`,
      name,
      path,
      phase,
    })),
    tasks: inOrder.flatMap((entry) => taskOf(root, entry)),
    ids: inOrder.flatMap(({ path, value }) =>
      typeof value['id'] === 'string' ? [{ name: value['id'], path: [...path, 'id'] }] : [],
    ),
  };
}

function taskOf(
  root: unknown,
  { path, value, phase, group }: Entry & { phase: number; group: number },
): readonly OutlineTask[] {
  const { id } = value;
  if (typeof id !== 'string' || !isName(id)) return [];
  return [{ id, path, phase, group, needs: needsAt(root, [...path, 'needs']), value }];
}

/** One phase with one group; or a phase per group number, where every task has one. */
function batchesAtTop(entries: readonly Entry[]): readonly Batch[] {
  if (entries.length === 0) return [];
  const numbered = new Map<number, Entry[]>();
  for (const entry of entries) {
    const number = entry.value['group'];
    if (typeof number !== 'number') return [batchOf(ALL, entries)];
    const members = numbered.get(number);
    if (members === undefined) numbered.set(number, [entry]);
    else members.push(entry);
  }
  return [...numbered]
    .sort(([a], [b]) => a - b)
    .map(([number, members]) => batchOf(`group-${number}`, members));
}

function batchOf(name: string, entries: readonly Entry[]): Batch {
  return { phase: { name, path: null }, groups: [{ name, path: null, entries }] };
}

function batchesOfPhases(root: unknown): readonly Batch[] {
  return entriesAt(root, ['phases']).map(({ path, value }) => {
    const name = textOr(value['name'], String(path.at(-1)));
    const direct = entriesAt(root, [...path, 'tasks']);
    const groups = entriesAt(root, [...path, 'groups']).map((group) => ({
      name: textOr(group.value['name'], String(group.path.at(-1))),
      path: group.path,
      entries: entriesAt(root, [...group.path, 'tasks']),
    }));
    const own = direct.length > 0 ? [{ name, path: null, entries: direct }] : [];
    return { phase: { name, path }, groups: [...own, ...groups] };
  });
}

/** Paths of one file in its order, where they differ in numbers only. */
function compareSteps(a: SpecPath, b: SpecPath): number {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (typeof step === 'number' && typeof other === 'number' && step !== other) return step - other;
  }
  return 0;
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

/** The needs of a list that are written as needs are. */
function needsAt(root: unknown, path: SpecPath): readonly OutlineNeed[] {
  const list = valueAt(root, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown, index) => {
    const need = readNeed(value);
    return need === null ? [] : [{ ...need, path: [...path, index] }];
  });
}
