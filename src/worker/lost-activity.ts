/**
 * What died with the worker before: Temporal knows it, down to an activity that it had handed out in the very moment of
 * the death, and to one whose answer never left. Failed at once, it is given out again at once, and not after the
 * heartbeat timeout. (Commands end with their worker: activities/command.ts. What turns leave running is ended from
 * their journals: activities/orphan.ts.)
 */
import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** Process ids mean nothing on another machine that shares the folder, and so the host's id. */
export function workerIdentity(host: string): string {
  return `${machineOf(host)} (pid ${process.pid})`;
}

function machineOf(host: string): string {
  return `longhaul ${host} on ${hostname()}`;
}

interface LostActivity {
  readonly workflowId: string;
  readonly runId: string;
  readonly activityId: string;
  readonly type: string;
  readonly worker: string;
}

const AT_ONCE = 20;
const DEADLINE_MS = 10_000;

/**
 * For a worker that does not poll yet: whatever its host is said to carry out is lost. What can't be asked or failed is
 * left to the heartbeat timeout.
 *
 * @returns the types of the activities
 */
export async function failLostActivities(client: Client, host: string): Promise<readonly string[]> {
  const open = await client.withDeadline(Date.now() + DEADLINE_MS, () => listOpen(client)).catch(() => []);
  const lost: LostActivity[] = [];
  for (let next = 0; next < open.length; next += AT_ONCE) {
    const found = open.slice(next, next + AT_ONCE).map((workflowId) => findLost(client, workflowId, host));
    lost.push(...(await Promise.all(found)).flat());
  }
  await Promise.all(lost.map((activity) => fail(client, activity)));
  return lost.map(({ type }) => type);
}

async function listOpen(client: Client): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus="Running"' }))
    ids.push(workflowId);
  return ids;
}

async function findLost(client: Client, workflowId: string, host: string): Promise<readonly LostActivity[]> {
  const { runId, raw } = await client
    .withDeadline(Date.now() + DEADLINE_MS, () => client.workflow.getHandle(workflowId).describe())
    // It has ended meanwhile, or can't be asked.
    .catch(() => ({ runId: '', raw: null }));
  return (raw?.pendingActivities ?? []).flatMap(({ activityId, activityType, lastWorkerIdentity, state }) => {
    const worker = lastWorkerIdentity ?? '';
    if (Number(state) !== STARTED || !worker.startsWith(`${machineOf(host)} `)) return [];
    return [{ workflowId, runId, activityId: activityId ?? '', type: activityType?.name ?? '', worker }];
  });
}

/** temporal.api.enums.v1.PendingActivityState; the enum's package is not ours to import. */
const STARTED = 2;

async function fail(client: Client, { type, worker, ...id }: LostActivity): Promise<void> {
  const message = `The worker (${worker}) ended during ${type}.`;
  // The cause is gone with that worker: no reason to back off, however often workers were lost before.
  const failure = ApplicationFailure.create({ message, type: 'worker/lost', nextRetryDelay: '100ms' });
  await client
    .withDeadline(Date.now() + DEADLINE_MS, () => client.activity.fail(id, failure))
    .catch(() => undefined);
}
