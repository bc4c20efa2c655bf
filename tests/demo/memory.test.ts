import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { identifyProcess, type ProcessIdentity } from '../../src/activities/process-tree.js';
import { begins, findAtWork, Memory, readMemory } from '../../src/demo/memory.js';

let folder: string;
/** A process that never asks how its children ended, and its child. */
let parent: ChildProcessByStdio<null, Readable, null>;
let child: ProcessIdentity;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'longhaul-memory-'));
  parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const found = identifyProcess(Number(line.toString()));
  if (found === null) throw new Error('the child is not there');
  child = found;
  const begin = { is: 'begin', task: 'a', session: 's', turn: 1, ...child, at: '', stillAlive: [] };
  writeFileSync(path.join(folder, 'a.jsonl'), `${JSON.stringify(begin)}\n`);
});

afterEach(() => {
  if (identifyProcess(child.pid)?.startedAs === child.startedAs) process.kill(child.pid, 'SIGKILL');
  parent.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function aliveAtNextBegin(): readonly number[] | undefined {
  new Memory(folder, { task: 'a', session: 's', turn: 2 }).begin();
  return begins(readMemory(folder, 'a')).at(-1)?.stillAlive;
}

it('sees another agent of its task that lives', () => {
  expect(findAtWork(readMemory(folder, 'a'))).toMatchObject({ pid: child.pid });
  expect(aliveAtNextBegin()).toEqual([child.pid]);
});

it.runIf(process.platform === 'linux')(
  'takes for dead who was killed, though nobody has asked yet how it ended',
  async () => {
    process.kill(child.pid, 'SIGKILL');
    await vi.waitFor(() => expect(readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toMatch(/\) Z /));
    expect(findAtWork(readMemory(folder, 'a'))).toBeNull();
    expect(aliveAtNextBegin()).toEqual([]);
  },
);

it('takes for dead whose pid is another process by now', () => {
  const earlier = { is: 'begin', task: 'a', session: 's', turn: 1, pid: child.pid, startedAs: 'earlier' };
  writeFileSync(path.join(folder, 'a.jsonl'), `${JSON.stringify(earlier)}\n`);
  expect(aliveAtNextBegin()).toEqual([]);
});
