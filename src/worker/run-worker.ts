/**
 * The composition root: one process that polls the three task queues of its home. Workflows and what they ask for
 * themselves are on the first, work in worktrees on the second, and turns on the third, so that they can't starve the
 * rest. All hosts that share the home poll the same: whoever is there goes on (docs/adr/0010-hosts-of-a-home.md).
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import type { ActivityDeps, ToolServer } from '../activities/deps.js';
import { createActivities, recoverOrphans, startToolServer } from '../activities/index.js';
import { dataConverter } from '../client/codec.js';
import { ensureHomeId } from '../client/home-id.js';
import type { HomePaths } from '../core/home.js';
import { ProblemError } from '../core/problem.js';
import { hostName, pidSpace } from '../server/host.js';
import type { ServerConnection } from '../server/outside.js';
import { readRecord, recordMyself, type WorkerRecord } from '../server/record.js';
import { homeQueue } from '../workflows/messages.js';
import { createCampaignLink } from './campaign-link.js';
import { claimHost, type HostClaim } from './host-claim.js';
import { failLostActivities, workerIdentity } from './lost-activity.js';

export interface RunWorkerOptions {
  readonly home: HomePaths;
  readonly connection: ServerConnection;
  /** A person started it, and no supervisor. */
  readonly foreground: boolean;
  /** Read once, here: LONGHAUL_HOST, LONGHAUL_MAX_TURNS, LONGHAUL_WORKFLOW_BUNDLE; and what agents may see of it by name. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Interrupts the running turns, which are checkpointed, and ends the worker. */
  readonly stop: AbortSignal;
  readonly log: (text: string) => void;
}

/**
 * Returns after `stop`, when all is handed back. Throws a ProblemError where another worker of this host runs or the
 * configuration is wrong, and what Temporal throws where the connection can't be made.
 */
export async function runWorker(options: RunWorkerOptions): Promise<void> {
  const { home, log } = options;
  const maxTurns = readMaxTurns(options.env);
  const stop = new AbortController();
  const claim = await claimHost(home, makeRecord(options), (message) => {
    log(`${message}: ending`);
    stop.abort();
  });
  try {
    await work(options, { claim, maxTurns, stop: AbortSignal.any([options.stop, stop.signal]) });
  } finally {
    claim.release();
  }
}

interface Running {
  readonly claim: HostClaim;
  readonly maxTurns: number;
  readonly stop: AbortSignal;
}

async function work(options: RunWorkerOptions, { claim, maxTurns, stop }: Running): Promise<void> {
  const { connection, log } = options;
  installRuntime();
  const { namespace, ...native } = connection;
  const nativeConnection = await NativeConnection.connect(native);
  const client = new Client({ connection: Connection.lazy(native), namespace, dataConverter });
  const tools = await startToolServer();
  try {
    const deps = makeDeps(options, client, tools);
    await takeOver(deps, client, log);
    const workers = await createWorkers(options, deps, { nativeConnection, maxTurns });
    const queues = [deps.homeQueue, deps.hostQueue, deps.turnQueue].join(', ');
    log(`polls ${queues} at ${connection.address} as the host ${deps.host}`);
    const running = runAll(workers, stop);
    claim.ready();
    await running;
    log('ended');
  } finally {
    await tools.close();
    await client.connection.close();
    await nativeConnection.close();
  }
}

const MAX_TURNS = 50;

function readMaxTurns(env: RunWorkerOptions['env']): number {
  const text = env['LONGHAUL_MAX_TURNS'] ?? '';
  if (text === '') return MAX_TURNS;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1_000) return value;
  throw new ProblemError({
    code: 'worker/max-turns',
    message: `LONGHAUL_MAX_TURNS must be a whole number from 1 to 1000, not "${text}"`,
    hint: `without it, a worker runs up to ${MAX_TURNS} turns at once`,
    severity: 'problem',
  });
}

/** One per process, before anything else of the SDK; signals are the caller's. */
function installRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta, timestampNanos }) => {
      // Two of our three workers have none, by design.
      if (message.startsWith('No workflows registered')) return;
      const at = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
      console.error(at, level, message, meta ?? '');
    }),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' } } },
    shutdownSignals: [],
  });
}

function makeRecord({ home, env, connection, foreground }: RunWorkerOptions): WorkerRecord {
  const { address, namespace } = connection;
  const embedded = readRecord(home, 'server')?.address === address;
  return { ...recordMyself(hostName(env)), address, namespace, embedded, foreground, ready: false };
}

interface WorkerDeps extends ActivityDeps {
  readonly homeQueue: string;
}

function makeDeps({ home, env }: RunWorkerOptions, client: Client, tools: ToolServer): WorkerDeps {
  const queue = homeQueue(ensureHomeId(home));
  return {
    home,
    host: hostName(env),
    pidSpace: pidSpace(),
    homeQueue: queue,
    hostQueue: `${queue}/work`,
    turnQueue: `${queue}/turns`,
    campaigns: createCampaignLink(client),
    tools,
    env,
  };
}

/** Before turns are polled: no session is resumed while the agent that an earlier worker left may still speak in it. */
async function takeOver(deps: WorkerDeps, client: Client, log: (text: string) => void): Promise<void> {
  const fail = (taskToken: Uint8Array, message: string) =>
    client.withDeadline(Date.now() + 10_000, () =>
      client.activity.fail(
        taskToken,
        // The cause is gone with that worker: no reason to back off, however often workers were lost before.
        ApplicationFailure.create({ message, type: 'worker/lost', nextRetryDelay: '100ms' }),
      ),
    );
  const orphans = await recoverOrphans(deps, fail);
  for (const { campaign, task, gen } of orphans)
    log(`ended the turn ${campaign}/${task} gen ${gen} that an earlier worker left`);
  const lost = await failLostActivities(client, deps);
  if (lost.length > 0) log(`handed back what an earlier worker left: ${lost.join(', ')}`);
}

interface Wiring {
  readonly nativeConnection: NativeConnection;
  readonly maxTurns: number;
}

async function createWorkers(
  { connection, env }: RunWorkerOptions,
  deps: WorkerDeps,
  { nativeConnection, maxTurns }: Wiring,
): Promise<readonly Worker[]> {
  const common = {
    connection: nativeConnection,
    namespace: connection.namespace,
    dataConverter,
    activities: createActivities(deps),
    identity: workerIdentity(deps),
    // A worker that died keeps its workflows' next tasks for this long; queries wait for it too.
    stickyQueueScheduleToStartTimeout: '2s',
    // Cancellation reaches a turn with a heartbeat's answer: the default of a minute would make people wait.
    maxHeartbeatThrottleInterval: '2s',
    // Turns are told at once, and have this long to end their agents and say how far they came.
    shutdownGraceTime: '0s',
    shutdownForceTime: '30s',
  } satisfies Partial<WorkerOptions>;
  return Promise.all([
    Worker.create({ ...common, ...findWorkflows(env), taskQueue: deps.homeQueue }),
    Worker.create({ ...common, taskQueue: deps.hostQueue }),
    Worker.create({
      ...common,
      taskQueue: deps.turnQueue,
      maxConcurrentActivityTaskExecutions: maxTurns,
    }),
  ]);
}

/** The bundle that the package ships; from the sources, which have none, the given one, or bundled now. */
function findWorkflows(env: RunWorkerOptions['env']): Partial<WorkerOptions> {
  const shipped = fileURLToPath(new URL('../workflows.bundle.js', import.meta.url));
  const given = env['LONGHAUL_WORKFLOW_BUNDLE'] ?? '';
  const codePath = given === '' ? shipped : given;
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  return { workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) };
}

/** They live and die together: one that fails takes the others along. */
async function runAll(workers: readonly Worker[], stop: AbortSignal): Promise<void> {
  const shutdown = (): void => {
    for (const worker of workers) {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    }
  };
  const runs = workers.map((worker) =>
    worker.run().catch((error: unknown) => {
      shutdown();
      throw error;
    }),
  );
  if (stop.aborted) shutdown();
  else stop.addEventListener('abort', shutdown, { once: true });
  const results = await Promise.allSettled(runs);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
