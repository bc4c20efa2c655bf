/**
 * How an agent's words about locks reach its campaign, and the answers its inbox. Said on a line by those whose program
 * speaks so, or by any agent in `.longhaul/lock.json` and `.longhaul/release.json`; answered by a line in
 * `.longhaul/inbox.jsonl`.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readLock, readRelease } from '../agents/lock-report.js';
import type { LockRelease, LockRequest } from '../core/lock.js';
import type { LockStatus } from '../core/status.js';
import { putIntoInbox, type Inbox } from './inbox.js';
import { findSaidFile } from './said-file.js';
import type { Turn } from './turn-files.js';

/** Between two questions what became of a lock, while one is waited for. */
const ASK_FIRST_MS = 1_000;
const ASK_MOST_MS = 30_000;

export type LockSaid =
  | { readonly is: 'lock'; readonly request: LockRequest }
  | { readonly is: 'release'; readonly release: LockRelease };

/** What was said of locks in one start of the agent, and what it waits to hear. */
export interface LockTalk {
  /** Not told to the campaign yet, in the order in which it was said. */
  readonly untold: {
    readonly key: string;
    readonly said: LockSaid;
    readonly file?: string;
    consume(): void;
  }[];
  /** By the agent's own name for the lock: what its inbox said last. */
  readonly open: Map<string, string>;
  askAtMs: number;
  askEveryMs: number;
}

export function newLockTalk(): LockTalk {
  return { untold: [], open: new Map(), askAtMs: 0, askEveryMs: ASK_FIRST_MS };
}

/** A request by which the turn before ended is answered. */
export function forgetEndingLock({ worktree }: Turn): void {
  rmSync(`${worktree}/.longhaul/lock.json`, { force: true });
}

/** Said on a line. The key is the saying's own: sent twice, it counts once. */
export function noteLock(talk: LockTalk, said: LockSaid): void {
  talk.untold.push({ key: randomUUID(), said, consume: () => undefined });
}

/** A request that ends its turn stays where it is, for the turn's facts. True = there is one. */
export function lookForLocks(talk: LockTalk, turn: Turn, agentRuns: boolean): boolean {
  const found = (['release', 'lock'] as const).flatMap((name) => {
    const file = findSaidFile(turn, name, { agentRuns, kept: name });
    return file === null || file.value === undefined ? [] : [{ name, ...file }];
  });
  for (const { name, value, file, consume } of found) {
    if (talk.untold.some((other) => other.file === file)) continue;
    const said: LockSaid =
      name === 'lock'
        ? { is: 'lock', request: readLock(value) }
        : { is: 'release', release: readRelease(value) };
    if (said.is === 'lock' && said.request.wait === 'end') return true;
    talk.untold.push({ key: randomUUID(), said, file, consume });
  }
  return false;
}

/** The request by whose file the turn ended; null where there is none. */
export function findEndingLock(turn: Turn): LockRequest | null {
  const file = findSaidFile(turn, 'lock', { agentRuns: false, kept: 'lock' });
  if (file?.value === undefined) return null;
  const request = readLock(file.value);
  return request.wait === 'end' ? request : null;
}

/** What could not be delivered stays in the list. */
export async function deliverLocks(talk: LockTalk, turn: Turn): Promise<void> {
  const { campaigns } = turn.deps;
  const { task, gen } = turn.order;
  for (const each of [...talk.untold]) {
    const { key, said } = each;
    if (said.is === 'lock') {
      await campaigns.requestLock(turn.brief.campaign, { key, task, gen, request: said.request });
      talk.open.set(said.request.id, '');
    } else {
      await campaigns.releaseLock(turn.brief.campaign, { key, task, ...said.release });
      talk.open.delete(said.release.id);
    }
    each.consume();
    talk.untold.splice(talk.untold.indexOf(each), 1);
    Object.assign(talk, { askAtMs: 0, askEveryMs: ASK_FIRST_MS });
  }
}

/** At growing intervals, while something is waited for. */
export async function answerLocks(
  { talk, inbox }: { readonly talk: LockTalk; readonly inbox: Inbox },
  turn: Turn,
): Promise<void> {
  if (talk.open.size === 0 || Date.now() < talk.askAtMs) return;
  const locks = await turn.deps.campaigns.locks(turn.brief.campaign, turn.order.task);
  talk.askAtMs = Date.now() + talk.askEveryMs;
  talk.askEveryMs = Math.min(talk.askEveryMs * 1.5, ASK_MOST_MS);
  for (const [id, last] of talk.open) {
    const lock = locks.findLast((each) => each.id === id);
    if (lock === undefined) continue;
    // Estimates of when it is free move with the clock: only who is in the way is news.
    const news = answerOf({ ...lock, expectedAt: null });
    if (news !== last) putIntoInbox(inbox, turn, answerOf(lock));
    if (lock.state === 'queued') talk.open.set(id, news);
    else talk.open.delete(id);
  }
}

/** One line of the inbox. */
function answerOf(lock: LockStatus): string {
  const { id, lock: number, paths, mode, owners, expectedAt } = lock;
  const named = { type: 'lock', id, lock: number, paths, mode };
  switch (lock.state) {
    case 'held':
      return JSON.stringify({
        ...named,
        answer: 'granted',
        grantedAt: lock.grantedAt,
        expiresAt: lock.expiresAt,
      });
    case 'queued': {
      const tasks = owners.map((owner) => ({ task: owner.task, path: owner.path, mode: owner.mode }));
      return JSON.stringify({ ...named, answer: 'queued', ticket: number, owners: tasks, expectedAt });
    }
    case 'denied': {
      const { why, freePaths, readyTasks } = lock;
      const coordinateWith = [...new Set(owners.map(({ task }) => task))];
      const alternatives = { waitUntil: expectedAt, freePaths, readyTasks, coordinateWith };
      return JSON.stringify({ ...named, answer: 'denied', why, owners, alternatives });
    }
    case 'expired':
      return JSON.stringify({ ...named, answer: 'expired' });
  }
}
