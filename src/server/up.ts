/** `longhaul up` and `down`: brings what a home needs to life, and ends exactly that. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HomePaths } from '../core/home.js';
import { ProblemError } from '../core/problem.js';
import { endProcess, isAlive, nodeCommand, startDaemon, type ProcessId } from './daemon.js';
import { takeUntold } from './database.js';
import { ensureServer, readTail, serverLog } from './embedded.js';
import { LONGHAUL_VERSION } from './version.js';
import { checkOutsideServer, readOutsideServer, type ServerConnection } from './outside.js';
import { listLiving, readLiving, wayToEnd, withLock } from './record.js';
import type { ServerRecord, SupervisedServer, SupervisorRecord, WorkerRecord } from './record.js';
import { showWait, type OnStep } from './step.js';
import { WORKER_GRACE_MS, workerLog } from './supervisor.js';

export interface UpOptions {
  readonly home: HomePaths;
  /** `--address`: an outside server. Without it, Temporal's standard configuration may name one. */
  readonly address?: string;
  readonly onStep: OnStep;
  /** Whether campaigns of this home are open; asked only where it matters. */
  readonly isBusy: () => Promise<boolean>;
}

export interface Up extends ServerConnection {
  /** Of the embedded server; where an outside one has its UI, nobody knows. */
  readonly uiUrl: string | null;
}

/**
 * Makes sure that a server, a supervisor and a ready worker run, and says how to reach the server. Takes a few
 * milliseconds where all is alive. Throws ProblemErrors (`server/…`).
 */
export async function ensureUp(options: UpOptions): Promise<Up> {
  const wanted = resolve(options);
  const up = readUp(options.home, wanted) ?? (await takeTurn(options, () => bringUp(options, wanted)));
  for (const text of takeUntold(options.home)) options.onStep(text);
  return changeVersion(options, wanted, up);
}

/**
 * After an upgrade what runs is of the version before. Nothing that is at work is ended without a word: whoever has
 * campaigns open says when. The server is Temporal's, and stays.
 */
async function changeVersion(options: UpOptions, wanted: Wanted, up: Up): Promise<Up> {
  const { home, onStep } = options;
  const other = findOtherVersion(home);
  if (other === null) return up;
  const versions = `supervisor and worker are of ${other}, this is Longhaul ${LONGHAUL_VERSION}`;
  if (await options.isBusy()) {
    onStep(
      `${versions}: open campaigns go on with those until \`longhaul down && longhaul up\`, which interrupts running turns; they go on in their sessions`,
    );
    return up;
  }
  return takeTurn(options, async () => {
    if (findOtherVersion(home) !== null) {
      onStep(`${versions}: no campaign is open, they are started anew`);
      for (const name of ['supervisor', 'worker'] as const) await endAll(options, name);
    }
    return bringUp(options, wanted);
  });
}

function findOtherVersion(home: HomePaths): string | null {
  const kept = [...listLiving(home, 'supervisor'), ...listStartedWorkers(home)];
  const other = kept.find(({ longhaul }) => longhaul !== LONGHAUL_VERSION);
  if (other === undefined) return null;
  return other.longhaul === undefined ? 'an earlier Longhaul' : `Longhaul ${other.longhaul}`;
}

/** One command at a time starts or ends things; who waits for another says so. */
async function takeTurn<Result>({ home, onStep }: DownOptions, work: () => Promise<Result>): Promise<Result> {
  const patience = setTimeout(
    () => onStep('another longhaul command is starting or ending things: waiting for it'),
    1_000,
  );
  try {
    return await withLock(home, 'up', () => {
      clearTimeout(patience);
      return work();
    });
  } finally {
    clearTimeout(patience);
  }
}

export interface HomeStatus {
  readonly server: ServerRecord | null;
  readonly supervisor: SupervisorRecord | null;
  readonly worker: WorkerRecord | null;
}

/** What lives now. Reads three files, asks nobody. */
export function readStatus(home: HomePaths): HomeStatus {
  return {
    server: readLiving(home, 'server'),
    supervisor: readLiving(home, 'supervisor'),
    worker: readLiving(home, 'worker'),
  };
}

type Wanted = ReturnType<typeof readOutsideServer>;

/** Who names the address of our own server means our own server. */
function resolve({ home, address }: UpOptions): Wanted {
  const outside = readOutsideServer(address, process.env);
  return outside?.connection.address === readLiving(home, 'server')?.address ? null : outside;
}

function readUp(home: HomePaths, wanted: Wanted): Up | null {
  const { server, supervisor, worker } = readStatus(home);
  if (supervisor === null || worker?.ready !== true || !isSame(supervisor.target, wanted)) return null;
  if (wanted !== null) return { ...wanted.connection, uiUrl: null };
  if (server?.serving !== true || server.address !== worker.address) return null;
  return { address: server.address, namespace: server.namespace, uiUrl: server.uiUrl };
}

function isSame(target: SupervisedServer, wanted: Wanted): boolean {
  if (target.kind === 'embedded') return wanted === null;
  return wanted?.connection.address === target.address && wanted.connection.namespace === target.namespace;
}

async function bringUp({ home, onStep }: UpOptions, wanted: Wanted): Promise<Up> {
  refuseOtherServer(home, wanted);
  if (wanted === null) await ensureServer(home, onStep);
  else await checkOutsideServer(wanted, onStep);
  const supervisor = readLiving(home, 'supervisor') ?? startSupervisor(home, wanted, onStep);
  return showWait(onStep, 'waiting for the worker', () => waitUntilUp(home, wanted, supervisor));
}

function refuseOtherServer(home: HomePaths, wanted: Wanted): void {
  const { supervisor, worker } = readStatus(home);
  const isOther = worker !== null && !worker.embedded && worker.address !== wanted?.connection.address;
  const other =
    supervisor !== null && !isSame(supervisor.target, wanted)
      ? describeTarget(supervisor.target)
      : isOther
        ? `${worker.address} (its worker has the pid ${worker.pid}; ${wayToEnd(worker)})`
        : null;
  if (other === null) return;
  throw new ProblemError({
    code: 'server/other-server',
    message: `this LONGHAUL_HOME (${home.root}) works with ${other}, not with ${wanted?.connection.address ?? 'its own server'} as asked`,
    hint: 'one home works with one server at a time: `longhaul down` first, or another LONGHAUL_HOME; the server comes from --address, TEMPORAL_ADDRESS or the configuration file of Temporal',
    severity: 'problem',
  });
}

function describeTarget(target: SupervisedServer): string {
  return target.kind === 'embedded' ? 'its own server' : `${target.address}, namespace ${target.namespace}`;
}

function startSupervisor(home: HomePaths, wanted: Wanted, onStep: OnStep): ProcessId {
  onStep('starting the supervisor and the worker');
  return startDaemon({
    ...nodeCommand(new URL('./supervisor-main.js', import.meta.url)),
    env: {
      ...process.env,
      LONGHAUL_HOME: home.root,
      ...(wanted === null ? {} : { TEMPORAL_ADDRESS: wanted.connection.address }),
    },
    cwd: home.root,
    log: supervisorLog(home),
  });
}

function supervisorLog(home: HomePaths): string {
  return `${home.logs}/supervisor.log`;
}

const UP_TIMEOUT_MS = 120_000;
/** By then the worker has been started at once, after 0.5, 1 and 2 s: it will not come. */
const HOPELESS_STARTS = 5;

async function waitUntilUp(home: HomePaths, wanted: Wanted, supervisor: ProcessId): Promise<Up> {
  const deadline = Date.now() + UP_TIMEOUT_MS;
  for (;;) {
    const up = readUp(home, wanted);
    if (up !== null) return up;
    const living = readLiving(home, 'supervisor');
    if (living === null && !isAlive(supervisor)) throw notUp('the supervisor ended', supervisorLog(home));
    if ((living?.workerStarts ?? 0) >= HOPELESS_STARTS)
      throw notUp('the worker does not stay alive', workerLog(home));
    if (Date.now() > deadline) {
      const late = readLiving(home, 'server') === null && wanted === null ? 'server' : 'worker';
      throw notUp(
        `the ${late} was not ready within ${UP_TIMEOUT_MS / 1_000} s`,
        late === 'server' ? serverLog(home) : workerLog(home),
      );
    }
    await sleep(25);
  }
}

function notUp(what: string, log: string): ProblemError {
  return new ProblemError({
    code: 'server/not-up',
    message: `${what}; ${log} ends with:\n${readTail(log)}`,
    hint: 'mend what the log says; then `longhaul down` and `longhaul up` begin anew, and no campaign is lost by it',
    severity: 'problem',
  });
}

export interface DownOptions {
  readonly home: HomePaths;
  readonly onStep: OnStep;
}

/**
 * Ends the supervisor, the worker (which interrupts and checkpoints its turns first) and the server, in that order. A
 * worker that a person started is theirs to end.
 */
export async function down(options: DownOptions): Promise<void> {
  const { home, onStep } = options;
  await takeTurn(options, async () => {
    const left = listLiving(home, 'worker').filter(({ foreground }) => foreground);
    let ended = 0;
    for (const name of ['supervisor', 'worker', 'server'] as const) ended += await endAll(options, name);
    for (const worker of left)
      onStep(
        `left running: the worker (pid ${worker.pid}) that \`longhaul worker\` started; ${wayToEnd(worker)}`,
      );
    if (ended + left.length === 0) onStep('nothing was running');
  });
}

const GRACE_MS = { supervisor: 5_000, worker: WORKER_GRACE_MS, server: 10_000 } as const;

/** @returns how many there were */
async function endAll({ home, onStep }: DownOptions, name: keyof typeof GRACE_MS): Promise<number> {
  const started = name === 'worker' ? listStartedWorkers(home) : listLiving(home, name);
  for (const living of started) {
    const how = await showWait(onStep, `waiting for the ${name} to end`, () =>
      endProcess(living, GRACE_MS[name]),
    );
    const forced = how === 'killed' ? `, by force: it had not ended within ${GRACE_MS[name] / 1_000} s` : '';
    onStep(`ended the ${name} (pid ${living.pid})${forced}`);
  }
  return started.length;
}

/** Those that supervisors started: one that a person started is theirs. */
function listStartedWorkers(home: HomePaths): readonly WorkerRecord[] {
  return listLiving(home, 'worker').filter(({ foreground }) => !foreground);
}
