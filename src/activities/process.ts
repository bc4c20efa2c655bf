/**
 * Programs in a group of their own, which write their output into files themselves (docs/adr/0011): it outlives whoever
 * started them, who reads it line by line. The only file that spawns (git.ts aside).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutputOrder } from './output-order.js';
import { OutputTail } from './output-tail.js';
import { identifyProcess, sendSignal, type ProcessIdentity } from './process-tree.js';

export interface ProgramOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Written and closed; null is /dev/null. */
  readonly stdin: string | null;
  /** Appended to. */
  readonly stdoutFile: string;
  readonly stderrFile: string;
  /** In which order the two grew; see output-order.ts. */
  readonly orderFile: string;
  readonly onLine: (line: string) => void;
  /** How long its group may live on without us. */
  readonly outliveMs: number;
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
  /** Settles only where it has printed more than MOST_PRINTED. */
  readonly flooded: Promise<void>;
  /** What it has printed so far. */
  readonly output: ProgramOutput;
  /** Signals its whole group. */
  signal(signal: NodeJS.Signals): void;
  /** Signals the program and nothing that it has started. */
  signalAlone(signal: NodeJS.Signals): void;
  /** To be called when its tree has ended: reads the rest of what it printed. */
  drain(): Promise<void>;
}

interface ProgramOutput {
  readonly lines: number;
  /** Chunks of output of either kind: a sign of life. */
  readonly chunks: number;
  /** The last lines of its standard error, or of its standard output where that was silent. */
  tail(): string;
}

/** Between two looks at what was printed. */
const LOOK_MS = 200;

/** Synchronous, so that nothing comes between a caller's last check and the start. */
export function startProgram(options: ProgramOptions): Program {
  const from = { out: sizeOf(options.stdoutFile), err: sizeOf(options.stderrFile) };
  const child = spawnInto(options);
  const guard = child.pid === undefined ? null : startGuard(child.pid, options);
  const out = new OutputTail(options.stdoutFile, from.out, options.onLine);
  const err = new OutputTail(options.stderrFile, from.err, () => undefined);
  const exited = exitOf(child);
  // Not later: a group's number is given to others when nobody has it any more.
  void exited.then(() => guard?.end());
  // A program that does not read its prompt may close the pipe early.
  child.stdin?.on('error', () => undefined).end(options.stdin);
  const order = new OutputOrder(options.orderFile, from);
  const following = follow([out, err], () => order.note({ out: out.offset, err: err.offset }));
  return {
    identity: child.pid === undefined ? null : identifyProcess(child.pid),
    exited,
    flooded: following.flooded,
    output: {
      get lines() {
        return out.lines;
      },
      get chunks() {
        return out.chunks + err.chunks;
      },
      tail: () => err.lastLines() || out.lastLines(),
    },
    signal: (signal) => {
      if (child.pid !== undefined) sendSignal(-child.pid, signal);
    },
    signalAlone: (signal) => void child.kill(signal),
    drain: () => following.finish(),
  };
}

/**
 * Ends the program's group some time after we have died: by then another host may go on in its worktree, which can't see
 * who is left in it. It waits for the end of file 3, a pipe that we hold. It has the mark of the tree, and so ends with it.
 */
function startGuard(group: number, { env, outliveMs }: ProgramOptions): { end(): void } {
  const script = 'cat <&3 >/dev/null; sleep "$1"; kill -s KILL -- "-$0"';
  const child = spawn('sh', ['-c', script, String(group), String(Math.ceil(outliveMs / 1_000))], {
    cwd: '/',
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  child.on('error', () => undefined);
  child.stdio[3]?.on('error', () => undefined);
  child.unref();
  return {
    end: () => {
      if (child.pid !== undefined) sendSignal(-child.pid, 'SIGKILL');
      for (const stream of child.stdio) stream?.destroy();
    },
  };
}

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function spawnInto({ program, args, cwd, env, stdin, stdoutFile, stderrFile }: ProgramOptions): ChildProcess {
  // Appending, so that what several processes of the tree print does not overwrite each other's.
  const files = [openSync(stdoutFile, 'a'), openSync(stderrFile, 'a')] as const;
  try {
    return spawn(program, args, {
      cwd,
      env,
      stdio: [stdin === null ? 'ignore' : 'pipe', ...files],
      detached: true,
    });
  } finally {
    files.forEach(closeSync);
  }
}

function exitOf(child: ChildProcess): Promise<ProgramExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, startError: null }));
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve({ code: null, signal: null, startError: error.code ?? error.message });
    });
  });
}

/** Reads what is new, again and again, until it is told that nothing more will come. */
function follow(tails: readonly OutputTail[], onLook: () => void) {
  const stop = new AbortController();
  let tellFlooded: () => void = () => undefined;
  const flooded = new Promise<void>((resolve) => (tellFlooded = resolve));
  const following = (async () => {
    while (!stop.signal.aborted && !tails.some((tail) => tail.isTooLong())) {
      let more = false;
      for (const tail of tails) more = (await tail.readNew()) || more;
      onLook();
      if (!more) await sleep(LOOK_MS, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    }
    if (!stop.signal.aborted) tellFlooded();
  })();
  // A file that can't be read is told by finish, and until then to nobody.
  following.catch(() => undefined);
  const finish = async () => {
    stop.abort();
    try {
      await following;
      // Of what is too long the beginning was read, and it was ended for it: the rest is not worth the time.
      for (const tail of tails) await tail.readAll();
    } finally {
      for (const tail of tails) tail.close();
    }
  };
  return { flooded, finish };
}
