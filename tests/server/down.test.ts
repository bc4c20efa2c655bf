/** What `down` ends and what it leaves, by records alone; with a server, in up.test.ts. */
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HomePaths } from '../../src/core/home.js';
import { identifyProcess, isAlive, type ProcessId } from '../../src/server/daemon.js';
import { recordMyself, writeRecord } from '../../src/server/record.js';
import { down } from '../../src/server/up.js';
import { kill, makeHome, removeHome } from './home-fixture.js';

let home: HomePaths;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => removeHome(home));

/** A process that a worker's record names. */
function startRecorded(host: string, foreground: boolean): ProcessId {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const id = identifyProcess(child.pid!)!;
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
