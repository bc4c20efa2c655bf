import { writeFileSync } from 'node:fs';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HomePaths } from '../../src/core/home.js';
import { ProblemError, type Problem } from '../../src/core/problem.js';
import { hasNamespace } from '../../src/server/namespace.js';
import { readOutsideServer } from '../../src/server/outside.js';
import { down, ensureUp, readStatus } from '../../src/server/up.js';
import { startTestServer } from '../test-server.js';
import { kill, makeHome, removeHome, waitFor } from './home-fixture.js';

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

const onStep = (): void => undefined;
const isBusy = (): Promise<boolean> => Promise.resolve(true);

async function refusal(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => expect.unreachable('it should have been refused'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem;
}

test('with --address, up keeps just a worker there, and down leaves the server alone', async () => {
  const { address } = server;
  const up = await ensureUp({ home, address, onStep, isBusy });
  expect(up).toEqual({ address, namespace: 'longhaul', uiUrl: null });
  expect(readStatus(home)).toMatchObject({ server: null, worker: { address, embedded: false, ready: true } });

  // One home, one server: without the address, the home's own would be meant.
  const problem = await refusal(ensureUp({ home, onStep, isBusy }));
  expect(problem.code).toBe('server/other-server');
  expect(problem.message).toBe(
    `this LONGHAUL_HOME (${home.root}) works with ${address}, namespace longhaul, not with its own server as asked`,
  );

  const { worker } = readStatus(home);
  await kill(worker!);
  await waitFor(home, (now) => now.worker?.ready === true && now.worker.pid !== worker?.pid);

  await down({ home, onStep });
  expect(readStatus(home)).toEqual({ server: null, supervisor: null, worker: null });
  expect(await hasNamespace({ address }, 'longhaul', 60_000)).toBe(true);
});

test('a server that does not answer is named, with what to look at', async () => {
  const problem = await refusal(ensureUp({ home, address: '127.0.0.1:9', onStep, isBusy }));
  expect(problem.code).toBe('server/unreachable');
  expect(problem.message).toMatch(/^the Temporal server 127\.0\.0\.1:9 does not answer: \S/);
  expect(problem.hint).toContain('temporal operator cluster health');
  expect(readStatus(home)).toEqual({ server: null, supervisor: null, worker: null });
});

test("Temporal's standard configuration names the server, its namespace and how to speak to it", () => {
  const file = `${home.root}/temporal.toml`;
  writeFileSync(file, '[profile.default]\naddress = "from-file:7233"\nnamespace = "team"\napi_key = "k"\n');
  const env = { TEMPORAL_CONFIG_FILE: file };
  expect(readOutsideServer(undefined, env)).toEqual({
    connection: { address: 'from-file:7233', namespace: 'team', apiKey: 'k', tls: true },
    namespaceGiven: true,
  });
  expect(readOutsideServer(undefined, { ...env, TEMPORAL_ADDRESS: 'from-env:1' })?.connection.address).toBe(
    'from-env:1',
  );
  expect(readOutsideServer('from-option:2', env)?.connection.address).toBe('from-option:2');
  expect(readOutsideServer(undefined, { TEMPORAL_CONFIG_FILE: `${home.root}/none.toml` })).toBeNull();
});

test('a namespace that the configuration names is never made by us', async () => {
  const before = { ...process.env };
  Object.assign(process.env, { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'absent' });
  try {
    const problem = await refusal(ensureUp({ home, onStep, isBusy }));
    expect(problem.message).toBe(
      `the Temporal server ${server.address} has no namespace absent (none is made under a name that somebody else chose)`,
    );
    expect(problem.hint).toContain('temporal operator namespace create --retention 90d absent');
  } finally {
    process.env = before;
  }
});

test('a configuration that is broken is told as such', async () => {
  const file = `${home.root}/temporal.toml`;
  writeFileSync(file, 'address = [');
  const problem = await refusal(
    Promise.resolve().then(() => readOutsideServer(undefined, { TEMPORAL_CONFIG_FILE: file })),
  );
  expect(problem.code).toBe('server/configuration');
});
