/**
 * Which claims of a plan other tasks could ever be in the way of. Those of a path that nobody else claims keep nobody
 * waiting, unless an agent asks for a lock there while it runs.
 */
import { asHeld, goWith } from './lock.js';
import type { Claim, LockMode, Plan, PlanTask } from './plan.js';

/** By path: how many claims there are, and how many of them keep out those who only read. */
interface Claimed {
  readonly all: number;
  readonly strict: number;
}

const NONE: Claimed = { all: 0, strict: 0 };

/** By task; a task without such claims has no entry. */
export function contestedClaims(
  plan: Pick<Plan, 'tasks' | 'overlaps'>,
): ReadonlyMap<string, readonly Claim[]> {
  const byPath = countClaims(plan.tasks.flatMap(({ claims }) => claims));
  const found = new Map<string, readonly Claim[]>();
  for (const { id, claims } of plan.tasks) {
    const contested = claims.filter((claim) => isContested(plan, claim, { byPath, claims }));
    if (contested.length > 0) found.set(id, contested);
  }
  return found;
}

function isContested(
  { overlaps }: Pick<Plan, 'overlaps'>,
  { path, mode }: Claim,
  { byPath, claims }: { readonly byPath: ReadonlyMap<number, Claimed>; readonly claims: PlanTask['claims'] },
): boolean {
  const own = countClaims(claims);
  const counts = goesWithReaders(mode) ? 'strict' : 'all';
  return (overlaps[path] ?? []).some(
    (other) => (byPath.get(other) ?? NONE)[counts] > (own.get(other) ?? NONE)[counts],
  );
}

function countClaims(claims: readonly Claim[]): ReadonlyMap<number, Claimed> {
  const byPath = new Map<number, Claimed>();
  for (const { path, mode } of claims) {
    const { all, strict } = byPath.get(path) ?? NONE;
    byPath.set(path, { all: all + 1, strict: strict + (goesWithReaders(mode) ? 0 : 1) });
  }
  return byPath;
}

function goesWithReaders(mode: LockMode): boolean {
  return goWith(asHeld(mode), 'shared');
}
