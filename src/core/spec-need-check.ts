/** What tasks need must be there, and able to be met. */
import type { Problem } from './problem.js';
import { contractsOf, unknownContract, type OutlineContract } from './spec-contract.js';
import { findCancellable } from './spec-group.js';
import type { Written } from './spec-written.js';
import { groupsCalled, writeNeed } from './spec-need.js';
import type { Outline, OutlineNeed, OutlineTask } from './spec-outline.js';
import { problemAt } from './spec-problem.js';
import { suggest } from './spec-suggest.js';

interface Known {
  readonly outline: Outline;
  readonly written: Written;
  readonly ids: ReadonlySet<string>;
  readonly byId: ReadonlyMap<string, OutlineTask>;
  readonly contracts: ReadonlyMap<string, OutlineContract>;
  /** By task, the index of the group that may cancel it. */
  readonly cancellable: ReadonlyMap<string, number>;
}

export function checkNeeds(outline: Outline, written: Written): readonly Problem[] {
  const known: Known = {
    outline,
    written,
    ids: new Set(outline.ids.map(({ name }) => name)),
    byId: new Map(outline.tasks.map((task) => [task.id, task])),
    contracts: contractsOf(outline, written.value),
    cancellable: findCancellable(outline, written.value),
  };
  return outline.tasks.flatMap((task) => task.needs.flatMap((need) => checkNeed(task, need, known)));
}

function checkNeed(task: OutlineTask, need: OutlineNeed, known: Known): readonly Problem[] {
  if (need.kind === 'group') return checkGroupNeed(task, need, known);
  if (need.kind === 'contract') return checkContractNeed(task, need, known);
  if (!known.ids.has(need.name)) return [unknownTask(task, need, known)];
  return checkMember(task, need, { ...known, on: need.name });
}

function checkGroupNeed(
  task: OutlineTask,
  need: OutlineNeed,
  { outline, written }: Known,
): readonly Problem[] {
  const [group, ...others] = groupsCalled(outline.groups, need.name);
  if (group === undefined) {
    const names = outline.groups.flatMap(({ id, name }) => [name, id]);
    const meant = suggest(need.name, names);
    return [
      problemAt(written, need.path, {
        code: 'spec/unknown-group',
        message: `task "${task.id}" needs the group "${need.name}", but no group is called so`,
        hint:
          meant === null
            ? 'write the name of a group of this campaign, or phase/group'
            : `did you mean "${meant}"?`,
      }),
    ];
  }
  if (others.length > 0) {
    const ids = [group, ...others].map(({ id }) => id);
    return [
      problemAt(written, need.path, {
        code: 'spec/unknown-group',
        message: `task "${task.id}" needs the group "${need.name}", but several are called so: ${ids.join(', ')}`,
        hint: `write which one, as in { group: ${group.id} }`,
      }),
    ];
  }
  return group.phase > task.phase
    ? [needOfLaterPhase(task, need, { outline, written, phase: group.phase })]
    : [];
}

function checkContractNeed(task: OutlineTask, need: OutlineNeed, known: Known): readonly Problem[] {
  const contract = known.contracts.get(need.name);
  if (contract === undefined) {
    const told = unknownContract(`task "${task.id}" needs the contract "${need.name}"`, need.name, [
      ...known.contracts.keys(),
    ]);
    return [problemAt(known.written, need.path, told)];
  }
  const { author, provider } = contract;
  return [author, provider === author || provider === task.id ? null : provider].flatMap((on) =>
    on === null ? [] : checkMember(task, need, { ...known, on }),
  );
}

/** `on`: the task that the need is met by in the end. */
function checkMember(
  task: OutlineTask,
  need: OutlineNeed,
  { on, ...known }: Known & { readonly on: string },
): readonly Problem[] {
  const { outline, written } = known;
  const other = known.byId.get(on);
  if (other === undefined) return [];
  if (other.phase > task.phase) {
    return [needOfLaterPhase(task, need, { outline, written, phase: other.phase })];
  }
  const group = known.cancellable.get(on);
  if (group === undefined || group === task.group) return [];
  const { id, name } = outline.groups[group] ?? { id: '', name: '' };
  const isAlone = groupsCalled(outline.groups, name).length === 1;
  return [
    problemAt(written, need.path, {
      code: 'spec/need-may-be-cancelled',
      message: `task "${task.id}" needs ${writeNeed(need)}, but group "${name}" may cancel "${on}" when enough of its tasks are done`,
      hint: `need the group: { group: ${isAlone ? name : id} }; or write rest: finish there`,
    }),
  ];
}

function needOfLaterPhase(
  task: OutlineTask,
  need: OutlineNeed,
  { outline, written, phase }: { outline: Outline; written: Written; phase: number },
): Problem {
  const [own, later] = [task.phase, phase].map((index) => outline.phases[index]?.name ?? '');
  const what = need.kind === 'task' ? `"${need.name}"` : writeNeed(need);
  return problemAt(written, need.path, {
    code: 'spec/need-of-later-phase',
    message: `task "${task.id}" of phase "${own ?? ''}" needs ${what} of the later phase "${later ?? ''}"`,
    hint: `move one of the two, or drop the need: phases follow one another`,
  });
}

function unknownTask(task: OutlineTask, need: OutlineNeed, { outline, written }: Known): Problem {
  const ids = outline.ids.map(({ name }) => name).filter((id) => id !== task.id);
  const meant = suggest(need.name, ids);
  return problemAt(written, need.path, {
    code: 'spec/unknown-task',
    message: `task "${task.id}" needs "${need.name}", but no task has that id`,
    hint: meant === null ? 'write the id of a task of this campaign' : `did you mean "${meant}"?`,
  });
}
