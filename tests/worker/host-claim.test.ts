/** Who has a host of a home: workers that count their pids elsewhere are known by their silence only. */
import { existsSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HomePaths } from '../../src/core/home.js';
import { ensureServer } from '../../src/server/embedded.js';
import { readRecord, recordMyself, writeRecord, type WorkerRecord } from '../../src/server/record.js';
import { claimHost } from '../../src/worker/host-claim.js';
import { makeHome, removeHome } from '../server/home-fixture.js';

let home: HomePaths;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => removeHome(home));

function recordOf(host: string, change: Partial<WorkerRecord> = {}): WorkerRecord {
  const at = {
    address: 'server:7233',
    namespace: 'longhaul',
    embedded: false,
    foreground: false,
    ready: false,
  };
  return { ...recordMyself(host), ...at, ...change };
}

const elsewhere = { pidSpace: 'another container', pid: 7 };
const notLost = (message: string) => expect.unreachable(message);

describe('claimHost', () => {
  it('takes a host whose last worker was killed in another container, when that has been silent', async () => {
    writeRecord(home, 'worker', recordOf('one', elsewhere));
    const beganMs = Date.now();
    const claim = await claimHost(home, recordOf('one'), notLost);
    expect(Date.now() - beganMs).toBeGreaterThan(9_000);
    claim.ready();
    expect(readRecord(home, 'worker', 'one')).toMatchObject({ pid: process.pid, ready: true });
    claim.release();
    expect(readRecord(home, 'worker', 'one')).toBeNull();
  });

  it('refuses a host whose worker goes on in another container, and names it', async () => {
    const other = recordOf('one', elsewhere);
    const renewing = setInterval(() => writeRecord(home, 'worker', other), 1_000);
    writeRecord(home, 'worker', other);
    await expect(claimHost(home, recordOf('one'), notLost)).rejects.toThrow(
      `a worker of the host one of this LONGHAUL_HOME (${home.root}) runs already, since ${other.since} (pid 7)`,
    );
    clearInterval(renewing);
  });

  it('does not wait for other hosts, and says again and again that it lives', async () => {
    writeRecord(home, 'worker', recordOf('two', elsewhere));
    const beganMs = Date.now();
    const claim = await claimHost(home, recordOf('one'), notLost);
    expect(Date.now() - beganMs).toBeLessThan(5_000);
    const file = `${home.hosts}/one/worker.json`;
    rmSync(file);
    await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
    claim.release();
    expect(readRecord(home, 'worker', 'two')).not.toBeNull();
  });

  it('gives way to whoever has taken its place', async () => {
    const lost = vi.fn();
    const claim = await claimHost(home, recordOf('one'), lost);
    const other = recordOf('one', elsewhere);
    writeRecord(home, 'worker', other);
    await expect
      .poll(() => lost.mock.calls, { timeout: 10_000 })
      .toEqual([['another worker has taken the host one']]);
    claim.release();
    expect(readRecord(home, 'worker', 'one')).toEqual(other);
  });
});

it('no server is started on the database that another host has open', async () => {
  writeRecord(home, 'worker', recordOf('two', { ...elsewhere, embedded: true }));
  await expect(ensureServer(home, () => undefined)).rejects.toThrow(
    'is at work with its embedded server on the host two',
  );
});
