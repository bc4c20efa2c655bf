/**
 * What runs for this LONGHAUL_HOME, as files: one JSON record per process, the server's in `server/`, the others' in
 * `hosts/<host>/`. A record is true while the process that it names lives; a stale one is recognised by that, and kept
 * where its ports or version still matter.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import lockfile from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import type { HomePaths } from '../core/home.js';
import { identifyProcess, isAlive, type ProcessId } from './daemon.js';
import { hostName, pidSpace } from './host.js';
import { LONGHAUL_VERSION } from './version.js';

export interface RunningRecord extends ProcessId {
  readonly host: string;
  /** What its pid counts in. */
  readonly pidSpace: string;
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

/** A process of Longhaul's own code. */
interface OwnRecord extends RunningRecord {
  /** Its version; the first ones did not say. */
  readonly longhaul?: string;
}

export interface SupervisorRecord extends OwnRecord {
  readonly target: SupervisedServer;
  /** Starts of the worker in a row that did not last a minute; for those who wait for it. */
  readonly workerStarts: number;
}

export interface WorkerRecord extends OwnRecord {
  readonly address: string;
  readonly namespace: string;
  /** It works for this home's own server, and so moves with it. */
  readonly embedded: boolean;
  /** By `longhaul worker`: a person started it, and ends it. */
  readonly foreground: boolean;
  /** It polls its task queues. */
  readonly ready: boolean;
}

/** `down` ends what `up` started, and nothing else. */
export function wayToEnd({ foreground, pid }: WorkerRecord): string {
  return foreground ? `Ctrl-C where it runs, or \`kill ${pid}\`, ends it` : '`longhaul down` ends it';
}

interface Records {
  server: ServerRecord;
  supervisor: SupervisorRecord;
  worker: WorkerRecord;
}

type RecordName = keyof Records;

function recordPath(home: HomePaths, name: RecordName, host: string): string {
  return name === 'server' ? `${home.server}/server.json` : `${home.hosts}/${host}/${name}.json`;
}

/** The last record of a host (the server's is the home's), whether or not its process lives; null where none can be read. */
export function readRecord<Name extends RecordName>(
  home: HomePaths,
  name: Name,
  host: string = hostName(process.env),
): Records[Name] | null {
  try {
    const record = JSON.parse(readFileSync(recordPath(home, name, host), 'utf8')) as Partial<Records[Name]>;
    return typeof record.pid === 'number' && typeof record.born === 'string'
      ? (record as Records[Name])
      : null;
  } catch {
    return null;
  }
}

/** Whether its process is seen to live from here; of one that counts its pids elsewhere that can't be said. */
function isLiving(record: RunningRecord): boolean {
  return record.pidSpace === pidSpace() && isAlive(record);
}

/** Of the processes that live here: this host's, else one that runs beside it under another name; or null. */
export function readLiving<Name extends RecordName>(home: HomePaths, name: Name): Records[Name] | null {
  return listLiving(home, name)[0] ?? null;
}

/** Those that live here, this host's first: a machine's name may change while its processes go on. */
export function listLiving<Name extends RecordName>(home: HomePaths, name: Name): readonly Records[Name][] {
  const own = hostName(process.env);
  const hosts = name === 'server' ? [own] : [own, ...listHosts(home).filter((host) => host !== own)];
  return hosts.flatMap((host) => readLivingOf(home, name, host) ?? []);
}

/** The record of this host's process, where it is seen to live. */
export function readLivingOf<Name extends RecordName>(
  home: HomePaths,
  name: Name,
  host: string,
): Records[Name] | null {
  const record = readRecord(home, name, host);
  return record !== null && isLiving(record) ? record : null;
}

function listHosts(home: HomePaths): readonly string[] {
  try {
    return readdirSync(home.hosts).sort((a, b) => (a < b ? -1 : 1));
  } catch {
    return [];
  }
}

export function writeRecord<Name extends RecordName>(
  home: HomePaths,
  name: Name,
  record: Records[Name],
): void {
  const file = recordPath(home, name, record.host);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileAtomic.sync(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** This process, as a record's beginning. */
export function recordMyself(host: string): OwnRecord {
  const id = identifyProcess(process.pid);
  if (id === null) throw new Error(`process ${process.pid} can't find itself: this is a bug`);
  return { ...id, host, pidSpace: pidSpace(), since: new Date().toISOString(), longhaul: LONGHAUL_VERSION };
}

/**
 * Makes this process the one of its kind: writes `record` unless another one lives here (a worker: of its host).
 * Returns the other one, or null where the place is ours.
 */
export async function claimRecord<Name extends 'supervisor' | 'worker'>(
  home: HomePaths,
  name: Name,
  record: Records[Name],
): Promise<Records[Name] | null> {
  return withLock(home, name, () => {
    const other = name === 'worker' ? readLivingOf(home, name, record.host) : readLiving(home, name);
    if (other !== null && other.pid !== process.pid) return other;
    writeRecord(home, name, record);
    return null;
  });
}

/** A worker writes its record again more often than that. */
const SILENT_MS = 10_000;

/**
 * Whether a worker of this very host is at work where its pid can't be judged from here: in an earlier life of this
 * container (which has ended, and is silent in a moment), or on another machine of the same name.
 */
export function isHeldElsewhere(home: HomePaths, host: string): boolean {
  return readElsewhere(home, host) !== null;
}

function readElsewhere(home: HomePaths, host: string): WorkerRecord | null {
  const record = readRecord(home, 'worker', host);
  if (record === null || record.pidSpace === pidSpace()) return null;
  return ageMs(recordPath(home, 'worker', host)) < SILENT_MS ? record : null;
}

/** A worker on another host that works for this home's own server, which so runs there; or null. */
export function findServerElsewhere(home: HomePaths): WorkerRecord | null {
  const own = hostName(process.env);
  const others = listHosts(home).filter((host) => host !== own);
  const workers = others.flatMap((host) => readElsewhere(home, host) ?? []);
  return workers.find(({ embedded }) => embedded) ?? null;
}

/** By the clock of the file system itself: those of the hosts that share it may differ. */
function ageMs(file: string): number {
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (written === undefined) return Infinity;
  const probe = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(probe, '');
  try {
    return statSync(probe).mtimeMs - written;
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Says once more that this worker lives; false where another has the host by now. */
export function renewRecord(home: HomePaths, record: WorkerRecord): boolean {
  const now = readRecord(home, 'worker', record.host);
  if (now !== null && !isSameProcess(now, record)) return false;
  writeRecord(home, 'worker', record);
  return true;
}

export function removeRecord(home: HomePaths, record: WorkerRecord): void {
  const now = readRecord(home, 'worker', record.host);
  if (now !== null && isSameProcess(now, record)) rmSync(recordPath(home, 'worker', record.host));
}

function isSameProcess(one: RunningRecord, other: RunningRecord): boolean {
  return one.pid === other.pid && one.born === other.born && one.pidSpace === other.pidSpace;
}

/** Locks are taken in this order only: `up` before `server`, `supervisor` or `worker`. */
type LockName = 'up' | RecordName;

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
