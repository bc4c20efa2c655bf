/**
 * Processes: the only file of the server that spawns. A process is named by its pid and by when it was born, so that
 * a pid that the system has given to somebody else is never mistaken for ours, nor ended.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';

export interface ProcessId {
  readonly pid: number;
  /** When it was born, in the system's own words: the boot and the tick, or a date. Compared, never read. */
  readonly born: string;
}

/** The living process of this pid, or null. */
export function identifyProcess(pid: number): ProcessId | null {
  const born = process.platform === 'linux' ? bornOnLinux(pid) : bornByPs(pid);
  return born === null ? null : { pid, born };
}

export function isAlive(id: ProcessId): boolean {
  return identifyProcess(id.pid)?.born === id.born;
}

function bornOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything; the fields behind the last bracket are state and numbers.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${bootId()}/${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}

/** Ticks count from the boot: without it, a process of the next boot could look the same. */
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function bornByPs(pid: number): string | null {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [state = '', ...born] = line.trim().split(/\s+/);
    return state === '' || state.startsWith('Z') ? null : born.join(' ');
  } catch {
    return null;
  }
}

export interface DaemonOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Output is appended here. */
  readonly log: string;
}

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/** Starts a process in a session of its own, which outlives ours. Throws where it can't be started. */
export function startDaemon(options: DaemonOptions): ProcessId {
  mkdirSync(path.dirname(options.log), { recursive: true });
  rotate(options.log);
  const log = openSync(options.log, 'a');
  try {
    const child = spawn(options.command, options.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: options.env,
      cwd: options.cwd,
    });
    // Without a listener a missing binary would end us by an unhandled event; the pid is missing then too.
    child.on('error', () => undefined);
    child.unref();
    const id = child.pid === undefined ? null : identifyProcess(child.pid);
    if (id === null) throw new Error(`${options.command} could not be started; see ${options.log}`);
    return id;
  } finally {
    closeSync(log);
  }
}

function rotate(log: string): void {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) renameSync(log, `${log}.1`);
}

/**
 * How to run one of our own files as a process of this Node. `entry` names the compiled file, as imports do; from the
 * sources, tsx runs the source.
 */
export function nodeCommand(entry: URL): { command: string; args: string[] } {
  const file = fileURLToPath(entry);
  if (!import.meta.url.endsWith('.ts')) return { command: process.execPath, args: [file] };
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return { command: process.execPath, args: ['--import', tsx, file.replace(/\.js$/, '.ts')] };
}

/** SIGTERM, and after `graceMs` SIGKILL; returns when it is gone. Never touches a process that is not the one named. */
export async function endProcess(id: ProcessId, graceMs: number): Promise<'gone' | 'ended' | 'killed'> {
  if (!isAlive(id)) return 'gone';
  signal(id.pid, 'SIGTERM');
  if (await waitForEnd(id, graceMs)) return 'ended';
  signal(id.pid, 'SIGKILL');
  await waitForEnd(id, 10_000);
  return 'killed';
}

async function waitForEnd(id: ProcessId, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(id)) {
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

export interface ToolOptions {
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cancelSignal?: AbortSignal;
}

/** Runs a tool to its end and returns what it said. Throws with the last lines of its stderr. */
export async function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<string> {
  const result = await execa(command, args, {
    reject: false,
    stdin: 'ignore',
    timeout: options.timeoutMs,
    forceKillAfterDelay: 2_000,
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cancelSignal === undefined ? {} : { cancelSignal: options.cancelSignal }),
  });
  if (!result.failed) return result.stdout;
  const said = result.stderr.trim().split('\n').slice(-3).join(' ').slice(-500);
  if (result.timedOut) throw new Error(`no result within ${options.timeoutMs / 1_000} s`);
  if (said !== '') throw new Error(said);
  throw new Error(result.originalMessage ?? `exit code ${String(result.exitCode)}`);
}
