/**
 * Programs in a group of their own, whose output goes to files and, line by line, to whoever started them. Memory is
 * bounded whatever they print. The only file that spawns (git.ts aside).
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess, sendSignal, type ProcessIdentity } from './process-tree.js';

export interface ProgramOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Written and closed; null is /dev/null. */
  readonly stdin: string | null;
  /** Appended to, up to MOST_BYTES. */
  readonly stdoutFile: string;
  readonly stderrFile: string;
  readonly onLine: (line: string) => void;
}

interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The system's error code where the program could not be started, e.g. ENOENT. */
  readonly startError: string | null;
}

export interface Program {
  /** Null where it could not be started, or was gone at once. */
  readonly identity: ProcessIdentity | null;
  /** Never rejects. Its children may live on. */
  readonly exited: Promise<ProgramExit>;
  /** What it has printed so far. */
  readonly output: ProgramOutput;
  /** Signals its whole group. */
  signal(signal: NodeJS.Signals): void;
  /** To be called when its tree has ended: reads what is left in the pipes, and closes the files. */
  drain(): Promise<void>;
}

interface ProgramOutput {
  readonly lines: number;
  /** Chunks of output of either kind: a sign of life. */
  readonly chunks: number;
  /** The last lines of its standard error, or of its standard output where that was silent. */
  tail(): string;
}

const MOST_BYTES = 20 * 1024 * 1024;
const LONGEST_LINE = 1024 * 1024;
const DRAIN_MS = 2_000;

/** Synchronous, so that nothing comes between a caller's last check and the start. */
export function startProgram(options: ProgramOptions): Program {
  const files = { out: appendTo(options.stdoutFile), err: appendTo(options.stderrFile) };
  const child = spawn(options.program, options.args, {
    cwd: options.cwd,
    env: options.env,
    stdio: [options.stdin === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true,
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  const exited = exitOf(child);
  // A program that does not read its prompt may close the pipe early.
  child.stdin?.on('error', () => undefined).end(options.stdin);

  const out = { ...newPump(), onLine: options.onLine };
  const err = { ...newPump(), onLine: () => undefined };
  const pumped = Promise.all([pump(child.stdout, files.out, out), pump(child.stderr, files.err, err)]);
  // What goes wrong there is told by drain, and until then to nobody.
  pumped.catch(() => undefined);
  return {
    identity: child.pid === undefined ? null : identifyProcess(child.pid),
    exited,
    output: {
      get lines() {
        return out.lines;
      },
      get chunks() {
        return out.chunks + err.chunks;
      },
      tail: () => lastLines(err.tail) || lastLines(out.tail),
    },
    signal: (signal) => {
      if (child.pid !== undefined) sendSignal(-child.pid, signal);
    },
    drain: async () => {
      // What escaped with a pipe in hand must not keep the turn open.
      await Promise.race([pumped, sleep(DRAIN_MS, undefined, { ref: false })]);
      child.stdout.destroy();
      child.stderr.destroy();
      await pumped;
      await Promise.all([close(files.out), close(files.err)]);
    },
  };
}

function appendTo(path: string): WriteStream {
  // A full disk costs the log, not the worker.
  return createWriteStream(path, { flags: 'a' }).on('error', () => undefined);
}

function write(file: WriteStream, text: Buffer | string): Promise<void> {
  return new Promise((resolve) => file.write(text, () => resolve()));
}

function close(file: WriteStream): Promise<void> {
  return new Promise((resolve) => file.end(() => resolve()));
}

function exitOf(child: ChildProcessByStdio<Writable | null, Readable, Readable>): Promise<ProgramExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, startError: null }));
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve({ code: null, signal: null, startError: error.code ?? error.message });
    });
  });
}

interface Pump {
  lines: number;
  chunks: number;
  bytes: number;
  /** The line that has not ended yet; null while one that is too long is skipped. */
  partial: string | null;
  tail: string;
}

function newPump(): Pump {
  return { lines: 0, chunks: 0, bytes: 0, partial: '', tail: '' };
}

async function pump(
  stream: Readable,
  file: WriteStream,
  state: Pump & { onLine: (line: string) => void },
): Promise<void> {
  const decoder = new StringDecoder('utf8');
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      state.chunks += 1;
      await keep(file, chunk, state);
      const text = decoder.write(chunk);
      state.tail = (state.tail + text).slice(-TAIL);
      splitLines(text, state);
    }
  } catch (error) {
    // Destroyed by drain: all that could be read was.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
  if (state.partial !== null && state.partial !== '') takeLine(state.partial, state);
}

async function keep(file: WriteStream, chunk: Buffer, state: Pump): Promise<void> {
  const before = state.bytes;
  state.bytes += chunk.length;
  if (before >= MOST_BYTES) return;
  await write(file, chunk);
  if (state.bytes >= MOST_BYTES)
    await write(file, '\n(longhaul: more than 20 MB were printed; the rest is left out)\n');
}

function splitLines(text: string, state: Pump & { onLine: (line: string) => void }): void {
  const pieces = text.split('\n');
  for (const [index, piece] of pieces.entries()) {
    state.partial = state.partial === null ? null : state.partial + piece;
    if (state.partial !== null && state.partial.length > LONGEST_LINE) state.partial = null;
    if (index === pieces.length - 1) return;
    if (state.partial !== null) takeLine(state.partial, state);
    state.partial = '';
  }
}

function takeLine(line: string, state: Pump & { onLine: (line: string) => void }): void {
  state.lines += 1;
  state.onLine(line);
}

const TAIL = 4_096;
const TAIL_LINES = 15;
const TAIL_SHOWN = 1_200;

function lastLines(text: string): string {
  const lines = text.trimEnd().split(/\r?\n/).slice(-TAIL_LINES);
  return lines.join('\n').slice(-TAIL_SHOWN).trim();
}
