import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeArtifacts, writeSnapshot } from '../../src/client/campaign-folder.js';
import { ensureHomeId } from '../../src/client/home-id.js';
import { LonghaulClient } from '../../src/client/longhaul-client.js';
import type { StatusRead } from '../../src/client/status-read.js';
import type { CampaignBrief } from '../../src/core/brief.js';
import type { CompileSource } from '../../src/core/compile-source.js';
import { campaignPaths, homePaths } from '../../src/core/home.js';
import type { Plan } from '../../src/core/plan.js';
import { homeQueue } from '../../src/workflows/messages.js';
import { startTestServer } from '../test-server.js';

let server: TestWorkflowEnvironment;
let home: string;
let client: LonghaulClient;
let bundle: { code: string };
let number = 0;

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'longhaul-client-'));
  server = await startTestServer();
  const workflowsPath = path.join(import.meta.dirname, '../fixtures/campaign-stand-in/workflow.ts');
  bundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  client = clientOf(home);
});

afterAll(async () => {
  await client.close();
  await server.teardown();
  await rm(home, { recursive: true });
});

function clientOf(folder: string, address = server.address): LonghaulClient {
  return new LonghaulClient({
    home: folder,
    findTarget: () => Promise.resolve({ address, namespace: 'default' }),
  });
}

/** Each test starts a worker only where it needs one: the queue has no other. */
async function withWorker<T>(ask: () => Promise<T>): Promise<T> {
  const worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue: homeQueue(ensureHomeId(homePaths(home))),
    workflowBundle: bundle,
  });
  return worker.runUntil(ask);
}

/** What the worker says. A busy machine's first answer may take longer than the client waits for it. */
async function lookLive(id: string): Promise<StatusRead> {
  for (;;) {
    const read = await client.status(id).catch((error: unknown) => {
      expect(error).toMatchObject({ problem: { code: 'client/no-status' } });
    });
    if (read?.source === 'live') return read;
  }
}

function planOf(name: string, briefDigest = 'aaaa'): Plan {
  return {
    version: 3,
    briefDigest,
    name,
    maxTurns: 1,
    deadlineMs: null,
    deadlineAtMs: null,
    roleLimits: [],
    agents: [],
    pools: [],
    paths: [],
    overlaps: [],
    contracts: [],
    phases: [],
    groups: [],
    tasks: [],
    proposals: 'ask',
    mostAdded: 200,
    mostDepth: 2,
    joins: [],
    deliver: 'branch',
  };
}

function newCampaign(id = `cart-${++number}`) {
  return { id, name: 'Cart', goal: 'Add a cart.', plan: planOf('Cart') };
}

async function started(): Promise<string> {
  const campaign = newCampaign();
  await client.start(campaign);
  return campaign.id;
}

describe('start', () => {
  it('attaches to the same campaign and refuses another under its id', async () => {
    const campaign = newCampaign();
    expect(await client.start(campaign)).toBe('started');
    expect(await client.start(campaign)).toBe('attached');
    const other = { ...campaign, plan: planOf('Cart', 'bbbb') };
    await expect(client.start(other)).rejects.toMatchObject({
      problem: {
        code: 'client/other-campaign',
        message: `campaign ${campaign.id} is running already, with another spec`,
        hint: expect.stringContaining(`longhaul cancel ${campaign.id}`) as string,
      },
    });
  });

  it('tells nobody, open and ended ids apart', async () => {
    const id = await started();
    expect(await client.lookUp('nobody-here')).toEqual({ is: 'nobody' });
    expect(await client.lookUp(id)).toEqual({ is: 'open', briefDigest: 'aaaa' });
    await withWorker(async () => {
      await client.cancel(id);
      expect(await client.result(id, 60_000)).toEqual({ state: 'cancelled', message: 'cancelled' });
    });
    expect(await client.lookUp(id)).toEqual({ is: 'ended', briefDigest: 'aaaa' });
    // As where it ended between the look and the start.
    expect(await client.start(newCampaign(id))).toBe('attached');
  });

  it('shows title and goal in the Temporal UI', async () => {
    const id = await started();
    const description = await server.client.workflow.getHandle(id).describe();
    expect(await description.staticSummary()).toBe('Cart');
    expect(await description.staticDetails()).toBe('Add a cart.');
    expect(description.memo).toEqual({ title: 'Cart', briefDigest: 'aaaa' });
  });
});

describe('status', () => {
  it('comes from the worker, then from the snapshot that was kept', async () => {
    const id = await started();
    const live = await withWorker(() => lookLive(id));
    expect(live).toMatchObject({ source: 'live', status: { id, state: 'running' } });
    await utimes(campaignPaths(homePaths(home), id).snapshot, new Date(), new Date(Date.now() - 60_000));
    const beganMs = Date.now();
    const kept = await client.status(id);
    // The command's own patience is 3 s; Temporal's would be 10.
    expect(Date.now() - beganMs).toBeLessThan(9_000);
    expect(kept).toMatchObject({ source: 'snapshot', why: 'no worker answers', status: live.status });
    expect(kept.source === 'snapshot' && kept.ageMs).toBeGreaterThan(59_000);
  });

  it('says what is missing where no worker answers and no snapshot is there', async () => {
    const id = await started();
    await expect(client.status(id)).rejects.toMatchObject({
      problem: { code: 'client/no-status', hint: expect.stringContaining('longhaul up') as string },
    });
  });

  it('comes from the snapshot where there is no server at all', async () => {
    const id = await started();
    await withWorker(() => lookLive(id));
    const offline = clientOf(home, '127.0.0.1:1');
    const read = await offline.status(id);
    expect(read).toMatchObject({ source: 'snapshot', status: { id } });
    expect(read.source === 'snapshot' && read.why).toContain('no Temporal server answers at 127.0.0.1:1');
    await expect(offline.status('never-seen')).rejects.toMatchObject({
      problem: { code: 'client/unreachable' },
    });
  });

  it('of an ended campaign comes from its report', async () => {
    const id = await started();
    const live = await withWorker(async () => {
      const read = await lookLive(id);
      await client.cancel(id);
      await client.result(id, 60_000);
      return read;
    });
    const report = { status: { ...live.status, state: 'cancelled' }, spans: [], needs: {}, lanes: [] };
    await writeFile(campaignPaths(homePaths(home), id).reportJson, JSON.stringify(report));
    expect(await client.status(id)).toEqual({ source: 'report', status: report.status, away: null });
    await expect(client.pause(id, { why: 'lunch' })).rejects.toMatchObject({
      problem: { code: 'client/campaign-over' },
    });
  });

  it('of a terminated campaign is the last one seen, with its end', async () => {
    const id = await started();
    await withWorker(() => lookLive(id));
    await server.client.workflow.getHandle(id).terminate();
    const read = await client.status(id);
    expect(read).toMatchObject({ source: 'report', status: { state: 'failed' } });
    expect(read.status.message).toContain('terminated in Temporal');
  });

  it('proposes the campaign that was meant', async () => {
    const id = await started();
    await writeSnapshot(homePaths(home), (await withWorker(() => lookLive(id))).status);
    await expect(client.status(`${id}x`)).rejects.toMatchObject({
      problem: {
        code: 'client/unknown-campaign',
        message: `there is no campaign ${id}x (did you mean ${id}?)`,
      },
    });
  });
});

describe('what a person says', () => {
  it('is answered by the campaign', async () => {
    const id = await started();
    await withWorker(async () => {
      await lookLive(id);
      expect(await client.answer(id, { blocker: 'b1', answer: '8080' })).toBe('Task api goes on.');
      expect((await lookLive(id)).status.blockers[0]).toMatchObject({
        state: 'answered',
        answer: '8080',
      });
      expect(await client.pause(id, { why: 'lunch' })).toBe('Paused: lunch');
      expect(await client.pause(id, { why: 'tea' })).toMatch(/is paused already .*; nothing changed\.$/);
    });
  });

  it('is not lost for want of a worker, and counts once', async () => {
    const id = await started();
    await withWorker(() => lookLive(id));
    expect(await client.answer(id, { blocker: 'b1', answer: '8080' })).toContain('kept by the server');
    const { status } = await withWorker(() => lookLive(id));
    expect(status.blockers[0]).toMatchObject({ state: 'answered', answer: '8080' });
    expect(status.revision).toBe(1);
  });

  it('gives it another plan, also where no worker answers', { timeout: 120_000 }, async () => {
    const id = await started();
    const said = await client.applyPlan(id, { revision: 1, plan: planOf('Other', 'bbbb') });
    expect(said).toContain('kept by the server');
    expect(said).toContain('dropped where another change of the plan comes first');
    const { status } = await withWorker(() => lookLive(id));
    expect(status).toMatchObject({ name: 'Other', revision: 1 });
  });

  it('is refused in the campaign’s own words', async () => {
    const id = await started();
    await withWorker(async () => {
      await lookLive(id);
      await expect(client.retry(id, { task: 'api', note: null })).rejects.toMatchObject({
        problem: { code: 'client/refused', message: `campaign ${id} refused: task api is running` },
      });
    });
  });

  it('names what is there where a blocker, a task or an account is not', async () => {
    const id = await started();
    await withWorker(async () => {
      await lookLive(id);
      await expect(client.answer(id, { blocker: 'b2', answer: 'x' })).rejects.toMatchObject({
        problem: { code: 'client/unknown-blocker', hint: 'open now: b1 (task api)' },
      });
      await expect(client.retry(id, { task: 'apj', note: null })).rejects.toMatchObject({
        message: `campaign ${id} has no task apj (did you mean api?)`,
      });
      await expect(client.resume(id, { account: 'team' })).rejects.toMatchObject({
        problem: { hint: 'its accounts: command' },
      });
    });
  });

  it('changes nothing where it holds already, and says what is', async () => {
    const id = await started();
    await withWorker(async () => {
      expect(await client.resume(id, { account: null })).toBe(
        `Campaign ${id} is not paused; nothing changed. It waits for an answer to b1: \`longhaul status ${id}\`.`,
      );
      expect(await client.resume(id, { account: 'command' })).toBe(
        'Account command is neither limited nor paused; nothing changed.',
      );
    });
  });

  it('cancels without a worker', async () => {
    const id = await started();
    expect(await client.cancel(id)).toContain('is being cancelled');
    await withWorker(async () => {
      expect(await client.result(id, 60_000)).toMatchObject({ state: 'cancelled' });
    });
    const report = {
      status: { id, state: 'cancelled', tasks: [], blockers: [] },
      spans: [],
      needs: {},
      lanes: [],
    };
    await mkdir(campaignPaths(homePaths(home), id).folder, { recursive: true });
    await writeFile(campaignPaths(homePaths(home), id).reportJson, JSON.stringify(report));
    expect(await client.cancel(id)).toContain('was cancelled already');
  });
});

it('lists campaigns of the server and of the disk, newest first', async () => {
  const id = await started();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'longhaul-list-'));
  const brief = { name: 'Old', createdAt: '2020-01-01T00:00:00.000Z' } as CampaignBrief;
  const source: CompileSource = {
    version: 1,
    file: 'old.yaml',
    value: null,
    roles: {},
    templates: {},
    existingBranches: [],
    learnt: null,
  };
  await writeArtifacts(homePaths(folder), 'old', { brief, plan: planOf('Old'), spec: '', source });
  const lister = clientOf(folder);
  // Visibility is a moment behind.
  await expect
    .poll(async () => (await lister.list()).entries.map((entry) => entry.id), { timeout: 60_000 })
    .toContain(id);
  const { entries, away } = await lister.list();
  expect(away).toBeNull();
  expect(entries.at(-1)).toMatchObject({ id: 'old', name: 'Old', state: 'unknown' });
  expect(entries.find((entry) => entry.id === id)).toMatchObject({ name: 'Cart', state: 'running' });
  await lister.close();

  const { status } = await withWorker(() => client.status(id));
  await writeSnapshot(homePaths(folder), { ...status, state: 'paused' });
  const takenAt = new Date('2026-01-01T12:00:00Z');
  await utimes(campaignPaths(homePaths(folder), id).snapshot, takenAt, takenAt);
  const offline = await clientOf(folder, '127.0.0.1:1').list();
  expect(offline.away?.message).toContain('no Temporal server answers at 127.0.0.1:1');
  expect(offline.entries.map((entry) => [entry.id, entry.state, entry.seenAt])).toEqual([
    [id, 'paused', takenAt.toISOString()],
    ['old', 'unknown', null],
  ]);
  await rm(folder, { recursive: true });
});
