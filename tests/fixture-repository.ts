/** A small real repository, a LONGHAUL_HOME and a campaign on them, for tests of what git does. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createIntegrationActivities } from '../src/activities/integration-activities.js';
import { createWorktreeActivities } from '../src/activities/worktree-activities.js';
import { mirrorPath } from '../src/activities/mirror.js';
import type { ActivityDeps, CampaignLink } from '../src/activities/deps.js';
import type { CampaignBrief, TaskBrief } from '../src/core/brief.js';
import { campaignPaths, homePaths, taskFolder, worktreePath, type HomePaths } from '../src/core/home.js';
import type { Activities, MergeFacts, MergeTask, Order, TaskInput, TurnFacts } from '../src/core/ports.js';
import { noTools } from './stand-in-tools.js';

export type Files = Readonly<Record<string, string>>;

/** A temporary folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'longhaul-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs git as a user or an agent would, with an identity of their own. */
export function runGit(cwd: string, ...args: readonly string[]): string {
  const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1' };
  const who = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
  return execFileSync('git', [...who, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trimEnd();
}

export function writeFiles(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

export function commitAll(folder: string, message: string): string {
  runGit(folder, 'add', '--all');
  runGit(folder, 'commit', '--quiet', '--allow-empty', '--message', message);
  return runGit(folder, 'rev-parse', 'HEAD');
}

export function makeRepository(folder: string, files: Files): string {
  mkdirSync(folder, { recursive: true });
  runGit(folder, 'init', '--quiet', '--initial-branch=main');
  writeFiles(folder, files);
  commitAll(folder, 'First commit');
  return folder;
}

export interface CampaignOptions {
  readonly files?: Files;
  readonly tasks: Readonly<Record<string, Partial<TaskBrief>>>;
  readonly deliver?: 'branch' | 'merge';
  readonly integrationVerify?: CampaignBrief['integrationVerify'];
  /** Changes the brief before it is written. */
  readonly change?: (brief: CampaignBrief) => CampaignBrief;
}

export interface TestCampaign {
  readonly repository: string;
  readonly home: HomePaths;
  readonly mirror: string;
  readonly deps: ActivityDeps;
  readonly brief: CampaignBrief;
  readonly digest: string;
  readonly activities: Pick<
    Activities,
    'prepareWorktree' | 'checkpoint' | 'verify' | 'merge' | 'publish' | 'deliver'
  >;
  input(task: string, gen?: number, order?: Partial<Order>): TaskInput;
  worktree(task: string): string;
  /** Prepares, lets `work` be the turn, checkpoints and verifies; throws where one of them is not ok. */
  complete(task: string, gen: number, work: (worktree: string) => void): Promise<string>;
  /** As if all tasks of the campaign were merged already: their commands are run. */
  merge(task: string, gen: number, commit: string): Promise<MergeFacts>;
  /** In one order. */
  mergeAll(
    tasks: readonly (Omit<MergeTask, 'summary'> & Partial<MergeTask>)[],
  ): Promise<readonly MergeFacts[]>;
  evidence(task: string, name: string | null | undefined): string;
  /** Runs git in the mirror. */
  inMirror(...args: readonly string[]): string;
}

const link: CampaignLink = {
  admission: () => Promise.resolve({ admitted: true, why: '', gone: false }),
  progress: () => Promise.resolve(),
  reportBlocker: () => Promise.resolve(),
  publish: () => Promise.resolve(),
  proposeTasks: () => Promise.resolve(),
  extended: () => Promise.resolve(),
  requestLock: () => Promise.resolve(),
  releaseLock: () => Promise.resolve(),
  locks: () => Promise.resolve([]),
  openWorkflows: () => Promise.resolve([]),
};

export const doneTurn: TurnFacts = {
  ok: true,
  begun: true,
  outcome: 'done',
  failure: null,
  session: 'session-1',
  summary: 'Did it.',
  blocker: null,
  review: null,
  usage: { inputTokens: 0, outputTokens: 0, costUsd: null },
  startedAtMs: 0,
  endedAtMs: 0,
};

export function makeCampaign(options: CampaignOptions): TestCampaign {
  const folder = temporaryFolder();
  const repository = makeRepository(path.join(folder, 'store'), options.files ?? { 'README.md': 'store\n' });
  const home = homePaths(path.join(folder, 'home'));
  const change = options.change ?? ((brief) => brief);
  const brief = change(makeBrief(repository, options));
  const text = JSON.stringify(brief);
  const file = campaignPaths(home, brief.campaign).brief;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  const deps: ActivityDeps = {
    home,
    host: 'host',
    pidSpace: 'boot-1',
    hostQueue: 'host-q',
    turnQueue: 'turn-q',
    campaigns: link,
    tools: noTools,
    env: process.env,
  };
  return campaignOf({
    repository,
    home,
    deps,
    brief,
    digest: createHash('sha256').update(text).digest('hex'),
  });
}

function makeBrief(repository: string, options: CampaignOptions): CampaignBrief {
  const tasks = Object.entries(options.tasks).map(
    ([id, task]) => [id, { ...ordinaryTask(id), ...task }] as const,
  );
  return {
    version: 1,
    campaign: 'cart',
    name: 'cart',
    goal: 'A cart',
    repository: {
      location: repository,
      kind: 'path',
      base: 'main',
      baseCommit: runGit(repository, 'rev-parse', 'main'),
    },
    campaignBranch: 'longhaul/cart/main',
    deliver: options.deliver ?? 'branch',
    agents: {
      script: {
        name: 'script',
        adapter: 'command',
        run: ['true'],
        model: null,
        account: 'script',
        instances: 5,
        env: [],
        settings: 'isolated',
        options: {},
      },
    },
    contracts: {},
    groups: {},
    tasks: Object.fromEntries(tasks),
    additions: [],
    proposals: 'ask',
    mostAdded: 200,
    roles: {},
    templates: {},
    integrationVerify: options.integrationVerify ?? {},
    createdAt: '2026-11-21T09:00:00Z',
  };
}

function ordinaryTask(id: string): TaskBrief {
  return {
    id,
    title: `Do ${id}`,
    role: null,
    roundOver: null,
    feeds: [],
    complexity: null,
    prompt: id,
    template: { name: 'task', vars: {} },
    model: null,
    context: [],
    needs: [],
    drafts: [],
    finishes: [],
    groups: [],
    publishes: [],
    consumes: [],
    reviews: null,
    provides: [],
    owns: [],
    reads: [],
    intends: [],
    changes: 'required',
    output: null,
    verify: [],
    setup: [],
    copy: [],
    timeoutMs: 60_000,
    stallMs: null,
    branch: `longhaul/cart/work/${id}`,
    phase: 'build',
  };
}

function campaignOf(
  at: Pick<TestCampaign, 'repository' | 'home' | 'deps' | 'brief' | 'digest'>,
): TestCampaign {
  const { home, deps, brief, digest } = at;
  const activities = {
    ...createWorktreeActivities(deps),
    ...createIntegrationActivities(deps, WHOLE_ORDERS_MS),
  };
  const mirror = mirrorPath(home, brief.repository.location);
  const input: TestCampaign['input'] = (task, gen = 1, order = {}) => ({
    campaign: brief.campaign,
    order: { ...firstOrder, briefDigest: digest, task, gen, ...order },
  });
  const worktree = (task: string): string => worktreePath(home, brief.campaign, task);
  const mergeAll: TestCampaign['mergeAll'] = (tasks) =>
    activities.merge({
      campaign: brief.campaign,
      briefDigest: digest,
      tasks: tasks.map((task) => ({ summary: 'Did it.', ...task })),
      merged: Object.keys(brief.tasks).filter((id) => !tasks.some(({ task }) => task === id)),
    });
  return {
    ...at,
    mirror,
    activities,
    input,
    worktree,
    complete: async (task, gen, work) => {
      expectOk(await activities.prepareWorktree(input(task, gen)));
      work(worktree(task));
      const { commit } = expectOk(await activities.checkpoint({ ...input(task, gen), turn: doneTurn }));
      expectOk(await activities.verify({ ...input(task, gen), commit }));
      return commit;
    },
    merge: async (task, gen, commit) => {
      const [facts] = await mergeAll([{ task, gen, commit }]);
      if (facts === undefined) throw new Error(`nothing was merged of ${task}`);
      return facts;
    },
    mergeAll,
    evidence: (task, name) => readFileSync(`${taskFolder(home, brief.campaign, task)}/${name ?? ''}`, 'utf8'),
    inMirror: (...args) => runGit(mirror, ...args),
  };
}

/** However busy the machine is, an order is carried out to its end. */
const WHOLE_ORDERS_MS = 60_000;

const firstOrder: Order = {
  task: '',
  gen: 1,
  attempt: 1,
  turn: 1,
  agent: 'script',
  lane: 'script#1',
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

function expectOk<T extends { ok: boolean; failure: unknown }>(facts: T): T {
  if (!facts.ok) throw new Error(`not ok: ${JSON.stringify(facts.failure)}`);
  return facts;
}
