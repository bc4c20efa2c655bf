import type { ActivityDeps } from './deps.js';
import { listDrafts, listJournals, treeOf, type JournalReader, type JournalRecord } from './journal.js';
import { endTree, isAlive } from './process-tree.js';
import { rmSync } from 'node:fs';

/**
 * For a worker that starts: what a worker of this host before it left running is ended (known by pid and start time, or by the mark
 * of its turn), and the activities are failed by their task tokens, so that Temporal gives them out again at once and
 * not after the heartbeat timeout. `failActivity` may reject where the activity is over already. Returns the turns.
 */
export async function recoverOrphans(
  deps: Pick<ActivityDeps, 'home'> & JournalReader,
  failActivity: (taskToken: Uint8Array, message: string) => Promise<void>,
): Promise<readonly JournalRecord[]> {
  const orphans = listJournals(deps.home).filter((record) => isOrphan(record, deps));
  await Promise.all(orphans.map((record) => recover(record, failActivity)));
  for (const { path } of listDrafts(deps.home).filter((draft) => isOrphan(draft, deps)))
    rmSync(path, { force: true });
  return orphans;
}

/** A worker that lives looks after its turns itself; what another host left is that host's, or the heartbeat timeout's. */
function isOrphan({ host, pidSpace, worker }: JournalRecord, reader: JournalReader): boolean {
  if (host !== reader.host) return false;
  return pidSpace !== reader.pidSpace || !isAlive(worker);
}

async function recover(
  record: JournalRecord,
  failActivity: (taskToken: Uint8Array, message: string) => Promise<void>,
): Promise<void> {
  await endTree(treeOf(record));
  if (record.taskToken !== null) {
    const token = new Uint8Array(Buffer.from(record.taskToken, 'base64'));
    await failActivity(token, `The worker (pid ${record.worker.pid}) ended during the turn.`).catch(
      () => undefined,
    );
  }
  rmSync(record.path, { force: true });
}
