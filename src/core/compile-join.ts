import type { CompilePass, Draft, DraftGroup } from './compile-draft.js';
import type { Join, PlanPhase } from './plan.js';
import { groupsCalled, type Need } from './spec-need.js';

/**
 * A need is a join: one member that must be done, or have published a draft; a contract; as many of a group's tasks as
 * it waits for. All tasks that need the same share it.
 */
export const joinNeeds: CompilePass = (draft) => {
  const made = new Set<string>();
  for (const task of draft.tasks) {
    for (const need of task.written.needs) {
      const join = joinOf(need, draft);
      if (!made.has(join.id)) draft.joins.push(join);
      made.add(join.id);
      // What must be there before the task is verified is not waited for before its start.
      const list = need.kind === 'finish' ? task.finishAfter : task.after;
      if (!list.includes(join.id)) list.push(join.id);
      if (need.kind === 'contract' && task.reviews === null) joinReview(need.name, { draft, list, made });
    }
  }
};

/** Whoever needs a contract under review needs all approvals, too. */
function joinReview(
  contract: string,
  { draft, list, made }: { readonly draft: Draft; readonly list: string[]; readonly made: Set<string> },
): void {
  const members = draft.contracts.find(({ id }) => id === contract)?.reviewers ?? [];
  if (members.length === 0) return;
  const id = `approved:${contract}`;
  if (!made.has(id)) draft.joins.push({ id, members, count: members.length, asks: 'approved' });
  made.add(id);
  if (!list.includes(id)) list.push(id);
}

function joinOf({ kind, name }: Need, draft: Draft): Join {
  if (kind === 'contract') return { id: `published:${name}`, members: [name], count: 1, asks: 'published' };
  if (kind === 'draft') return { id: `drafted:${name}`, members: [name], count: 1, asks: 'drafted' };
  if (kind !== 'group') return { id: `done:${name}`, members: [name], count: 1, asks: 'done' };
  const { id, members, wait } = neededGroup(name, draft);
  return { id: `group:${id}`, members, count: wait, asks: 'done' };
}

function neededGroup(name: string, draft: Draft): DraftGroup {
  const [group] = groupsCalled(draft.groups, name);
  if (group === undefined) throw new Error(`group ${name} is gone: this is a bug of Longhaul`);
  return group;
}

/**
 * Phases are in order. A phase waits for the groups of the one before: until all their tasks have ended, however they
 * did; of a group that waits for some of its tasks, until so many are done.
 * Where they are merged at the campaign's end, verified is enough.
 */
export const joinPhases: CompilePass = (draft) => {
  const groups = new Map(draft.groups.map((group) => [group.id, group]));
  const barriers = new Map<string, readonly string[]>();
  for (const [index, phase] of draft.phases.slice(0, -1).entries()) {
    const own = phase.groups.flatMap((id) => groups.get(id) ?? []);
    const joins = barrierOf(phase, own);
    draft.joins.push(...joins);
    barriers.set(
      draft.phases[index + 1]?.name ?? '',
      joins.map(({ id }) => id),
    );
  }
  for (const task of draft.tasks) task.after.push(...(barriers.get(task.phase) ?? []));
};

function barrierOf({ name, integrateAt }: PlanPhase, groups: readonly DraftGroup[]): readonly Join[] {
  const asks = integrateAt === 'end' ? 'verified' : 'ended';
  const waitsForAll = ({ wait, members }: DraftGroup) => wait === members.length;
  const members = groups.filter(waitsForAll).flatMap((group) => group.members);
  const whole: Join = { id: `phase:${name}`, members, count: members.length, asks };
  const some = groups
    .filter((group) => !waitsForAll(group))
    .map((group): Join => ({
      id: `phase:${group.id}`,
      members: group.members,
      count: group.wait,
      asks,
    }));
  return members.length > 0 ? [whole, ...some] : some;
}

/** A contract's provider is merged before its consumers, so that they are tested with its real work. */
export const orderMerges: CompilePass = (draft, { spec }) => {
  for (const task of draft.tasks) {
    // A review leaves nothing to merge.
    if (task.reviews !== null) continue;
    for (const { kind, name } of task.written.needs) {
      const provider = kind === 'contract' ? spec.contracts[name]?.provider : undefined;
      if (provider === undefined || provider === task.written.id) continue;
      if (!task.mergeAfter.includes(provider)) task.mergeAfter.push(provider);
    }
  }
};

/** What something waits for is merged at once, so that the other starts from a commit that holds it. */
export const markMergeAtOnce: CompilePass = (draft) => {
  const awaited = new Set(draft.tasks.flatMap(({ mergeAfter }) => mergeAfter));
  const authors = new Map(draft.contracts.map(({ id, author }) => [id, author]));
  for (const { asks, members } of draft.joins) {
    if (asks === 'ended' || asks === 'approved') continue;
    for (const member of members) awaited.add(asks === 'published' ? (authors.get(member) ?? '') : member);
  }
  for (const task of draft.tasks) task.mergeAtOnce = awaited.has(task.written.id);
};
