import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import os from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { homePaths, type HomePaths } from '../../src/core/home.js';
import { readStatus } from '../../src/server/up.js';
import { ensureHomeId } from '../../src/client/home-id.js';
import { makeHome, removeHome, waitFor } from '../server/home-fixture.js';
import { startTestServer } from '../test-server.js';

let server: TestWorkflowEnvironment;
let home: HomePaths;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.teardown());
beforeEach(() => {
  home = makeHome();
});
afterEach(() => removeHome(home));

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; output: string }>;
}

/** The worker's own entry, as the supervisor starts it. */
function startWorker(env: Record<string, string> = {}): Started {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const entry = fileURLToPath(new URL('../../src/worker/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', tsx, entry], {
    env: {
      ...process.env,
      LONGHAUL_HOME: home.root,
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: 'default',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, output })) };
}

/** What the compose file asks of a container. */
function isHealthy(): boolean {
  const env = { ...process.env, LONGHAUL_HOME: home.root };
  return spawnSync(process.execPath, ['docker/worker-health.mjs'], { env }).status === 0;
}

/** The identities that poll a queue for activities. */
async function describePollers(queue: string): Promise<readonly (string | null | undefined)[]> {
  const described = await server.connection.workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name: queue },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum's package is not ours to import
    taskQueueType: 2, // activities
  });
  return described.pollers.map((poller) => poller.identity);
}

test('a worker polls its three queues, is recorded, and ends on SIGTERM', async () => {
  const { child, ended } = startWorker();
  const record = await waitFor(home, ({ worker }) => worker?.ready === true && worker);
  expect(record).toMatchObject({
    pid: child.pid,
    address: server.address,
    namespace: 'default',
    embedded: false,
    foreground: false,
    host: os.hostname(),
  });
  const queue = `longhaul/${ensureHomeId(home)}`;
  for (const each of [queue, `${queue}/work`, `${queue}/turns`]) {
    await expect
      .poll(() => describePollers(each), { timeout: 60_000 })
      .toContain(`${queue} on ${os.hostname()} (pid ${record.pid})`);
  }
  expect(isHealthy()).toBe(true);
  child.kill('SIGTERM');
  const { code, output } = await ended;
  expect(code).toBe(0);
  expect(output).toMatch(/ SIGTERM: ending\n.* ended\n$/);
  expect(readStatus(home).worker).toBeNull();
  expect(isHealthy()).toBe(false);
});

test('a host has one worker: a second one says who the first is, and ends', async () => {
  const first = startWorker();
  const record = await waitFor(home, ({ worker }) => worker?.ready === true && worker);
  const { code, output } = await startWorker().ended;
  expect(code).toBe(1);
  expect(output).toContain(`runs already, since ${record.since} (pid ${record.pid})`);
  expect(readStatus(home).worker).toEqual(record);
  first.child.kill('SIGTERM');
  await first.ended;
});

test('a wrong LONGHAUL_MAX_TURNS is named', async () => {
  const { code, output } = await startWorker({ LONGHAUL_MAX_TURNS: 'many' }).ended;
  expect(code).toBe(1);
  expect(output).toContain('LONGHAUL_MAX_TURNS must be a whole number from 1 to 1000, not "many"');
});

test('the home id is made once, whoever asks first', async () => {
  const script = `
    import { ensureHomeId } from ${JSON.stringify(new URL('../../src/client/home-id.ts', import.meta.url).href)};
    import { homePaths } from ${JSON.stringify(new URL('../../src/core/home.ts', import.meta.url).href)};
    console.log(ensureHomeId(homePaths(${JSON.stringify(home.root)})));`;
  const ids = await Promise.all(
    [1, 2, 3].map(async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await once(child, 'close');
      return output.trim();
    }),
  );
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^[a-z0-9-]+-[0-9a-f]{8}$/);
  expect(ensureHomeId(homePaths(home.root))).toBe(ids[0]);
});
