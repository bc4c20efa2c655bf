/**
 * The turn journal: one file per live turn, written and fsynced before its agent is started, so that whoever comes
 * after a crash knows what may still run. It is the worktree's turn lock as well, for all hosts that share the home: there
 * is one per task, made by `link`, which only one can do; who takes over moves it away first, ends the tree that it names
 * or lets its host end it, then makes its own.
 *
 * Its first line is the header, each further one the processes that were seen since.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HomePaths } from '../core/home.js';
import { endTree, type ProcessIdentity, type ProcessTree } from './process-tree.js';

export interface JournalHeader {
  readonly campaign: string;
  readonly task: string;
  readonly gen: number;
  /** Temporal's token for the activity, base64; null outside of Temporal. */
  readonly taskToken: string | null;
  readonly session: string;
  readonly startedAtMs: number;
  /** The worker that runs the turn. */
  readonly worker: ProcessIdentity;
  /** Of those that share the home, each takes back only what a worker of its own name left. */
  readonly host: string;
  /** What the pids count in: whoever counts elsewhere can't judge them. */
  readonly pidSpace: string;
  /** In the environment of everything that the turn starts. */
  readonly mark: string;
}

export interface JournalRecord extends JournalHeader {
  readonly path: string;
  /** The agent first, then all that were seen under it. */
  readonly processes: readonly ProcessIdentity[];
}

export interface Journal {
  readonly mark: string;
  tree(): ProcessTree;
  addProcesses(processes: readonly ProcessIdentity[]): void;
  /** False once another try has taken over: its processes are not ours, and its turn is not ours to end. */
  isMine(): boolean;
  remove(): void;
}

export function journalPath(home: HomePaths, campaign: string, task: string): string {
  return `${home.journals}/${campaign}/${task}.json`;
}

/** Ends what runs of this or a lower gen, and takes its place; null where a higher gen holds the worktree. */
export async function takeJournal(
  home: HomePaths,
  header: Omit<JournalHeader, 'mark'>,
): Promise<Journal | null> {
  const path = journalPath(home, header.campaign, header.task);
  const own = { ...header, mark: randomBytes(12).toString('hex') };
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    const journal = createJournal(path, own);
    if (journal !== null) return journal;
    const held = readJournal(path);
    if (held !== null && held.gen > own.gen) return null;
    await takeAway(path, own);
  }
}

/** A turn of another host sees that its journal is gone, and ends its tree itself. */
const OTHERS_END_MS = 8_000;

/** Who looks at journals. */
export type JournalReader = Pick<JournalHeader, 'host' | 'pidSpace'>;

/** What an earlier life of this very host left is ours too, and has ended with that life (a reboot, a new container). */
function isOurs(record: JournalRecord, reader: JournalReader): boolean {
  return record.pidSpace === reader.pidSpace || record.host === reader.host;
}

/** Still a journal while its tree is being ended, so that nothing is forgotten if we are killed meanwhile. */
async function takeAway(path: string, own: JournalHeader): Promise<void> {
  const aside = path.replace(/\.json$/, `.${own.mark}.json`);
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = readJournal(aside);
  if (taken !== null) await (isOurs(taken, own) ? endTree(treeOf(taken)) : sleep(OTHERS_END_MS));
  rmSync(aside, { force: true });
}

function createJournal(path: string, header: JournalHeader): Journal | null {
  const draft = `${path}.${header.mark}.draft`;
  const file = openSync(draft, 'ax', 0o600);
  append(file, header);
  fsyncSync(file);
  try {
    linkSync(draft, path);
  } catch (error) {
    closeSync(file);
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw error;
  } finally {
    rmSync(draft);
  }
  return openJournal(path, file, header.mark);
}

function openJournal(path: string, file: number, mark: string): Journal {
  const processes: ProcessIdentity[] = [];
  // Opened and read, and not just looked up: a shared file system may remember for long what was there.
  const isMine = () => readHeader(path)?.mark === mark;
  return {
    mark,
    tree: () => ({ roots: processes, mark }),
    addProcesses: (seen) => {
      const known = new Set(processes.map(({ pid, startedAs }) => `${pid} ${startedAs}`));
      const added = seen.filter(({ pid, startedAs }) => !known.has(`${pid} ${startedAs}`));
      if (added.length === 0) return;
      processes.push(...added);
      append(file, added);
    },
    isMine,
    remove: () => {
      if (isMine()) rmSync(path, { force: true });
      closeSync(file);
    },
  };
}

function append(file: number, line: unknown): void {
  writeSync(file, `${JSON.stringify(line)}\n`);
}

export function treeOf(record: JournalRecord): ProcessTree {
  return { roots: record.processes, mark: record.mark };
}

function readHeader(path: string): JournalHeader | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8').split('\n', 1)[0] ?? '') as JournalHeader;
  } catch {
    return null;
  }
}

/** Null where there is none, or none that can be read. A last line that a crash cut off is left out. */
export function readJournal(path: string): JournalRecord | null {
  const header = readHeader(path);
  if (header === null) return null;
  try {
    const [, ...lines] = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    return { ...header, path, processes: lines.flatMap((line) => JSON.parse(line) as ProcessIdentity[]) };
  } catch {
    return null;
  }
}

/** Every journal of the home, those that are being taken away included. */
export function listJournals(home: HomePaths): readonly JournalRecord[] {
  return listRecords(home, '.json');
}

/** Those that were written and not yet put in their place: nothing has been started for them. */
export function listDrafts(home: HomePaths): readonly JournalRecord[] {
  return listRecords(home, '.draft');
}

function listRecords(home: HomePaths, ending: string): readonly JournalRecord[] {
  return readNames(home.journals).flatMap((campaign) =>
    readNames(`${home.journals}/${campaign}`)
      .filter((name) => name.endsWith(ending))
      .flatMap((name) => readJournal(`${home.journals}/${campaign}/${name}`) ?? []),
  );
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort((a, b) => (a < b ? -1 : 1));
  } catch {
    return [];
  }
}
