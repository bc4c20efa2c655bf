/** What groups wait for, and the numbers that make groups of tasks at the top. */
import type { Problem } from './problem.js';
import { valueAt, type Written } from './spec-written.js';
import type { Outline, OutlineGroup } from './spec-outline.js';
import { isMapping, keyProblemAt, problemAt } from './spec-problem.js';

export interface GroupWait {
  /** How many members must be done. */
  readonly count: number;
  readonly rest: 'cancel' | 'finish';
}

/** `size`: how many members it has. */
export function waitOf({ path }: OutlineGroup, size: number, root: unknown): GroupWait {
  const wait = path === null ? undefined : valueAt(root, [...path, 'wait']);
  const rest = path !== null && valueAt(root, [...path, 'rest']) === 'finish' ? 'finish' : 'cancel';
  return { count: countOf(wait, size), rest };
}

function countOf(wait: unknown, size: number): number {
  if (wait === 'any') return Math.min(1, size);
  return typeof wait === 'number' ? Math.min(wait, size) : size;
}

/**
 * A group as it is written, once more tasks have come than the `size` that the file has in it: one that waits for as
 * many as it was written with waits for all. Nobody meant that a task which is added costs another one its work.
 */
export function waitForMore(group: unknown, size: number): unknown {
  if (!isMapping(group)) return group;
  const wait = valueAt(group, ['wait']);
  if ((wait !== 'any' && typeof wait !== 'number') || countOf(wait, size) < size) return group;
  return Object.fromEntries(Object.entries(group).filter(([key]) => key !== 'wait' && key !== 'rest'));
}

/** The tasks that their group may cancel, with the group's index; a need on one of them might never be met. */
export function findCancellable(outline: Outline, root: unknown): ReadonlyMap<string, number> {
  const sizes = sizesOf(outline);
  const cancels = outline.groups.map((group, index) => {
    const size = sizes[index] ?? 0;
    const { count, rest } = waitOf(group, size, root);
    return rest === 'cancel' && count < size;
  });
  const members = outline.tasks.filter(({ group }) => cancels[group] === true);
  return new Map(members.map(({ id, group }) => [id, group]));
}

function sizesOf(outline: Outline): readonly number[] {
  const sizes = outline.groups.map(() => 0);
  for (const { group } of outline.tasks) sizes[group] = (sizes[group] ?? 0) + 1;
  return sizes;
}

export function checkWaits(outline: Outline, written: Written): readonly Problem[] {
  const sizes = sizesOf(outline);
  return outline.groups.flatMap(({ name, path }, index): readonly Problem[] => {
    if (path === null) return [];
    const [wait, rest] = ['wait', 'rest'].map((key) => valueAt(written.value, [...path, key]));
    const size = sizes[index] ?? 0;
    if (typeof wait === 'number' && wait > size) {
      return [
        problemAt(written, [...path, 'wait'], {
          code: 'spec/wrong-value',
          message: `group "${name}" waits for ${wait} tasks, but has ${size}`,
          hint: `write a number up to ${size}, or all`,
        }),
      ];
    }
    if (rest === undefined || (wait !== undefined && wait !== 'all')) return [];
    return [
      keyProblemAt(written, [...path, 'rest'], {
        message: `group "${name}" waits for all its tasks, so that there is no rest`,
        hint: 'remove rest, or write wait: any, or a number',
      }),
    ];
  });
}

/** All tasks at the top or none; in phases the groups have names. */
export function checkGroupNumbers(outline: Outline, written: Written): readonly Problem[] {
  const isFlat = ({ path }: { path: readonly unknown[] }) => path[0] === 'tasks';
  const isNumbered = outline.tasks.some((task) => isFlat(task) && task.value['group'] !== undefined);
  return outline.tasks.flatMap((task) => {
    const number = task.value['group'];
    if (isFlat(task) && isNumbered && number === undefined) {
      return [
        problemAt(written, task.path, {
          code: 'spec/missing-key',
          message: `task "${task.id}" has no group number, but others have`,
          hint: 'add group: 1 (or another number) to all tasks, or to none',
        }),
      ];
    }
    if (isFlat(task) || number === undefined) return [];
    return [
      keyProblemAt(written, [...task.path, 'group'], {
        message: `task "${task.id}" stands in a phase, where groups have names and not numbers`,
        hint: 'remove group, and write the task in the group that it belongs to',
      }),
    ];
  });
}
