/** Rules about tasks that could run at the same time: those of one phase without a path of needs between them. */
import { findOverlaps } from './glob-overlap.js';
import type { Problem } from './problem.js';
import type { Written } from './spec-written.js';
import { makeCouldOverlap, type CouldOverlap } from './spec-order.js';
import { textsAt, type Outline, type OutlineTask, type Reference } from './spec-outline.js';

const MOST_NAMED = 5;

/** Nothing where the needs have a cycle: then no order is known, and the cycle is the problem. */
export function checkOverlaps(outline: Outline, written: Written): readonly Problem[] {
  const couldOverlap = makeCouldOverlap(outline, written.value);
  if (couldOverlap === null) return [];
  return [
    ...testingProblems(outline.tasks, couldOverlap, written),
    ...findOwners(outline.tasks, couldOverlap, written).map((clash) => ownersWarning(clash, written)),
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
  return tasks.flatMap((task, at): readonly Problem[] => {
    if (!isTesting(task)) return [];
    const others = tasks.filter(
      (other, index) => (other.group === task.group || isTesting(other)) && couldOverlap(at, index),
    );
    if (others.length === 0) return [];
    const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
    return [
      {
        code: 'spec/testing-overlaps',
        message: `testing task "${task.id}" could run at the same time as ${nameTasks(others.slice(0, MOST_NAMED))}${more}, and must run alone`,
        hint: `let it need them (or them it), or move it to a phase of its own`,
        where: written.placeOf([...task.path, 'kind']),
        severity: 'problem',
      },
    ];
  });
}

function nameTasks(tasks: readonly OutlineTask[]): string {
  return tasks.map(({ id }) => `"${id}"`).join(', ');
}

interface Own extends Reference {
  /** Those who only intend to change a path expect each other: that is what intents are for. */
  readonly isIntent: boolean;
}

interface Owned extends Own {
  /** Index of the task that owns it. */
  readonly at: number;
}

/** A task, and those before it that could run beside it and own what it owns. */
interface Clash {
  readonly task: OutlineTask;
  readonly own: Own;
  readonly first: Owned;
  /** Those that are named; of ten thousand owners of one path, the others are not even looked for. */
  readonly others: readonly OutlineTask[];
  readonly hasMore: boolean;
  /** All of them own it, and none just intends to change it. */
  readonly areOwners: boolean;
}

function findOwners(
  tasks: readonly OutlineTask[],
  couldOverlap: CouldOverlap,
  written: Written,
): readonly Clash[] {
  const owned = tasks.map((task) => writtenBy(task, written));
  const globs = [...new Set(owned.flatMap((list) => list.map(({ name }) => name)))];
  const indexOf = new Map(globs.map((glob, index) => [glob, index]));
  const overlaps = findOverlaps(globs);
  const owners = globs.map((): Owned[] => []);
  return tasks.flatMap((task, at): readonly Clash[] => {
    const clashes = (owned[at] ?? []).flatMap((own): readonly Clash[] => {
      const rivals = (overlaps[indexOf.get(own.name) ?? -1] ?? []).map((glob) => owners[glob] ?? []);
      const found = firstOf(
        rivals,
        (rival) => !(own.isIntent && rival.isIntent) && couldOverlap(at, rival.at),
      );
      const [first] = found;
      const others = [...new Set(found.map((rival) => rival.at))].flatMap((index) => tasks[index] ?? []);
      if (first === undefined) return [];
      const [named, hasMore] = [others.slice(0, MOST_NAMED), others.length > MOST_NAMED];
      const areOwners = [own, ...found].every(({ isIntent }) => !isIntent);
      return [{ task, own, first, others: named, hasMore, areOwners }];
    });
    for (const own of owned[at] ?? []) owners[indexOf.get(own.name) ?? -1]?.push({ ...own, at });
    return clashes;
  });
}

function writtenBy({ path }: OutlineTask, { value }: Written): readonly Own[] {
  return [
    ...textsAt(value, [...path, 'owns']).map((own) => ({ ...own, isIntent: false })),
    ...textsAt(value, [...path, 'intends']).map((own) => ({ ...own, isIntent: true })),
  ];
}

/** One more than are named, as far as there are. */
function firstOf(rivals: readonly (readonly Owned[])[], isOne: (rival: Owned) => boolean): readonly Owned[] {
  const found: Owned[] = [];
  for (const owners of rivals) {
    for (const rival of owners) {
      if (found.length > MOST_NAMED) return found;
      if (isOne(rival)) found.push(rival);
    }
  }
  return found;
}

/** The locks on what they write let them take turns. */
function ownersWarning({ task, own, first, others, hasMore, areOwners }: Clash, written: Written): Problem {
  const same = first.name === own.name ? `both own ${own.name}` : `they own ${own.name} and ${first.name}`;
  const what =
    others.length > 1 || !areOwners
      ? `as ${nameTasks(others)}${hasMore ? ' and others' : ''}, which ${areOwners ? 'own' : 'may change'} ${own.name} too, or a part of it`
      : `as ${nameTasks(others)}, and ${same}`;
  return {
    code: 'spec/owners-overlap',
    message: `task "${task.id}" could run at the same time ${what}`,
    hint: `they will take turns; let "${task.id}" need the other, or make what they own disjoint`,
    where: written.placeOf(own.path),
    severity: 'warning',
  };
}

const KIND = 'integration|regression|smoke|load|performance|stress|acceptance|system|e2e|end[- ]to[- ]end';

/** That tests are run is what the task is about; to write or mend some is ordinary work. */
const ABOUT_TESTING: readonly RegExp[] = [
  // Run the whole test suite
  /^(?:re-?run|run|execute|perform)\s+(?:(?!in\b|on\b|over\b|with\b|without\b)[\w-]+\s+){0,4}?test(?:s|ing)?\b/i,
  // Integration and load tests
  new RegExp(
    `^(?:(?:the|all|full|final)\\s+)*(?:${KIND})(?:,?\\s+(?:and\\s+)?(?:${KIND}))*[\\s-]+test(?:s|ing)?\\b`,
    'i',
  ),
  // Test the cart; not: test helpers for the cart
  /^test(?:ing)?\b(?!-|\s+(?:cases?|coverage|data|doubles?|fixtures?|framework|harness|helpers?|infrastructure|plans?|runner|setup|suite|util\w*)\b)/i,
];

function testingHints(task: OutlineTask, written: Written): readonly Problem[] {
  const { title, kind, template } = task.value;
  if (
    // It writes tests.
    template === 'unit-test' ||
    typeof title !== 'string' ||
    kind !== undefined ||
    !ABOUT_TESTING.some((about) => about.test(title.trim()))
  )
    return [];
  return [
    {
      code: 'spec/testing-hint',
      message: `the title of task "${task.id}" says that it runs tests, but it may run beside others`,
      hint: 'write kind: testing if it must run alone, else kind: work',
      where: written.placeOf([...task.path, 'title']),
      severity: 'warning',
    },
  ];
}
