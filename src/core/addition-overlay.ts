/** Additions are laid over the campaign file's plain data, so that all is checked and compiled as one document. */
import { isAssumed, madeTask, type AddedTask, type Addition } from './addition.js';
import { COMMAND_KEYS, fillItem, itemFaults, itemPaths } from './item-text.js';
import { waitForMore } from './spec-group.js';
import { groupsCalled } from './spec-need.js';
import { outlineOf, type Outline } from './spec-outline.js';
import { roundOf } from './spec-round-wish.js';
import type { PlaceOf, SpecPath } from './spec-source.js';
import { valueAt, type Written } from './spec-written.js';

export interface Overlaid extends Written {
  /** Those that have a place in the file as it is now. */
  readonly kept: readonly Addition[];
  readonly gone: readonly Addition[];
  readonly added: ReadonlyMap<string, AddedTask>;
  readonly faults: readonly ItemFault[];
}

/** The task that is made of an item which lacks what its texts ask for, and why. */
export interface ItemFault {
  readonly task: string;
  readonly fault: string;
}

type Task = Readonly<Record<string, unknown>>;

interface Entry {
  readonly value: unknown;
  /** Where problems of it are told: in the file, its own place or its template's; null = nowhere in it. */
  readonly path: SpecPath | null;
  /** The template that it is made of. */
  readonly template: string | null;
  /** Of a template, and of what is made of it: the task with the list. */
  readonly source: string | null;
}

interface TaskList {
  readonly path: SpecPath;
  /** How many the file has. */
  readonly size: number;
  entries: Entry[];
}

interface Overlay {
  readonly root: unknown;
  readonly outline: Outline;
  /** The lists of tasks, by their paths. */
  readonly lists: Map<string, TaskList>;
  readonly added: Map<string, AddedTask>;
  /** By template, the tasks that are made of it. */
  readonly made: Map<string, readonly string[]>;
  readonly faults: ItemFault[];
}

/** Also without any addition: a template needs its source, whether it says so or not. */
export function addTasks({ value, placeOf }: Written, additions: readonly Addition[]): Overlaid {
  const outline = outlineOf(value);
  const nothing = { kept: [], gone: [], faults: [], added: new Map<string, AddedTask>() };
  const hasTemplates = outline.tasks.some((task) => Object.hasOwn(task.value, 'forEach'));
  if (additions.length === 0 && !hasTemplates) return { value, placeOf, ...nothing };
  const overlay: Overlay = {
    root: value,
    outline,
    lists: listsOf(outline, value),
    added: nothing.added,
    made: new Map(),
    faults: [],
  };
  const kept = additions.filter((addition) => place(overlay, addition));
  const gone = additions.filter((addition) => !kept.includes(addition));
  const origins = new Map<object, SpecPath | null>();
  const next = compose(overlay, origins);
  return {
    value: next,
    placeOf: placesOf({ value: next, placeOf }, origins),
    kept,
    gone,
    added: overlay.added,
    faults: overlay.faults,
  };
}

function listsOf(outline: Outline, root: unknown): Overlay['lists'] {
  const lists: Overlay['lists'] = new Map();
  const paths: readonly SpecPath[] = [
    ['tasks'],
    ...outline.phases.flatMap(({ path }) => (path === null ? [] : [[...path, 'tasks']])),
    ...outline.groups.flatMap(({ path }) => (path === null ? [] : [[...path, 'tasks']])),
  ];
  for (const path of paths) {
    const list = valueAt(root, path);
    if (!Array.isArray(list)) continue;
    const entries = list.map((value: unknown, at): Entry => entryOf(value, [...path, at]));
    lists.set(path.join('/'), { path, size: list.length, entries });
  }
  return lists;
}

function entryOf(value: unknown, path: SpecPath | null): Entry {
  const source = isTask(value) ? (roundOf(value)?.task ?? null) : null;
  return { value, path, template: null, source };
}

/** False where its place is gone. */
function place(overlay: Overlay, addition: Addition): boolean {
  return addition.by === 'round' ? placeRound(overlay, addition) : placeTasks(overlay, addition);
}

function placeTasks(overlay: Overlay, addition: Addition): boolean {
  const { outline, lists, added } = overlay;
  const [group] = groupsCalled(outline.groups, addition.group);
  if (group === undefined) return false;
  const around = group.path ?? outline.phases[group.phase]?.path ?? [];
  const list = lists.get([...around, 'tasks'].join('/'));
  if (list === undefined) return false;
  // Numbered groups stand in one list, at the top.
  const number = around.length === 0 ? /^group-(\d+)$/.exec(group.name)?.[1] : undefined;
  const entries = addition.tasks.map((task) =>
    entryOf(number === undefined || !isTask(task) ? task : { ...task, group: Number(number) }, null),
  );
  list.entries = [...list.entries, ...entries];
  for (const { value } of entries) note(added, value, { addition, template: null });
  return true;
}

function placeRound(overlay: Overlay, addition: Addition): boolean {
  const { lists, added, made } = overlay;
  const template = addition.task ?? '';
  for (const list of lists.values()) {
    const at = list.entries.findIndex(({ value }) => isTask(value) && value['id'] === template);
    const found = list.entries[at];
    if (found === undefined) continue;
    if (!isTask(found.value) || roundOf(found.value) === null || !isTree(found.value)) return false;
    const like = Object.fromEntries(Object.entries(found.value).filter(([key]) => key !== 'forEach'));
    const entries = addition.items.map(({ key, item }, index): Entry => ({
      value: { ...(fillItem(like, { item, number: index + 1 }) as Task), id: madeTask(template, key) },
      path: found.path,
      template,
      source: found.source,
    }));
    list.entries = list.entries.toSpliced(at + 1, 0, ...entries);
    overlay.faults.push(...faultsOf(like, addition));
    made.set(
      template,
      addition.items.map(({ key }) => madeTask(template, key)),
    );
    for (const { value } of entries) note(added, value, { addition, template });
    return true;
  }
  return false;
}

/** The template may have been edited since its tasks were made. */
function faultsOf(like: Task, { task, items }: Addition): readonly ItemFault[] {
  const paths = itemPaths(like);
  const commandPaths = itemPaths(COMMAND_KEYS.map((key) => like[key]));
  return items.flatMap(({ key, item }) =>
    itemFaults(item, { paths, commandPaths }).map((fault) => ({ task: madeTask(task ?? '', key), fault })),
  );
}

function note(
  added: Map<string, AddedTask>,
  task: unknown,
  { addition, template }: { readonly addition: Addition; readonly template: string | null },
): void {
  const id = isTask(task) ? task['id'] : undefined;
  if (typeof id !== 'string') return;
  added.set(id, { addition: addition.key, depth: addition.depth, template, assumed: isAssumed(addition) });
}

/** The whole document with its lists, and where each task of it comes from. */
function compose({ root, lists, made }: Overlay, origins: Map<object, SpecPath | null>): unknown {
  const all = [...lists.values()].flatMap(({ entries }) => entries.map(({ value }) => value));
  const known = new Set(
    all.flatMap((value) => (isTask(value) && typeof value['id'] === 'string' ? [value['id']] : [])),
  );
  let next = root;
  for (const { path, size, entries } of lists.values()) {
    const list = entries.map((entry) => {
      const value = isTask(entry.value) ? withNeeds(entry.value, entry, { made, known }) : entry.value;
      if (isTask(value)) origins.set(value, entry.path);
      return value;
    });
    next = replaceAt(next, path, list);
    const group = path.slice(0, -1);
    if (entries.length > size && group.at(-2) === 'groups')
      next = replaceAt(next, group, waitForMore(valueAt(next, group), size));
  }
  return next;
}

/**
 * Who needs a template needs all that is made of it; a template needs its source; what is made of it needs the template
 * itself, which is done once all of them are made.
 */
function withNeeds(
  task: Task,
  { source, template }: Entry,
  { made, known }: { readonly made: Overlay['made']; readonly known: ReadonlySet<string> },
): Task {
  const { needs = [] } = task;
  if (!Array.isArray(needs)) return task;
  const written = needs as readonly unknown[];
  const implied = source !== null && known.has(source) && !written.includes(source) ? [source] : [];
  const all = [...written, ...implied].flatMap((need): readonly unknown[] => {
    const more = typeof need === 'string' ? (made.get(need) ?? []) : [];
    return [need, ...more.filter((id) => !written.includes(id))];
  });
  const next = template === null ? all : [...all, template];
  return next.length === written.length ? task : { ...task, needs: next };
}

function replaceAt(root: unknown, path: SpecPath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(root))
    return root.map((each: unknown, at) => (at === step ? replaceAt(each, rest, value) : each));
  const around = root as Readonly<Record<string, unknown>>;
  return { ...around, [step]: replaceAt(around[step], rest, value) };
}

/** Places are told by the path in the document that was put together. */
function placesOf({ value, placeOf }: Written, origins: ReadonlyMap<object, SpecPath | null>): PlaceOf {
  return (path, at) => {
    for (let length = path.length; length > 0; length -= 1) {
      const around = valueAt(value, path.slice(0, length));
      const origin = typeof around === 'object' && around !== null ? origins.get(around) : undefined;
      if (origin === null) return { file: placeOf([]).file };
      if (origin !== undefined) return placeOf([...origin, ...path.slice(length)], at);
    }
    return placeOf(path, at);
  };
}

function isTask(value: unknown): value is Task {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Aliases can make a value that holds itself. */
function isTree(value: unknown, depth = 20): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((each) => isTree(each, depth - 1));
}
