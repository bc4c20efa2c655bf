/** A LONGHAUL_HOME, a server as production starts it, and a repository of a benchmark's own; and their end. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { checkFile } from '../src/cli/load-campaign.js';
import { LonghaulClient } from '../src/client/longhaul-client.js';
import { writeArtifacts } from '../src/client/campaign-folder.js';
import { homePaths, type HomePaths } from '../src/core/home.js';
import { endProcess } from '../src/server/daemon.js';
import { ensureServer } from '../src/server/embedded.js';
import { readLiving, type ServerRecord } from '../src/server/record.js';

const workerMain = path.join(import.meta.dirname, '../dist/worker/main.js');

export interface BenchWorker {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves when it polls its queues. */
  readonly ready: Promise<void>;
  readonly ended: Promise<unknown>;
}

export class BenchHome {
  readonly client: LonghaulClient;
  readonly #workers: BenchWorker[] = [];

  private constructor(
    readonly folder: string,
    readonly server: ServerRecord,
  ) {
    const { address, namespace } = server;
    this.client = new LonghaulClient({
      home: this.home.root,
      findTarget: () => Promise.resolve({ address, namespace }),
    });
  }

  get home(): HomePaths {
    return homePaths(path.join(this.folder, 'home'));
  }

  get repository(): string {
    return path.join(this.folder, 'repository');
  }

  /** The file of the bundled workflows: those of the sources, and the bare one. */
  get bundle(): string {
    return path.join(this.folder, 'workflows.js');
  }

  static async create(): Promise<BenchHome> {
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'longhaul-bench-')));
    const home = homePaths(path.join(folder, 'home'));
    mkdirSync(home.logs, { recursive: true });
    const { code } = await bundleWorkflowCode({
      workflowsPath: path.join(import.meta.dirname, 'workflows.ts'),
      logger: new DefaultLogger('WARN'),
    });
    const bench = new BenchHome(folder, await ensureServer(home, () => undefined));
    makeRepository(bench.repository);
    writeFileSync(bench.bundle, code);
    let removing: Promise<void> | null = null;
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      // A terminal and tsx may both tell: the second one must not end us in the middle.
      process.on(name, () => void (removing ??= bench.remove().finally(() => process.exit(130))));
    }
    return bench;
  }

  /** The worker's own process, compiled, as the supervisor starts it. */
  startWorker(env: Readonly<Record<string, string>> = {}): BenchWorker {
    if (!existsSync(workerMain)) throw new Error(`${workerMain} is not there: run \`npm run build\` first`);
    const log = openSync(path.join(this.home.logs, 'worker.log'), 'a');
    const child = spawn(process.execPath, [workerMain], {
      env: {
        ...process.env,
        LONGHAUL_HOME: this.home.root,
        TEMPORAL_ADDRESS: this.server.address,
        TEMPORAL_NAMESPACE: this.server.namespace,
        LONGHAUL_WORKFLOW_BUNDLE: this.bundle,
        ...env,
      },
      stdio: ['ignore', log, log],
    });
    const { pid } = child;
    if (pid === undefined) throw new Error(`${workerMain} could not be started`);
    const worker = { child, pid, ready: this.#untilReady(pid), ended: once(child, 'exit') };
    this.#workers.push(worker);
    return worker;
  }

  async #untilReady(pid: number): Promise<void> {
    await waitFor('the worker', () => {
      const record = readLiving(this.home, 'worker');
      return record?.pid === pid && record.ready;
    });
  }

  /** Starts the campaign of a spec, whose name is its id. */
  async startCampaign(id: string, spec: string): Promise<void> {
    const file = path.join(this.folder, `${id}.yaml`);
    writeFileSync(file, `${spec}repository: ${JSON.stringify(this.repository)}\n`);
    // Warnings are left out: that many agents at once are hard to keep apart, but here they are what is measured.
    const { loaded, problems } = await checkFile({ file, home: this.home, id, env: process.env });
    if (loaded === null) throw new Error(problems.map(({ message }) => message).join('\n'));
    const createdAt = new Date().toISOString();
    const artifacts = loaded.compileAs({ campaign: id, createdAt, repository: null });
    await writeArtifacts(this.home, id, artifacts);
    await this.client.start({ id, name: id, goal: '', plan: artifacts.plan });
  }

  /** Throws where the campaign did not end as done. */
  async finish(id: string): Promise<void> {
    const { state, message } = await this.client.result(id, 900_000);
    if (state !== 'done') throw new Error(`campaign ${id} ended ${state}: ${message}`);
  }

  async remove(): Promise<void> {
    await this.client.close();
    for (const { child, ended } of this.#workers) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await ended;
    }
    await endProcess(this.server, 5_000);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function makeRepository(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'README.md'), '# A repository\n');
  const identity = [
    '-c',
    'user.name=Bench',
    '-c',
    'user.email=bench@localhost',
    '-c',
    'commit.gpgSign=false',
  ];
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...identity, ...args]);
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
}

/** Rejects after two minutes. */
export async function waitFor(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`waited two minutes for ${what}`);
    await sleep(20);
  }
}
