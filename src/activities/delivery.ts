/**
 * Hands the results over: the branches by one fetch into the user's repository (or one push), then, where the spec
 * says so, the base branch, by fast-forward only. Nothing of the user's is forced; done again, it changes nothing.
 */
import { access } from 'node:fs/promises';
import type { CampaignBrief } from '../core/brief.js';
import type { DeliverFacts, DeliverInput } from '../core/ports.js';
import { bringBaseIn } from './base-merge.js';
import type { ActivityDeps } from './deps.js';
import { deliverByFetch, moveBaseHere } from './delivery-path.js';
import { deliverByPush, moveBaseThere } from './delivery-url.js';
import type { Branch, Step } from './delivery-step.js';
import { findCommit, moveRef } from './git.js';
import { branchRef, campaignHead, lastCheckpoint, openCampaign } from './mirror.js';

export async function deliverCampaign(
  deps: ActivityDeps,
  { brief, input }: { brief: CampaignBrief; input: DeliverInput },
  signal: AbortSignal,
): Promise<DeliverFacts> {
  const mirror = await openCampaign(deps.home, brief);
  const isPath = brief.repository.kind === 'path';
  if (isPath && !(await isThere(brief.repository.location))) return nowhere(mirror, brief);
  const steps = await takeSteps(deps, { brief, input, mirror }, signal);
  return {
    outcome: steps.every(({ done }) => done) ? 'delivered' : 'left',
    message: steps.flatMap(({ said }) => (said === '' ? [] : [said])).join(' '),
    branch: brief.campaignBranch,
    head: await campaignHead(mirror, brief),
  };
}

/** Base last: it moves only where all before it is done. */
async function takeSteps(
  deps: ActivityDeps,
  { brief, input, mirror }: { brief: CampaignBrief; input: DeliverInput; mirror: string },
  signal: AbortSignal,
): Promise<readonly Step[]> {
  const isPath = brief.repository.kind === 'path';
  const movesBase = input.mergeBase && brief.deliver === 'merge';
  const merged = movesBase ? [await bringBaseIn(deps, { brief, mirror, tasks: input.tasks }, signal)] : [];
  const kept = await keepWork(mirror, brief, input.kept);
  const branches = await branchesOf(mirror, [
    ...(input.tasks.length > 0 ? [brief.campaignBranch] : []),
    ...[...input.tasks, ...kept].flatMap((id) => brief.tasks[id]?.branch ?? []),
  ]);
  if (branches.length === 0) return [{ done: true, said: 'Nothing was merged, and no task left any work.' }];
  const handedOver = await (isPath ? deliverByFetch : deliverByPush)(mirror, brief, branches);
  const steps = [...handedOver, ...tellKept(kept), ...merged];
  if (!movesBase || steps.some(({ done }) => !done)) return steps;
  const head = await campaignHead(mirror, brief);
  return [...steps, isPath ? await moveBaseHere(brief, head) : await moveBaseThere(mirror, brief, head)];
}

function isThere(location: string): Promise<boolean> {
  return access(location).then(
    () => true,
    () => false,
  );
}

async function nowhere(mirror: string, brief: CampaignBrief): Promise<DeliverFacts> {
  const { campaignBranch: branch, repository } = brief;
  const message = `${repository.location} is gone, so nothing could be delivered. The results are kept in ${mirror}: git clone --branch ${branch} ${mirror}`;
  return { outcome: 'failed', message, branch, head: await campaignHead(mirror, brief) };
}

/**
 * A task that did not end done may have cost money, and some of its work may be good: its branch is set to its last
 * checkpoint. Where the branch is there already (a merge had been tried), it stays as it is.
 * @returns the tasks that have such work
 */
async function keepWork(
  mirror: string,
  brief: CampaignBrief,
  tasks: readonly string[],
): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const task of tasks) {
    const branch = brief.tasks[task]?.branch;
    const commit = await lastCheckpoint(mirror, brief.campaign, task);
    if (branch === undefined || commit === null) continue;
    await moveRef(mirror, branchRef(branch), { from: null, to: commit });
    kept.push(task);
  }
  return kept;
}

function tellKept(tasks: readonly string[]): readonly Step[] {
  if (tasks.length === 0) return [];
  return [{ done: true, said: `Not merged, but kept on their branches: ${tasks.join(', ')}.` }];
}

async function branchesOf(mirror: string, names: readonly string[]): Promise<readonly Branch[]> {
  const found = await Promise.all(
    names.map(async (name) => ({ name, commit: await findCommit(mirror, branchRef(name)) })),
  );
  return found.flatMap(({ name, commit }) => (commit === null ? [] : [{ name, commit }]));
}
