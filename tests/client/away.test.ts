import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeSnapshot } from '../../src/client/campaign-folder.js';
import type { Target } from '../../src/client/connection.js';
import { LonghaulClient } from '../../src/client/longhaul-client.js';
import { homePaths } from '../../src/core/home.js';
import type { Status } from '../../src/core/status.js';
import { startTestServer } from '../test-server.js';

let server: TestWorkflowEnvironment;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'longhaul-away-'));
  server = await startTestServer();
});

afterAll(async () => {
  await server.teardown();
  await rm(home, { recursive: true });
});

async function ask<T>(target: Target, question: (client: LonghaulClient) => Promise<T>): Promise<T> {
  const client = new LonghaulClient({ home, findTarget: () => Promise.resolve(target) });
  try {
    return await question(client);
  } finally {
    await client.close();
  }
}

it('no `up` is promised to bring back a server that somebody else runs', async () => {
  const target = { address: '127.0.0.1:1', namespace: 'default', isOutside: true };
  await writeSnapshot(homePaths(home), { id: 'seen' } as Status);
  expect(await ask(target, (client) => client.status('seen'))).toMatchObject({
    source: 'snapshot',
    wayOut: expect.stringContaining('is the address right') as string,
  });
  await expect(ask(target, (client) => client.status('never-seen'))).rejects.toMatchObject({
    problem: { code: 'server/unreachable', hint: expect.not.stringContaining('longhaul up') as string },
  });
  const { away } = await ask(target, (client) => client.list());
  expect(away?.problem.code).toBe('server/unreachable');
});

it('a namespace that the server does not have is told, and not taken for an empty one', async () => {
  const target = { address: server.address, namespace: 'absent' };
  const refusal = { problem: { code: 'server/no-namespace' } };
  await expect(ask(target, (client) => client.list())).rejects.toMatchObject(refusal);
  await expect(ask(target, (client) => client.status('any'))).rejects.toMatchObject(refusal);
});

it('where the workflow ended unseen, no worker is asked for', async () => {
  const run = await server.client.workflow.start('campaign', { workflowId: 'unseen', taskQueue: 'none' });
  await run.terminate();
  const target = { address: server.address, namespace: 'default' };
  await expect(ask(target, (client) => client.status('unseen'))).rejects.toMatchObject({
    message: expect.stringContaining('its workflow is terminated') as string,
    problem: { code: 'client/no-status' },
  });
});
