/** For a plan: the tasks that are expected of rounds which are not made yet. */
import { assumedKey, type AddedTask, type Addition } from './addition.js';
import { itemPaths, type RoundItem } from './item-text.js';
import { madeDepth } from './round-depth.js';
import { outlineOf, type OutlineTask } from './spec-outline.js';
import { roundOf, type RoundWish } from './spec-round-wish.js';
import type { Written } from './spec-written.js';

interface Known {
  readonly tasks: ReadonlyMap<string, OutlineTask>;
  readonly groupOf: (task: OutlineTask) => string;
  readonly added: ReadonlyMap<string, AddedTask>;
  /** By template: the keys of what is made of it. */
  readonly made: Map<string, readonly string[]>;
  readonly additions: Addition[];
}

/** Of a right spec. Each source comes before its template. */
export function assumedRounds(
  { value }: Written,
  { additions, added }: { readonly additions: readonly Addition[]; readonly added: Known['added'] },
): readonly Addition[] {
  const outline = outlineOf(value);
  const known: Known = {
    tasks: new Map(outline.tasks.map((task) => [task.id, task])),
    groupOf: ({ group }) => outline.groups[group]?.id ?? '',
    added,
    made: new Map(
      additions.flatMap(({ by, task, items }): [string, readonly string[]][] =>
        by === 'round' && task !== null ? [[task, items.map(({ key }) => key)]] : [],
      ),
    ),
    additions: [],
  };
  for (const task of outline.tasks) assume(task, known);
  return known.additions;
}

function assume(template: OutlineTask, known: Known): void {
  const wish = roundOf(template.value);
  if (wish === null || known.made.has(template.id)) return;
  known.made.set(template.id, []);
  const source = known.tasks.get(wish.task);
  if (source !== undefined) assume(source, known);
  const items = itemsOf(template, { wish, before: source === undefined ? null : keysOf(source, known) });
  known.made.set(
    template.id,
    items.map(({ key }) => key),
  );
  known.additions.push({
    key: assumedKey(template.id),
    by: 'round',
    task: template.id,
    group: known.groupOf(template),
    depth: madeDepth(template.id, { tasks: known.tasks, depthOf: (id) => known.added.get(id)?.depth ?? 0 }),
    why: '',
    tasks: [],
    items,
  });
}

/** Of a source that is a template, what is made of it: each has a list of its own. */
function keysOf(source: OutlineTask, { made }: Known): readonly string[] | null {
  return roundOf(source.value) === null ? null : (made.get(source.id) ?? []);
}

function itemsOf(
  { value }: OutlineTask,
  { wish, before }: { readonly wish: RoundWish; readonly before: readonly string[] | null },
): readonly RoundItem[] {
  const numbers = Array.from({ length: wish.expect }, (_, at) => String(at + 1));
  const keys =
    before === null ? numbers : before.flatMap((key) => numbers.map((number) => `${key}-${number}`));
  const paths = itemPaths(value);
  return keys.map((key) => ({ key, item: sample(paths, key) }));
}

/** Something of the shape that the texts ask for. */
function sample(paths: readonly string[], key: string): unknown {
  const inner = paths.filter((path) => path !== '');
  if (inner.length === 0) return `item-${key}`;
  // Without a prototype: an agent, or a file, may name a key as it likes.
  const empty = () => Object.create(null) as Record<string, unknown>;
  const item = empty();
  for (const path of inner) {
    const keys = path.split('.');
    let at = item;
    for (const step of keys.slice(0, -1)) {
      const next = at[step];
      const around = typeof next === 'object' && next !== null ? (next as Record<string, unknown>) : empty();
      at[step] = around;
      at = around;
    }
    const last = keys.at(-1) ?? '';
    at[last] ??= `${last}-${key}`;
  }
  return item;
}
