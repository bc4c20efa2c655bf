/** Runs one command of the user's spec (`setup`, `verify`) by `sh -c`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MaskedStream, type Mask } from '../core/mask.js';

export interface Command {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Everything that the command says is appended here, masked, up to 20 MB. */
  readonly logFile: string;
  /** Of its output: the log and the tail. */
  readonly mask: Mask;
  readonly signal: AbortSignal;
}

export interface CommandResult {
  /** 128 + the signal's number where a signal ended it, as shells say it. */
  readonly exitCode: number;
  readonly timedOut: boolean;
  /** The last 200 lines of stdout and stderr together, at most 64 KB. */
  readonly tail: string;
}

const GRACE_MS = 5_000;
const LOG_BYTES = 20_000_000;
const TAIL_CHARS = 64_000;
const TAIL_LINES = 200;
/**
 * The command runs beside a guard that waits for the end of file 3, a pipe that we hold: when we die, however that
 * happens, the guard ends the whole process group, so that no command outlives its worker.
 */
const GUARDED = `trap : TERM
(trap '' TERM; cat <&3; kill -s KILL 0) >/dev/null 2>&1 &
sh -c "$LONGHAUL_COMMAND" 3<&-`;
/** For a grandchild in a session of its own that holds the pipes open. */
const LINGER_MS = 2_000;

/** Throws the signal's reason when cancelled; the process group is gone by then. */
export async function runCommand(command: Command): Promise<CommandResult> {
  command.signal.throwIfAborted();
  await mkdir(path.dirname(command.logFile), { recursive: true });
  const log = createWriteStream(command.logFile, { flags: 'a' });
  log.write(`$ ${command.command}\n`);
  const child = spawn('sh', ['-c', GUARDED], {
    cwd: command.cwd,
    env: { ...command.env, LONGHAUL_COMMAND: command.command },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const output = gatherOutput(child, log, command.mask);
  const ended = await waitForEnd(child, command);
  const tail = output();
  log.write(`[exit code ${ended.exitCode}${ended.timedOut ? ', timed out' : ''}]\n`);
  await new Promise((resolve) => log.end(resolve));
  command.signal.throwIfAborted();
  return { ...ended, tail };
}

/** @returns the tail, once all was said */
function gatherOutput(child: ChildProcess, log: WriteStream, mask: Mask): () => string {
  let tail = '';
  let logged = 0;
  const take = (chunk: string): void => {
    tail = (tail + chunk).slice(-TAIL_CHARS);
    if (logged > LOG_BYTES) return;
    logged += Buffer.byteLength(chunk);
    log.write(logged > LOG_BYTES ? '\n[the log is cut here: over 20 MB]\n' : chunk);
  };
  const streams = [child.stdout, child.stderr].map((stream) => {
    const masked = new MaskedStream(mask);
    stream?.setEncoding('utf8').on('data', (chunk: string) => take(masked.push(chunk)));
    return masked;
  });
  return () => {
    for (const masked of streams) take(masked.end());
    return lastLines(tail);
  };
}

function lastLines(tail: string): string {
  return tail.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}

async function waitForEnd(
  child: ChildProcess,
  command: Command,
): Promise<{ exitCode: number; timedOut: boolean }> {
  let timedOut = false;
  let ladder: NodeJS.Timeout | undefined;
  const stop = (): void => {
    killGroup(child, 'SIGTERM');
    ladder ??= setTimeout(() => {
      killGroup(child, 'SIGKILL');
    }, GRACE_MS);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, command.timeoutMs);
  command.signal.addEventListener('abort', stop);
  try {
    return { exitCode: await exitCodeOf(child), timedOut };
  } finally {
    clearTimeout(timer);
    clearTimeout(ladder);
    command.signal.removeEventListener('abort', stop);
  }
}

/** What the command left running in its group ends with it; then its pipes close, and all it said is here. */
function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      killGroup(child, 'SIGKILL');
      setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy();
      }, LINGER_MS).unref();
    });
    child.once('close', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : os.constants.signals[signal]));
    });
  });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
