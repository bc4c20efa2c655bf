/**
 * What this host remembers of a session between turns and over crashes: `sessions/<id>.json` in the task's artifact
 * folder. Vendors print sums of the whole session, so what a turn cost is the difference to the turns before.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Heard } from '../agents/adapter.js';
import type { CampaignBrief } from '../core/brief.js';
import { taskFolder, type HomePaths } from '../core/home.js';
import type { Order } from '../core/ports.js';
import type { Usage } from '../core/turn.js';
import type { EndReason } from './turn-watch.js';

export interface SessionRecord {
  /** Longhaul's own id for the session: the same over all turns of an attempt, crashes included. */
  readonly session: string;
  /** The vendor's id, where the agent told another. */
  readonly told: string | null;
  /** Whose session it is: the adapter that has begun it; null before. */
  readonly adapter: string | null;
  /** That of another adapter, which the agent had before the campaign was changed: an order may still name it. */
  readonly left: string | null;
  /** The last gen that was begun, or 0. */
  readonly gen: number;
  /** What tries of this gen used that were lost with their worker. */
  readonly lost: Usage | null;
  /** What the running try of this gen has used so far. */
  readonly sofar: Usage | null;
  /** The last start of this gen; null where none was. */
  readonly start: SessionStart | null;
  /** The session's sums after each gen that told one, in rising order of gen. */
  readonly sums: readonly { readonly gen: number; readonly usage: Usage }[];
}

/** So that who comes after a crash can read what the agent printed when nobody listened. */
export interface SessionStart {
  readonly atMs: number;
  /** Where its output begins in the turn's events, which earlier starts have written into as well. */
  readonly eventsFrom: number;
  /** The same of what it said by its tools; left out by an older Longhaul, which had none. */
  readonly saidFrom?: number;
  /** It was interrupted: why, and whether it had come to its end, or had said so, before. */
  readonly cut: { readonly reason: EndReason; readonly endedByItself: boolean } | null;
}

/** A UUID made from the attempt's name: whoever runs the attempt again, after whatever, finds the same. */
export function sessionId(brief: CampaignBrief, order: Order): string {
  const name = JSON.stringify([brief.campaign, brief.createdAt, order.task, order.attempt]);
  const hex = createHash('sha256').update(name).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    variant + hex.slice(18, 20),
    hex.slice(20, 32),
  ].join('-');
}

export function sessionFile(
  home: HomePaths,
  at: { campaign: string; task: string },
  session: string,
): string {
  return `${taskFolder(home, at.campaign, at.task)}/sessions/${session}.json`;
}

export function readSession(file: string, session: string): SessionRecord {
  const fresh = freshSession(session);
  try {
    // An older version may not have known every field.
    return { ...fresh, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<SessionRecord>) };
  } catch {
    return fresh;
  }
}

function freshSession(session: string): SessionRecord {
  const none = { told: null, adapter: null, left: null, lost: null, sofar: null, start: null };
  return { session, ...none, gen: 0, sums: [] };
}

/** No vendor knows another's session: an agent that has another adapter now begins one. */
export function sessionOf(record: SessionRecord, adapter: string, ordered: string | null): SessionRecord {
  const isOthers = record.adapter !== null && record.adapter !== adapter;
  const own = isOthers ? { ...freshSession(record.session), left: record.told ?? record.session } : record;
  return { ...withOrdered(own, ordered), adapter };
}

/** Where the task moved here from another host, only the order knows the vendor's id. */
function withOrdered(record: SessionRecord, ordered: string | null): SessionRecord {
  const isKnown = record.told !== null || ordered === record.session || ordered === record.left;
  return isKnown ? record : { ...record, told: ordered };
}

export async function writeSession(file: string, record: SessionRecord): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(record)}\n`);
}

/** A try begins: what an earlier one of the same gen used is not forgotten. */
export function beginGen(record: SessionRecord, gen: number): SessionRecord {
  if (record.gen !== gen) return { ...record, gen, lost: null, sofar: null, start: null };
  return { ...record, lost: addUsage(record.lost, record.sofar), sofar: null, start: null };
}

/** The vendor has lost the session: what it told of it counts no more. */
export function startAnew(record: SessionRecord): SessionRecord {
  return { ...record, told: null, sums: [] };
}

export function noteHeard(record: SessionRecord, heard: Heard): SessionRecord {
  const told = heard.session === null ? record.told : heard.session === record.session ? null : heard.session;
  const { usage } = heard;
  if (usage === null) return { ...record, told };
  if (heard.usageOf === 'turn') return { ...record, told, sofar: usage };
  const sums = [...record.sums.filter(({ gen }) => gen < record.gen), { gen: record.gen, usage }];
  return { ...record, told, sums };
}

/** What the turn of this gen used, its lost tries included. */
export function turnUsage(record: SessionRecord): Usage {
  const sum = record.sums.find(({ gen }) => gen === record.gen)?.usage;
  if (sum === undefined) {
    return addUsage(record.lost, record.sofar) ?? { inputTokens: 0, outputTokens: 0, costUsd: null };
  }
  const before = record.sums.filter(({ gen }) => gen < record.gen).at(-1)?.usage;
  return before === undefined ? sum : difference(sum, before);
}

/** A sum that shrank began anew (another machine, a session that was lost): all of it is this turn's. */
function difference(sum: Usage, before: Usage): Usage {
  const beganAnew = (sum.costUsd ?? 0) < (before.costUsd ?? 0) || sum.inputTokens < before.inputTokens;
  if (beganAnew) return sum;
  const { cachedInputTokens: cached } = sum;
  return {
    inputTokens: sum.inputTokens - before.inputTokens,
    ...(cached === undefined
      ? {}
      : { cachedInputTokens: Math.max(0, cached - (before.cachedInputTokens ?? 0)) }),
    outputTokens: Math.max(0, sum.outputTokens - before.outputTokens),
    // Sums of tenths of cents: rounded to what vendors bill at most, so that 0.3 - 0.1 reads 0.2.
    costUsd: sum.costUsd === null ? null : Number((sum.costUsd - (before.costUsd ?? 0)).toFixed(8)),
  };
}

function addUsage(one: Usage | null, other: Usage | null): Usage | null {
  if (one === null || other === null) return one ?? other;
  const cached = (one.cachedInputTokens ?? 0) + (other.cachedInputTokens ?? 0);
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    ...(cached === 0 ? {} : { cachedInputTokens: cached }),
    outputTokens: one.outputTokens + other.outputTokens,
    costUsd:
      one.costUsd === null && other.costUsd === null ? null : (one.costUsd ?? 0) + (other.costUsd ?? 0),
  };
}
