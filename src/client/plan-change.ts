/** Asks for the plan that is in force, and gives the campaign another one. */
import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { cutValue } from '../core/parts.js';
import {
  applyPlanSignal,
  applyPlanUpdate,
  planQuery,
  type ApplyPlan,
  type PlanInForce,
} from '../workflows/messages.js';
import { askWhole } from './ask-whole.js';
import { clientError } from './client-error.js';
import { isDeadline, isGivenBack, type CampaignConnection } from './connection.js';
import { otherVersion, saysOtherVersion } from './other-version.js';
import { isUnanswered, KEPT_BY_SERVER, overMeanwhile, refused } from './send-message.js';

/** Of a large plan all is compared and written anew. */
const DEADLINE_MS = 20_000;
const MOST_TRIES = 3;

/** Only a worker can tell it, and only with one at hand it is worth changing. */
export async function readPlanInForce(connection: CampaignConnection, id: string): Promise<PlanInForce> {
  try {
    return await askWhole((piece) =>
      connection.call(DEADLINE_MS, (client) => client.workflow.getHandle(id).query(planQuery, piece)),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw overMeanwhile(id);
    if (isDeadline(error) || isGivenBack(error)) throw noWorker(id);
    const made = saysOtherVersion(error);
    if (made !== null) throw otherVersion(id, made);
    throw error;
  }
}

/**
 * Where no worker takes it in time, the signal with the same key is sent, as of all that people say: it counts once.
 * @returns one sentence for the person who asked
 * @throws ProblemError `client/refused` with the campaign's own words
 */
export async function sendPlan(
  connection: CampaignConnection,
  id: string,
  change: Omit<ApplyPlan, 'key'>,
): Promise<string> {
  const key = randomUUID();
  const args = cutValue<ApplyPlan>({ ...change, key });
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    try {
      return await connection.call(DEADLINE_MS, (client) =>
        client.workflow.getHandle(id).executeUpdate(applyPlanUpdate, { args, updateId: key }),
      );
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) throw refused(id, error);
      if (error instanceof WorkflowNotFoundError) throw overMeanwhile(id);
      if (!isUnanswered(error)) throw error;
      if (!isGivenBack(error)) break;
    }
  }
  await connection.ask((client) => client.workflow.getHandle(id).signal(applyPlanSignal, ...args));
  return `${KEPT_BY_SERVER} It is dropped where another change of the plan comes first.`;
}

function noWorker(id: string) {
  return clientError(
    'client/no-status',
    `no worker answers for campaign ${id}, so nobody knows what a change of its plan would do`,
    'start one with `longhaul up`, then ask again',
  );
}
