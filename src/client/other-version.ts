/** A campaign that was made by another version of Longhaul than the worker that is there, which can't take it up. */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { ProblemError } from '../core/problem.js';
import { OTHER_VERSION } from '../workflows/messages.js';
import { clientError } from './client-error.js';

/** The server writes only the first failure of several in a row; what people send meanwhile comes after it. */
const NEWEST_EVENTS = 100;

/** It may be older or newer: nobody but itself knows its number. */
export const OTHER_VERSION_WAY_OUT =
  'start a worker of the version that made it: `longhaul down`, then `up` with that version; nothing is lost until then';

/** What the worker said to a query; null where it is something else. */
export function saysOtherVersion(error: unknown): string | null {
  return error instanceof Error && error.message.startsWith(OTHER_VERSION) ? error.message : null;
}

/** The same of a workflow task that fails at each worker which takes it: queries get no answer then. */
export async function findOtherVersion(
  { workflowService, options }: Client,
  { workflowId, runId, raw }: WorkflowExecutionDescription,
): Promise<string | null> {
  if ((raw.pendingWorkflowTask?.attempt ?? 0) < 2) return null;
  const { history } = await workflowService.getWorkflowExecutionHistoryReverse({
    namespace: options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: NEWEST_EVENTS,
  });
  const events = history?.events ?? [];
  const completed = events.findIndex((event) => event.workflowTaskCompletedEventAttributes);
  const messages = events
    .slice(0, completed < 0 ? undefined : completed)
    .map((event) => event.workflowTaskFailedEventAttributes?.failure?.message ?? '');
  return messages.find((message) => message.startsWith(OTHER_VERSION)) ?? null;
}

/** `why` as one of these two tells it. */
export function otherVersion(id: string, why: string): ProblemError {
  return clientError('campaign/version', `campaign ${id} was ${why}`, OTHER_VERSION_WAY_OUT);
}
