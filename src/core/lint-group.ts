/** Rules about groups: is what stands side by side also done side by side, and by how many? */
import { mostAtOnce, nameSome, rowsOf, widestRow, type LintRule, type LintView } from './lint-view.js';
import type { PlanGroup } from './plan.js';
import { planContract, planJoin, planTask, tasksOfJoin } from './plan-index.js';
import { writeDuration } from './spec-duration.js';

/** More agents at once than that are hard to keep apart, and to look after. */
export const MOST_AGENTS = 5;
const LEAST_CHAIN = 3;
const FAR_LONGER = 3;

/**
 * The only group of a phase, whose members all need each other in a row. Not beside other groups, where such a group
 * is a lane of its own; and not with a testing task, which runs alone anyway.
 */
export const warnOfChains: LintRule = (view) =>
  view.writtenGroups
    .filter(({ phase, members }) => {
      const isAlone = view.plan.phases.some(({ name, groups }) => name === phase && groups.length === 1);
      const isTested = members.some((id) => planTask(view.plan, id).kind === 'testing');
      return isAlone && !isTested && members.length >= LEAST_CHAIN && widestRow(view, members).length === 1;
    })
    .map((group) =>
      view.warn(view.groupPath(group), {
        code: 'spec/false-parallelism',
        message: `the tasks of group "${group.name}" would run one after the other, as each needs the one before: ${nameSome(group.members)}`,
        hint: 'drop the needs that are not real, or cut the work so that tasks can go on side by side',
      }),
    );

/** A group that stands beside others, and of which nothing can start before one of those has brought something. */
export const warnOfWaitingGroups: LintRule = (view) =>
  view.writtenGroups.flatMap((group) => {
    if (group.members.length < 2) return [];
    const first = group.members.reduce((least, id) => (view.depth(id) < view.depth(least) ? id : least));
    const awaited = awaitedBy(first, group, view);
    if (awaited === null) return [];
    return [
      view.warn(view.groupPath(group), {
        code: 'spec/false-parallelism',
        message: `no task of group "${group.name}" can start beside the other groups of its phase: "${first}" waits for ${awaited}`,
        hint: 'move the group to a later phase, or provide what it waits for in an earlier one',
      }),
    ];
  });

/** What a task waits for in another group of its phase. */
function awaitedBy(task: string, group: PlanGroup, { plan }: LintView): string | null {
  for (const id of planTask(plan, task).after) {
    const join = planJoin(plan, id);
    const [other] = tasksOfJoin(plan, join);
    if (other === undefined || planTask(plan, other).phase !== group.phase) continue;
    if (join.asks !== 'published') return `"${other}" of group "${planTask(plan, other).group}"`;
    const contract = planContract(plan, join.members[0] ?? '');
    return `the contract "${contract.id}", which "${contract.author}" of group "${planTask(plan, contract.author).group}" publishes`;
  }
  return null;
}

export const warnOfCrowds: LintRule = (view) =>
  view.plan.groups.flatMap((group) => {
    const { name, members } = group;
    if (members.length <= MOST_AGENTS) return [];
    const atOnce = mostAtOnce(view, widestRow(view, members));
    if (atOnce <= MOST_AGENTS) return [];
    return [
      view.warn(view.groupPath(group), {
        code: 'spec/crowded',
        message: `${atOnce} tasks of group "${name}" could run at once, and more than ${MOST_AGENTS} agents are hard to keep apart`,
        hint: `set limits.agents to ${MOST_AGENTS}, or make smaller groups that follow one another (phases)`,
      }),
    ];
  });

/** A task for which all the others of its row would wait: longer than they are together, on the lanes that there are. */
export const warnOfLongMembers: LintRule = (view) =>
  (view.writtenGroups.length === 0 ? plainRows(view) : groupRows(view)).flatMap(({ row, where }) => {
    const long = findLong(row, view);
    if (long === null) return [];
    const [own, others] = [long.ms, long.medianMs].map(writeDuration);
    return [
      view.warn(view.taskPath(long.task, estimateKey(long.task, view)), {
        code: 'spec/long-member',
        message: `task "${long.task}" is estimated at ${own ?? ''}, and ${row.length === 2 ? 'the one' : 'those'} beside it${where} at ${others ?? ''}${row.length === 2 ? '' : ' (the median)'}: ${row.length === 2 ? 'it' : 'they'} would be done long before it`,
        hint: 'split it into tasks that can go on side by side, or let it begin earlier',
      }),
    ];
  });

interface Row {
  readonly row: readonly string[];
  /** For the message. */
  readonly where: string;
}

function groupRows(view: LintView): readonly Row[] {
  return view.writtenGroups
    .filter(({ wait, members }) => wait === members.length)
    .flatMap(({ name, members }) =>
      rowsOf(view, members).map((row) => ({ row, where: ` in group "${name}"` })),
    );
}

/** Of a plain list, whose tasks wait for nothing but needs: one that takes longer than all others, and what could go on beside it. */
function plainRows(view: LintView): readonly Row[] {
  const { tasks } = view.plan;
  const sumMs = tasks.reduce((sum, { estimateMs }) => sum + estimateMs, 0);
  const longest = tasks.findIndex(({ estimateMs }) => estimateMs > sumMs - estimateMs);
  if (longest === -1) return [];
  const row = tasks.filter((_, at) => at === longest || view.couldOverlap(longest, at)).map(({ id }) => id);
  return [{ row, where: '' }];
}

function findLong(row: readonly string[], view: LintView) {
  const tasks = row.map((id) => planTask(view.plan, id)).sort((a, b) => b.estimateMs - a.estimateMs);
  const [longest, ...others] = tasks;
  const median = others[Math.floor(others.length / 2)];
  if (longest === undefined || median === undefined) return null;
  const together = others.reduce((sum, { estimateMs }) => sum + estimateMs, 0);
  const lanes = Math.max(1, mostAtOnce(view, row) - 1);
  const isFar = longest.estimateMs > FAR_LONGER * median.estimateMs && longest.estimateMs > together / lanes;
  return isFar ? { task: longest.id, ms: longest.estimateMs, medianMs: median.estimateMs } : null;
}

function estimateKey(task: string, view: LintView): string {
  return view.taskValue(task)['complexity'] === undefined ? 'estimate' : 'complexity';
}
