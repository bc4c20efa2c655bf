/** Checks that look at more than one place of a spec: names used twice, unknown names, cycles, keys that exclude. */
import type { Problem } from './problem.js';
import { checkAccounts } from './spec-account.js';
import { checkAdapters, checkAgents } from './spec-agent.js';
import { checkRoles } from './spec-agent-role.js';
import { checkContracts } from './spec-contract.js';
import { checkGroupNumbers, checkWaits } from './spec-group.js';
import { valueAt, type Written } from './spec-written.js';
import { checkCycles } from './spec-need-graph.js';
import { checkNeeds } from './spec-need-check.js';
import type { Outline, Reference } from './spec-outline.js';
import { checkModels } from './spec-model.js';
import { checkReviews } from './spec-review.js';
import { checkPools } from './spec-pool.js';
import { checkRounds } from './spec-round.js';
import { checkTemplates } from './spec-template.js';
import { isMapping, keyProblemAt, problemAt } from './spec-problem.js';
import type { SpecPath } from './spec-source.js';

type Check = (outline: Outline, written: Written) => readonly Problem[];

export const referenceChecks: readonly Check[] = [
  checkReservedIds,
  checkDuplicates,
  checkNeeds,
  checkCycles,
  checkAgents,
  checkAdapters,
  checkModels,
  checkRoles,
  checkContracts,
  checkReviews,
  checkPools,
  checkAccounts,
  checkWaits,
  checkGroupNumbers,
  checkRounds,
  checkTemplates,
  checkExclusiveKeys,
];

// `<campaign>/integration` is the id of the workflow that merges.
const RESERVED_IDS = ['integration'];

function checkReservedIds(outline: Outline, written: Written): readonly Problem[] {
  return outline.ids
    .filter(({ name }) => RESERVED_IDS.includes(name.toLowerCase()))
    .map(({ name, path }) =>
      problemAt(written, path, {
        code: 'spec/reserved-name',
        message: `task "${name}" has an id that Longhaul uses itself`,
        hint: `choose another, as in ${name}-tests`,
      }),
    );
}

function checkDuplicates(outline: Outline, written: Written): readonly Problem[] {
  const named = (names: readonly { name: string; path: SpecPath | null }[]): readonly Reference[] =>
    names.flatMap(({ name, path }) => (path === null ? [] : [{ name, path: [...path, 'name'] }]));
  const groups = outline.phases.map((_, phase) =>
    findDuplicates('group', named(outline.groups.filter((group) => group.phase === phase)), written),
  );
  return [
    ...findDuplicates('phase', named(outline.phases), written),
    ...groups.flat(),
    ...findDuplicates('task', outline.ids, written),
  ];
}

/** Ignoring case, as ids become folders and branches, and some file systems ignore it. */
function findDuplicates(what: string, names: readonly Reference[], written: Written): readonly Problem[] {
  const first = new Map<string, Reference>();
  const problems: Problem[] = [];
  for (const reference of names) {
    const key = reference.name.toLowerCase();
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, reference);
      continue;
    }
    const { line } = written.placeOf(earlier.path);
    // What was added has no line, nor has a file whose text is not there to point at.
    const where = line === undefined ? ', counting the tasks that are added' : `: first on line ${line}`;
    const same = earlier.name === reference.name ? '' : `, as "${earlier.name}" (case is ignored)`;
    problems.push(
      problemAt(written, reference.path, {
        code: 'spec/duplicate-name',
        message: `${what} "${reference.name}" is there twice${where}${same}`,
        hint: `give one of the two another ${what === 'task' ? 'id' : 'name'}`,
      }),
    );
  }
  return problems;
}

function checkExclusiveKeys(outline: Outline, written: Written): readonly Problem[] {
  const phases = outline.phases.flatMap(({ path }) => (path === null ? [] : [path]));
  const mappings = [['defaults'], ...outline.tasks.map(({ path }) => path)];
  return [
    ...requireOne([], ['phases', 'tasks'], written),
    ...phases.flatMap((path) => requireOne(path, ['groups', 'tasks'], written)),
    ...mappings.flatMap((path) => excludeBoth(path, ['agent', 'agents'], written)),
    ...outline.tasks.flatMap(({ path }) => excludeBoth(path, ['estimate', 'complexity'], written)),
  ];
}

type Pair = readonly [string, string];

function requireOne(path: SpecPath, pair: Pair, written: Written): readonly Problem[] {
  if (!isMapping(written.value)) return [];
  if (pair.some((key) => valueAt(written.value, [...path, key]) !== undefined)) {
    return excludeBoth(path, pair, written);
  }
  const where = path.length === 0 ? 'the campaign' : `phases[${String(path.at(-1))}]`;
  return [
    problemAt(written, path, {
      code: 'spec/missing-key',
      message: `${where} has neither "${pair[0]}" nor "${pair[1]}", so there is nothing to do`,
      hint: `add ${pair[1]}: with at least one task`,
    }),
  ];
}

function excludeBoth(path: SpecPath, pair: Pair, written: Written): readonly Problem[] {
  if (!pair.every((key) => valueAt(written.value, [...path, key]) !== undefined)) return [];
  return [
    keyProblemAt(written, [...path, pair[1]], {
      message: `"${pair[0]}" and "${pair[1]}" stand side by side, and mean the same`,
      hint: `keep one of them`,
    }),
  ];
}
