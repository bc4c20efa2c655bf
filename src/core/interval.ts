/** Stretches of time, epoch ms, as sets: what is measured of a campaign is mostly how long several of them overlap. */

export type Interval = readonly [startMs: number, endMs: number];

/** Sorted, apart from one another, none empty. */
export type IntervalSet = readonly Interval[];

export function unionOf(intervals: readonly Interval[]): IntervalSet {
  const apart: [number, number][] = [];
  for (const [startMs, endMs] of intervals.filter(([from, to]) => from < to).sort((a, b) => a[0] - b[0])) {
    const last = apart.at(-1);
    if (last !== undefined && startMs <= last[1]) last[1] = Math.max(last[1], endMs);
    else apart.push([startMs, endMs]);
  }
  return apart;
}

export function lengthOf(set: IntervalSet): number {
  return set.reduce((sum, [startMs, endMs]) => sum + endMs - startMs, 0);
}

/** The length of the union. */
export function coveredMs(intervals: readonly Interval[]): number {
  return lengthOf(unionOf(intervals));
}

/** What of the set lies within the interval. */
export function within(set: IntervalSet, [fromMs, toMs]: Interval): IntervalSet {
  const parts: Interval[] = [];
  for (let at = firstEndingAfter(set, fromMs); at < set.length; at += 1) {
    const [startMs, endMs] = set[at] ?? [toMs, toMs];
    if (startMs >= toMs) break;
    parts.push([Math.max(startMs, fromMs), Math.min(endMs, toMs)]);
  }
  return parts;
}

/** By halving: of 10,000 stretches a question touches few. */
function firstEndingAfter(set: IntervalSet, ms: number): number {
  let [low, high] = [0, set.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((set[middle]?.[1] ?? Infinity) > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What of the set is not in the other one. */
export function minus(set: IntervalSet, other: IntervalSet): IntervalSet {
  return set.flatMap(([startMs, endMs]) => {
    const left: Interval[] = [];
    let fromMs = startMs;
    for (const [takenFromMs, takenToMs] of within(other, [startMs, endMs])) {
      if (takenFromMs > fromMs) left.push([fromMs, takenFromMs]);
      fromMs = takenToMs;
    }
    if (fromMs < endMs) left.push([fromMs, endMs]);
    return left;
  });
}

/** When the weights of what runs come to more than `most`. */
export function exceeding(
  stretches: readonly { readonly interval: Interval; readonly weight: number }[],
  most: number,
): IntervalSet {
  const changes = stretches
    .filter(({ interval: [fromMs, toMs] }) => fromMs < toMs)
    .flatMap(({ interval: [fromMs, toMs], weight }) => [
      { atMs: fromMs, by: weight },
      { atMs: toMs, by: -weight },
    ])
    .sort((a, b) => a.atMs - b.atMs);
  const over: Interval[] = [];
  let [running, sinceMs] = [0, 0];
  for (const { atMs, by } of changes) {
    if (running > most) over.push([sinceMs, atMs]);
    running += by;
    sinceMs = atMs;
  }
  return unionOf(over);
}
