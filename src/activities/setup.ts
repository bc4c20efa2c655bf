/** The spec's `setup` commands: once per worktree, and again when a lock file changed since. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { runCommand } from './command.js';
import { exclude } from './exclude.js';
import { git, splitNul } from './git.js';
import { compareWorktree, takeSnapshot, type SnapshotAt } from './snapshot.js';

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
}

/** @returns null when all went well, or there was nothing to do. */
export async function setUp(order: SetupOrder): Promise<SetupFailure | null> {
  if (order.commands.length === 0) return null;
  const noteFile = `${order.place.worktree}/.git/longhaul-setup.json`;
  const note = await readNote(noteFile);
  const { tree } = await takeSnapshot(order.place);
  const key = await setupKey(order, tree);
  if (note?.key === key && note.done) return null;
  // A run that was killed left things behind which are not the agent's: the tree before it still counts.
  const before = note !== null && !note.done ? note.before : tree;
  const first = note?.first ?? true;
  await writeFileAtomic(noteFile, JSON.stringify({ key, done: false, first, before }));
  const failure = await runAll(order);
  if (failure !== null) return { ...failure, first };
  // What the commands left, and git does not ignore, is not the agent's work.
  await exclude(order.place.worktree, (await compareWorktree(order.place, before)).untracked);
  // A setup may rewrite its lock file: what counts is how it looks now.
  const after = await setupKey(order, (await takeSnapshot(order.place)).tree);
  await writeFileAtomic(noteFile, JSON.stringify({ key: after, done: true, first: false, before }));
  return null;
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
  const { place, env, timeoutMs, logFile, signal } = order;
  for (const command of order.commands) {
    const result = await runCommand({ command, cwd: place.worktree, env, timeoutMs, logFile, signal });
    if (result.exitCode !== 0 || result.timedOut) return { command, ...result };
  }
  return null;
}
