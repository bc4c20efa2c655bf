/** Locks between the processes of one host; within this process a queue, so that waiting costs no polling. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { lock } from 'proper-lockfile';

/** A holder that was killed holds nobody up for longer. */
const STALE_MS = 5_000;

const queues = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while nobody else on this host holds the lock `<name>.lock`. It keeps commands from colliding; it is
 * not what keeps refs right: a holder that was stopped for long loses its lock, so refs move by compare-and-swap.
 */
export async function withHostLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = queues.get(name) ?? Promise.resolve();
  const mine = before.then(
    () => lockAndWork(name, work),
    () => lockAndWork(name, work),
  );
  queues.set(name, mine);
  try {
    return await mine;
  } finally {
    if (queues.get(name) === mine) queues.delete(name);
  }
}

async function lockAndWork<T>(name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(name), { recursive: true });
  const release = await lock(name, {
    realpath: false,
    stale: STALE_MS,
    update: STALE_MS / 4,
    retries: { forever: true, retries: 1, factor: 1.5, minTimeout: 50, maxTimeout: 500 },
    onCompromised: () => undefined,
  });
  try {
    return await work();
  } finally {
    // A lock that was taken over in the meantime is not ours to release.
    await release().catch(() => undefined);
  }
}
