/** Random campaigns, and random worlds that they meet. */
import fc from 'fast-check';
import type { Plan } from '../../src/core/plan.js';
import type { Hostility } from './hostile-world.js';
import { buildPlan, type TaskSketch } from './plan-builder.js';

const task = fc.record({
  minutes: fc.integer({ min: 1, max: 60 }),
  priority: fc.integer({ min: 0, max: 2 }),
  preference: fc.integer({ min: 0, max: 3 }),
  turns: fc.integer({ min: 1, max: 3 }),
  attempts: fc.integer({ min: 1, max: 2 }),
  partial: fc.constantFrom('reject' as const, 'reject' as const, 'accept' as const),
  onFailure: fc.constantFrom(
    'fail-fast' as const,
    'best-effort' as const,
    'best-effort' as const,
    'retry-failed' as const,
  ),
  onTimeout: fc.constantFrom('retry' as const, 'skip' as const, 'retry' as const, 'abort' as const),
  needs: fc.array(fc.nat(40), { maxLength: 3 }),
  finish: fc.array(fc.nat(40), { maxLength: 2 }),
  drafts: fc.array(fc.nat(40), { maxLength: 1 }),
  contracts: fc.array(fc.nat(40), { maxLength: 2 }),
  publishes: fc.boolean(),
  provides: fc.boolean(),
  reviewers: fc.array(
    fc.record({
      turns: fc.integer({ min: 1, max: 3 }),
      attempts: fc.integer({ min: 1, max: 2 }),
      onFailure: fc.constantFrom('best-effort' as const, 'retry-failed' as const, 'best-effort' as const),
      role: fc.constantFrom(null, 'r'),
      agents: fc.constantFrom(['a'], ['b', 'a']),
    }),
    { maxLength: 2 },
  ),
  role: fc.constantFrom(null, null, 'r'),
  agents: fc.constantFrom(['a'], ['a'], ['a', 'b'], ['b', 'a']),
  uses: fc.constantFrom(
    [],
    [],
    [{ pool: 'p', units: 1 }],
    [{ pool: 'p', units: 2 }],
    [
      { pool: 'p', units: 1 },
      { pool: 'q', units: 1 },
    ],
  ),
  claims: fc.uniqueArray(
    fc.record({
      path: fc.nat(3),
      mode: fc.constantFrom('exclusive' as const, 'shared' as const, 'intent' as const),
    }),
    { maxLength: 2, selector: ({ path }) => path },
  ),
});

/** Four paths, of which the last could hold a file in common with the first two. */
const PATHS = { paths: ['a/b/**', 'a/c/**', 'c/**', 'a/*/x'], overlaps: [[0, 3], [1, 3], [2], [0, 1, 3]] };

/** `short`: how many members fewer than all meet it. */
const group = fc.record({
  members: fc.array(task, { minLength: 1, maxLength: 5 }),
  short: fc.constantFrom(0, 0, 0, 1, 2, 4),
  rest: fc.constantFrom('cancel' as const, 'finish' as const),
  timeoutMs: fc.option(
    fc.oneof(
      fc.integer({ min: 60_000, max: 5_000_000 }),
      // In whole minutes, as estimates are: then the time is often over in the very moment in which a member ends.
      fc.integer({ min: 1, max: 80 }).map((minutes) => minutes * 60_000),
    ),
    { nil: null, freq: 2 },
  ),
});

function waitOf({ members, short }: { members: readonly unknown[]; short: number }): number {
  return Math.max(1, members.length - short);
}

type Given = typeof task extends fc.Arbitrary<infer T> ? T : never;

/** What it needs points to earlier tasks; of a contract without a provider it may be that. */
function sketchTask(
  earlier: readonly (TaskSketch | undefined)[],
  id: string,
  given: Omit<Given, 'reviewers'>,
): TaskSketch {
  const { needs, finish, drafts, contracts, publishes, provides, ...rest } = given;
  const ids = (places: readonly number[]) => [...new Set(places.flatMap((at) => earlier[at]?.id ?? []))];
  const used = [...new Set(contracts.flatMap((at) => earlier[at]?.publishes ?? []))];
  const free = used.filter((name) => !earlier.some((other) => other?.provides?.includes(name)));
  return {
    ...rest,
    id,
    needs: ids(needs),
    finish: ids(finish),
    drafts: ids(drafts),
    contracts: used,
    publishes: publishes ? [`c${id}`] : [],
    provides: provides ? free : [],
  };
}

/** A group of reviews for what the task publishes; none where nobody reviews it. */
function sketchReviews(
  { id, publishes = [] }: TaskSketch,
  reviewers: Given['reviewers'],
): readonly TaskSketch[] {
  return publishes.flatMap((reviews) =>
    reviewers.map((given, at) => ({ ...given, id: `${id}-r${at}`, reviews, minutes: 10 })),
  );
}

/** Phases of groups of tasks whose needs point to earlier tasks, in the same phase or before. */
export const campaign = fc
  .record({
    phases: fc.array(fc.array(group, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
    instances: fc.integer({ min: 1, max: 4 }),
    others: fc.integer({ min: 1, max: 2 }),
    account: fc.constantFrom('acc', 'acc', 'other'),
    capacity: fc.integer({ min: 2, max: 4 }),
    roleTurns: fc.integer({ min: 1, max: 3 }),
    maxTurns: fc.integer({ min: 1, max: 5 }),
    deadlineMs: fc.option(fc.integer({ min: 600_000, max: 5_000_000 }), { nil: null }),
    deadlineAtMs: fc.option(fc.integer({ min: 600_000, max: 5_000_000 }), { nil: null, freq: 2 }),
    integrateAt: fc.constantFrom('group' as const, 'phase' as const, 'end' as const, 'each' as const),
  })
  .map(({ phases, others, account, capacity, roleTurns, instances, ...rest }): Plan => {
    const earlier: (TaskSketch | undefined)[] = [];
    let made = 0;
    const named = phases.map((groups) => {
      const reviews: (readonly TaskSketch[])[] = [];
      const own = groups.map((group) =>
        group.members.map(({ reviewers, ...given }): TaskSketch => {
          const sketch = sketchTask(earlier, `t${made}`, given);
          made += 1;
          // A member that its group may cancel is nobody's need.
          const isCancelled = group.rest === 'cancel' && waitOf(group) < group.members.length;
          earlier.push(isCancelled ? undefined : sketch);
          reviews.push(sketchReviews(sketch, reviewers));
          return sketch;
        }),
      );
      return [...own, ...reviews.filter((group) => group.length > 0)];
    });
    return buildPlan({
      phases: named,
      groups: phases.map((groups) =>
        groups.map((group) => ({ wait: waitOf(group), rest: group.rest, timeoutMs: group.timeoutMs })),
      ),
      ...rest,
      ...PATHS,
      pools: [
        { name: 'p', capacity },
        { name: 'q', capacity: 1 },
      ],
      roleLimits: [{ role: 'r', turns: roleTurns }],
      agents: [
        { name: 'a', instances, account: 'acc', roles: null },
        { name: 'b', instances: others, account, roles: null },
      ],
    });
  });

export const hostility: fc.Arbitrary<Hostility> = fc.record({
  seed: fc.integer(),
  wrong: fc.constantFrom(0, 0.1, 0.3, 0.6),
  lossy: fc.constantFrom(0, 0.05, 0.3),
  locks: fc.constantFrom(0, 0.3, 0.8),
  cancelAt: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null, freq: 5 }),
});
