/** The spec's `setup` commands: once per worktree, and again when a lock file changed since. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type { Mask } from '../core/mask.js';
import { runCommand } from './command.js';
import { exclude } from './exclude.js';
import { git, splitNul } from './git.js';
import { compareWorktree, takeSnapshot, type Snapshot, type SnapshotAt } from './snapshot.js';

const lockFiles = [
  ...[
    'package-lock.json',
    'npm-shrinkwrap.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'Cargo.lock',
    'go.sum',
  ],
  ...[
    'requirements.txt',
    'poetry.lock',
    'uv.lock',
    'Pipfile.lock',
    'Gemfile.lock',
    'composer.lock',
    'mix.lock',
  ],
];

export interface SetupOrder {
  readonly place: SnapshotAt;
  readonly commands: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly logFile: string;
  readonly mask: Mask;
  readonly signal: AbortSignal;
}

export interface SetupFailure {
  readonly command: string;
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly tail: string;
  /** Nothing was ever set up here: the worktree is still as the campaign made it. */
  readonly first: boolean;
}

/** What was set up, kept in the worktree's .git. */
interface SetupNote {
  readonly key: string;
  readonly done: boolean;
  readonly first: boolean;
  /** The worktree's tree before the commands ran: what is there besides, afterwards, is theirs. */
  readonly before: string;
  /** What was not in that tree and is the agent's: files over 50 MB, secrets. */
  readonly left: readonly string[];
}

/** @returns null when all went well, or there was nothing to do. */
export async function setUp(order: SetupOrder): Promise<SetupFailure | null> {
  if (order.commands.length === 0) return null;
  const noteFile = `${order.place.worktree}/.git/longhaul-setup.json`;
  const note = await readNote(noteFile);
  const { tree, findings } = await takeSnapshot(order.place);
  const key = await setupKey(order, tree);
  if (note?.key === key && note.done) return null;
  // A run that was killed left things behind which are not the agent's: the tree before it still counts.
  const { before, left } =
    note !== null && !note.done
      ? note
      : { before: tree, left: await leftOut(order.place, { tree, findings }) };
  const first = note?.first ?? true;
  await writeFileAtomic(noteFile, JSON.stringify({ key, done: false, first, before, left }));
  const failure = await runAll(order);
  if (failure !== null) return { ...failure, first };
  // What the commands left, and git does not ignore, is not the agent's work.
  const { untracked } = await compareWorktree(order.place, before);
  await exclude(
    order.place.worktree,
    untracked.filter((file) => !left.includes(file)),
  );
  // A setup may rewrite its lock file: what counts is how it looks now.
  const after = await setupKey(order, (await takeSnapshot(order.place)).tree);
  await writeFileAtomic(noteFile, JSON.stringify({ key: after, done: true, first: false, before, left }));
  return null;
}

/** What the snapshot could not take in is the agent's all the same. */
async function leftOut(
  place: SnapshotAt,
  { tree, findings }: Pick<Snapshot, 'tree' | 'findings'>,
): Promise<readonly string[]> {
  return findings.length === 0 ? [] : (await compareWorktree(place, tree)).untracked;
}

async function readNote(file: string): Promise<SetupNote | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as SetupNote;
  } catch {
    return null;
  }
}

async function setupKey({ place, commands }: SetupOrder, tree: string): Promise<string> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', tree];
  const locks = splitNul(await git(place.mirror, args)).filter((line) =>
    lockFiles.includes(line.slice(Math.max(line.lastIndexOf('/'), line.indexOf('\t')) + 1)),
  );
  return createHash('sha256')
    .update(JSON.stringify([commands, locks]))
    .digest('hex');
}

async function runAll(order: SetupOrder): Promise<Omit<SetupFailure, 'first'> | null> {
  const { place, commands, ...run } = order;
  for (const command of commands) {
    const result = await runCommand({ ...run, command, cwd: place.worktree });
    if (result.exitCode !== 0 || result.timedOut) return { command, ...result };
  }
  return null;
}
