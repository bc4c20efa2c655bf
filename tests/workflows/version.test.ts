/** A campaign that another version of Longhaul has made: it waits, and goes on with the right worker. */
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { LonghaulClient } from '../../src/client/longhaul-client.js';
import { cutValue, type InParts } from '../../src/core/parts.js';
import { PLAN_VERSION } from '../../src/core/plan.js';
import type { CampaignInput, CampaignResult } from '../../src/core/campaign-input.js';
import type { ProblemError } from '../../src/core/problem.js';
import type { Status } from '../../src/core/status.js';
import { CAMPAIGN_WORKFLOW } from '../../src/workflows/messages.js';
import { buildPlan } from '../core/plan-builder.js';
import { startTestServer } from '../test-server.js';
import { standIn } from './stand-in-activities.js';

let environment: TestWorkflowEnvironment;
let home: string;
let client: LonghaulClient;
let code: string;

beforeAll(async () => {
  environment = await startTestServer();
  home = await mkdtemp(path.join(os.tmpdir(), 'longhaul-version-'));
  const target = { address: environment.address, namespace: 'default' };
  client = new LonghaulClient({ home, findTarget: () => Promise.resolve(target) });
  code = await readFile(inject('workflowBundle'), 'utf8');
});

afterAll(async () => {
  await client.close();
  await environment.teardown();
  await rm(home, { recursive: true });
});

/** While a worker runs that knows only plans of this version. */
async function withWorker<T>(queue: string, version: number, work: () => Promise<T>): Promise<T> {
  const ours = `PLAN_VERSION = ${PLAN_VERSION};`;
  expect(code.split(ours)).toHaveLength(2);
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: queue,
    workflowBundle: { code: code.replace(ours, `PLAN_VERSION = ${version};`) },
    activities: { ...standIn(environment.client, {}, queue).activities },
  });
  return worker.runUntil(work);
}

interface Read {
  readonly source?: string;
  readonly status?: Status;
  readonly why?: string;
  /** Of the problem, where there is nothing to show. */
  readonly code?: string;
}

async function readUntil(id: string, holds: (read: Read) => boolean): Promise<Read> {
  for (;;) {
    const read: Read = await client.status(id).catch((error: unknown) => (error as ProblemError).problem);
    if (holds(read)) return read;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function start(id: string): Promise<void> {
  const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
  const theirs = { ...plan, version: (PLAN_VERSION + 1) as typeof PLAN_VERSION };
  await environment.client.workflow.start<(...parts: InParts<CampaignInput>) => Promise<CampaignResult>>(
    CAMPAIGN_WORKFLOW,
    {
      workflowId: id,
      taskQueue: id,
      args: cutValue<CampaignInput>({ campaign: id, plan: theirs, state: null }),
    },
  );
}

const OTHER = `made by another version of Longhaul (plan ${PLAN_VERSION + 1}, `;

it('stays open at a worker of another version, which is told, and goes on with the right one and what was said meanwhile', async () => {
  await start('new');
  const handle = environment.client.workflow.getHandle('new');
  await withWorker('new', PLAN_VERSION, async () => {
    await readUntil('new', (read) => read.code === 'campaign/version');
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await handle.signal('pause', { why: 'There is time.' });
  });
  await withWorker('new', PLAN_VERSION + 1, async () => {
    await readUntil('new', (read) => read.source === 'live' && read.status?.state === 'paused');
    await client.resume('new', {});
    expect(await handle.result()).toMatchObject({ state: 'done' });
  });
}, 120_000);

it('is told as one of another version also where nothing of it is to be done', async () => {
  await start('idle');
  await environment.client.workflow.getHandle('idle').signal('pause', { why: 'There is time.' });
  await withWorker('idle', PLAN_VERSION + 1, () => readUntil('idle', (read) => read.source === 'live'));
  await withWorker('idle', PLAN_VERSION, async () => {
    const read = await readUntil('idle', ({ why = '' }) => why.includes(OTHER));
    expect(read).toMatchObject({
      source: 'snapshot',
      wayOut: expect.stringContaining('that version') as string,
    });
    await expect(client.planInForce('idle')).rejects.toMatchObject({
      problem: { code: 'campaign/version', message: expect.stringContaining(OTHER) as string },
    });
  });
}, 120_000);
