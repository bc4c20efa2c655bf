import type { Tool } from '../agents/tool.js';
import type { ReportExtension } from '../workflows/messages.js';
import type { CampaignBrief } from '../core/brief.js';
import type { HomePaths } from '../core/home.js';
import type { LockRequest } from '../core/lock.js';
import type { LockStatus } from '../core/status.js';
import type { TaskProposal } from '../core/task-proposal.js';
import type { PublishRequest } from '../core/publication.js';
import type { BlockerReport } from '../core/turn.js';

/** What activities are given by the worker (src/worker): the places, and the way to talk to a campaign. */
export interface ActivityDeps {
  readonly home: HomePaths;
  /** The host's name among those that have this home, and what its pids count in. */
  readonly host: string;
  readonly pidSpace: string;
  /** Where the workers of this home take what is done in worktrees, and turns. */
  readonly hostQueue: string;
  readonly turnQueue: string;
  readonly campaigns: CampaignLink;
  /** Where agents that speak MCP find their tools. */
  readonly tools: ToolServer;
  /** The worker's own environment; agents see only what is allowed by name. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How an activity speaks to its campaign. In production the worker's own Temporal client (campaign-link.ts). */
export interface CampaignLink {
  /** Is this gen still wanted, and may a turn run now? Throws where the campaign can't be asked. */
  admission(campaign: string, task: string, gen: number): Promise<AdmissionAnswer>;
  /** Best effort: shown to people, decides nothing. */
  progress(campaign: string, progress: ProgressNote): Promise<void>;
  /** Idempotent by key; throws where it could not be delivered. */
  reportBlocker(
    campaign: string,
    blocker: { key: string; task: string; gen: number; report: BlockerReport },
  ): Promise<void>;
  /** Idempotent by key; throws where it could not be delivered. */
  publish(
    campaign: string,
    asked: { key: string; task: string; gen: number; request: PublishRequest },
  ): Promise<void>;
  /** Idempotent by key; throws where it could not be delivered. */
  proposeTasks(
    campaign: string,
    asked: { key: string; task: string; gen: number; request: TaskProposal },
  ): Promise<void>;
  /** Idempotent by key; throws where it could not be delivered. */
  extended(campaign: string, extended: ReportExtension): Promise<void>;
  /** Both idempotent by key; throw where they could not be delivered. */
  requestLock(
    campaign: string,
    asked: { key: string; task: string; gen: number; request: LockRequest },
  ): Promise<void>;
  releaseLock(
    campaign: string,
    released: { key: string; task: string; id: string; changesMade: boolean },
  ): Promise<void>;
  /** What this task asked for, and what became of it. Throws where the campaign can't be asked. */
  locks(campaign: string, task: string): Promise<readonly LockStatus[]>;
  /** Which of these workflow ids are open. */
  openWorkflows(ids: readonly string[]): Promise<readonly string[]>;
}

export interface AdmissionAnswer {
  readonly admitted: boolean;
  readonly why: string;
  /** It is over (terminated, say), and will never want a turn again. */
  readonly gone: boolean;
}

/** Where agents that speak MCP find their tools (tool-server.ts). */
export interface ToolServer {
  readonly url: string;
  /** A new token for this desk, which counts until it is closed. */
  readonly open: (desk: ToolDesk) => { readonly token: string; readonly close: () => void };
  readonly close: () => Promise<void>;
}

/** Where the calls of one start of an agent are taken (tool-desk.ts). */
export interface ToolDesk {
  readonly tools: readonly Tool[];
  /** Never rejects. */
  call(name: string, args: unknown): Promise<ToolAnswer>;
  /** Refuses the calls that still wait. */
  close(): void;
}

export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

export interface ProgressNote {
  readonly task: string;
  readonly gen: number;
  readonly step: 'turning' | 'verifying';
  readonly session: string | null;
  readonly percent: number | null;
  readonly note: string | null;
}

/** Reads the campaign's brief and checks its digest (activities/brief-file.ts). */
export type ReadBrief = (campaign: string, digest: string) => Promise<CampaignBrief>;
