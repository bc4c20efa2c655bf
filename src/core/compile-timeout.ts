import type { CompilePass, Draft, DraftGroup, DraftTask } from './compile-draft.js';
import { topologicalOrder } from './graph.js';
import type { Spec } from './spec.js';

/** On top of a planned worst case, where the spec says nothing else. */
const BUFFER_SHARE = 0.2;

/**
 * A group that names no timeout has as long as its tasks take, planned on the campaign's lanes, when each needs every
 * turn that it may take, each as long as it may be; and a buffer, as merges take time too.
 */
export const limitGroups: CompilePass = (draft, { spec }) => {
  const worst = planWorstCase(draft, spec);
  for (const group of draft.groups) {
    const said = group.written?.timeout;
    group.timeoutMs = said === undefined ? withBuffer(spanOf(group, worst), group) : said;
  }
};

function withBuffer(spanMs: number, { written }: DraftGroup): number {
  const buffer = written?.buffer ?? { share: BUFFER_SHARE };
  return Math.round('share' in buffer ? spanMs * (1 + buffer.share) : spanMs + buffer.ms);
}

type Times = ReadonlyMap<string, { readonly startMs: number; readonly endMs: number }>;

function spanOf({ members }: DraftGroup, times: Times): number {
  const own = members.flatMap((id) => times.get(id) ?? []);
  const startMs = own.reduce((least, time) => Math.min(least, time.startMs), Infinity);
  return own.reduce((most, time) => Math.max(most, time.endMs), startMs) - startMs;
}

function worstCaseOf({ settings, written }: DraftTask): number {
  if (settings === null) throw new Error(`task ${written.id} has no settings: this is a bug of Longhaul`);
  const rounds = settings.onFailure === 'retry-failed' ? 2 : 1;
  return settings.timeoutMs * settings.turns * settings.attempts * rounds;
}

/** One pass in the order of the needs, each task on the lane that fits best: good enough for a bound. */
function planWorstCase(draft: Draft, spec: Spec): Times {
  const tasks = new Map(draft.tasks.map((task) => [task.written.id, task]));
  const authors = new Map(draft.contracts.map(({ id, author }) => [id, author]));
  const joins = new Map(
    draft.joins.map(({ id, members, asks }) => [
      id,
      asks === 'published' ? members.map((contract) => authors.get(contract) ?? '') : members,
    ]),
  );
  const before: Record<string, readonly string[]> = Object.fromEntries(joins);
  for (const [id, { after, finishAfter }] of tasks) before[id] = [...after, ...finishAfter];
  const lanes = new Lanes(spec);
  const times = new Map<string, { startMs: number; endMs: number }>();
  const metMs = new Map<string, number>();
  const latest = (ids: readonly string[]) => ids.reduce((most, id) => Math.max(most, metMs.get(id) ?? 0), 0);
  for (const id of topologicalOrder({ ids: [...tasks.keys(), ...joins.keys()], before }) ?? []) {
    const task = tasks.get(id);
    if (task === undefined) {
      metMs.set(id, latest(joins.get(id) ?? []));
      continue;
    }
    const startMs = lanes.take(task, latest(task.after), worstCaseOf(task));
    const endMs = Math.max(startMs + worstCaseOf(task), latest(task.finishAfter));
    times.set(id, { startMs, endMs });
    metMs.set(id, endMs);
  }
  return times;
}

/** When each lane is free again; the limits of the campaign and of roles are kinds of lanes too. */
class Lanes {
  private readonly ofAgent: Readonly<Record<string, number[]>>;
  private readonly ofRole: Readonly<Record<string, number[]>>;
  private readonly turns: number[];

  constructor({ agents, limits }: Spec) {
    const zeros = (count: number) => Array.from({ length: count }, () => 0);
    this.ofAgent = Object.fromEntries(
      Object.entries(agents).map(([name, { instances }]) => [name, zeros(instances)]),
    );
    this.ofRole = Object.fromEntries(
      Object.entries(limits.roles).map(([role, turns]) => [role, zeros(turns)]),
    );
    this.turns = zeros(limits.agents);
  }

  /** @returns when the task starts, which is not before `readyMs`. */
  take({ settings, written }: DraftTask, readyMs: number, lengthMs: number): number {
    const own = (settings?.agents ?? []).flatMap((name) => {
      const lanes = this.ofAgent[name];
      return lanes === undefined ? [] : [{ lanes, at: bestLane(lanes, readyMs) }];
    });
    const first = own.reduce<(typeof own)[number] | null>(
      (best, one) => (best === null || freeAt(one) < freeAt(best) ? one : best),
      null,
    );
    const limits = [this.turns, this.ofRole[written.role ?? ''] ?? []].filter((lanes) => lanes.length > 0);
    const turns = limits.map((lanes) => ({ lanes, at: bestLane(lanes, readyMs) }));
    const taken = first === null ? turns : [first, ...turns];
    const startMs = Math.max(readyMs, ...taken.map(freeAt));
    for (const { lanes, at } of taken) lanes[at] = startMs + lengthMs;
    return startMs;
  }
}

function freeAt({ lanes, at }: { lanes: readonly number[]; at: number }): number {
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
