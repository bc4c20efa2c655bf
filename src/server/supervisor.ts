/**
 * Keeps the embedded server and one worker alive. It looks at the records twice a second, so that processes which an
 * earlier supervisor started are kept like its own: whoever died is started again, at once and then ever later. It
 * holds nothing that its death would lose; the processes that it started go on without it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HomePaths } from '../core/home.js';
import { BackOff } from './back-off.js';
import { endProcess, nodeCommand, startDaemon } from './daemon.js';
import { leaveUntold } from './database.js';
import { ensureServer } from './embedded.js';
import { isServing } from './namespace.js';
import { hostName, pidSpace } from './host.js';
import {
  claimRecord,
  isHeldElsewhere,
  readLiving,
  readLivingOf,
  recordMyself,
  withLock,
  writeRecord,
} from './record.js';
import { LONGHAUL_VERSION } from './version.js';
import type { SupervisedServer, SupervisorRecord, WorkerRecord } from './record.js';

const TICK_MS = 500;
const HEALTH_EVERY_MS = 10_000;
/** A server that is alive and has not answered for about a minute is ended, and so started again. */
const SILENT_CHECKS = 6;
/** The worker's own limit for running turns is 30 s (src/worker/run-worker.ts). */
export const WORKER_GRACE_MS = 40_000;

interface SupervisorOptions {
  readonly home: HomePaths;
  readonly target: SupervisedServer;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (text: string) => void;
}

/** Runs until the process ends; returns at once where another supervisor lives. */
export async function supervise(options: SupervisorOptions): Promise<void> {
  const { home, target, log } = options;
  const record: SupervisorRecord = { ...recordMyself(hostName(options.env)), target, workerStarts: 0 };
  const other = await claimRecord(home, 'supervisor', record);
  if (other !== null) {
    log(`another supervisor runs (pid ${other.pid})`);
    return;
  }
  const server = target.kind === 'embedded' ? new ServerKeeper(options) : null;
  const worker = new WorkerKeeper(options, record);
  for (;;) {
    const place = target.kind === 'outside' ? target : ((await server?.keep()) ?? null);
    if (place !== null) await worker.keep(place);
    await sleep(TICK_MS);
  }
}

interface Place {
  readonly address: string;
  readonly namespace: string;
}

class ServerKeeper {
  readonly #backOff = new BackOff(Date.now);
  #nextCheckMs = 0;
  #silent = 0;

  constructor(private readonly options: SupervisorOptions) {}

  /** Where the server is, or null while it can't be had. */
  async keep(): Promise<Place | null> {
    const { home, log } = this.options;
    const living = readLiving(home, 'server');
    if (living !== null) {
      await this.#check(living);
      return living;
    }
    if (!this.#backOff.mayStart()) return null;
    this.#backOff.noteStart();
    this.#silent = 0;
    try {
      return await ensureServer(home, log, (copied) => {
        log(copied);
        leaveUntold(home, copied);
      });
    } catch (error) {
      log(`the server could not be started: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  async #check({ address, namespace }: Place): Promise<void> {
    if (Date.now() < this.#nextCheckMs) return;
    this.#silent = (await isServing(address, namespace, 5_000)) ? 0 : this.#silent + 1;
    this.#nextCheckMs = Date.now() + HEALTH_EVERY_MS;
    const living = readLiving(this.options.home, 'server');
    if (this.#silent < SILENT_CHECKS || living === null) return;
    this.options.log(`the server (pid ${living.pid}) has not answered ${SILENT_CHECKS} times: ending it`);
    await endProcess(living, 5_000);
  }
}

class WorkerKeeper {
  readonly #backOff = new BackOff(Date.now);

  constructor(
    private readonly options: SupervisorOptions,
    private readonly record: SupervisorRecord,
  ) {}

  async keep(place: Place): Promise<void> {
    const { home, log } = this.options;
    const living = readLivingOf(home, 'worker', this.record.host);
    if (living !== null) {
      if (!living.embedded || living.address === place.address) return;
      log(
        `the server moved from ${living.address} to ${place.address}: ending its worker (pid ${living.pid})`,
      );
      await endProcess(living, WORKER_GRACE_MS);
    }
    if (!this.#backOff.mayStart()) return;
    this.#backOff.noteStart();
    const started = await startWorker(this.options, place, this.record.host);
    if (started !== null) log(`started the worker (pid ${started.pid})`);
    writeRecord(home, 'supervisor', { ...this.record, workerStarts: this.#backOff.starts });
  }
}

export function workerLog(home: HomePaths): string {
  return `${home.logs}/worker.log`;
}

/** Null where there is one of this host. */
async function startWorker(
  options: SupervisorOptions,
  place: Place,
  host: string,
): Promise<WorkerRecord | null> {
  const { home, target } = options;
  const embedded = target.kind === 'embedded';
  return withLock(home, 'worker', () => {
    if (readLivingOf(home, 'worker', host) !== null || isHeldElsewhere(home, host)) return null;
    const id = startDaemon({
      ...nodeCommand(new URL('../worker/main.js', import.meta.url)),
      env: {
        ...(embedded ? embeddedEnvironment(options, place) : options.env),
        LONGHAUL_HOME: home.root,
        // The name of this machine may change; its worker's may not, while we look for it.
        LONGHAUL_HOST: host,
      },
      cwd: home.root,
      log: workerLog(home),
    });
    const { address, namespace } = place;
    const since = new Date().toISOString();
    const running = { ...id, host, pidSpace: pidSpace(), since, longhaul: LONGHAUL_VERSION };
    const record: WorkerRecord = {
      ...running,
      address,
      namespace,
      embedded,
      foreground: false,
      ready: false,
    };
    // Written here too, in the same breath: `down` must find it although it has not come to its own record yet.
    writeRecord(home, 'worker', record);
    return record;
  });
}

/** The worker reads Temporal's standard configuration, and nothing of the user's may stand in the way of ours. */
function embeddedEnvironment({ env, home }: SupervisorOptions, place: Place): NodeJS.ProcessEnv {
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
  return {
    ...others,
    TEMPORAL_ADDRESS: place.address,
    TEMPORAL_NAMESPACE: place.namespace,
    // A file that is not there; an empty one is an error to Temporal's reader.
    TEMPORAL_CONFIG_FILE: `${home.server}/no-temporal.toml`,
  };
}
