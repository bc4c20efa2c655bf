import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HomePaths } from '../../src/core/home.js';
import { isAlive } from '../../src/server/daemon.js';
import { ensureHomeId } from '../../src/client/home-id.js';
import { ensureServer } from '../../src/server/embedded.js';
import { readRecord, recordMyself, withLock, writeRecord } from '../../src/server/record.js';
import { down, ensureUp, readStatus, type Up } from '../../src/server/up.js';
import { LONGHAUL_VERSION } from '../../src/server/version.js';
import { kill, makeHome, removeHome, waitFor } from './home-fixture.js';

let home: HomePaths;
let steps: string[];
const onStep = (text: string): number => steps.push(text);
const isBusy = (): Promise<boolean> => Promise.resolve(false);

beforeEach(() => {
  home = makeHome();
  steps = [];
});
afterEach(() => removeHome(home));

async function withConnection<Result>(
  up: Up,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await Connection.connect({ address: up.address });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** Without what is said again every ten seconds, where the machine is slow. */
function quick(said: readonly string[]): readonly string[] {
  return said.filter((step) => !step.endsWith(' so far)'));
}

/** Something that only the database keeps. */
async function registerMark(up: Up): Promise<void> {
  await withConnection(up, ({ workflowService }) =>
    workflowService.updateNamespace({
      namespace: 'longhaul',
      updateInfo: { description: 'a mark', data: { mark: 'kept' } },
    }),
  );
}

/** The pids of the workers that ask for this host's work. */
async function describePollers(up: Up): Promise<readonly number[]> {
  const { pollers } = await withConnection(up, ({ workflowService }) =>
    workflowService.describeTaskQueue({
      namespace: 'longhaul',
      taskQueue: { name: `longhaul/${ensureHomeId(home)}` },
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum's package is not ours to import
      taskQueueType: 2, // activities
    }),
  );
  return pollers.map(({ identity }) => Number(/pid (\d+)/.exec(identity ?? '')?.[1]));
}

async function describeNamespace(
  up: Up,
): Promise<{ mark: string | undefined; retentionDays: number | undefined }> {
  const { namespaceInfo, config } = await withConnection(up, ({ workflowService }) =>
    workflowService.describeNamespace({ namespace: 'longhaul' }),
  );
  const seconds = config?.workflowExecutionRetentionTtl?.seconds?.toNumber();
  return {
    mark: namespaceInfo?.data?.['mark'],
    retentionDays: seconds === undefined ? undefined : seconds / 86_400,
  };
}

test('up starts server, supervisor and worker on loopback; a second up only looks; down ends all three', async () => {
  const up = await ensureUp({ home, onStep, isBusy });
  const status = readStatus(home);
  expect(up).toEqual({
    address: status.server?.address,
    namespace: 'longhaul',
    uiUrl: status.server?.uiUrl,
  });
  expect(up.address).toMatch(/^127\.0\.0\.1:/);
  expect(status.server?.version).toMatch(/Server \d/);
  expect(status.worker).toMatchObject({ ready: true, embedded: true, address: up.address });
  expect((await describeNamespace(up)).retentionDays).toBe(3650);
  expect((await fetch(up.uiUrl ?? '')).status).toBe(200);

  // It reads some files and waits for nobody, also not for a command that starts or ends things.
  const second = () => ensureUp({ home, onStep: () => expect.unreachable(), isBusy });
  expect(await withLock(home, 'up', second)).toEqual(up);

  await down({ home, onStep });
  expect(readStatus(home)).toEqual({ server: null, supervisor: null, worker: null });
  expect(
    quick(steps)
      .slice(-3)
      .map((step) => step.replace(/\d+/, 'N')),
  ).toEqual(['ended the supervisor (pid N)', 'ended the worker (pid N)', 'ended the server (pid N)']);
  await down({ home, onStep });
  expect(steps.at(-1)).toBe('nothing was running');
});

test('two at once start one server, and both get it', async () => {
  const entry = fileURLToPath(new URL('up-process.ts', import.meta.url));
  const [one, other] = await Promise.all(
    [1, 2].map(() => execa(process.execPath, ['--import', 'tsx', entry, home.root])),
  );
  expect(one?.stdout).toBe(other?.stdout);
  const said = `${one?.stderr ?? ''}\n${other?.stderr ?? ''}`.split('\n');
  expect(quick(said).filter((step) => step.startsWith('starting Temporal'))).toHaveLength(1);
  expect(JSON.parse(one?.stdout ?? '')).toMatchObject({ address: readStatus(home).server?.address });
});

test('a killed server comes back on the same ports, with its data, under the same worker', async () => {
  const up = await ensureUp({ home, onStep, isBusy });
  await registerMark(up);
  const { server, worker } = readStatus(home);
  // Another binary has come to its place meanwhile: the supervisor starts it, and has no terminal.
  writeRecord(home, 'server', { ...server!, version: '1.0.0' });
  await kill(server!);
  const again = await waitFor(home, (now) => now.server?.serving === true && now.server);
  expect(again.pid).not.toBe(server?.pid);
  expect(again.ports).toEqual(server?.ports);
  expect(await ensureUp({ home, onStep, isBusy })).toEqual(up);
  expect(await ensureUp({ home, onStep, isBusy })).toEqual(up);
  expect(steps.filter((step) => step.includes('changes from 1.0.0 to'))).toHaveLength(1);
  expect((await describeNamespace(up)).mark).toBe('kept');
  expect(isAlive(worker!)).toBe(true);
  // A new server knows only those who asked it for work since it started.
  await expect.poll(() => describePollers(up), { timeout: 120_000 }).toContain(worker?.pid);
});

test('a killed worker is started again, and one of another Longhaul changed', async () => {
  await ensureUp({ home, onStep, isBusy });
  const { worker } = readStatus(home);
  await kill(worker!);
  const again = await waitFor(home, (now) => now.worker?.ready === true && now.worker);
  expect(again.pid).not.toBe(worker?.pid);

  // An upgrade of Longhaul, while no campaign is open: its supervisor and worker change, and the server stays.
  const before = readStatus(home);
  writeRecord(home, 'supervisor', { ...before.supervisor!, longhaul: '0.0.1' });
  await ensureUp({ home, onStep, isBusy });
  const after = readStatus(home);
  expect(steps).toContain(
    `supervisor and worker are of Longhaul 0.0.1, this is Longhaul ${LONGHAUL_VERSION}: no campaign is open, they are started anew`,
  );
  expect(after.server).toEqual(before.server);
  expect([after.supervisor?.pid, after.worker?.pid]).not.toContain(before.supervisor?.pid);
  expect(after.worker?.pid).not.toBe(before.worker?.pid);
  expect(after.worker?.longhaul).toBe(LONGHAUL_VERSION);
});

test('server and worker outlive their supervisor, and the next one takes them over', async () => {
  await ensureUp({ home, onStep, isBusy });
  const before = readStatus(home);
  await kill(before.supervisor!);
  expect(readStatus(home)).toEqual({ ...before, supervisor: null });

  await ensureUp({ home, onStep, isBusy });
  const after = readStatus(home);
  expect(after).toMatchObject({ server: { pid: before.server?.pid }, worker: { pid: before.worker?.pid } });
  expect(after.supervisor?.pid).not.toBe(before.supervisor?.pid);
  // Adopted means kept alive.
  await kill(before.worker!);
  await waitFor(home, (now) => now.worker?.ready === true);
});

test('all killed at once: the next up brings everything back, where it was', async () => {
  const up = await ensureUp({ home, onStep, isBusy });
  await registerMark(up);
  const { server, supervisor, worker } = readStatus(home);
  await kill(supervisor!, server!, worker!);
  expect(readStatus(home)).toEqual({ server: null, supervisor: null, worker: null });
  // The records are stale, and say what still matters.
  expect(readRecord(home, 'server')?.ports).toEqual(server?.ports);
  expect(await ensureUp({ home, onStep, isBusy })).toEqual(up);
  expect((await describeNamespace(up)).mark).toBe('kept');
  // The version is the same: no copy was made.
  expect(readdirSync(home.server).filter((name) => name.startsWith('before-'))).toEqual([]);
});

test('another version of Temporal opens the database only after a copy; the data goes with it', async () => {
  const server = await ensureServer(home, onStep);
  await kill(server);
  writeRecord(home, 'server', { ...server, version: '1.0.0' });
  const again = await ensureServer(home, onStep);
  expect(again.version).toBe(server.version);
  const copy = readdirSync(home.server).find((name) => name.startsWith('before-'));
  expect(readdirSync(`${home.server}/${copy!}`)).toContain('temporal.db');
  expect(steps.filter((step) => step.includes('changes from 1.0.0 to'))).toHaveLength(1);
});

test('a server whose starter was killed before it answered is brought to service by the next', async () => {
  const server = await ensureServer(home, onStep);
  writeRecord(home, 'server', { ...server, serving: false });
  expect(await ensureServer(home, onStep)).toEqual(server);
  expect(steps.filter((step) => step.startsWith('starting'))).toHaveLength(1);
});

test('a record whose pid belongs to somebody else by now is stale, and that process is left alone', async () => {
  const server = await ensureServer(home, onStep);
  await kill(server);
  const stranger = recordMyself('here');
  writeRecord(home, 'server', { ...server, pid: stranger.pid });
  expect(readStatus(home).server).toBeNull();
  await down({ home, onStep });
  expect(steps.at(-1)).toBe('nothing was running');
});
