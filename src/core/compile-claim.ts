import type { CompilePass, DraftTask } from './compile-draft.js';
import { findOverlaps } from './glob-overlap.js';
import type { Claim, LockMode } from './plan.js';

/**
 * Globs become numbers, and who overlaps whom is found once: the scheduler compares numbers. A glob that a task claims
 * in several ways counts in the strongest: a task is not in its own way.
 */
export const claimPaths: CompilePass = (draft) => {
  const indexes = new Map<string, number>();
  for (const task of draft.tasks) {
    const modes = new Map<string, LockMode>();
    for (const [glob, mode] of globsOf(task)) if (!modes.has(glob)) modes.set(glob, mode);
    task.claims = [...modes].map(([glob, mode]): Claim => {
      const path = indexes.get(glob) ?? indexes.size;
      indexes.set(glob, path);
      return { path, mode };
    });
  }
  draft.paths = [...indexes.keys()];
  draft.overlaps = findOverlaps(draft.paths);
};

/** The strongest first. */
function globsOf({ written, settings }: DraftTask): readonly (readonly [string, LockMode])[] {
  // What is made of a round claims its paths, and not the round.
  if (written.forEach !== undefined) return [];
  return [
    ...(settings?.owns ?? []).map((glob) => [glob, 'exclusive'] as const),
    ...written.intends.map((glob) => [glob, 'intent'] as const),
    ...written.reads.map((glob) => [glob, 'shared'] as const),
  ];
}
