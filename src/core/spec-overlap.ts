/** Rules about tasks that could run at the same time: those of one phase without a path of needs between them. */
import { topologicalOrder } from './graph.js';
import { globsOverlap } from './glob.js';
import type { Problem } from './problem.js';
import type { Written } from './spec-issue.js';
import { textsAt, type Outline, type OutlineTask, type Reference } from './spec-outline.js';
import { needsGraph } from './spec-reference.js';

/** Nothing where the needs have a cycle: then no order is known, and the cycle is the problem. */
export function checkOverlaps(outline: Outline, written: Written): readonly Problem[] {
  const couldOverlap = makeCouldOverlap(outline.tasks);
  if (couldOverlap === null) return [];
  const pairs = outline.tasks.flatMap((task, index) =>
    outline.tasks
      .slice(index + 1)
      .filter((other) => couldOverlap(task, other))
      .map((other): Pair => [task, other]),
  );
  const owned = new Map(outline.tasks.map((task) => [task, textsAt(written.value, [...task.path, 'owns'])]));
  return [
    ...outline.tasks.flatMap((task) => testingProblems(task, pairs, written)),
    ...pairs.flatMap((pair) => ownerProblems(pair, owned, written)),
    ...outline.tasks.flatMap((task) => testingHints(task, written)),
  ];
}

type Pair = readonly [OutlineTask, OutlineTask];

function makeCouldOverlap(
  tasks: readonly OutlineTask[],
): ((a: OutlineTask, b: OutlineTask) => boolean) | null {
  const graph = needsGraph(tasks);
  const order = topologicalOrder(graph);
  if (order === null) return null;
  const ancestors = new Map<string, Set<string>>();
  for (const id of order) {
    const own = new Set<string>();
    for (const need of graph.before[id] ?? []) {
      own.add(need);
      for (const further of ancestors.get(need) ?? []) own.add(further);
    }
    ancestors.set(id, own);
  }
  const isAfter = (a: string, b: string) => ancestors.get(a)?.has(b) === true;
  return (a, b) => a.phase === b.phase && a.id !== b.id && !isAfter(a.id, b.id) && !isAfter(b.id, a.id);
}

function isTesting(task: OutlineTask): boolean {
  return task.value['kind'] === 'testing';
}

/** A testing task runs alone in its group, and no two testing tasks of a phase run together. */
function testingProblems(task: OutlineTask, pairs: readonly Pair[], written: Written): readonly Problem[] {
  if (!isTesting(task)) return [];
  const others = pairs
    .filter((pair) => pair.includes(task))
    .map(([a, b]) => (a === task ? b : a))
    .filter((other) => other.group === task.group || isTesting(other));
  if (others.length === 0) return [];
  const names = others.slice(0, 5).map(({ id }) => `"${id}"`);
  const more = others.length > 5 ? ` and ${others.length - 5} more` : '';
  return [
    {
      code: 'spec/testing-overlaps',
      message: `testing task "${task.id}" could run at the same time as ${names.join(', ')}${more}, and must run alone`,
      hint: `let it need them (or them it), or move it to a phase of its own`,
      where: written.placeOf([...task.path, 'kind']),
      severity: 'problem',
    },
  ];
}

type Owned = ReadonlyMap<OutlineTask, readonly Reference[]>;

function ownerProblems([one, other]: Pair, owned: Owned, written: Written): readonly Problem[] {
  const clash = findClash(owned.get(one) ?? [], owned.get(other) ?? []);
  if (clash === null) return [];
  const [mine, theirs] = clash;
  const same = mine.name === theirs.name ? `both own ${mine.name}` : `own ${mine.name} and ${theirs.name}`;
  return [
    {
      code: 'spec/owners-overlap',
      message: `tasks "${one.id}" and "${other.id}" could run at the same time, and ${same}`,
      hint: `let "${other.id}" need "${one.id}", or make what they own disjoint: this version has no locks`,
      where: written.placeOf(theirs.path),
      severity: 'problem',
    },
  ];
}

function findClash(ones: readonly Reference[], others: readonly Reference[]): [Reference, Reference] | null {
  for (const one of ones) {
    const other = others.find(({ name }) => globsOverlap(one.name, name));
    if (other !== undefined) return [one, other];
  }
  return null;
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
