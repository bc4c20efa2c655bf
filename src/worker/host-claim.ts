/** One worker per host of a home: what says so to others, and for how long. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HomePaths } from '../core/home.js';
import { ProblemError } from '../core/problem.js';
import {
  claimRecord,
  isHeldElsewhere,
  readRecord,
  removeRecord,
  renewRecord,
  wayToEnd,
  type WorkerRecord,
} from '../server/record.js';

const RENEW_MS = 3_000;
/** An earlier life of this host is silent by then. */
const PATIENCE_MS = 15_000;

export interface HostClaim {
  /** Says that the worker polls its task queues. */
  ready(): void;
  release(): void;
}

/**
 * Two workers of one host would take each other's turns for orphans: so there is one. `onLost` is called where another
 * has taken the host all the same (this process was stopped for long, and is of another container of that name).
 */
export async function claimHost(
  home: HomePaths,
  first: WorkerRecord,
  onLost: (message: string) => void,
): Promise<HostClaim> {
  let record = first;
  const deadline = Date.now() + PATIENCE_MS;
  while (isHeldElsewhere(home, record.host)) {
    if (Date.now() > deadline) throw runsAlready(home, readRecord(home, 'worker', record.host) ?? record);
    await sleep(500);
  }
  const other = await claimRecord(home, 'worker', record);
  if (other !== null) throw runsAlready(home, other);
  const timer = setInterval(() => {
    if (tryToRenew(home, record)) return;
    clearInterval(timer);
    onLost(`another worker has taken the host ${record.host}`);
  }, RENEW_MS);
  return {
    ready: () => {
      record = { ...record, ready: true };
      tryToRenew(home, record);
    },
    release: () => {
      clearInterval(timer);
      removeRecord(home, record);
    },
  };
}

/** A volume that can't be written for a moment is no reason to end. */
function tryToRenew(home: HomePaths, record: WorkerRecord): boolean {
  try {
    return renewRecord(home, record);
  } catch {
    return true;
  }
}

function runsAlready(home: HomePaths, other: WorkerRecord): ProblemError {
  return new ProblemError({
    code: 'worker/runs-already',
    message: `a worker of the host ${other.host} of this LONGHAUL_HOME (${home.root}) runs already, since ${other.since} (pid ${other.pid})`,
    hint: `one host needs one; ${wayToEnd(other)}; LONGHAUL_MAX_TURNS sets how many turns it runs at once; another host that shares the home needs a name of its own: LONGHAUL_HOST`,
    severity: 'problem',
  });
}
