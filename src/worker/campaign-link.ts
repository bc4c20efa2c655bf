/** How activities speak to their campaign: by the worker's own Temporal client. */
import { QueryRejectedError, WorkflowClient, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import type { CampaignLink } from '../activities/deps.js';
import { cutValue } from '../core/parts.js';
import {
  admissionQuery,
  extendedSignal,
  locksQuery,
  progressSignal,
  proposeTasksSignal,
  publishSignal,
  releaseLockSignal,
  reportBlockerSignal,
  requestLockSignal,
} from '../workflows/messages.js';
import { createAdmissionAsker } from './admission-asker.js';

/**
 * A query needs a worker for the campaign's workflow task, and would wait for one as long as it may. After a crash the
 * server tries the dead worker for 2 s (stickyQueueScheduleToStartTimeout), and then the campaign has to be replayed:
 * a deadline that ends before that costs the turn a try, and Temporal's ever longer waits between tries.
 */
const QUERY_DEADLINE_MS = 8_000;
const SIGNAL_DEADLINE_MS = 10_000;

export function createCampaignLink(client: Client): CampaignLink {
  // Closed workflows answer queries too: one that was terminated would want its turns for ever.
  const { connection } = client;
  const open = new WorkflowClient({
    ...client.workflow.options,
    connection,
    queryRejectCondition: 'NOT_OPEN',
  });
  const within = <Result>(timeoutMs: number, ask: () => Promise<Result>): Promise<Result> =>
    client.withDeadline(Date.now() + timeoutMs, ask);
  const tell = <Args extends unknown[]>(
    campaign: string,
    signal: SignalDefinition<Args>,
    ...args: Args
  ): Promise<void> =>
    within(SIGNAL_DEADLINE_MS, () => client.workflow.getHandle(campaign).signal(signal, ...args));
  return {
    admission: createAdmissionAsker(async (campaign, request) => {
      try {
        const admissions = await within(QUERY_DEADLINE_MS, () =>
          open.getHandle(campaign).query(admissionQuery, request),
        );
        return admissions.map((admission) => ({ ...admission, gone: false }));
      } catch (error) {
        // An answer, and not a campaign that can't be asked just now.
        if (error instanceof QueryRejectedError || error instanceof WorkflowNotFoundError)
          return request.turns.map(() => ({ admitted: false, why: 'the campaign is gone', gone: true }));
        throw error;
      }
    }),
    progress: (campaign, note) => tell(campaign, progressSignal, note).catch(() => undefined),
    reportBlocker: (campaign, blocker) => tell(campaign, reportBlockerSignal, blocker),
    publish: (campaign, asked) => tell(campaign, publishSignal, asked),
    proposeTasks: (campaign, asked) => tell(campaign, proposeTasksSignal, asked),
    extended: (campaign, extension) => tell(campaign, extendedSignal, ...cutValue(extension)),
    requestLock: (campaign, asked) => tell(campaign, requestLockSignal, asked),
    releaseLock: (campaign, released) => tell(campaign, releaseLockSignal, released),
    async locks(campaign, task) {
      const { asked } = await within(QUERY_DEADLINE_MS, () =>
        client.workflow.getHandle(campaign).query(locksQuery, { task }),
      );
      return asked;
    },
    async openWorkflows(ids) {
      const open: string[] = [];
      for (const id of ids) {
        if (await isOpen(client, id)) open.push(id);
      }
      return open;
    },
  };
}

async function isOpen(client: Client, id: string): Promise<boolean> {
  try {
    const { status } = await client.withDeadline(Date.now() + SIGNAL_DEADLINE_MS, () =>
      client.workflow.getHandle(id).describe(),
    );
    return status.name === 'RUNNING' || status.name === 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
