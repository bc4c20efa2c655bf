/**
 * Process trees, so that nothing an agent started outlives its turn: agents run their tools in sessions of their
 * own, and what loses its parent is adopted by init. A process belongs to a tree by its parent, its group, its session,
 * or the mark in its environment (Linux). It is known by pid *and* start time; never by name.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A pid alone may be another process's tomorrow. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own terms; compared as text only. */
  readonly startedAs: string;
}

export interface ProcessTree {
  /** The agent, and all that were seen under it while it lived; most may be gone. */
  readonly roots: readonly ProcessIdentity[];
  /** The value of MARK_VARIABLE in the tree's environment. */
  readonly mark: string;
}

interface ProcessRow extends ProcessIdentity {
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly isZombie: boolean;
  /** To compare with others of this boot; 0 where the system does not tell. */
  readonly startTicks: number;
}

export const MARK_VARIABLE = 'LONGHAUL_MARK';

export function identifyProcess(pid: number): ProcessIdentity | null {
  const row =
    process.platform === 'linux'
      ? readProc(String(pid))
      : listFromPs().find((candidate) => candidate.pid === pid);
  return row === undefined || row === null || row.isZombie ? null : { pid, startedAs: row.startedAs };
}

export function isAlive(process: ProcessIdentity): boolean {
  return identifyProcess(process.pid)?.startedAs === process.startedAs;
}

/** Who lives of the tree now. `marks: 'read'` looks into every process's environment too, which costs more. */
export function findTree(tree: ProcessTree, marks: 'read' | 'skip'): readonly ProcessIdentity[] {
  const rows = listProcesses().filter((row) => !row.isZombie && row.pid !== process.pid);
  const leaders = leadersOf(tree.roots, rows);
  const members = new Map<number, ProcessRow>();
  const since = firstTicks(tree, rows);
  const belongs = (row: ProcessRow) =>
    tree.roots.some((root) => root.pid === row.pid && root.startedAs === row.startedAs) ||
    members.has(row.parent) ||
    leaders.has(row.group) ||
    leaders.has(row.session) ||
    (marks === 'read' && row.startTicks >= since && hasMark(row.pid, tree.mark));
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const row of rows) {
      if (members.has(row.pid) || !belongs(row)) continue;
      members.set(row.pid, row);
      if (row.group === row.pid || row.session === row.pid) leaders.add(row.pid);
    }
  }
  return [...members.values()].map(({ pid, startedAs }) => ({ pid, startedAs }));
}

/**
 * Nothing of a tree is older than its agent, and most processes are: their environments need not be read. An agent of
 * another boot, or one that nobody recorded, says nothing.
 */
function firstTicks({ roots: [agent] }: ProcessTree, rows: readonly ProcessRow[]): number {
  const [boot = '', ticks = ''] = agent?.startedAs.split(':') ?? [];
  const isThisBoot = boot !== '' && rows[0]?.startedAs.startsWith(`${boot}:`) === true;
  return isThisBoot ? Number(ticks) : 0;
}

/** Ids of groups and sessions that roots lead or led; not those whose pid is another process's by now. */
function leadersOf(roots: readonly ProcessIdentity[], rows: readonly ProcessRow[]): Set<number> {
  const now = new Map(rows.map((row) => [row.pid, row.startedAs]));
  const still = roots.filter(({ pid, startedAs }) => (now.get(pid) ?? startedAs) === startedAs);
  return new Set(still.map(({ pid }) => pid));
}

const KILL_PAUSE_MS = 25;
const KILL_PATIENCE_MS = 5_000;

/**
 * Kills the tree until nobody of it lives: what forks while being killed is found again. Returns who would not die
 * (stuck in the kernel), after five seconds.
 */
export async function endTree(tree: ProcessTree): Promise<readonly ProcessIdentity[]> {
  const deadline = Date.now() + KILL_PATIENCE_MS;
  for (;;) {
    const members = findTree(tree, 'read');
    if (members.length === 0 || Date.now() > deadline) return members;
    for (const { pid } of members) sendSignal(pid, 'SIGKILL');
    await sleep(KILL_PAUSE_MS);
  }
}

/** A negative pid is a group. A process that is gone needs no signal. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (
      (error as NodeJS.ErrnoException).code !== 'ESRCH' &&
      (error as NodeJS.ErrnoException).code !== 'EPERM'
    )
      throw error;
  }
}

function listProcesses(): readonly ProcessRow[] {
  return process.platform === 'linux' ? listFromProc() : listFromPs();
}

function listFromProc(): readonly ProcessRow[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProc(name) ?? []) : []));
}

let bootId: string | null = null;

function readProc(pid: string): ProcessRow | null {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The second field is the command in parentheses, and may hold anything. Fields: proc(5).
  const [state = '', parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    isZombie: state === 'Z' || state === 'X',
    startedAs: `${bootId}:${rest[15] ?? ''}`,
    startTicks: Number(rest[15]),
  };
}

function hasMark(pid: number, mark: string): boolean {
  return readIfThere(`/proc/${pid}/environ`)?.includes(`${MARK_VARIABLE}=${mark}`) ?? false;
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** macOS has no /proc; its `ps` prints a session as an address, so groups and parents must do. */
function listFromPs(): readonly ProcessRow[] {
  const text = execFileSync('ps', ['-axo', 'pid=,ppid=,pgid=,state=,lstart='], { encoding: 'utf8' });
  return text.split('\n').flatMap((line): ProcessRow[] => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (found === null) return [];
    const [, pid, parent, group, state = '', startedAs = ''] = found;
    const numbers = {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: Number(group),
    };
    return [{ ...numbers, isZombie: state.startsWith('Z'), startedAs, startTicks: 0 }];
  });
}
