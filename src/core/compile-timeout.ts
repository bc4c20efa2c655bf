import type { CompilePass, Draft, DraftGroup, DraftTask } from './compile-draft.js';
import { topologicalOrder } from './graph.js';
import { Occupation } from './worst-case.js';
import type { Spec } from './spec.js';

/** On top of a planned worst case, where the spec says nothing else. */
const BUFFER_SHARE = 0.2;

/**
 * A group that names no timeout has as long as its tasks take, planned on the campaign's lanes, pools and locks, when
 * each needs every turn that it may take, each as long as it may be; and a buffer, as merges take time too.
 */
export const limitGroups: CompilePass = (draft, { spec }) => {
  const worst = planWorstCase(draft, spec);
  const reviews = new Set(draft.contracts.flatMap(({ reviewers }) => reviewers));
  for (const group of draft.groups) {
    // Versions may come hours after one another; each turn of a review has a time of its own.
    if (group.members.some((id) => reviews.has(id))) continue;
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
  if (written.forEach !== undefined) return 0;
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
  const occupation = new Occupation(draft, spec);
  const times = new Map<string, { startMs: number; endMs: number }>();
  const metMs = new Map<string, number>();
  const latest = (ids: readonly string[]) => ids.reduce((most, id) => Math.max(most, metMs.get(id) ?? 0), 0);
  for (const id of topologicalOrder({ ids: [...tasks.keys(), ...joins.keys()], before }) ?? []) {
    const task = tasks.get(id);
    if (task === undefined) {
      metMs.set(id, latest(joins.get(id) ?? []));
      continue;
    }
    const readyMs = latest(task.after);
    const isRound = task.written.forEach !== undefined;
    const startMs = isRound ? readyMs : occupation.take(task, readyMs, worstCaseOf(task));
    const endMs = Math.max(startMs + worstCaseOf(task), latest(task.finishAfter));
    times.set(id, { startMs, endMs });
    metMs.set(id, endMs);
  }
  return times;
}
