/**
 * Which tasks could run at the same time: those of one phase of which neither has surely ended when the other starts.
 * Sets of tasks are bits, so that ten thousand tasks take megabytes and not gigabytes.
 */
import { topologicalOrder } from './graph.js';
import { contractsOf } from './spec-contract.js';
import { waitOf } from './spec-group.js';
import { groupsCalled } from './spec-need.js';
import { needsGraph } from './spec-need-graph.js';
import type { Outline, OutlineNeed } from './spec-outline.js';

/** Asked by the tasks' indexes in the outline: it is asked millions of times. */
export type CouldOverlap = (a: number, b: number) => boolean;

/** Null where the needs have a cycle: then no order is known, and the cycle is the problem. */
export function makeCouldOverlap(outline: Outline, root: unknown): CouldOverlap | null {
  const order = topologicalOrder(needsGraph(outline, root));
  if (order === null) return null;
  const ended = new EndedSets(outline, root);
  const indexes = new Map(outline.tasks.map(({ id }, index) => [id, index]));
  for (const id of order) {
    const index = indexes.get(id);
    if (index !== undefined) ended.add(index);
  }
  const phases = outline.tasks.map(({ phase }) => phase);
  return (a, b) => a !== b && phases[a] === phases[b] && !ended.beforeStart(a, b) && !ended.beforeStart(b, a);
}

/** Of each task: which others have surely ended when it starts, and when it ends. Tasks are added in their order. */
class EndedSets {
  private readonly bit: ReadonlyMap<string, number>;
  private readonly words: number;
  private readonly atStart: Uint32Array[] = [];
  private readonly atEnd: Uint32Array[] = [];
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

  beforeStart(task: number, other: number): boolean {
    return (((this.atStart[task]?.[other >> 5] ?? 0) >>> (other & 31)) & 1) === 1;
  }

  add(index: number): void {
    const needs = this.outline.tasks[index]?.needs ?? [];
    const start = this.union(needs.flatMap((need) => this.endedBy(need) ?? []));
    const late = needs.filter(({ kind }) => kind === 'finish').map(({ name }) => this.endOf(name));
    const end = this.union([start, ...late]);
    end[index >> 5] = (end[index >> 5] ?? 0) | (1 << (index & 31));
    this.atStart[index] = start;
    this.atEnd[index] = end;
  }

  private endOf(id: string): Uint32Array | undefined {
    return this.atEnd[this.bit.get(id) ?? -1];
  }

  private startOf(id: string): Uint32Array | undefined {
    return this.atStart[this.bit.get(id) ?? -1];
  }

  /** Who has ended once the need is met: whoever published a draft or a contract has just started. */
  private endedBy({ kind, name }: OutlineNeed): Uint32Array | undefined {
    if (kind === 'task') return this.endOf(name);
    if (kind === 'draft') return this.startOf(name);
    if (kind === 'contract') return this.startOf(this.contracts.get(name)?.author ?? '');
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
    const ended = this.union(isWhole ? members.map(({ id }) => this.endOf(id)) : []);
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
