/**
 * What runs for this LONGHAUL_HOME, as files in `server/`: one JSON record per process. A record is true while the
 * process that it names lives; a stale one is recognised by that, and kept where its ports or version still matter.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import lockfile from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import type { HomePaths } from '../core/home.js';
import { identifyProcess, isAlive, type ProcessId } from './daemon.js';

export interface RunningRecord extends ProcessId {
  /** ISO 8601. */
  readonly since: string;
}

export interface Ports {
  readonly grpc: number;
  readonly ui: number;
  readonly metrics: number;
}

export interface ServerRecord extends RunningRecord {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
  readonly ports: Ports;
  readonly binary: string;
  /** What `temporal --version` says behind "temporal version". */
  readonly version: string;
  /** It has answered, and its namespace is as it should be. */
  readonly serving: boolean;
}

/** Which server a supervisor keeps a worker for. */
export type SupervisedServer =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'outside'; readonly address: string; readonly namespace: string };

export interface SupervisorRecord extends RunningRecord {
  readonly target: SupervisedServer;
  /** Starts of the worker in a row that did not last a minute; for those who wait for it. */
  readonly workerStarts: number;
}

export interface WorkerRecord extends RunningRecord {
  readonly address: string;
  readonly namespace: string;
  /** It works for this home's own server, and so moves with it. */
  readonly embedded: boolean;
  /** It polls its task queues. */
  readonly ready: boolean;
}

interface Records {
  server: ServerRecord;
  supervisor: SupervisorRecord;
  worker: WorkerRecord;
}

function recordPath(home: HomePaths, name: keyof Records): string {
  return `${home.server}/${name}.json`;
}

/** The last record, whether or not its process lives; null where there is none that can be read. */
export function readRecord<Name extends keyof Records>(home: HomePaths, name: Name): Records[Name] | null {
  try {
    const record = JSON.parse(readFileSync(recordPath(home, name), 'utf8')) as Partial<Records[Name]>;
    return typeof record.pid === 'number' && typeof record.born === 'string'
      ? (record as Records[Name])
      : null;
  } catch {
    return null;
  }
}

/** The record of a living process, or null. */
export function readLiving<Name extends keyof Records>(home: HomePaths, name: Name): Records[Name] | null {
  const record = readRecord(home, name);
  return record !== null && isAlive(record) ? record : null;
}

export function writeRecord<Name extends keyof Records>(
  home: HomePaths,
  name: Name,
  record: Records[Name],
): void {
  mkdirSync(home.server, { recursive: true });
  writeFileAtomic.sync(recordPath(home, name), `${JSON.stringify(record, null, 2)}\n`);
}

/** This process, as a record's beginning. */
export function recordMyself(): RunningRecord {
  const id = identifyProcess(process.pid);
  if (id === null) throw new Error(`process ${process.pid} can't find itself: this is a bug`);
  return { ...id, since: new Date().toISOString() };
}

/**
 * Makes this process the one of its kind: writes `record` unless another one lives. Returns the other one, or null
 * where the place is ours.
 */
export async function claimRecord<Name extends 'supervisor' | 'worker'>(
  home: HomePaths,
  name: Name,
  record: Records[Name],
): Promise<Records[Name] | null> {
  return withLock(home, name, () => {
    const other = readLiving(home, name);
    if (other !== null && other.pid !== process.pid) return other;
    writeRecord(home, name, record);
    return null;
  });
}

/** Locks are taken in this order only: `up` before `server`, `supervisor` or `worker`. */
type LockName = 'up' | keyof Records;

/**
 * One process at a time. A holder that was killed is recognised after ten seconds; a living one may take as long as
 * it needs.
 */
export async function withLock<Result>(
  home: HomePaths,
  name: LockName,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  mkdirSync(home.server, { recursive: true });
  const release = await lockfile.lock(`${home.server}/${name}`, {
    realpath: false,
    stale: 10_000,
    // Half an hour: longer than the longest way to get a server, which is to build it.
    retries: { retries: 9_000, factor: 1, minTimeout: 200, maxTimeout: 200 },
    // A holder that slept for longer than `stale` must not end the process from a timer.
    onCompromised: () => undefined,
  });
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}
