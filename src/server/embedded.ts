/** The embedded Temporal server of a LONGHAUL_HOME: one process, one database file, ports that stay the same. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort, { clearLockedPorts, portNumbers } from 'get-port';
import type { HomePaths } from '../core/home.js';
import { ProblemError } from '../core/problem.js';
import { endProcess, isAlive, startDaemon, type ProcessId } from './daemon.js';
import { databasePath, keepDatabase } from './database.js';
import { hostName, pidSpace } from './host.js';
import { extendRetention, isServing, NAMESPACE } from './namespace.js';
import {
  findServerElsewhere,
  readLiving,
  readRecord,
  withLock,
  writeRecord,
  type Ports,
  type ServerRecord,
} from './record.js';
import type { OnStep } from './step.js';
import { findTemporal, type TemporalBinary } from './temporal-binary.js';

const LOOPBACK = '127.0.0.1';
const START_TIMEOUT_MS = 60_000;

export function serverLog(home: HomePaths): string {
  return `${home.logs}/server.log`;
}

/**
 * The running server of this home, started where there is none. Any number may call it at once: one server comes of
 * it. `onCopied` is told where its database was copied first. Throws a ProblemError where no Temporal can be had, or it
 * does not start.
 */
export async function ensureServer(
  home: HomePaths,
  onStep: OnStep,
  onCopied: OnStep = onStep,
): Promise<ServerRecord> {
  const living = readLiving(home, 'server');
  if (living?.serving === true) return living;
  return withLock(home, 'server', async () => {
    // One that lives and does not serve yet was left by a starter that was killed.
    const record = readLiving(home, 'server') ?? (await startServer(home, onStep, onCopied));
    return record.serving ? record : bringToService(home, record);
  });
}

/** Two servers on one database would ruin it. */
function refuseOtherHost(home: HomePaths): void {
  const other = findServerElsewhere(home);
  if (other === null) return;
  throw new ProblemError({
    code: 'server/other-host',
    message: `this LONGHAUL_HOME (${home.root}) is at work with its embedded server on the host ${other.host}, since ${other.since}`,
    hint: 'the embedded server is for one machine: hosts that share a home use an outside server (--address, TEMPORAL_ADDRESS); or end it there with `longhaul down`',
    severity: 'problem',
  });
}

async function startServer(home: HomePaths, onStep: OnStep, onCopied: OnStep): Promise<ServerRecord> {
  refuseOtherHost(home);
  const temporal = await findTemporal({ home, env: process.env, onStep });
  // That may have taken minutes, and the lock is lost where the machine slept meanwhile.
  const meanwhile = readLiving(home, 'server');
  if (meanwhile !== null) return meanwhile;
  const last = readRecord(home, 'server');
  const copied = await keepDatabase(home, { from: last?.version ?? null, to: temporal.version });
  if (copied !== null) onCopied(copied);
  const ports = await choosePorts(last?.ports ?? null);
  onStep(`starting Temporal ${temporal.version} on ${LOOPBACK}:${ports.grpc} (${temporal.binary})`);
  const id = startDaemon({
    command: temporal.binary,
    args: serverArguments(home, ports),
    env: process.env,
    cwd: home.server,
    log: serverLog(home),
  });
  const record = makeRecord(id, ports, temporal);
  try {
    writeRecord(home, 'server', record);
  } catch (error) {
    // On a full disk, say: nobody could ever find it again.
    await endProcess(id, 2_000);
    throw error;
  }
  return record;
}

async function bringToService(home: HomePaths, record: ServerRecord): Promise<ServerRecord> {
  await waitUntilServing(home, record);
  await extendRetention(record.address, record.namespace);
  const serving = { ...record, serving: true };
  writeRecord(home, 'server', serving);
  return serving;
}

function makeRecord(id: ProcessId, ports: Ports, temporal: TemporalBinary): ServerRecord {
  return {
    ...id,
    host: hostName(process.env),
    pidSpace: pidSpace(),
    since: new Date().toISOString(),
    address: `${LOOPBACK}:${ports.grpc}`,
    namespace: NAMESPACE,
    uiUrl: `http://${LOOPBACK}:${ports.ui}`,
    ports,
    ...temporal,
    serving: false,
  };
}

/** WAL with NORMAL makes the file two to three times faster, and gives up the last moments on a power failure. */
function serverArguments(home: HomePaths, ports: Ports): string[] {
  return [
    ...['server', 'start-dev', '--ip', LOOPBACK, '--namespace', NAMESPACE],
    ...['--port', String(ports.grpc), '--ui-port', String(ports.ui), '--metrics-port', String(ports.metrics)],
    ...['--db-filename', databasePath(home)],
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...['--log-level', 'error', '--log-format', 'text'],
    // Else it reports its version to Temporal's makers.
    ...['--dynamic-config-value', 'frontend.enableServerVersionCheck=false'],
  ];
}

/**
 * The ports of last time where they are free, so that clients and workers find the server again. New ones are below
 * the range from which systems take the ports of outgoing connections: a client that keeps knocking at such a port
 * while nobody listens can connect to itself, and then the server can't have it.
 */
async function choosePorts(last: Ports | null): Promise<Ports> {
  // get-port keeps what it gave away from this process for half a minute, also when its server died at once.
  clearLockedPorts();
  const from = randomInt(20_000, 30_000);
  const free = (wish: number | undefined): Promise<number> =>
    getPort({
      host: LOOPBACK,
      port: [...(wish === undefined ? [] : [wish]), ...portNumbers(from, from + 500)],
    });
  const grpc = await free(last?.grpc);
  const ui = await free(last?.ui);
  return { grpc, ui, metrics: await free(last?.metrics) };
}

async function waitUntilServing(home: HomePaths, record: ServerRecord): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isServing(record.address, record.namespace, 2_000))) {
    const ended = !isAlive(record);
    if (!ended && Date.now() < deadline) {
      await sleep(50);
      continue;
    }
    await endProcess(record, 2_000);
    throw new ProblemError({
      code: 'server/not-started',
      message: `Temporal (${record.binary}) ${ended ? 'ended at once' : `did not answer on ${record.address} within ${START_TIMEOUT_MS / 1_000} s`}; its log ends with:\n${readTail(serverLog(home))}`,
      hint: `see ${serverLog(home)}; is the disk of ${home.server} full, the database in use by another server, or ${record.binary} too old for the options that it was given (update it, or take it off the PATH)?`,
      severity: 'problem',
    });
  }
}

const TAIL_BYTES = 1_000;

/** The end of a log, for an error message. */
export function readTail(file: string): string {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return '  (no log)';
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(handle, buffer, 0, buffer.length, size - buffer.length);
    const lines = buffer.toString('utf8').trimEnd().split('\n');
    return lines
      .slice(-8)
      .map((line) => `  ${line}`)
      .join('\n');
  } finally {
    closeSync(handle);
  }
}
