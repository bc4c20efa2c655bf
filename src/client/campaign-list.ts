import type { Client } from '@temporalio/client';
import { compareText } from '../core/compare.js';
import type { HomePaths } from '../core/home.js';
import type { CampaignStateName, Status } from '../core/status.js';
import type { ProblemError } from '../core/problem.js';
import { CAMPAIGN_WORKFLOW } from '../workflows/messages.js';
import { listFolders, readBrief, readReport, readSnapshot } from './campaign-folder.js';
import { isAway } from './client-error.js';
import type { CampaignConnection } from './connection.js';

export interface CampaignEntry {
  readonly id: string;
  readonly name: string;
  /** `unknown`: nobody has seen it, or the server has forgotten it and nobody has seen its end. */
  readonly state: CampaignStateName | 'unknown';
  /** Where no server tells: when it was last seen so, ISO 8601. Null where the state is as of now, or final. */
  readonly seenAt: string | null;
  /** ISO 8601. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export interface CampaignList {
  readonly entries: readonly CampaignEntry[];
  /** Why the server could not be asked; null where it could. */
  readonly away: ProblemError | null;
}

/** Campaigns that the server knows and campaigns on disk, newest first. Without a server: those on disk. */
export async function readCampaigns(connection: CampaignConnection, home: HomePaths): Promise<CampaignList> {
  const { onServer, away } = await listOnServer(connection);
  const ids = new Set([...(await listFolders(home)), ...onServer.keys()]);
  const server = (id: string) => (away === null ? (onServer.get(id) ?? 'forgotten') : 'away');
  const found = await Promise.all([...ids].map((id) => describeEntry(home, id, server(id))));
  const entries = found
    .filter((entry) => entry !== null)
    .sort((a, b) => compareText(b.startedAt ?? '', a.startedAt ?? '') || compareText(a.id, b.id));
  return { entries, away };
}

interface ServerEntry {
  readonly name: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

interface ServerList {
  readonly onServer: ReadonlyMap<string, ServerEntry>;
  readonly away: ProblemError | null;
}

async function listOnServer(connection: CampaignConnection): Promise<ServerList> {
  try {
    return { onServer: await connection.ask(readVisibility), away: null };
  } catch (error) {
    if (isAway(error)) return { onServer: new Map(), away: error };
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
  server: ServerEntry | 'forgotten' | 'away',
): Promise<CampaignEntry | null> {
  const seen = await readLastSeen(home, id);
  if (typeof server === 'string') return seen === null ? null : entryOf(id, seen, stateOf(server, seen));
  const state = stateOf(server.state, seen);
  // The server's start is that of the latest run; the disk remembers the first.
  if (seen === null) return entryOf(id, server, state);
  return entryOf(id, { ...seen, endedAt: seen.endedAt ?? server.endedAt }, state);
}

function entryOf(
  id: string,
  { name, startedAt, endedAt }: Pick<Seen, 'name' | 'startedAt' | 'endedAt'>,
  known: Known,
): CampaignEntry {
  return { id, name, ...known, startedAt, endedAt };
}

interface Seen {
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Undefined where there is only its brief. */
  readonly state?: CampaignStateName;
  readonly seenAt?: string;
}

async function readLastSeen(home: HomePaths, id: string): Promise<Seen | null> {
  const report = await readReport(home, id);
  if (report !== null) return seenIn(report.status);
  const snapshot = await readSnapshot(home, id);
  if (snapshot !== null)
    return { ...seenIn(snapshot.status), seenAt: new Date(snapshot.takenAtMs).toISOString() };
  const brief = await readBrief(home, id);
  return brief === null ? null : { name: brief.name, startedAt: brief.createdAt, endedAt: null };
}

function seenIn({ name, state, startedAt, endedAt }: Status): Seen {
  return { name, state, startedAt, endedAt };
}

type Known = Pick<CampaignEntry, 'state' | 'seenAt'>;

/** The server knows whether it goes on; how it is, or how it ended, the last status on disk says. */
function stateOf(server: string, seen: Seen | null): Known {
  const state = seen?.state ?? 'unknown';
  const ended = state === 'done' || state === 'failed' || state === 'cancelled';
  switch (server) {
    case 'away':
      return { state, seenAt: ended ? null : (seen?.seenAt ?? null) };
    case 'forgotten':
    case 'COMPLETED':
      return { state: ended ? state : 'unknown', seenAt: null };
    case 'RUNNING':
      return { state: state === 'paused' ? 'paused' : 'running', seenAt: null };
    case 'CANCELLED':
      return { state: 'cancelled', seenAt: null };
    default:
      return { state: 'failed', seenAt: null };
  }
}
