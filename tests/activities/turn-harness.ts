/** Real turns of real programs in a home of their own; only the campaign at the other end is a stand-in. */
import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { journalPath, readJournal } from '../../src/activities/journal.js';
import { isAlive } from '../../src/activities/process-tree.js';
import type { ActivityDeps, AdmissionAnswer, ProgressNote, ToolServer } from '../../src/activities/deps.js';
import { createTurnActivity } from '../../src/activities/run-turn.js';
import type { TurnTiming } from '../../src/activities/turn-watch.js';
import type { AgentBrief, CampaignBrief, TaskBrief } from '../../src/core/brief.js';
import { campaignPaths, homePaths, turnFolder, worktreePath } from '../../src/core/home.js';
import type { Order, TurnFacts } from '../../src/core/ports.js';
import type { ProposeTasks, Publish } from '../../src/workflows/messages.js';
import type { LockStatus } from '../../src/core/status.js';
import type { BlockerReport } from '../../src/core/turn.js';
import { noTools } from '../stand-in-tools.js';

export const fixture = join(import.meta.dirname, '../fixtures/agents/misbehave.mjs');

export const FAST: TurnTiming = { tickMs: 100, firstWordMs: 0, exitGraceMs: 500, killGraceMs: 1_000 };

/** A worker that runs the first turn in a process of its own, to be killed. */
export function startWorker(harness: Harness): ChildProcessByStdio<null, Readable, null> {
  const worker = join(import.meta.dirname, 'turn-worker.ts');
  const args = [worker, harness.root, JSON.stringify(harness.options)];
  return spawn(process.execPath, ['--import', 'tsx', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** As the kernel would: nothing of it is told to anybody. */
export async function killWorker(worker: ChildProcess): Promise<void> {
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}

/** Lets an agent that waits for it come to its end, with nobody to listen. */
export async function endsAlone(harness: Harness): Promise<void> {
  const agent = readJournal(journalPath(harness.deps.home, 'cart', 'api'))!.processes[0]!;
  writeFileSync(join(harness.worktree, 'alone'), 'yes');
  while (isAlive(agent)) await sleep(10);
}

export interface Harness {
  readonly options: HarnessOptions;
  readonly root: string;
  readonly worktree: string;
  readonly deps: ActivityDeps;
  readonly brief: CampaignBrief;
  readonly environment: MockActivityEnvironment;
  readonly progress: ProgressNote[];
  readonly published: Publish[];
  readonly proposed: ProposeTasks[];
  /** What its agent asked for and gave back, as `k1 exclusive src/**` and `k1 released`. */
  readonly lockTalk: string[];
  /** What the campaign answers. */
  locks: () => readonly LockStatus[];
  readonly blockers: { key: string; report: BlockerReport }[];
  admission: () => Promise<AdmissionAnswer>;
  run(order?: Partial<Order>, environment?: MockActivityEnvironment): Promise<TurnFacts>;
  read(file: string): string;
  artifact(name: string, gen?: number): string;
  /** Waits for a file that the agent writes in its worktree. */
  appears(file: string): Promise<string>;
}

export interface HarnessOptions {
  readonly agent: Partial<AgentBrief>;
  readonly task?: Partial<TaskBrief>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timing?: TurnTiming;
  readonly root?: string;
}

export function createHarness(options: HarnessOptions, tools: ToolServer = noTools): Harness {
  const root = options.root ?? mkdtempSync(join(tmpdir(), 'longhaul-turn-'));
  const home = homePaths(join(root, 'home'));
  const brief = makeBrief(options);
  const text = JSON.stringify(brief);
  const paths = campaignPaths(home, brief.campaign);
  const worktree = worktreePath(home, brief.campaign, 'api');
  mkdirSync(worktree, { recursive: true });
  mkdirSync(paths.folder, { recursive: true });
  mkdirSync(join(root, 'user'), { recursive: true });
  writeFileSync(paths.brief, text);
  const progress: ProgressNote[] = [];
  const blockers: { key: string; report: BlockerReport }[] = [];
  const published: Publish[] = [];
  const proposed: ProposeTasks[] = [];
  const lockTalk: string[] = [];
  const harness: Harness = {
    options,
    root,
    worktree,
    brief,
    progress,
    blockers,
    lockTalk,
    locks: () => [],
    published,
    proposed,
    environment: new MockActivityEnvironment(),
    admission: () => Promise.resolve({ admitted: true, why: '', gone: false }),
    deps: {
      home,
      host: 'host-1',
      pidSpace: 'boot-1',
      hostQueue: 'host-1',
      turnQueue: 'host-1-turns',
      tools,
      env: {
        PATH: process.env['PATH'],
        HOME: join(root, 'user'),
        TEMPORAL_ADDRESS: 'secret:7233',
        ...options.env,
      },
      campaigns: {
        admission: () => harness.admission(),
        progress: (_campaign, note) => Promise.resolve(void progress.push(note)),
        reportBlocker: (_campaign, { key, report }) => Promise.resolve(void blockers.push({ key, report })),
        publish: (_campaign, asked) => Promise.resolve(void published.push(asked)),
        proposeTasks: (_campaign, asked) => Promise.resolve(void proposed.push(asked)),
        extended: () => Promise.resolve(),
        requestLock: (_campaign, { request: { id, mode, paths, wait } }) =>
          Promise.resolve(void lockTalk.push(`${id} ${mode} ${paths.join(' ')} ${wait}`)),
        releaseLock: (_campaign, { id, changesMade }) =>
          Promise.resolve(void lockTalk.push(`${id} released${changesMade ? ' with changes' : ''}`)),
        locks: () => Promise.resolve(harness.locks()),
        openWorkflows: (ids) => Promise.resolve(ids),
      },
    },
    run: (order = {}, environment = harness.environment) => {
      const { runTurn } = createTurnActivity(harness.deps, options.timing ?? FAST);
      const briefDigest = createHash('sha256').update(text).digest('hex');
      const input = { campaign: brief.campaign, order: { ...firstOrder, briefDigest, ...order } };
      return environment.run<[typeof input], TurnFacts, typeof runTurn>(runTurn, input);
    },
    read: (file) => readFileSync(join(worktree, file), 'utf8'),
    artifact: (name, gen = 1) =>
      readFileSync(`${turnFolder(home, { campaign: brief.campaign, task: 'api', gen })}/${name}`, 'utf8'),
    appears: async (file) => {
      while (!existsSync(join(worktree, file))) await sleep(10);
      return readFileSync(join(worktree, file), 'utf8');
    },
  };
  return harness;
}

const firstOrder: Order = {
  task: 'api',
  gen: 1,
  attempt: 1,
  turn: 1,
  agent: 'claude',
  lane: 'claude#1',
  ask: 'task',
  session: null,
  evidence: null,
  note: null,
  sync: false,
  steps: 'all',
  partial: false,
  briefDigest: '',
  timeoutMs: 60_000,
};

const firstTask: TaskBrief = {
  id: 'api',
  title: 'Implement the API',
  role: 'backend',
  roundOver: null,
  feeds: [],
  complexity: null,
  prompt: 'Write src/api.',
  template: { name: 'task', vars: {} },
  model: null,
  context: [],
  needs: [],
  reviews: null,
  drafts: [],
  finishes: [],
  groups: [],
  publishes: [],
  consumes: [],
  provides: [],
  owns: ['src/api/**'],
  reads: [],
  intends: [],
  changes: 'required',
  output: null,
  verify: ['npm test'],
  setup: [],
  copy: [],
  timeoutMs: 150_000,
  stallMs: null,
  branch: 'longhaul/cart/backend/api',
  phase: 'build',
};

function makeBrief({ agent, task }: HarnessOptions): CampaignBrief {
  return {
    version: 1,
    campaign: 'cart',
    name: 'cart',
    goal: 'Add a cart.',
    repository: { location: '/nowhere', kind: 'path', base: 'main', baseCommit: '0'.repeat(40) },
    campaignBranch: 'longhaul/cart/main',
    deliver: 'branch',
    agents: {
      claude: {
        name: 'claude',
        adapter: 'command',
        run: [],
        model: null,
        account: 'a',
        instances: 2,
        env: [],
        settings: 'isolated',
        options: {},
        ...agent,
      },
    },
    contracts: {},
    groups: {},
    tasks: {
      design: { ...firstTask, id: 'design', title: 'Design the cart', role: null, owns: ['docs/**'] },
      api: { ...firstTask, ...task },
    },
    additions: [],
    proposals: 'ask',
    mostAdded: 200,
    roles: {
      backend: {
        name: 'backend',
        description: '',
        instructions: 'You write backends.',
        model: null,
        options: {},
        outputFolder: null,
      },
    },
    templates: {},
    integrationVerify: {},
    createdAt: '2026-11-21T09:00:00Z',
  };
}
