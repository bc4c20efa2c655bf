/** What is ended and what is left, by records alone; with a server, in up.test.ts. */
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HomePaths } from '../../src/core/home.js';
import { identifyProcess, isAlive, type ProcessId } from '../../src/server/daemon.js';
import { hostName } from '../../src/server/host.js';
import { recordMyself, writeRecord } from '../../src/server/record.js';
import { down, ensureUp } from '../../src/server/up.js';
import { kill, makeHome, removeHome } from './home-fixture.js';

let home: HomePaths;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => removeHome(home));

function startSleep(): ProcessId {
  return identifyProcess(spawn('sleep', ['60'], { stdio: 'ignore' }).pid!)!;
}

/** A process that a worker's record names. */
function startRecorded(host: string, foreground: boolean): ProcessId {
  const id = startSleep();
  const at = { address: 'server:7233', namespace: 'longhaul', embedded: false, ready: true };
  writeRecord(home, 'worker', { ...recordMyself(host), ...id, ...at, foreground });
  return id;
}

test('down ends the worker that up started, and leaves the one that a person started', async () => {
  const own = startRecorded('one', false);
  const persons = startRecorded('two', true);
  const steps: string[] = [];
  const onStep = (text: string) => steps.push(text);
  await down({ home, onStep });
  const left = `left running: the worker (pid ${persons.pid}) that \`longhaul worker\` started; Ctrl-C where it runs, or \`kill ${persons.pid}\`, ends it`;
  expect(steps).toEqual([`ended the worker (pid ${own.pid})`, left]);
  expect([isAlive(own), isAlive(persons)]).toEqual([false, true]);
  await down({ home, onStep });
  expect(steps.slice(2)).toEqual([left]);
  await kill(persons);
  await down({ home, onStep });
  expect(steps.at(-1)).toBe('nothing was running');
});

test('what another Longhaul started is left at its work while campaigns are open, with what changes it', async () => {
  const ids = [startSleep(), startSleep(), startSleep()] as const;
  const [server, supervisor, worker] = ids;
  const at = { address: '127.0.0.1:9', namespace: 'longhaul' };
  const more = { ports: { grpc: 9, ui: 10, metrics: 11 }, uiUrl: '', binary: 'temporal', version: '1' };
  writeRecord(home, 'server', { ...recordMyself('one'), ...server, ...at, ...more, serving: true });
  const target = { kind: 'embedded' } as const;
  // The first versions did not say which they were.
  const { longhaul, ...first } = recordMyself(hostName(process.env));
  writeRecord(home, 'supervisor', { ...first, ...supervisor, target, workerStarts: 0 });
  const running = { embedded: true, foreground: false, ready: true };
  writeRecord(home, 'worker', { ...first, ...worker, ...at, ...running });

  const steps: string[] = [];
  const onStep = (text: string) => steps.push(text);
  const isBusy = () => Promise.resolve(true);
  expect(await ensureUp({ home, onStep, isBusy })).toMatchObject(at);
  expect(ids.every(isAlive)).toBe(true);
  expect(steps).toEqual([
    `supervisor and worker are of an earlier Longhaul, this is Longhaul ${longhaul!}: open campaigns go on with those until \`longhaul down && longhaul up\`, which interrupts running turns; they go on in their sessions`,
  ]);
});
