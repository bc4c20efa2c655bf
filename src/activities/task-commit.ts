/** What is delivered of a verified task: the agent's own commits, or one commit. Never a checkpoint. */
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { findInHistory } from './forbidden.js';
import { findCommit, git, isAncestor, tryGit } from './git.js';
import { diffBase } from './mirror.js';
import { KEPT_WORK } from './sync.js';

export interface Verified {
  readonly brief: CampaignBrief;
  readonly task: TaskBrief;
  /** The checkpoint that was verified. */
  readonly commit: string;
  readonly gen: number;
  readonly summary: string;
}

/** @returns a commit with the verified tree on top of the campaign's history; where nothing changed, one of that. */
export async function taskCommit(mirror: string, verified: Verified): Promise<string> {
  const { brief, task, commit } = verified;
  const base = await diffBase(mirror, brief, { task: task.id, commit });
  const tree = await git(mirror, ['rev-parse', `${commit}^{tree}`]);
  if (tree === (await git(mirror, ['rev-parse', `${base}^{tree}`]))) return base;
  const head = await findCommit(mirror, `${commit}^1`);
  const isOwn = head !== null && (await isOwnWork(mirror, { base, head, tree }));
  // Its tree is clean; a commit before it may hold what must never leave the worktree.
  const held = isOwn ? await findInHistory({ mirror, excluded: task.copy }, { base, head }) : null;
  if (isOwn && held === null) return head;
  const args = ['commit-tree', tree, '-p', base, '-F', '-'];
  return git({ cwd: mirror, input: messageOf(verified, held) }, args);
}

/** The agent committed all that was verified, itself, on top of what it was given. */
async function isOwnWork(mirror: string, at: { base: string; head: string; tree: string }): Promise<boolean> {
  const { base, head, tree } = at;
  if ((await git(mirror, ['rev-parse', `${head}^{tree}`])) !== tree) return false;
  if (base === head || !(await isAncestor(mirror, base, head))) return false;
  const kept = await tryGit(mirror, [
    'log',
    '-1',
    '--format=%H',
    `--grep=^${KEPT_WORK}: `,
    `${base}..${head}`,
  ]);
  return kept.exitCode === 0 && kept.stdout === '';
}

/** `held` is what the agent's own commits are left out for, or null. */
function messageOf({ brief, task, gen, summary }: Verified, held: string | null): string {
  const body = summary.replaceAll('\0', '').trim();
  const parts = [
    firstLine(task.title),
    ...(body === '' ? [] : [body]),
    ...(held === null ? [] : [`One commit for the agent's own, which held ${firstLine(held)} for a while.`]),
    trailers(brief, task, gen),
  ];
  return `${parts.join('\n\n')}\n`;
}

export function mergeMessage({ brief, task, gen }: Omit<Verified, 'commit' | 'summary'>): string {
  return `Merge ${task.branch}: ${firstLine(task.title)}\n\n${trailers(brief, task, gen)}\n`;
}

function firstLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function trailers(brief: CampaignBrief, task: TaskBrief, gen: number): string {
  return `Longhaul-Campaign: ${brief.campaign}\nLonghaul-Task: ${task.id}\nLonghaul-Gen: ${gen}`;
}

/** Looks the merge of a task and gen up among those on the campaign's branch, where it has happened already. */
export async function findMerges(
  mirror: string,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<(task: string, gen: number) => string | null> {
  const value = (key: string): string => `%(trailers:key=${key},valueonly,separator=%x2C)`;
  const format = `--format=%H%x09${value('Longhaul-Task')}%x09${value('Longhaul-Gen')}`;
  const log = await git(mirror, ['log', '--first-parent', '--merges', format, `${base}..${head}`]);
  const found = new Map(
    log.split('\n').map((line) => [line.slice(line.indexOf('\t') + 1), line.slice(0, line.indexOf('\t'))]),
  );
  return (task, gen) => found.get(`${task}\t${gen}`) ?? null;
}
