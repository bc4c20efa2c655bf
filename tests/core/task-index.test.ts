import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.js';
import type { CampaignState } from '../../src/core/state.js';
import { indexOf, TaskIndex } from '../../src/core/task-index.js';
import { campaign, hostility } from './arbitrary-campaign.js';
import { play } from './hostile-world.js';

/** All that can be asked of an index; zeros are as good as nothing. */
function answersOf(index: TaskIndex, plan: Plan) {
  const counts = (map: ReadonlyMap<string, number>) =>
    Object.fromEntries([...map].filter(([, count]) => count !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  const { load } = index;
  return {
    lists: [index.left, index.working, index.resting, index.broken, index.toEnd, index.awaited].map((set) => [
      ...set,
    ]),
    verified: [...index.verified],
    verifiedByGroup: plan.groups.map((group) => [...(index.verifiedByGroup.get(group.id) ?? [])]),
    ready: idsOf(index.ready(() => false)),
    readyInFirst: idsOf(index.ready(({ phase }) => phase !== plan.phases[0]?.name)),
    readyByOne: idsOf(index.ready(({ agents }) => agents.length > 1)),
    failed: index.failed,
    waiting: counts(index.waitingByAccount),
    turns: load.turns,
    lanes: [...load.lanes].sort(),
    loads: [load.byAgent, load.byAccount, load.byRole, load.byPool].map(counts),
    joins: plan.joins.map((join) => index.progress(join.id)),
    quiet: plan.groups.map((group) => index.isQuiet(group.id)),
  };
}

function idsOf(found: Iterable<{ readonly id: string }>): readonly string[] {
  return [...found].map(({ id }) => id);
}

function afresh(plan: Plan, state: CampaignState): TaskIndex {
  return new TaskIndex(plan, JSON.parse(JSON.stringify(state.tasks)) as CampaignState['tasks']);
}

describe('the index', () => {
  it('that followed a state says the same as one made anew', () => {
    fc.assert(
      fc.property(campaign, hostility, (plan, world) => {
        play(plan, world, (state) => {
          expect(answersOf(indexOf(plan, state), plan)).toEqual(answersOf(afresh(plan, state), plan));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('of an older state is its own, whatever happened since', () => {
    fc.assert(
      fc.property(campaign, hostility, (plan, world) => {
        play(plan, world, (_, before) => {
          expect(answersOf(indexOf(plan, before), plan)).toEqual(answersOf(afresh(plan, before), plan));
        });
      }),
      { numRuns: 60 },
    );
  });
});
