/** Proposes phases and groups for a flat list of tasks. */
import { globsOverlap } from './glob-pair.js';
import { topologicalOrder } from './graph.js';

export interface FlatTask {
  readonly id: string;
  /** Ids of tasks that come before it. */
  readonly before: readonly string[];
  readonly owns: readonly string[];
  readonly intends: readonly string[];
  readonly isTesting: boolean;
  readonly estimateMs: number;
}

/**
 * Phases of groups of at most `most` ids. A task comes as early as it can: in a later phase than what it needs, and than
 * those that own what it owns or intends to change; the tasks of a phase are put together by similar estimates, a testing task alone.
 */
export function proposeGroups(
  tasks: readonly FlatTask[],
  most: number,
): readonly (readonly (readonly string[])[])[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const order = topologicalOrder({
    ids: tasks.map(({ id }) => id),
    before: Object.fromEntries(tasks.map(({ id, before }) => [id, before])),
  });
  const phases: FlatTask[][] = [];
  const phaseOf = new Map<string, number>();
  for (const task of (order ?? []).flatMap((id) => byId.get(id) ?? [])) {
    let phase = task.before.reduce((least, id) => Math.max(least, (phaseOf.get(id) ?? -1) + 1), 0);
    while (phases[phase]?.some((other) => mustPart(task, other)) === true) phase += 1;
    phaseOf.set(task.id, phase);
    (phases[phase] ??= []).push(task);
  }
  return phases.map((phase) => groupsOf(phase, most));
}

/** Those who only intend to change a path expect each other. */
function mustPart(one: FlatTask, other: FlatTask): boolean {
  if (one.isTesting && other.isTesting) return true;
  return (
    anyOverlap(one.owns, other.owns) ||
    anyOverlap(one.owns, other.intends) ||
    anyOverlap(one.intends, other.owns)
  );
}

function anyOverlap(globs: readonly string[], others: readonly string[]): boolean {
  return globs.some((own) => others.some((their) => globsOverlap(own, their)));
}

function groupsOf(phase: readonly FlatTask[], most: number): readonly (readonly string[])[] {
  const alone = phase.filter(({ isTesting }) => isTesting);
  // The longest first; a stable sort keeps the file's order among equals.
  const others = phase
    .filter(({ isTesting }) => !isTesting)
    .sort((a, b) => b.estimateMs - a.estimateMs)
    .map(({ id }) => id);
  const chunks = Array.from({ length: Math.ceil(others.length / most) }, (_, index) =>
    others.slice(index * most, (index + 1) * most),
  );
  return [...chunks, ...alone.map(({ id }) => [id])];
}
