import { randomUUID } from 'node:crypto';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, type SignalDefinition, type UpdateDefinition } from '@temporalio/common';
import { type ProblemError } from '../core/problem.js';
import { clientError } from './client-error.js';
import { isDeadline, isGivenBack, type CampaignConnection } from './connection.js';

interface Message<Content extends { readonly key?: string }> {
  readonly update: UpdateDefinition<string, [Content]>;
  readonly signal: SignalDefinition<[Content]>;
  readonly content: NoInfer<Content>;
}

const UPDATE_DEADLINE_MS = 5_000;

export const KEPT_BY_SERVER =
  'No worker answers now; the message is kept by the server and counts as soon as one is back (`longhaul up`).';

/**
 * Tells a campaign something. The update is tried first, since it answers; where no worker takes it in time, the
 * signal with the same key is sent: what a person says is never lost for want of a worker, and counts once.
 * @returns one sentence for the person who asked
 * @throws ProblemError `client/refused` with the campaign's own words
 */
export async function sendMessage<Content extends { readonly key?: string }>(
  connection: CampaignConnection,
  campaign: string,
  message: Message<Content>,
): Promise<string> {
  const key = randomUUID();
  const args: [Content] = [{ ...message.content, key }];
  try {
    return await connection.call(UPDATE_DEADLINE_MS, (client) =>
      client.workflow.getHandle(campaign).executeUpdate(message.update, { args, updateId: key }),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw refused(campaign, error);
    if (error instanceof WorkflowNotFoundError) throw overMeanwhile(campaign);
    if (!isUnanswered(error)) throw error;
  }
  await connection.ask((client) => client.workflow.getHandle(campaign).signal(message.signal, ...args));
  return KEPT_BY_SERVER;
}

export function isUnanswered(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isDeadline(error) || isGivenBack(error);
}

export function refused(campaign: string, error: WorkflowUpdateFailedError): ProblemError {
  const why = error.cause instanceof Error ? error.cause.message : error.message;
  return clientError('client/refused', `campaign ${campaign} refused: ${why}`, hintFor(error, campaign));
}

function hintFor({ cause }: WorkflowUpdateFailedError, campaign: string): string {
  const code = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
  if (code.endsWith('/unknown')) return 'name one of these';
  return Object.hasOwn(HINTS, code) ? (HINTS[code] ?? '') : `see \`longhaul status ${campaign}\``;
}

/** The way out, where it is not to look how the campaign is. */
const HINTS: Readonly<Record<string, string>> = {
  'blocker/empty-answer': 'write what the agent shall do',
  'task/too-late': 'when it has ended, `longhaul run` its spec again: it gets a new id',
  'task/not-idle': 'wait until its turn has ended, or `longhaul cancel` the whole campaign',
  'task/not-over': 'wait for its end',
  'plan/too-late': 'run the edited file as a campaign of its own: `longhaul run FILE --id …`',
  'plan/changed-meanwhile': 'the same command again shows what it would change now',
  'plan/other-campaign': 'name the campaign that the file is of: --id',
  'plan/other-version': "use the longhaul of the worker's version; `longhaul --version` tells it",
};

export function overMeanwhile(campaign: string): ProblemError {
  return clientError(
    'client/campaign-over',
    `campaign ${campaign} ended in the meantime`,
    `its result: \`longhaul report ${campaign}\``,
  );
}
