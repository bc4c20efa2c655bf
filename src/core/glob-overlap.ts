/**
 * Which globs of many overlap, without trying each pair: two that do agree in the folders before the first wildcard,
 * as far as both have such. What is found there is decided one by one.
 */
import { globPrefix, parsedOverlap, parseGlob } from './glob-pair.js';

/** For each glob the indexes of those that overlap it, in rising order, its own included. */
export function findOverlaps(globs: readonly string[]): readonly (readonly number[])[] {
  const found = globs.map((_, index) => [index]);
  const parsed = globs.map(parseGlob);
  const prefixes = parsed.map(globPrefix);
  const byFolder = new Map<string, Bucket>();
  // Folders first: so each meets those that lie around it, and of its own folder those before it.
  const order = prefixes
    .map(({ folders }, index) => ({ depth: folders.length, index }))
    .sort((a, b) => a.depth - b.depth || a.index - b.index);
  for (const { index } of order) {
    const { folders, name } = prefixes[index] ?? { folders: [], name: null };
    for (let depth = 0; depth <= folders.length; depth += 1) {
      const bucket = byFolder.get(folders.slice(0, depth).join('/'));
      for (const other of candidates(bucket, name)) {
        if (!parsedOverlap(parsed[index] ?? [], parsed[other] ?? [])) continue;
        found[index]?.push(other);
        found[other]?.push(index);
      }
    }
    addTo(byFolder, folders.join('/'), { index, name });
  }
  return found.map((list) => list.sort((a, b) => a - b));
}

interface Bucket {
  /** Those whose last part may be anything. */
  readonly open: number[];
  readonly byName: Map<string, number[]>;
}

function* candidates(bucket: Bucket | undefined, name: string | null): Generator<number> {
  if (bucket === undefined) return;
  yield* bucket.open;
  if (name !== null) yield* bucket.byName.get(name) ?? [];
  else for (const named of bucket.byName.values()) yield* named;
}

function addTo(
  byFolder: Map<string, Bucket>,
  folder: string,
  { index, name }: { index: number; name: string | null },
): void {
  const bucket = byFolder.get(folder) ?? { open: [], byName: new Map<string, number[]>() };
  byFolder.set(folder, bucket);
  if (name === null) bucket.open.push(index);
  else pushTo(bucket.byName, name, index);
}

function pushTo(lists: Map<string, number[]>, key: string, item: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
