import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  journalPath,
  listJournals,
  readJournal,
  takeJournal,
  type JournalReader,
} from '../../src/activities/journal.js';
import { recoverOrphans } from '../../src/activities/orphan.js';
import { identifyProcess, isAlive } from '../../src/activities/process-tree.js';
import { homePaths } from '../../src/core/home.js';

const worker = identifyProcess(process.pid)!;

function start(gen: number) {
  const home = homePaths(mkdtempSync(join(tmpdir(), 'longhaul-journal-')));
  const header = {
    campaign: 'cart',
    task: 'api',
    gen,
    taskToken: null,
    session: 's',
    startedAtMs: 1,
    worker,
    host: 'here',
    pidSpace: 'boot-1',
  };
  return { home, header, path: journalPath(home, 'cart', 'api') };
}

describe('the turn journal', () => {
  it('is read as it was written, without a line that a crash cut off', async () => {
    const { home, header, path } = start(3);
    const journal = (await takeJournal(home, header))!;
    journal.addProcesses([{ pid: 1_000_001, startedAs: 'a' }]);
    journal.addProcesses([
      { pid: 1_000_001, startedAs: 'a' },
      { pid: 1_000_002, startedAs: 'b' },
    ]);
    appendFileSync(path, '[{"pid":1000003,"star');
    const processes = [
      { pid: 1_000_001, startedAs: 'a' },
      { pid: 1_000_002, startedAs: 'b' },
    ];
    expect(listJournals(home)).toEqual([{ ...header, mark: journal.mark, path, processes }]);
    journal.remove();
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('leaves no draft behind where its worker was killed, and takes no other’s', async () => {
    const { home, header, path } = start(3);
    const draft = `${path}.0123.draft`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, `${JSON.stringify({ ...header, mark: '0123' })}\n`);
    const look = (reader: JournalReader) => recoverOrphans({ home, ...reader }, () => Promise.resolve());
    await look({ host: 'there', pidSpace: 'boot-2' });
    await look({ host: 'here', pidSpace: 'boot-1' });
    expect(existsSync(draft)).toBe(true);
    expect(await look({ host: 'here', pidSpace: 'boot-2' })).toEqual([]);
    expect(existsSync(draft)).toBe(false);
  });

  it('yields to a higher gen', async () => {
    const { home, header } = start(5);
    const higher = await takeJournal(home, header);
    expect(await takeJournal(home, { ...header, gen: 4 })).toBeNull();
    expect(higher?.isMine()).toBe(true);
  });

  it.each([4, 5])('ends what gen %i holds, and takes its place as gen 5', async (gen) => {
    const { home, header, path } = start(gen);
    const lower = (await takeJournal(home, header))!;
    const agent = spawn('sleep', ['300'], { stdio: 'ignore', detached: true });
    const exited = once(agent, 'exit');
    lower.addProcesses([identifyProcess(agent.pid!)!]);
    const taken = await takeJournal(home, { ...header, gen: 5 });
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect([lower.isMine(), taken?.isMine()]).toEqual([false, true]);
    lower.addProcesses([{ pid: 1_000_001, startedAs: 'a' }]);
    lower.remove();
    expect(readJournal(path)).toMatchObject({ gen: 5, mark: taken?.mark, processes: [] });
  });

  it.each([
    {
      by: 'a host that counts its pids elsewhere',
      reader: { host: 'there', pidSpace: 'boot-2' },
      ends: false,
    },
    {
      by: 'another host of the same process table',
      reader: { host: 'there', pidSpace: 'boot-1' },
      ends: true,
    },
    { by: 'the same host, after its reboot', reader: { host: 'here', pidSpace: 'boot-2' }, ends: true },
  ])('is taken over by $by, which ends what it can judge: $ends', async ({ reader, ends }) => {
    const { home, header } = start(5);
    const lower = (await takeJournal(home, header))!;
    const agent = spawn('sleep', ['300'], { stdio: 'ignore', detached: true });
    const identity = identifyProcess(agent.pid!)!;
    lower.addProcesses([identity]);
    const beganMs = Date.now();
    expect((await takeJournal(home, { ...header, ...reader }))?.isMine()).toBe(true);
    expect(lower.isMine()).toBe(false);
    expect(isAlive(identity)).toBe(!ends);
    // Its own host has had the time to see that its journal is gone.
    expect(Date.now() - beganMs > 7_000).toBe(!ends);
    agent.kill('SIGKILL');
  });

  it('is taken by one of many at once, after all the others', async () => {
    const { home, header } = start(1);
    const all = await Promise.all(Array.from({ length: 20 }, () => takeJournal(home, header)));
    expect(all.filter((journal) => journal?.isMine() === true)).toHaveLength(1);
    expect(listJournals(home)).toHaveLength(1);
  });

  it('takes the place of one that can not be read', async () => {
    const { home, header, path } = start(1);
    const broken = await takeJournal(home, header);
    broken?.remove();
    appendFileSync(path, 'garbage\n');
    expect((await takeJournal(home, header))?.isMine()).toBe(true);
  });
});
