import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCampaignLink } from '../../src/worker/campaign-link.js';
import { startTestServer } from '../test-server.js';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.teardown());

const progress = { task: 'api', gen: 1, step: 'turning', session: null, percent: 40, note: null } as const;
const blocker = {
  key: 'k1',
  task: 'api',
  gen: 1,
  report: { severity: 'high', description: 'which port?', wait: true },
} as const;

test('activities ask and tell their campaign, and see it close', async () => {
  const worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue: 'link',
    workflowsPath: fileURLToPath(new URL('fixtures/campaign-workflow.ts', import.meta.url)),
  });
  const link = createCampaignLink(server.client);
  await worker.runUntil(async () => {
    const handle = await server.client.workflow.start('listener', { workflowId: 'cart', taskQueue: 'link' });
    expect(await link.admission('cart', 'api', 1)).toMatchObject({ admitted: true });
    expect(await link.admission('cart', 'api', 2)).toEqual({
      admitted: false,
      why: 'api is at 1',
      gone: false,
    });
    expect(await link.openWorkflows(['cart', 'cart/api'])).toEqual(['cart']);

    await link.progress('cart', progress);
    await link.reportBlocker('cart', blocker);
    expect(await handle.result()).toEqual(['api 40', 'k1 which port?']);
    expect(await link.openWorkflows(['cart', 'cart/api'])).toEqual([]);
  });
});

test('a campaign that is gone admits nothing, takes no blocker, and progress does not mind', async () => {
  const link = createCampaignLink(server.client);
  const gone = { admitted: false, why: 'the campaign is gone', gone: true };
  expect(await link.admission('never', 'api', 1)).toEqual(gone);
  const ended = await server.client.workflow.start('listener', { workflowId: 'ended', taskQueue: 'nobody' });
  await ended.terminate('by hand');
  expect(await link.admission('ended', 'api', 1)).toEqual(gone);
  await expect(link.reportBlocker('never', blocker)).rejects.toThrow();
  await link.progress('never', progress);
});

test('a campaign that no worker serves is not taken for one that refuses', async () => {
  await server.client.workflow.start('listener', { workflowId: 'orphan', taskQueue: 'nobody' });
  const link = createCampaignLink(server.client);
  const before = Date.now();
  await expect(link.admission('orphan', 'api', 1)).rejects.toThrow();
  // Long before its heartbeat timeout of 60 s.
  expect(Date.now() - before).toBeLessThan(30_000);
  expect(await link.openWorkflows(['orphan'])).toEqual(['orphan']);
});
