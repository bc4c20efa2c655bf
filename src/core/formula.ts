/** The formulas that a plan's numbers and a report's share. Each answers 0 where there is nothing to divide by. */

export function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/** Sequential / makespan. */
export function speedupOf(sequentialMs: number, makespanMs: number): number {
  return ratio(sequentialMs, makespanMs);
}

/** Sequential / (n x makespan), n being the turns that can run at once: the share of their time that was work. */
export function efficiencyOf(sequentialMs: number, lanes: number, makespanMs: number): number {
  return ratio(sequentialMs, lanes * makespanMs);
}

/** Amdahl: 1 / ((1 - p) + p / n), with p the share of the work that can run beside other work, on n lanes. */
export function amdahlBound(parallelShare: number, lanes: number): number {
  return ratio(1, 1 - parallelShare + ratio(parallelShare, lanes));
}

export function meanOf(values: readonly number[]): number {
  return ratio(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );
}

export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** The share of the stretches' summed time in which at least two of them run. */
export function parallelShareOf(stretches: readonly Stretch[]): number {
  const changes = stretches
    .filter(({ startMs, endMs }) => endMs > startMs)
    .flatMap(({ startMs, endMs }) => [
      { atMs: startMs, by: 1 },
      { atMs: endMs, by: -1 },
    ])
    .sort((a, b) => a.atMs - b.atMs);
  let [running, sinceMs, sumMs, besideMs] = [0, 0, 0, 0];
  for (const { atMs, by } of changes) {
    const workMs = running * (atMs - sinceMs);
    sumMs += workMs;
    if (running > 1) besideMs += workMs;
    running += by;
    sinceMs = atMs;
  }
  return ratio(besideMs, sumMs);
}
