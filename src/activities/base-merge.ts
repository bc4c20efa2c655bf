/** Where the base branch moved while the campaign ran: it is merged into the campaign's branch and tested first. */
import type { CampaignBrief } from '../core/brief.js';
import { taskOf } from './brief-file.js';
import type { ActivityDeps } from './deps.js';
import type { Step } from './delivery-step.js';
import { sayHow } from './evidence.js';
import { findCommit, git, isAncestor, moveRef } from './git.js';
import { withHostLock } from './host-lock.js';
import { integrationPath, trialTimeoutMs, tryCommit } from './integration-worktree.js';
import { mergeTrees } from './merge-tree.js';
import { branchRef, campaignHead, fetchUpstream } from './mirror.js';

interface BaseAt {
  readonly brief: CampaignBrief;
  readonly mirror: string;
  /** Tasks that ended done: what the merged tree must pass. */
  readonly tasks: readonly string[];
}

/** Where integration keeps what belongs to no task: `campaigns/<id>/tasks/.delivery/0/merge.log`. */
const DELIVERY = '.delivery';

/** Done means: the campaign's branch, tested, holds all of base. */
export async function bringBaseIn(deps: ActivityDeps, at: BaseAt, signal: AbortSignal): Promise<Step> {
  await fetchUpstream(at.mirror, at.brief.repository);
  return withHostLock(integrationPath(deps, at.brief.campaign), async () => {
    for (;;) {
      const step = await mergeBase(deps, at, signal);
      if (step !== 'moved') return step;
    }
  });
}

async function mergeBase(deps: ActivityDeps, at: BaseAt, signal: AbortSignal): Promise<Step | 'moved'> {
  const { brief, mirror } = at;
  const { base } = brief.repository;
  const head = await campaignHead(mirror, brief);
  const upstream = await findCommit(mirror, `refs/remotes/origin/${base}`);
  if (upstream === null) return leave(brief, `it has no branch ${base} any more`);
  if (await isAncestor(mirror, upstream, head)) return { done: true, said: '' };
  const merged = await mergeTrees(mirror, head, upstream);
  if (!merged.clean)
    return leave(brief, `it has moved on, with conflicts in ${merged.conflicts.slice(0, 10).join(', ')}`);
  const input = `Merge ${base} into ${brief.campaignBranch}\n\nLonghaul-Campaign: ${brief.campaign}\n`;
  const args = ['commit-tree', merged.tree, '-p', head, '-p', upstream, '-F', '-'];
  const commit = await git({ cwd: mirror, input }, args);
  const failed = await testMerged(deps, { ...at, commit }, signal);
  if (failed !== null) return leave(brief, `it has moved on, and merged with it ${failed}`);
  const moved = await moveRef(mirror, branchRef(brief.campaignBranch), { from: head, to: commit });
  return moved ? { done: true, said: '' } : 'moved';
}

async function testMerged(
  deps: ActivityDeps,
  { brief, mirror, tasks, commit }: BaseAt & { commit: string },
  signal: AbortSignal,
): Promise<string | null> {
  const briefs = tasks.map((id) => taskOf(brief, id));
  if (briefs.length === 0) return null;
  const phases = new Set(briefs.map(({ phase }) => phase));
  const commands = [...phases].flatMap((phase) => brief.integrationVerify[phase] ?? []);
  const trial = {
    brief,
    mirror,
    commit,
    tasks: briefs,
    commands: [...new Set(commands)],
    task: DELIVERY,
    gen: 0,
  };
  const [failed] = await tryCommit(deps, trial, signal);
  return failed === undefined ? null : sayHow(failed, trialTimeoutMs(trial));
}

function leave({ repository, campaignBranch }: CampaignBrief, why: string): Step {
  const { base, location } = repository;
  return {
    done: false,
    said: `${base} in ${location} was left alone: ${why}. Merge it by hand: git checkout ${base} && git merge ${campaignBranch}`,
  };
}
