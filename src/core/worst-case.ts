/** What is taken by whom until when, in a plan that is only to be a bound: a task keeps what it has to its end. */
import type { Draft, DraftTask } from './compile-draft.js';
import type { Claim } from './plan.js';
import type { Spec } from './spec.js';

/** When each lane is free again; the limits of the campaign and of roles, and the units of pools, are lanes too. */
export class Occupation {
  private readonly ofAgent: Readonly<Record<string, number[]>>;
  private readonly ofRole: Readonly<Record<string, number[]>>;
  private readonly ofPool: Readonly<Record<string, number[]>>;
  private readonly turns: number[];
  private readonly locks: Locks;

  constructor(draft: Draft, { agents, limits, pools }: Spec) {
    const zeros = (count: number) => Array.from({ length: count }, () => 0);
    const counted = (counts: Readonly<Record<string, number>>) =>
      Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, zeros(count)]));
    this.ofAgent = Object.fromEntries(
      Object.entries(agents).map(([name, { instances }]) => [name, zeros(instances)]),
    );
    this.ofRole = counted(limits.roles);
    this.ofPool = counted(pools);
    this.turns = zeros(limits.agents);
    this.locks = new Locks(draft.overlaps);
  }

  /** @returns when the task starts, which is not before `readyMs`. */
  take(task: DraftTask, readyMs: number, lengthMs: number): number {
    const { settings, written, claims } = task;
    const own = (settings?.agents ?? []).flatMap((name) => {
      const lanes = this.ofAgent[name];
      return lanes === undefined ? [] : [{ lanes, at: bestLane(lanes, readyMs) }];
    });
    const first = own.reduce<Taken | null>(
      (best, one) => (best === null || freeAt(one) < freeAt(best) ? one : best),
      null,
    );
    const limits = [this.turns, this.ofRole[written.role ?? ''] ?? []].filter((lanes) => lanes.length > 0);
    const turns = limits.map((lanes) => ({ lanes, at: bestLane(lanes, readyMs) }));
    const taken = [...(first === null ? [] : [first]), ...turns, ...this.unitsOf(task)];
    const startMs = Math.max(readyMs, this.locks.freeAt(claims), ...taken.map(freeAt));
    for (const { lanes, at } of taken) lanes[at] = startMs + lengthMs;
    this.locks.take(claims, startMs + lengthMs);
    return startMs;
  }

  /** Those that are free first. */
  private unitsOf({ written }: DraftTask): readonly Taken[] {
    return Object.entries(written.uses).flatMap(([pool, units]) => {
      const lanes = this.ofPool[pool] ?? [];
      const ranked = lanes.map((_, at) => ({ lanes, at })).sort((a, b) => freeAt(a) - freeAt(b));
      return ranked.slice(0, units);
    });
  }
}

interface Taken {
  readonly lanes: number[];
  readonly at: number;
}

function freeAt({ lanes, at }: Taken): number {
  return lanes[at] ?? 0;
}

/** Of those that are free in time the one that was free last; where none is, the one that is free first. */
function bestLane(lanes: readonly number[], readyMs: number): number {
  let best = 0;
  for (let at = 1; at < lanes.length; at += 1) {
    const [freeMs, bestMs] = [lanes[at] ?? 0, lanes[best] ?? 0];
    const isInTime = freeMs <= readyMs;
    if (isInTime === bestMs <= readyMs ? (isInTime ? freeMs > bestMs : freeMs < bestMs) : isInTime) best = at;
  }
  return best;
}

/** Until when each path is written, and read, by somebody. */
class Locks {
  private readonly writtenUntil = new Map<number, number>();
  private readonly readUntil = new Map<number, number>();

  constructor(private readonly overlaps: readonly (readonly number[])[]) {}

  freeAt(claims: readonly Claim[]): number {
    return claims.reduce((most, { path, mode }) => {
      const others = this.overlaps[path] ?? [];
      const untils = others.map((other) => {
        const readMs = mode === 'shared' ? 0 : (this.readUntil.get(other) ?? 0);
        return Math.max(readMs, this.writtenUntil.get(other) ?? 0);
      });
      return Math.max(most, ...untils);
    }, 0);
  }

  take(claims: readonly Claim[], untilMs: number): void {
    for (const { path, mode } of claims) {
      const until = mode === 'shared' ? this.readUntil : this.writtenUntil;
      until.set(path, Math.max(until.get(path) ?? 0, untilMs));
    }
  }
}
