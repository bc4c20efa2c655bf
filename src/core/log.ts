/** A list that only grows, as a value: what is added copies one small chunk and not all that was there. In JSON, lists in a list. */
export type Log<T> = readonly (readonly T[])[];

const CHUNK = 64;

export function addTo<T>(log: Log<T>, items: readonly T[]): Log<T> {
  if (items.length === 0) return log;
  const last = log.at(-1);
  if (last === undefined || last.length >= CHUNK) return [...log, items];
  return [...log.slice(0, -1), [...last, ...items]];
}

/** Rare: it looks through all. */
export function takeFrom<T>(log: Log<T>, leaves: (item: T) => boolean): Log<T> {
  return log.map((chunk) => (chunk.some(leaves) ? chunk.filter((item) => !leaves(item)) : chunk));
}

export function itemsOf<T>(log: Log<T>): readonly T[] {
  return log.flat();
}

/** What an older Longhaul kept as one list. */
export function readLog<T>(kept: readonly T[] | Log<T>): Log<T> {
  const isLog = (list: readonly T[] | Log<T>): list is Log<T> => list.every((each) => Array.isArray(each));
  return isLog(kept) ? kept : [kept];
}
