import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import { askWhole } from '../../src/client/ask-whole.js';
import { cutValue, type InParts } from '../../src/core/parts.js';
import type { Plan } from '../../src/core/plan.js';
import type { CampaignInput, CampaignResult } from '../../src/core/campaign-input.js';
import type { Status } from '../../src/core/status.js';
import { CAMPAIGN_WORKFLOW, statusQuery } from '../../src/workflows/messages.js';
import { standIn, type Script, type StandIn } from './stand-in-activities.js';

type CampaignWorkflow = (...parts: InParts<CampaignInput>) => Promise<CampaignResult>;

export interface RunningCampaign {
  readonly handle: WorkflowHandle<CampaignWorkflow>;
  readonly world: StandIn;
  readonly status: () => Promise<Status>;
  /** Polls the status until it is as asked; the test's own timeout ends it. */
  readonly until: (holds: (status: Status) => boolean) => Promise<Status>;
  /** Ends the worker, does `work`, and starts another: what was sent meanwhile comes in one workflow task. No turn may run. */
  readonly whileAway: (work: () => Promise<void>) => Promise<void>;
}

let count = 0;

/** Starts a campaign on its own task queue with a worker of its own, and gives it to `use`; ends the worker after it. */
export async function withCampaign(
  environment: TestWorkflowEnvironment,
  given: { plan: Plan; script?: Script },
  use: (campaign: RunningCampaign) => Promise<void>,
): Promise<void> {
  count += 1;
  const campaign = `c${count}`;
  const taskQueue = `queue-${count}`;
  const world = standIn(environment.client, given.script ?? {}, taskQueue);
  const createWorker = () =>
    Worker.create({
      connection: environment.nativeConnection,
      namespace: environment.namespace ?? 'default',
      taskQueue,
      workflowBundle: { codePath: inject('workflowBundle') },
      activities: { ...world.activities },
      maxHeartbeatThrottleInterval: '200ms',
      maxCachedWorkflows: 50,
    });
  const handle = await environment.client.workflow.start<CampaignWorkflow>(CAMPAIGN_WORKFLOW, {
    workflowId: campaign,
    taskQueue,
    args: cutValue<CampaignInput>({ campaign, plan: given.plan, state: null }),
  });
  const status = () =>
    askWhole((piece) => environment.client.workflow.getHandle(campaign).query(statusQuery, piece));
  const until = async (holds: (status: Status) => boolean): Promise<Status> => {
    for (;;) {
      const now = await status();
      if (holds(now)) return now;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  let worker = await createWorker();
  let running = worker.run();
  const whileAway = async (work: () => Promise<void>): Promise<void> => {
    worker.shutdown();
    await running;
    await work();
    worker = await createWorker();
    running = worker.run();
  };
  try {
    await use({ handle, world, status, until, whileAway });
  } finally {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running;
  }
}

export function taskIn(status: Status, id: string) {
  const found = status.tasks.find((task) => task.id === id);
  if (found === undefined) throw new Error(`no task ${id}`);
  return found;
}

/** `a: done, b: skipped`: how a campaign's tasks ended, in the spec's order. */
export function ends(status: Status): string {
  return status.tasks.map((task) => `${task.id}: ${task.state}`).join(', ');
}
