/**
 * What died with the worker before: Temporal knows it, down to an activity that it had handed out in the very moment of
 * the death, and to one whose answer never left. Failed at once, it is given out again at once, and not after the
 * heartbeat timeout. (Commands end with their worker: activities/command.ts. What turns leave running is ended from
 * their journals: activities/orphan.ts.)
 *
 * And what stuck to it: the server offers a workflow's next task, and queries, to the worker that had it last, and waits
 * for it. A turn that goes on asks its campaign for admission, by query: that would take most of the time until it runs.
 */
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { CAMPAIGN_WORKFLOW } from '../workflows/messages.js';

/** Whose activities these are: a host has one worker, and its name is its own among those that have this home. */
interface WorkerPlace {
  readonly homeQueue: string;
  readonly host: string;
}

export function workerIdentity(place: WorkerPlace): string {
  return `${nameOf(place)} (pid ${process.pid})`;
}

function nameOf({ homeQueue, host }: WorkerPlace): string {
  return `${homeQueue} on ${host}`;
}

interface OpenWorkflow {
  readonly workflowId: string;
  readonly type: string;
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
export async function failLostActivities(client: Client, place: WorkerPlace): Promise<readonly string[]> {
  const listing = client.withDeadline(Date.now() + DEADLINE_MS, () => listOpen(client, place.homeQueue));
  const open = await listing.catch(() => []);
  const lost: LostActivity[] = [];
  for (let next = 0; next < open.length; next += AT_ONCE) {
    const found = open
      .slice(next, next + AT_ONCE)
      .map(({ workflowId }) => findLost(client, workflowId, place));
    lost.push(...(await Promise.all(found)).flat());
  }
  await Promise.all([
    ...lost.map((activity) => fail(client, activity)),
    ...open.map((each) => free(client, each)),
  ]);
  return lost.map(({ type }) => type);
}

/** Those of the home: a namespace may have others. */
async function listOpen(client: Client, homeQueue: string): Promise<readonly OpenWorkflow[]> {
  const open: OpenWorkflow[] = [];
  const query = `ExecutionStatus="Running" AND TaskQueue="${homeQueue}"`;
  for await (const { workflowId, type } of client.workflow.list({ query })) open.push({ workflowId, type });
  return open;
}

/** A campaign that another host has in its memory is read anew once: nobody can tell which it is. */
async function free(client: Client, { workflowId, type }: OpenWorkflow): Promise<void> {
  if (type !== CAMPAIGN_WORKFLOW) return;
  const { namespace } = client.options;
  await client
    .withDeadline(Date.now() + DEADLINE_MS, () =>
      client.workflowService.resetStickyTaskQueue({ namespace, execution: { workflowId } }),
    )
    // Else it is waited for.
    .catch(() => undefined);
}

async function findLost(
  client: Client,
  workflowId: string,
  place: WorkerPlace,
): Promise<readonly LostActivity[]> {
  const { runId, raw } = await client
    .withDeadline(Date.now() + DEADLINE_MS, () => client.workflow.getHandle(workflowId).describe())
    // It has ended meanwhile, or can't be asked.
    .catch(() => ({ runId: '', raw: null }));
  return (raw?.pendingActivities ?? []).flatMap(({ activityId, activityType, lastWorkerIdentity, state }) => {
    const worker = lastWorkerIdentity ?? '';
    if (Number(state) !== STARTED || !worker.startsWith(`${nameOf(place)} (pid `)) return [];
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
