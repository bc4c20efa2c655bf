/** Rounds: what a task with `forEach` can be, and what can be needed of it. All that is known before the list is. */
import type { AddedTask } from './addition.js';
import type { Problem } from './problem.js';
import { itemPaths } from './item-text.js';
import { madeDepth, mostMade } from './round-depth.js';
import { limitsOf } from './spec-addition.js';
import { waitOf } from './spec-group.js';
import { NAME_LENGTH } from './spec-name.js';
import type { Outline, OutlineTask } from './spec-outline.js';
import { isMapping, keysAt, problemAt } from './spec-problem.js';
import { roundOf } from './spec-round-wish.js';
import type { SpecPath } from './spec-source.js';
import { suggest } from './spec-suggest.js';
import { valueAt, type Written } from './spec-written.js';

/** `-` and a key. */
const KEY_LENGTH = 8;

interface Known {
  readonly outline: Outline;
  readonly written: Written;
  readonly templates: ReadonlyMap<string, OutlineTask>;
}

export function checkRounds(outline: Outline, written: Written): readonly Problem[] {
  const templates = new Map(
    outline.tasks.filter(({ value }) => roundOf(value) !== null).map((task) => [task.id, task]),
  );
  if (templates.size === 0) return [];
  const known: Known = { outline, written, templates };
  const depths = depthProblems(known);
  return [
    ...[...templates.values()].flatMap((task) => [
      ...sourceProblem(task, known),
      ...kindProblems(task, known),
      ...nameProblems(task, known),
    ]),
    ...depths,
    ...outline.tasks.flatMap((task) => needProblems(task, known)),
    ...providerProblems(known),
  ];
}

function refuse(
  { written, path }: { written: Written; path: SpecPath },
  message: string,
  hint: string,
): Problem {
  return problemAt(written, path, { code: 'spec/bad-round', message, hint });
}

function sourceProblem(task: OutlineTask, { outline, written }: Known): readonly Problem[] {
  const source = roundOf(task.value)?.task ?? '';
  const names = outline.ids.map(({ name }) => name);
  if (names.includes(source)) return [];
  const meant = suggest(
    source,
    names.filter((id) => id !== task.id),
  );
  return [
    problemAt(written, [...task.path, 'forEach'], {
      code: 'spec/unknown-task',
      message: `task "${task.id}" is a round over the output of "${source}", but no task has that id`,
      hint: meant === null ? 'write the id of a task of this campaign' : `did you mean "${meant}"?`,
    }),
  ];
}

/** What could not hold for several tasks at once. */
function kindProblems(task: OutlineTask, { outline, written, templates }: Known): readonly Problem[] {
  const { id, path, value } = task;
  const problems: Problem[] = [];
  const { all: most } = mostMade(id, templates);
  if (value['kind'] === 'testing' && most > 1)
    problems.push(
      refuse(
        { written, path: [...path, 'kind'] },
        `testing task "${id}" is a round, whose tasks would run side by side, and a testing task must run alone`,
        'leave forEach out, or write kind: work; a round of at most one task may be kind: testing',
      ),
    );
  if (Array.isArray(value['publishes']) && value['publishes'].length > 0)
    problems.push(
      refuse(
        { written, path: [...path, 'publishes'] },
        `task "${id}" is a round, and publishes a contract: nobody knows which of its tasks would be the author`,
        'let the task before it publish the contract',
      ),
    );
  if (itemPaths(value['copy']).length > 0)
    problems.push(
      refuse(
        { written, path: [...path, 'copy'] },
        `task "${id}" is a round, and copies what its list says: agents write that list, and would choose among your ignored files`,
        'name the files themselves',
      ),
    );
  const group = outline.groups[task.group];
  const size = outline.tasks.filter((other) => other.group === task.group).length;
  if (group !== undefined && waitOf(group, size, written.value).count < size)
    problems.push(
      refuse(
        { written, path: [...path, 'forEach'] },
        `task "${id}" is a round in the group "${group.name}", which waits for only some of its tasks: how many there will be, nobody knows yet`,
        'put the round into a group of its own, or let the group wait for all',
      ),
    );
  return problems;
}

/** The tasks that are made of it are called `<id>-<key>`. */
function nameProblems({ id, path }: OutlineTask, { written }: Known): readonly Problem[] {
  const most = NAME_LENGTH - KEY_LENGTH;
  const problems: Problem[] = [];
  if (id.length > most)
    problems.push(
      refuse(
        { written, path: [...path, 'id'] },
        `task "${id}" is a round, whose tasks are called "${id}-1" and so on, and its id has ${id.length} signs`,
        `choose an id of at most ${most}`,
      ),
    );
  return problems;
}

/** What only looks as if it were made of a round: its tasks could not be told apart from it. `added` by their ids. */
export function checkRoundNames(
  { tasks }: Outline,
  written: Written,
  added: ReadonlyMap<string, AddedTask>,
): readonly Problem[] {
  const templates = tasks.filter(({ value }) => roundOf(value) !== null);
  return templates.flatMap(({ id }) => {
    const isNumbered = new RegExp(`^${id.replaceAll('-', '\\-')}-\\d+$`, 'i');
    const others = tasks.filter((other) => isNumbered.test(other.id) && added.get(other.id)?.template !== id);
    return others.map((other) =>
      refuse(
        { written, path: [...other.path, 'id'] },
        `task "${other.id}" is called as a task of the round "${id}" may be`,
        'give one of the two another id',
      ),
    );
  });
}

function depthProblems({ outline, written, templates }: Known): readonly Problem[] {
  const { depth } = limitsOf(written.value);
  const tasks = new Map(outline.tasks.map((task) => [task.id, task]));
  return [...templates.values()].flatMap(({ id, path }) => {
    const own = madeDepth(id, { tasks, depthOf: () => 0 });
    if (own <= depth) return [];
    return [
      problemAt(written, [...path, 'forEach'], {
        code: 'spec/too-deep',
        message: `the tasks of the round "${id}" come of rounds ${own} times over, and limits.depth allows ${depth}`,
        hint: `write limits: { depth: ${own} }, or let it be a round over a task of the file`,
      }),
    ];
  });
}

function needProblems(task: OutlineTask, { written, templates }: Known): readonly Problem[] {
  return task.needs.flatMap(({ kind, name, path }): readonly Problem[] => {
    if (!templates.has(name) || (kind !== 'finish' && kind !== 'draft')) return [];
    return [
      refuse(
        { written, path },
        `task "${task.id}" needs { ${kind}: ${name} }, but "${name}" is a round, which has no work of its own`,
        `write - ${name}, which waits for all tasks of the round`,
      ),
    ];
  });
}

function providerProblems({ written, templates }: Known): readonly Problem[] {
  return keysAt(written.value, ['contracts']).flatMap((name): readonly Problem[] => {
    const path: SpecPath = ['contracts', name];
    const contract = valueAt(written.value, path);
    if (!isMapping(contract)) return [];
    const { provider, review } = contract as { readonly provider?: unknown; readonly review?: unknown };
    const consumers = [...templates.values()].filter(({ needs }) =>
      needs.some((need) => need.kind === 'contract' && need.name === name),
    );
    const [consumer] = consumers;
    return [
      ...(typeof provider === 'string' && templates.has(provider)
        ? [
            refuse(
              { written, path: [...path, 'provider'] },
              `"${provider}" is a round, and is to implement the contract "${name}": nobody knows which of its tasks would`,
              'name a task that is no round',
            ),
          ]
        : []),
      ...(review === 'consumers' && consumer !== undefined
        ? [
            refuse(
              { written, path: [...path, 'review'] },
              `the contract "${name}" is to be reviewed by its consumers, and "${consumer.id}" is a round, whose tasks are not there yet`,
              'write roles, as in [architect], or leave review out',
            ),
          ]
        : []),
    ];
  });
}
