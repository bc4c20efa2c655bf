/**
 * Watches a running agent and decides when its turn has to end: one look per tick, in a fixed order. Time is that of
 * a machine that is awake: what passes while it sleeps counts neither as a stall nor towards the timeout.
 */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AdmissionAnswer } from './deps.js';
import type { Program } from './process.js';

export type EndReason =
  /** The program exited by itself. */
  | 'exited'
  /** It had said all, and did not exit. */
  | 'told'
  | 'cancelled'
  /** Another try of this turn, or a newer turn, has the worktree. */
  | 'replaced'
  /** The machine slept, and the campaign no longer wants this turn; or there is no campaign any more. */
  | 'unwanted'
  /** The campaign could not be reached for so long that Temporal has given the turn to another. */
  | 'cut-off'
  | 'timed-out'
  | 'stalled'
  /** It printed more than the disk shall bear. */
  | 'flooded';

export interface TurnTiming {
  /** Between two looks. */
  readonly tickMs: number;
  /** For a program that has said how its turn ended, to exit by itself. */
  readonly exitGraceMs: number;
  /** A turn that is over before this tells nothing of itself but its facts. */
  readonly firstWordMs: number;
  /** Between the polite signal and SIGKILL. */
  readonly killGraceMs: number;
}

export interface Watched {
  readonly program: Program;
  readonly worktree: string;
  readonly timeoutMs: number;
  readonly stallMs: number | null;
  /** Null outside of Temporal. */
  readonly heartbeatTimeoutMs: number | null;
  readonly cancellation: AbortSignal;
  readonly timing: TurnTiming;
  isMine(): boolean;
  /** The program has nothing more to do: it raised a blocker, or told its result. */
  hasTold(): boolean;
  /** Is the turn still wanted? Rejects where the campaign can't be asked. */
  ask(): Promise<AdmissionAnswer>;
  /** Called with every tick: heartbeat, progress, journal. */
  onTick(): Promise<void>;
}

interface Clock {
  /** Since the start, asleep times left out. */
  awakeMs: number;
  /** True for the tick after a gap that is too long for a busy machine. */
  woke: boolean;
}

interface Watch {
  readonly watched: Watched;
  readonly clock: Clock;
  toldAtMs: number | null;
  chunks: number;
  /** The last output or changed file. */
  aliveAtMs: number;
  contactAtMs: number;
  askedAtMs: number;
  gone: boolean;
}

/** Returns as soon as there is a reason; ending the program is the caller's. */
export async function watchProgram(watched: Watched): Promise<EndReason> {
  const clock: Clock = { awakeMs: 0, woke: false };
  const watch: Watch = {
    watched,
    clock,
    toldAtMs: null,
    chunks: 0,
    aliveAtMs: 0,
    contactAtMs: 0,
    askedAtMs: 0,
    gone: false,
  };
  const exited = watched.program.exited.then(() => 'exited' as const);
  const flooded = watched.program.flooded.then(() => 'flooded' as const);
  const cancelled = untilAborted(watched.cancellation);
  try {
    for (;;) {
      const wokenBy = await Promise.race([
        exited,
        cancelled.promise,
        flooded,
        nextTick(clock, watched.timing.tickMs),
      ]);
      if (wokenBy !== 'tick') return watched.isMine() ? wokenBy : 'replaced';
      const reason = await look(watch);
      if (reason !== null) return reason;
      await watched.onTick();
    }
  } finally {
    cancelled.stop();
  }
}

async function nextTick(clock: Clock, tickMs: number): Promise<'tick'> {
  const before = Date.now();
  await sleep(tickMs);
  const gapMs = Date.now() - before;
  clock.woke = gapMs > 2 * tickMs + 2_000;
  clock.awakeMs += clock.woke ? tickMs : gapMs;
  return 'tick';
}

function untilAborted(signal: AbortSignal) {
  let stop: () => void = () => undefined;
  const promise = new Promise<'cancelled'>((resolve) => {
    const tell = () => resolve('cancelled');
    if (signal.aborted) tell();
    signal.addEventListener('abort', tell);
    stop = () => signal.removeEventListener('abort', tell);
  });
  return { promise, stop };
}

const looks: readonly ((watch: Watch) => EndReason | null | Promise<EndReason | null>)[] = [
  ({ watched }) => (watched.isMine() ? null : 'replaced'),
  lookAfterSleep,
  lookWhetherTold,
  ({ watched, clock }) => (clock.awakeMs > watched.timeoutMs ? 'timed-out' : null),
  lookForLife,
  lookForContact,
];

async function look(watch: Watch): Promise<EndReason | null> {
  for (const one of looks) {
    const reason = await one(watch);
    if (reason !== null) return reason;
  }
  return null;
}

const ANSWER_MS = 5_000;

async function lookAfterSleep({ watched, clock }: Watch): Promise<EndReason | null> {
  if (!clock.woke) return null;
  // Where nobody answers, the cancellation or another try will tell.
  const answer = watched.ask().then(
    ({ admitted }) => admitted,
    () => true,
  );
  const wanted = await Promise.race([answer, sleep(ANSWER_MS, true, { ref: false })]);
  if (!watched.isMine()) return 'replaced';
  return wanted ? null : 'unwanted';
}

function lookWhetherTold(watch: Watch): EndReason | null {
  if (!watch.watched.hasTold()) return null;
  watch.toldAtMs ??= watch.clock.awakeMs;
  return watch.clock.awakeMs - watch.toldAtMs > watch.watched.timing.exitGraceMs ? 'told' : null;
}

async function lookForLife(watch: Watch): Promise<EndReason | null> {
  const { watched, clock } = watch;
  if (watched.program.output.chunks !== watch.chunks) {
    watch.chunks = watched.program.output.chunks;
    watch.aliveAtMs = clock.awakeMs;
  }
  const silentMs = clock.awakeMs - watch.aliveAtMs;
  if (watched.stallMs === null || silentMs <= watched.stallMs) return null;
  const changedMs = await lastChangeAfter(watched.worktree, Date.now() - silentMs);
  if (changedMs === null) return 'stalled';
  watch.aliveAtMs = Math.max(watch.aliveAtMs, clock.awakeMs - Math.max(0, Date.now() - changedMs));
  return null;
}

/** The time of some file that changed after `sinceMs`, or null. The walk ends with the first. */
async function lastChangeAfter(folder: string, sinceMs: number): Promise<number | null> {
  // A folder that vanished while we walk is passed over: its parent has changed.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const inside = await lastChangeAfter(path, sinceMs);
      if (inside !== null) return inside;
    } else {
      const changed = await lstat(path).catch(() => null);
      if (changed !== null && changed.mtimeMs > sinceMs) return changed.mtimeMs;
    }
  }
  return null;
}

/**
 * Heartbeats go out unanswered; a question does not. A campaign that is not there any more ends the turn; one that would
 * not admit it just now (an account pauses, say) lets what runs go on.
 */
function lookForContact(watch: Watch): EndReason | null {
  const { watched, clock } = watch;
  if (watched.heartbeatTimeoutMs === null) return null;
  if (clock.awakeMs - watch.askedAtMs > watched.heartbeatTimeoutMs / 3) {
    watch.askedAtMs = clock.awakeMs;
    void watched.ask().then(
      ({ gone }) => {
        watch.contactAtMs = clock.awakeMs;
        watch.gone = gone;
      },
      () => undefined,
    );
  }
  if (watch.gone) return 'unwanted';
  return clock.awakeMs - watch.contactAtMs > watched.heartbeatTimeoutMs + TOLERANCE_MS ? 'cut-off' : null;
}

/** An answer may be under way. */
const TOLERANCE_MS = 5_000;
