/**
 * Which tasks could run at the same time: those of one phase of which neither has surely ended when the other starts.
 * Sets of tasks are bits, so that ten thousand tasks take megabytes and not gigabytes.
 */
import { topologicalOrder } from './graph.js';
import { contractsOf } from './spec-contract.js';
import { waitOf } from './spec-group.js';
import { groupsCalled } from './spec-need.js';
import { needsGraph } from './spec-need-graph.js';
import type { Outline, OutlineNeed, OutlineTask } from './spec-outline.js';

export type CouldOverlap = (a: OutlineTask, b: OutlineTask) => boolean;

/** Null where the needs have a cycle: then no order is known, and the cycle is the problem. */
export function makeCouldOverlap(outline: Outline, root: unknown): CouldOverlap | null {
  const order = topologicalOrder(needsGraph(outline, root));
  if (order === null) return null;
  const ended = new EndedSets(outline, root);
  const tasks = new Map(outline.tasks.map((task) => [task.id, task]));
  for (const id of order) {
    const task = tasks.get(id);
    if (task !== undefined) ended.add(task);
  }
  return (a, b) =>
    a.phase === b.phase && a.id !== b.id && !ended.beforeStart(a, b.id) && !ended.beforeStart(b, a.id);
}

/** Of each task: which others have surely ended when it starts, and when it ends. Tasks are added in their order. */
class EndedSets {
  private readonly bit: ReadonlyMap<string, number>;
  private readonly words: number;
  private readonly atStart = new Map<string, Uint32Array>();
  private readonly atEnd = new Map<string, Uint32Array>();
  private readonly ofGroup = new Map<string, Uint32Array>();
  private readonly contracts: ReturnType<typeof contractsOf>;

  constructor(
    private readonly outline: Outline,
    private readonly root: unknown,
  ) {
    this.bit = new Map(outline.tasks.map(({ id }, index) => [id, index]));
    this.words = Math.ceil(outline.tasks.length / 32);
    this.contracts = contractsOf(outline, root);
  }

  beforeStart({ id }: OutlineTask, other: string): boolean {
    const index = this.bit.get(other) ?? 0;
    return (((this.atStart.get(id)?.[index >> 5] ?? 0) >>> (index & 31)) & 1) === 1;
  }

  add({ id, needs }: OutlineTask): void {
    const start = this.union(needs.flatMap((need) => this.endedBy(need) ?? []));
    const late = needs.filter(({ kind }) => kind === 'finish').map(({ name }) => this.atEnd.get(name));
    const end = this.union([start, ...late]);
    const index = this.bit.get(id) ?? 0;
    end[index >> 5] = (end[index >> 5] ?? 0) | (1 << (index & 31));
    this.atStart.set(id, start);
    this.atEnd.set(id, end);
  }

  /** Who has ended once the need is met: whoever published a draft or a contract has just started. */
  private endedBy({ kind, name }: OutlineNeed): Uint32Array | undefined {
    if (kind === 'task') return this.atEnd.get(name);
    if (kind === 'draft') return this.atStart.get(name);
    if (kind === 'contract') return this.atStart.get(this.contracts.get(name)?.author ?? '');
    return kind === 'group' ? this.endedByGroup(name) : undefined;
  }

  private endedByGroup(name: string): Uint32Array | undefined {
    const known = this.ofGroup.get(name);
    if (known !== undefined) return known;
    const [called] = groupsCalled(this.outline.groups, name);
    if (called === undefined) return undefined;
    const members = this.outline.tasks.filter(({ group }) => this.outline.groups[group] === called);
    const { count, rest } = waitOf(called, members.length, this.root);
    const isWhole = count === members.length || rest === 'cancel';
    const ended = this.union(isWhole ? members.map(({ id }) => this.atEnd.get(id)) : []);
    this.ofGroup.set(name, ended);
    return ended;
  }

  private union(sets: readonly (Uint32Array | undefined)[]): Uint32Array {
    const all = new Uint32Array(this.words);
    for (const set of sets) {
      if (set === undefined) continue;
      for (let word = 0; word < set.length; word += 1) all[word] = (all[word] ?? 0) | (set[word] ?? 0);
    }
    return all;
  }
}
