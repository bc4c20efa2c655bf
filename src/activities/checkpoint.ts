/** A commit of everything in the worktree after a turn, under refs/longhaul/: work is safe before anything else happens. */
import { access } from 'node:fs/promises';
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { worktreePath, type HomePaths } from '../core/home.js';
import type { CheckpointFacts, Order, TurnFacts } from '../core/ports.js';
import { makeFailure } from './failure.js';
import { changedFiles } from './diff.js';
import { findCommit, git, moveRef } from './git.js';
import { checkpointRef, diffBase, openCampaign } from './mirror.js';
import { takeSnapshot, type Snapshot, type SnapshotAt } from './snapshot.js';

const FINDING = 'Longhaul-Finding';

export interface TaskAt {
  readonly home: HomePaths;
  readonly brief: CampaignBrief;
  readonly task: TaskBrief;
  readonly order: Order;
}

/** The same gen again gives the same commit, where the worktree is the same. */
export async function makeCheckpoint(
  at: TaskAt & { readonly turn: TurnFacts | null },
): Promise<CheckpointFacts> {
  const mirror = await openCampaign(at.home, at.brief);
  const place = snapshotAt(at, mirror);
  if (
    !(await access(place.worktree).then(
      () => true,
      () => false,
    ))
  )
    return worktreeGone(place);
  const snapshot = await takeSnapshot(place);
  const commit = await keepSnapshot(at, mirror, snapshot);
  const changed = await changedFiles(mirror, snapshot.base, commit);
  return { ok: true, failure: null, commit, changed: changed.length, findings: snapshot.findings };
}

function worktreeGone({ worktree, task }: SnapshotAt): CheckpointFacts {
  const message = `the worktree of ${task} is gone (${worktree}); the next turn starts from the last checkpoint`;
  return { ok: false, failure: makeFailure('transient', message), commit: '', changed: 0, findings: [] };
}

export function snapshotAt({ home, brief, task }: Omit<TaskAt, 'order'>, mirror: string): SnapshotAt {
  return {
    mirror,
    campaign: brief.campaign,
    task: task.id,
    worktree: worktreePath(home, brief.campaign, task.id),
    excluded: task.copy,
    baseOf: (head) => diffBase(mirror, brief, { task: task.id, commit: head }),
  };
}

/** Another process may keep the same gen at the same moment: the later one looks again at what is there. */
async function keepSnapshot(
  at: TaskAt & { readonly turn: TurnFacts | null },
  mirror: string,
  snapshot: Snapshot,
): Promise<string> {
  const ref = checkpointRef({ campaign: at.brief.campaign, task: at.task.id, gen: at.order.gen });
  for (;;) {
    const before = await findCommit(mirror, ref);
    if (before !== null && (await isSame(mirror, before, snapshot))) return before;
    const commit = await commitTree(mirror, { ...snapshot, message: describe(at, snapshot) });
    if (await moveRef(mirror, ref, { from: before, to: commit })) return commit;
  }
}

async function isSame(mirror: string, commit: string, snapshot: Snapshot): Promise<boolean> {
  const found = await git(mirror, ['show', '--no-patch', '--format=%T %P', commit]);
  return found === [snapshot.tree, ...parentsOf(snapshot)].join(' ');
}

function parentsOf({
  head,
  mergeHead,
  base,
}: Pick<Snapshot, 'head' | 'mergeHead' | 'base'>): readonly string[] {
  const first = head ?? base;
  return mergeHead === null || mergeHead === first ? [first] : [first, mergeHead];
}

/** A commit of the worktree as it is, on top of what the agent committed (and is merging). */
export async function commitTree(
  mirror: string,
  what: Pick<Snapshot, 'tree' | 'head' | 'mergeHead' | 'base'> & { readonly message: string },
): Promise<string> {
  const parents = parentsOf(what).flatMap((parent) => ['-p', parent]);
  return git({ cwd: mirror, input: what.message }, ['commit-tree', what.tree, ...parents, '-F', '-']);
}

function describe(
  { brief, task, order, turn }: TaskAt & { turn: TurnFacts | null },
  snapshot: Snapshot,
): string {
  const session = turn?.session ?? order.session;
  const trailers = [
    `Longhaul-Campaign: ${brief.campaign}`,
    `Longhaul-Task: ${task.id}`,
    `Longhaul-Attempt: ${order.attempt}`,
    `Longhaul-Turn: ${order.turn}`,
    ...(session === null ? [] : [`Longhaul-Session: ${oneLine(session)}`]),
    ...snapshot.findings.map((finding) => `${FINDING}: ${oneLine(finding)}`),
  ];
  return `Checkpoint of ${task.id} after turn ${order.turn} (${turn?.outcome ?? 'no turn'})\n\n${trailers.join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** What the checkpoint could not take in: kept with it, for whoever verifies it later. */
export async function checkpointFindings(mirror: string, commit: string): Promise<readonly string[]> {
  const format = `--format=%(trailers:key=${FINDING},valueonly,unfold)`;
  const text = await git(mirror, ['show', '--no-patch', format, commit]);
  return text.split('\n').filter((line) => line !== '');
}
