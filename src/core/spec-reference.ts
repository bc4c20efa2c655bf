/** Checks that look at more than one place of a spec: names used twice, unknown names, cycles, keys that exclude. */
import { findCycle, type Graph } from './graph.js';
import type { Problem } from './problem.js';
import { valueAt, type Written } from './spec-issue.js';
import { textsAt, type Outline, type OutlineTask, type Reference } from './spec-outline.js';
import type { SpecPath } from './spec-source.js';
import { suggest } from './spec-suggest.js';

type Check = (outline: Outline, written: Written) => readonly Problem[];

export const referenceChecks: readonly Check[] = [
  checkReservedIds,
  checkDuplicates,
  checkNeeds,
  checkCycles,
  checkAgents,
  checkAdapters,
  checkExclusiveKeys,
];

type Told = Pick<Problem, 'code' | 'message' | 'hint'>;

function problem(written: Written, path: SpecPath, told: Told): Problem {
  return { ...told, where: written.placeOf(path), severity: 'problem' };
}

/** For keys that should not be there. */
function keyProblem(written: Written, path: SpecPath, told: Omit<Told, 'code'>): Problem {
  return { code: 'spec/conflicting-keys', ...told, where: written.placeOf(path, 'key'), severity: 'problem' };
}

// `<campaign>/integration` is the id of the workflow that merges.
const RESERVED_IDS = ['integration'];

function checkReservedIds(outline: Outline, written: Written): readonly Problem[] {
  return outline.ids
    .filter(({ name }) => RESERVED_IDS.includes(name.toLowerCase()))
    .map(({ name, path }) =>
      problem(written, path, {
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
    const line = written.placeOf(earlier.path).line ?? 1;
    const same = earlier.name === reference.name ? '' : `, as "${earlier.name}" (case is ignored)`;
    problems.push(
      problem(written, reference.path, {
        code: 'spec/duplicate-name',
        message: `${what} "${reference.name}" is there twice: first on line ${line}${same}`,
        hint: `give one of the two another ${what === 'task' ? 'id' : 'name'}`,
      }),
    );
  }
  return problems;
}

function checkNeeds(outline: Outline, written: Written): readonly Problem[] {
  const known = new Set(outline.ids.map(({ name }) => name));
  const byId = new Map(outline.tasks.map((task) => [task.id, task]));
  return outline.tasks.flatMap((task) =>
    task.needs.flatMap((need): readonly Problem[] => {
      if (!known.has(need.name)) return [unknownTask(task, need, { outline, written })];
      const other = byId.get(need.name);
      if (other === undefined || other.phase <= task.phase) return [];
      const [own, later] = [task.phase, other.phase].map((index) => outline.phases[index]?.name ?? '');
      return [
        problem(written, need.path, {
          code: 'spec/need-of-later-phase',
          message: `task "${task.id}" of phase "${own ?? ''}" needs "${need.name}" of the later phase "${later ?? ''}"`,
          hint: `move "${need.name}" to phase "${own ?? ''}" or before, or drop the need: phases follow one another`,
        }),
      ];
    }),
  );
}

function unknownTask(
  task: OutlineTask,
  need: Reference,
  { outline, written }: { outline: Outline; written: Written },
): Problem {
  const ids = outline.ids.map(({ name }) => name).filter((id) => id !== task.id);
  const meant = suggest(need.name, ids);
  return problem(written, need.path, {
    code: 'spec/unknown-task',
    message: `task "${task.id}" needs "${need.name}", but no task has that id`,
    hint: meant === null ? 'write the id of a task of this campaign' : `did you mean "${meant}"?`,
  });
}

export function needsGraph(tasks: readonly OutlineTask[]): Graph {
  const first = new Map<string, OutlineTask>();
  for (const task of tasks) if (!first.has(task.id)) first.set(task.id, task);
  const before: Record<string, readonly string[]> = {};
  for (const [id, task] of first) before[id] = task.needs.map(({ name }) => name);
  return { ids: [...first.keys()], before };
}

function checkCycles(outline: Outline, written: Written): readonly Problem[] {
  const problems: Problem[] = [];
  let graph = needsGraph(outline.tasks);
  for (let cycle = findCycle(graph); cycle !== null; cycle = findCycle(graph)) {
    const [id, next] = cycle;
    const task = outline.tasks.find((other) => other.id === id);
    const need = task?.needs.find(({ name }) => name === next);
    problems.push(
      problem(written, need?.path ?? task?.path ?? [], {
        code: 'spec/cycle',
        message: `tasks need each other in a circle: ${cycle.join(' -> ')} (each needs the next)`,
        hint: 'drop one of these needs',
      }),
    );
    const members = cycle;
    graph = { ids: graph.ids.filter((other) => !members.includes(other)), before: graph.before };
  }
  return problems;
}

function checkAgents(outline: Outline, written: Written): readonly Problem[] {
  const agents = keysAt(written.value, ['agents']);
  const places: readonly SpecPath[] = [['defaults'], ...outline.tasks.map(({ path }) => path)];
  const problems = places
    .flatMap((path) => agentsNamedAt(written.value, path))
    .filter(({ name }) => !agents.includes(name))
    .map(({ name, path }) => {
      const meant = suggest(name, agents);
      return problem(written, path, {
        code: 'spec/unknown-agent',
        message: `no agent is called "${name}"`,
        hint: meant === null ? `agents of this campaign: ${agents.join(', ')}` : `did you mean "${meant}"?`,
      });
    });
  return [...problems, ...checkSomeAgent(outline, written)];
}

function agentsNamedAt(root: unknown, path: SpecPath): readonly Reference[] {
  const single = valueAt(root, [...path, 'agent']);
  const one = typeof single === 'string' ? [{ name: single, path: [...path, 'agent'] }] : [];
  return [...one, ...textsAt(root, [...path, 'agents'])];
}

function namesAnAgent(root: unknown, path: SpecPath): boolean {
  return ['agent', 'agents'].some((key) => valueAt(root, [...path, key]) !== undefined);
}

/** With several agents, each task must know its own; with one, that is the one. */
function checkSomeAgent(outline: Outline, written: Written): readonly Problem[] {
  const agents = valueAt(written.value, ['agents']);
  const names = keysAt(written.value, ['agents']);
  if (!isMapping(agents) || names.length === 1) return [];
  if (names.length === 0) {
    return [
      problem(written, ['agents'], {
        code: 'spec/no-agent',
        message: 'agents names no agent, so nobody can do the tasks',
        hint: 'add one, as in claude: { adapter: claude-code }',
      }),
    ];
  }
  if (namesAnAgent(written.value, ['defaults'])) return [];
  return outline.tasks
    .filter(({ path }) => !namesAnAgent(written.value, path))
    .map(({ id, path }) =>
      problem(written, path, {
        code: 'spec/no-agent',
        message: `task "${id}" does not say which of the agents ${names.join(', ')} does it`,
        hint: `add agent: ${names[0] ?? ''} to the task or to defaults`,
      }),
    );
}

function checkAdapters(_outline: Outline, written: Written): readonly Problem[] {
  return keysAt(written.value, ['agents']).flatMap((name) => {
    const at = (key: string) => valueAt(written.value, ['agents', name, key]);
    const isCommand = at('adapter') === 'command';
    if (isCommand && at('run') === undefined) {
      return [
        problem(written, ['agents', name], {
          code: 'spec/missing-key',
          message: `agent "${name}" has the adapter command, but "run" is missing`,
          hint: 'add run: [program, argument, …]',
        }),
      ];
    }
    const adapter = at('adapter');
    if (adapter !== 'command' && adapter !== 'claude-code') return [];
    return (isCommand ? ['model'] : ['run'])
      .filter((key) => at(key) !== undefined)
      .map((key) =>
        keyProblem(written, ['agents', name, key], {
          message: `agent "${name}" has the adapter ${adapter}, which has no use for "${key}"`,
          hint: isCommand ? 'pass it to the program in run' : 'remove run, or write adapter: command',
        }),
      );
  });
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
    problem(written, path, {
      code: 'spec/missing-key',
      message: `${where} has neither "${pair[0]}" nor "${pair[1]}", so there is nothing to do`,
      hint: `add ${pair[1]}: with at least one task`,
    }),
  ];
}

function excludeBoth(path: SpecPath, pair: Pair, written: Written): readonly Problem[] {
  if (!pair.every((key) => valueAt(written.value, [...path, key]) !== undefined)) return [];
  return [
    keyProblem(written, [...path, pair[1]], {
      message: `"${pair[0]}" and "${pair[1]}" stand side by side, and mean the same`,
      hint: `keep one of them`,
    }),
  ];
}

function keysAt(root: unknown, path: SpecPath): readonly string[] {
  const value = valueAt(root, path);
  return isMapping(value) ? Object.keys(value) : [];
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
