/** Rules about tasks that could run at the same time: those of one phase without a path of needs between them. */
import { findOverlaps } from './glob-overlap.js';
import type { Problem } from './problem.js';
import type { Written } from './spec-written.js';
import { makeCouldOverlap, type CouldOverlap } from './spec-order.js';
import { textsAt, type Outline, type OutlineTask, type Reference } from './spec-outline.js';

const MOST_NAMED = 5;

export interface OverlapOptions {
  /** Two owners of one path take turns at it: a warning, and not a problem. */
  readonly hasLocks: boolean;
}

/** Nothing where the needs have a cycle: then no order is known, and the cycle is the problem. */
export function checkOverlaps(
  outline: Outline,
  written: Written,
  { hasLocks }: OverlapOptions,
): readonly Problem[] {
  const couldOverlap = makeCouldOverlap(outline, written.value);
  if (couldOverlap === null) return [];
  return [
    ...testingProblems(outline.tasks, couldOverlap, written),
    ...findOwners(outline.tasks, couldOverlap, written).map((clash) =>
      ownersProblem(clash, written, hasLocks),
    ),
    ...outline.tasks.flatMap((task) => testingHints(task, written)),
  ];
}

function isTesting(task: OutlineTask): boolean {
  return task.value['kind'] === 'testing';
}

/** A testing task runs alone in its group, and no two testing tasks of a phase run together. */
function testingProblems(
  tasks: readonly OutlineTask[],
  couldOverlap: CouldOverlap,
  written: Written,
): readonly Problem[] {
  return tasks.filter(isTesting).flatMap((task): readonly Problem[] => {
    const others = tasks.filter(
      (other) => (other.group === task.group || isTesting(other)) && couldOverlap(task, other),
    );
    if (others.length === 0) return [];
    return [
      {
        code: 'spec/testing-overlaps',
        message: `testing task "${task.id}" could run at the same time as ${nameTasks(others)}, and must run alone`,
        hint: `let it need them (or them it), or move it to a phase of its own`,
        where: written.placeOf([...task.path, 'kind']),
        severity: 'problem',
      },
    ];
  });
}

function nameTasks(tasks: readonly OutlineTask[]): string {
  const names = tasks.slice(0, MOST_NAMED).map(({ id }) => `"${id}"`);
  const more = tasks.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

interface Owned extends Reference {
  readonly task: OutlineTask;
}

/** A task, and those before it that could run beside it and own what it owns. */
interface Clash {
  readonly task: OutlineTask;
  readonly own: Reference;
  readonly theirs: readonly Owned[];
}

function findOwners(
  tasks: readonly OutlineTask[],
  couldOverlap: CouldOverlap,
  written: Written,
): readonly Clash[] {
  const owned = tasks.map((task) => textsAt(written.value, [...task.path, 'owns']));
  const globs = [...new Set(owned.flatMap((list) => list.map(({ name }) => name)))];
  const indexOf = new Map(globs.map((glob, index) => [glob, index]));
  const overlaps = findOverlaps(globs);
  const owners = globs.map((): Owned[] => []);
  return tasks.flatMap((task, at): readonly Clash[] => {
    const clashes = (owned[at] ?? []).map((own) => {
      const theirs = (overlaps[indexOf.get(own.name) ?? -1] ?? []).flatMap((glob) =>
        (owners[glob] ?? []).filter((other) => couldOverlap(task, other.task)),
      );
      return { task, own, theirs };
    });
    for (const own of owned[at] ?? []) owners[indexOf.get(own.name) ?? -1]?.push({ ...own, task });
    return clashes.filter(({ theirs }) => theirs.length > 0);
  });
}

function ownersProblem({ task, own, theirs }: Clash, written: Written, hasLocks: boolean): Problem {
  const [first] = theirs;
  const others = [...new Set(theirs.map((other) => other.task))];
  const what =
    others.length > 1
      ? `as ${nameTasks(others)}, which own ${own.name} too, or a part of it`
      : `as "${others[0]?.id ?? ''}", and ${first?.name === own.name ? `both own ${own.name}` : `they own ${own.name} and ${first?.name ?? ''}`}`;
  return {
    code: 'spec/owners-overlap',
    message: `task "${task.id}" could run at the same time ${what}`,
    hint: hasLocks
      ? `they will take turns; let "${task.id}" need the other, or make what they own disjoint`
      : `let "${task.id}" need the other, or make what they own disjoint: this version has no locks`,
    where: written.placeOf(own.path),
    severity: hasLocks ? 'warning' : 'problem',
  };
}

function testingHints(task: OutlineTask, written: Written): readonly Problem[] {
  const { title, kind } = task.value;
  if (typeof title !== 'string' || kind !== undefined || !/\btest(s|ing)?\b/i.test(title)) return [];
  return [
    {
      code: 'spec/testing-hint',
      message: `the title of task "${task.id}" speaks of tests, but the task may run beside others`,
      hint: 'write kind: testing if it must run alone, else kind: work',
      where: written.placeOf([...task.path, 'title']),
      severity: 'warning',
    },
  ];
}
