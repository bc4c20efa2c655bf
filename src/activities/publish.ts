/** Merges what tasks published into the campaign's branch, which is always a tested commit. */
import type { CampaignBrief } from '../core/brief.js';
import type { PublishFacts, PublishInput, PublishTask } from '../core/ports.js';
import { taskOf } from './brief-file.js';
import { sayHow } from './evidence.js';
import type { ActivityDeps } from './deps.js';
import { git, isAncestor, moveRef } from './git.js';
import { withHostLock } from './host-lock.js';
import { integrationPath, trialTimeoutMs, tryCommit } from './integration-worktree.js';
import { mergeTrees } from './merge-tree.js';
import { branchRef, campaignHead, openCampaign } from './mirror.js';

const LONGEST = 2_000;
const MOST_TAIL = 500;

export interface PublishOrder {
  readonly brief: CampaignBrief;
  readonly input: PublishInput;
  readonly signal: AbortSignal;
}

/** One that can't be merged does not keep the others. */
export async function publishAll(deps: ActivityDeps, order: PublishOrder): Promise<readonly PublishFacts[]> {
  const { brief, input } = order;
  const mirror = await openCampaign(deps.home, brief);
  return withHostLock(integrationPath(deps, brief.campaign), async () => {
    const facts: PublishFacts[] = [];
    for (const each of input.publications) {
      const merged = await publishUntilMoved(deps, order, { mirror, each });
      facts.push({ key: each.key, ...merged, message: merged.message.slice(0, LONGEST) });
    }
    return facts;
  });
}

interface At {
  readonly mirror: string;
  readonly each: PublishTask;
}

type Published = Omit<PublishFacts, 'key'>;

async function publishUntilMoved(deps: ActivityDeps, order: PublishOrder, at: At): Promise<Published> {
  for (;;) {
    const published = await publishOnto(deps, order, at);
    if (published !== 'moved') return published;
  }
}

async function publishOnto(deps: ActivityDeps, order: PublishOrder, at: At): Promise<Published | 'moved'> {
  const { mirror, each } = at;
  const { brief } = order;
  const head = await campaignHead(mirror, brief);
  // Merged already, by a run of this activity that was killed before it could say so; or with a newer one.
  if (await isAncestor(mirror, each.commit, head)) return { outcome: 'merged', message: '' };
  const merged = await mergeTrees(mirror, head, each.commit);
  if (!merged.clean) {
    const named = merged.conflicts.slice(0, 10).join(', ') || 'moved or renamed folders';
    return { outcome: 'conflict', message: `others have changed the same, with conflicts in ${named}` };
  }
  const merge = await git({ cwd: mirror, input: messageOf(brief, each) }, [
    ...['commit-tree', merged.tree, '-p', head, '-p', each.commit, '-F', '-'],
  ]);
  const failed = await test(deps, order, { ...at, merge });
  if (failed !== null) return { outcome: 'rejected', message: failed };
  const moved = await moveRef(mirror, branchRef(brief.campaignBranch), { from: head, to: merge });
  return moved ? { outcome: 'merged', message: '' } : 'moved';
}

function messageOf(brief: CampaignBrief, { task, gen, name }: PublishTask): string {
  const what = name === '' ? `a draft of ${task}` : `the contract ${name} of ${task}`;
  const trailers = [
    `Longhaul-Campaign: ${brief.campaign}`,
    `Longhaul-Published-By: ${task}`,
    `Longhaul-Gen: ${gen}`,
  ];
  return `Publish ${what}\n\n${trailers.join('\n')}\n`;
}

/** By what was merged before: the publisher's own work is not done yet, and its checks would say no more than that. */
async function test(
  deps: ActivityDeps,
  { brief, input, signal }: PublishOrder,
  { mirror, each, merge }: At & { readonly merge: string },
): Promise<string | null> {
  if (input.merged.length === 0) return null;
  const { task, gen } = each;
  const tasks = input.merged.map((id) => taskOf(brief, id));
  const commands = brief.integrationVerify[taskOf(brief, task).phase] ?? [];
  const failed = await tryCommit(deps, { brief, mirror, commit: merge, tasks, commands, task, gen }, signal);
  if (failed.length === 0) return null;
  const timeoutMs = trialTimeoutMs({ tasks });
  const said = failed.map((one) => `${sayHow(one, timeoutMs)}: ${one.tail.slice(-MOST_TAIL)}`).join('\n');
  return `with it on the campaign's branch these commands fail, also when tried again:\n${said}`;
}
