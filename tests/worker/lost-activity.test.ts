/** Activities whose worker died in the moment that it was given them: no code of ours has seen them. */
import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failLostActivities, workerIdentity } from '../../src/worker/lost-activity.js';
import { startTestServer } from '../test-server.js';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.teardown());

const namespace = 'default';
/** temporal.api.enums.v1.CommandType */
const SCHEDULE_ACTIVITY_TASK = 1;
const seconds = (value: number) => ({ seconds: value as never });

/** temporal.api.enums.v1.TaskQueueKind */
const STICKY = 2;

/** The server wants to know how long a poll may take. */
function soon<Result>(call: () => Promise<Result>): Promise<Result> {
  return server.connection.withDeadline(Date.now() + 60_000, call);
}

/** A workflow of that home whose one activity waits on the queue that is returned. */
async function startWithActivity(homeQueue: string): Promise<string> {
  const queue = randomUUID();
  const { workflowService } = server.connection;
  await server.client.workflow.start('any', { workflowId: queue, taskQueue: homeQueue });
  const { taskToken } = await soon(() =>
    workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: homeQueue } }),
  );
  const activity = {
    activityId: '1',
    activityType: { name: 'verify' },
    taskQueue: { name: queue },
    startToCloseTimeout: seconds(600),
    heartbeatTimeout: seconds(60),
  };
  await workflowService.respondWorkflowTaskCompleted({
    namespace,
    taskToken,
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum's package is not ours to import
    commands: [{ commandType: SCHEDULE_ACTIVITY_TASK, scheduleActivityTaskCommandAttributes: activity }],
  });
  return queue;
}

/** Takes it as a worker of this identity would; returns which try it is. */
async function poll(queue: string, identity: string): Promise<number> {
  const { workflowService } = server.connection;
  const { attempt } = await soon(() =>
    workflowService.pollActivityTaskQueue({ namespace, taskQueue: { name: queue }, identity }),
  );
  return attempt;
}

test('what a host is said to carry out is given out again at once, and nothing else', async () => {
  const place = { homeQueue: `longhaul/${randomUUID()}`, host: 'a' };
  const otherHost = { ...place, host: 'ab' };
  const otherHome = { homeQueue: `longhaul/${randomUUID()}`, host: 'a' };
  const queues: string[] = [];
  for (const { homeQueue } of [place, otherHost, otherHome]) queues.push(await startWithActivity(homeQueue));
  const [lost, others, elsewhere] = queues;
  expect(await poll(lost!, workerIdentity(place))).toBe(1);
  expect(await poll(others!, workerIdentity(otherHost))).toBe(1);
  expect(await poll(elsewhere!, workerIdentity(otherHome))).toBe(1);
  const takeBack = () => failLostActivities(server.client, place);
  await expect.poll(takeBack, { timeout: 60_000 }).toEqual(['verify']);
  expect(await poll(lost!, workerIdentity(place))).toBe(2);
  expect(await failLostActivities(server.client, { ...place, host: 'b' })).toEqual([]);
});

/** A workflow whose last worker asked for its next tasks too, and is not there any more. */
async function startSticky(type: string, homeQueue: string): Promise<string> {
  const workflowId = randomUUID();
  const { workflowService } = server.connection;
  await server.client.workflow.start(type, { workflowId, taskQueue: homeQueue });
  const { taskToken } = await soon(() =>
    workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: homeQueue } }),
  );
  const workerTaskQueue = { name: randomUUID(), kind: STICKY, normalName: homeQueue };
  const scheduleToStartTimeout = seconds(600);
  await workflowService.respondWorkflowTaskCompleted({
    namespace,
    taskToken,

    stickyAttributes: { workerTaskQueue, scheduleToStartTimeout },
  });
  await pollInVain(workerTaskQueue);
  return workflowId;
}

/** The server takes a worker that polled in the last seconds for one that lives. */
async function pollInVain(taskQueue: { name: string; kind: number; normalName: string }): Promise<void> {
  const death = new AbortController();
  const { workflowService } = server.connection;
  const polling = server.connection.withAbortSignal(death.signal, () =>
    soon(() => workflowService.pollWorkflowTaskQueue({ namespace, taskQueue, identity: 'dead' })),
  );
  const pollers = async () => {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum's package is not ours to import
    const described = await workflowService.describeTaskQueue({ namespace, taskQueue, taskQueueType: 1 });
    return described.pollers.length;
  };
  await expect.poll(pollers, { timeout: 15_000 }).toBe(1);
  death.abort();
  await expect(polling).rejects.toThrow();
}

test('a campaign that stuck to a dead worker is given to the next one at once', async () => {
  const place = { homeQueue: `longhaul/${randomUUID()}`, host: 'a' };
  const id = await startSticky('campaign', place.homeQueue);
  // A started workflow is listed a moment later.
  const count = () => server.client.workflow.count(`TaskQueue="${place.homeQueue}"`);
  await expect.poll(count, { timeout: 60_000 }).toMatchObject({ count: 1 });
  await failLostActivities(server.client, place);
  await server.client.workflow.getHandle(id).signal('wake');
  const { workflowExecution } = await soon(() =>
    server.connection.workflowService.pollWorkflowTaskQueue({
      namespace,
      taskQueue: { name: place.homeQueue },
    }),
  );
  expect(workflowExecution?.workflowId).toBe(id);
});
