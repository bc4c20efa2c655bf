/** `{{item}}`, `{{item.path.to}}` and `{{itemNumber}}` in the texts of a task that is made for each entry of a list. */

/** What a made task is made of. */
export interface RoundItem {
  /** Its id is `<template>-<key>`. */
  readonly key: string;
  readonly item: unknown;
}

// With a backslash before it, the signs mean themselves, as with variables (spec-var.ts).
const ITEM = /(\\?)\{\{ *(item(?:\.[A-Za-z0-9_-]+)*|itemNumber) *\}\}/g;

/** Names that are no variables in a template. */
export function isItemName(name: string): boolean {
  return name === 'item' || name === 'itemNumber';
}

/** The same data with its texts filled in; what the item does not have stays as it is written. */
export function fillItem(value: unknown, at: { readonly item: unknown; readonly number: number }): unknown {
  if (typeof value === 'string')
    return value.replace(ITEM, (whole, escape: string, name: string) => {
      if (escape !== '') return whole.slice(1);
      return (name === 'itemNumber' ? String(at.number) : textAt(at.item, pathOf(name))) ?? whole;
    });
  if (Array.isArray(value)) return value.map((each: unknown) => fillItem(each, at));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillItem(each, at)]));
}

/** What its texts take of an item: keys with dots between them; empty is the item itself. */
export function itemPaths(value: unknown): readonly string[] {
  return [...new Set(namesIn(value).filter((name) => name !== 'itemNumber'))].map(pathOf);
}

function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string')
    return [...value.matchAll(ITEM)].flatMap(([, escape, name = '']) => (escape === '' ? [name] : []));
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(namesIn);
}

function pathOf(name: string): string {
  return name.slice('item.'.length);
}

/** An object as its JSON; null where there is nothing. */
function textAt(item: unknown, path: string): string | null {
  const value = path === '' ? item : walk(item, path);
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}

/** What stands at keys with dots between them; undefined where nothing does. */
export function walk(value: unknown, path: string): unknown {
  let at = value;
  for (const key of path === '' ? [] : path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}

/** Keys of task definitions whose texts are commands. */
export const COMMAND_KEYS = ['verify', 'setup'] as const;

/** A shell reads nothing of it otherwise than it is written, and no program takes it for an option. */
const PLAIN = /^[A-Za-z0-9_./@:+=,%][A-Za-z0-9_./@:+=,%-]*$/;

/** Why a task can't be made of this item, as ends of sentences: what its texts ask for, and what must not get into a command. */
export function itemFaults(
  item: unknown,
  { paths, commandPaths }: { readonly paths: readonly string[]; readonly commandPaths: readonly string[] },
): readonly string[] {
  const missing = paths.filter((path) => textAt(item, path) === null);
  const unsafe = commandPaths.filter(
    (path) => !missing.includes(path) && !PLAIN.test(textAt(item, path) ?? ''),
  );
  return [
    ...missing.map((path) => `has no "${path}"`),
    ...unsafe.map(
      (path) =>
        `is no plain word${path === '' ? '' : ` in "${path}"`}, which goes into a command: letters, digits and _ . / @ : + = , % - alone, and no - at its begin`,
    ),
  ];
}
