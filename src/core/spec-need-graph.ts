/** Needs as a graph, for cycles and orders. */
import { findCycle, type Graph } from './graph.js';
import type { Problem } from './problem.js';
import { contractsOf, type OutlineContract } from './spec-contract.js';
import type { Written } from './spec-written.js';
import { groupsCalled } from './spec-need.js';
import type { Outline, OutlineNeed, OutlineTask } from './spec-outline.js';
import { problemAt } from './spec-problem.js';

/**
 * Who can't end before whom has ended: tasks, with a node of its own for each contract and group that is needed. A
 * draft or a contract is there at the latest when its author is done, and maybe no earlier: so it counts as done.
 */
export function needsGraph(outline: Outline, root: unknown): Graph {
  const contracts = contractsOf(outline, root);
  const before: Record<string, readonly string[]> = {};
  const ids: string[] = [];
  for (const task of outline.tasks) {
    if (Object.hasOwn(before, task.id)) continue;
    ids.push(task.id);
    before[task.id] = task.needs.flatMap((need) => nodesOf(task, need, { outline, contracts }));
  }
  for (const { name, author } of contracts.values()) {
    ids.push(contractNode(name));
    before[contractNode(name)] = author === null ? [] : [author];
  }
  const members = outline.groups.map((): string[] => []);
  for (const { id, group } of outline.tasks) members[group]?.push(id);
  outline.groups.forEach(({ id }, index) => {
    ids.push(groupNode(id));
    before[groupNode(id)] = members[index] ?? [];
  });
  return { ids, before };
}

interface Known {
  readonly outline: Outline;
  readonly contracts: ReadonlyMap<string, OutlineContract>;
}

/** A consumer is merged after the contract's provider, too. */
function nodesOf(task: OutlineTask, need: OutlineNeed, { outline, contracts }: Known): readonly string[] {
  if (need.kind === 'group') {
    const [group] = groupsCalled(outline.groups, need.name);
    return group === undefined ? [] : [groupNode(group.id)];
  }
  if (need.kind !== 'contract') return [need.name];
  const provider = contracts.get(need.name)?.provider ?? null;
  const isOther = provider !== null && provider !== task.id;
  return isOther ? [contractNode(need.name), provider] : [contractNode(need.name)];
}

// Names have no blanks, so these are no task's.
function contractNode(name: string): string {
  return `contract ${name}`;
}

function groupNode(id: string): string {
  return `group ${id}`;
}

export function checkCycles(outline: Outline, written: Written): readonly Problem[] {
  const problems: Problem[] = [];
  let graph = needsGraph(outline, written.value);
  for (let cycle = findCycle(graph); cycle !== null; cycle = findCycle(graph)) {
    const [id, next] = cycle;
    const task = outline.tasks.find((other) => other.id === id);
    const need = task?.needs.find(({ name }) => name === next || `contract ${name}` === next);
    problems.push(
      problemAt(written, need?.path ?? task?.path ?? [], {
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
