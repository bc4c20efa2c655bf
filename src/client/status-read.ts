import { WorkflowNotFoundError, type Client, type WorkflowExecutionStatusName } from '@temporalio/client';
import type { HomePaths } from '../core/home.js';
import type { Status } from '../core/status.js';
import type { ProblemError } from '../core/problem.js';
import { statusQuery } from '../workflows/messages.js';
import { askWhole } from './ask-whole.js';
import { readReport, readSnapshot, writeSnapshot } from './campaign-folder.js';
import { clientError, isAway, isOutside } from './client-error.js';
import type { CampaignConnection } from './connection.js';
import { findOtherVersion, otherVersion, OTHER_VERSION_WAY_OUT, saysOtherVersion } from './other-version.js';

/** A status, and how far to trust it: asked just now, of a campaign that is over, or the last one that anybody saw. */
export type StatusRead =
  | { readonly source: 'live'; readonly status: Status }
  | {
      readonly source: 'report';
      readonly status: Status;
      /** The server that somebody named does not answer: whether it knows this campaign, nobody can tell. */
      readonly away: ProblemError | null;
    }
  | {
      readonly source: 'snapshot';
      readonly status: Status;
      readonly ageMs: number;
      readonly why: string;
      readonly wayOut: string;
    };

type Answer =
  | { readonly from: 'worker'; readonly status: Status }
  | {
      readonly from: 'server';
      readonly state: WorkflowExecutionStatusName;
      readonly closedAt: Date | undefined;
      /** By another version than the worker's, in the worker's words; null = no worker answers. */
      readonly made: string | null;
    }
  | { readonly from: 'nobody'; readonly why: ProblemError | null };

/** Null where neither server nor disk knows the campaign. Throws ProblemError where there is nothing to show. */
export async function readStatus(
  connection: CampaignConnection,
  home: HomePaths,
  id: string,
): Promise<StatusRead | null> {
  const answer = await askServer(connection, id);
  if (answer.from === 'worker') {
    // For later: what was asked for is here, also where the disk is full or read-only.
    await writeSnapshot(home, answer.status).catch(() => undefined);
    return { source: 'live', status: answer.status };
  }
  // A workflow that was reset in the Temporal UI runs again, and its old report tells nothing any more.
  if (answer.from === 'nobody' || answer.state !== 'RUNNING') {
    const report = await readReport(home, id);
    if (report !== null) return { source: 'report', status: report.status, away: namedAndAway(answer) };
  }
  return readFromSnapshot(home, id, answer);
}

async function askServer(connection: CampaignConnection, id: string): Promise<Answer> {
  try {
    return await connection.ask((client) => askWorker(client, id));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { from: 'nobody', why: null };
    if (isAway(error)) return { from: 'nobody', why: error };
    throw error;
  }
}

async function askWorker(client: Client, id: string): Promise<Answer> {
  const handle = client.workflow.getHandle(id);
  const description = await handle.describe();
  const server = {
    from: 'server',
    state: description.status.name,
    closedAt: description.closeTime,
    made: await findOtherVersion(client, description),
  } as const;
  if (server.state !== 'RUNNING' || server.made !== null) return server;
  try {
    return { from: 'worker', status: await askWhole((piece) => handle.query(statusQuery, piece)) };
  } catch (error) {
    // Without a worker a query hangs until the deadline, or is refused at once: both mean that none answers.
    return { ...server, made: saysOtherVersion(error) };
  }
}

async function readFromSnapshot(
  home: HomePaths,
  id: string,
  answer: Exclude<Answer, { from: 'worker' }>,
): Promise<StatusRead | null> {
  const snapshot = await readSnapshot(home, id);
  if (snapshot === null) {
    if (answer.from === 'nobody') return failUnlessUnknown(answer.why);
    throw answer.state === 'RUNNING' ? noStatus(id, answer.made) : endedUnseen(id, answer.state);
  }
  if (answer.from === 'server' && answer.state !== 'RUNNING') {
    return { source: 'report', status: closedWithoutReport(snapshot.status, answer), away: null };
  }
  return {
    source: 'snapshot',
    status: snapshot.status,
    ageMs: Date.now() - snapshot.takenAtMs,
    ...whyNotLive(answer),
  };
}

function namedAndAway(answer: Exclude<Answer, { from: 'worker' }>): ProblemError | null {
  if (answer.from !== 'nobody' || answer.why === null) return null;
  return isOutside(answer.why) ? answer.why : null;
}

function whyNotLive(answer: Exclude<Answer, { from: 'worker' }>): { why: string; wayOut: string } {
  if (answer.from === 'server' && answer.made !== null)
    return { why: `the campaign was ${answer.made}`, wayOut: OTHER_VERSION_WAY_OUT };
  if (answer.from === 'server')
    return { why: 'no worker answers', wayOut: '`longhaul up` brings server and worker back' };
  if (answer.why !== null) return { why: answer.why.message, wayOut: answer.why.problem.hint ?? '' };
  return {
    why: 'the server does not know it (any more)',
    wayOut: 'is it the right server? `longhaul run` its spec again makes a new campaign',
  };
}

/** A workflow that was terminated, or whose report could not be written: the last picture, with the end it came to. */
function closedWithoutReport(status: Status, answer: Extract<Answer, { from: 'server' }>): Status {
  if (answer.state === 'COMPLETED') return status;
  return {
    ...status,
    state: answer.state === 'CANCELLED' ? 'cancelled' : 'failed',
    endedAt: answer.closedAt?.toISOString() ?? status.endedAt,
    message: `The campaign's workflow is ${answer.state.toLowerCase()} in Temporal; this is how it last looked.`,
  };
}

function failUnlessUnknown(why: ProblemError | null): null {
  if (why !== null) throw why;
  return null;
}

function noStatus(id: string, made: string | null): ProblemError {
  if (made !== null) return otherVersion(id, made);
  return clientError(
    'client/no-status',
    `campaign ${id} is on the server, but no worker answers and nobody has looked at it from here before`,
    'start a worker with `longhaul up`, then ask again',
  );
}

/** It closed before anybody looked, and without a report: somebody may have terminated it. */
function endedUnseen(id: string, state: WorkflowExecutionStatusName): ProblemError {
  return clientError(
    'client/no-status',
    `campaign ${id} is over (its workflow is ${state.toLowerCase()} in Temporal), and neither a report nor a status of it is on this disk`,
    `its page in the Temporal UI, or \`temporal workflow show --workflow-id ${id}\`, says how it ended`,
  );
}
