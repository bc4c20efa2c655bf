import type { Client } from '@temporalio/client';
import { compareText } from '../core/compare.js';
import type { HomePaths } from '../core/home.js';
import type { CampaignStateName } from '../core/status.js';
import { ProblemError } from '../core/problem.js';
import { CAMPAIGN_WORKFLOW } from '../workflows/messages.js';
import { listFolders, readBrief, readReport, readSnapshot } from './campaign-folder.js';
import type { CampaignConnection } from './connection.js';

export interface CampaignEntry {
  readonly id: string;
  readonly name: string;
  /** `unknown`: it is on disk only, and was never seen to end. */
  readonly state: CampaignStateName | 'unknown';
  /** ISO 8601. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** Campaigns that the server knows and campaigns on disk, newest first. Without a server: those on disk. */
export async function readCampaigns(
  connection: CampaignConnection,
  home: HomePaths,
): Promise<readonly CampaignEntry[]> {
  const onServer = await listOnServer(connection);
  const ids = new Set([...(await listFolders(home)), ...onServer.keys()]);
  const entries = await Promise.all([...ids].map((id) => describeEntry(home, id, onServer.get(id))));
  return entries
    .filter((entry) => entry !== null)
    .sort((a, b) => compareText(b.startedAt ?? '', a.startedAt ?? '') || compareText(a.id, b.id));
}

interface ServerEntry {
  readonly name: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

async function listOnServer(connection: CampaignConnection): Promise<ReadonlyMap<string, ServerEntry>> {
  try {
    return await connection.ask(readVisibility);
  } catch (error) {
    if (error instanceof ProblemError) return new Map();
    throw error;
  }
}

async function readVisibility(client: Client): Promise<ReadonlyMap<string, ServerEntry>> {
  const entries = new Map<string, ServerEntry>();
  for await (const run of client.workflow.list({ query: `WorkflowType = '${CAMPAIGN_WORKFLOW}'` })) {
    // Newest first; a campaign that continued as new has several runs.
    if (run.status.name === 'CONTINUED_AS_NEW' || entries.has(run.workflowId)) continue;
    const title = run.memo?.['title'];
    entries.set(run.workflowId, {
      name: typeof title === 'string' ? title : run.workflowId,
      state: run.status.name,
      startedAt: run.startTime.toISOString(),
      endedAt: run.closeTime?.toISOString() ?? null,
    });
  }
  return entries;
}

async function describeEntry(
  home: HomePaths,
  id: string,
  server: ServerEntry | undefined,
): Promise<CampaignEntry | null> {
  const seen = await readLastSeen(home, id);
  if (seen === null && server === undefined) return null;
  // The server's start is that of the latest run; the disk remembers the first.
  const known = { name: id, startedAt: null, endedAt: null, ...server, ...seen };
  return {
    id,
    name: known.name,
    state: stateOf(server?.state, seen?.state),
    startedAt: known.startedAt,
    endedAt: known.endedAt ?? server?.endedAt ?? null,
  };
}

type Seen = Omit<CampaignEntry, 'id' | 'state'> & { readonly state?: CampaignStateName };

async function readLastSeen(home: HomePaths, id: string): Promise<Seen | null> {
  const status = (await readReport(home, id))?.status ?? (await readSnapshot(home, id))?.status;
  if (status !== undefined) {
    return { name: status.name, state: status.state, startedAt: status.startedAt, endedAt: status.endedAt };
  }
  const brief = await readBrief(home, id);
  return brief === null ? null : { name: brief.name, startedAt: brief.createdAt, endedAt: null };
}

/** The server knows whether it goes on; how it is, or how it ended, the last status on disk says. */
function stateOf(server: string | undefined, seen: CampaignStateName | undefined): CampaignEntry['state'] {
  const ended = seen === 'done' || seen === 'failed' || seen === 'cancelled';
  switch (server) {
    case undefined:
      return ended ? seen : 'unknown';
    case 'RUNNING':
      return seen === 'paused' ? 'paused' : 'running';
    case 'COMPLETED':
      return ended ? seen : 'unknown';
    case 'CANCELLED':
      return 'cancelled';
    default:
      return 'failed';
  }
}
