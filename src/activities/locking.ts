/**
 * How an agent's words about locks reach its campaign, and the answers its inbox. Said on a line by those whose program
 * speaks so, or by any agent in `.longhaul/lock.json` and `.longhaul/release.json`; answered by a line in
 * `.longhaul/inbox.jsonl`.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { readLock, readRelease } from '../agents/lock-report.js';
import type { LockRelease, LockRequest } from '../core/lock.js';
import type { LockStatus } from '../core/status.js';
import { ensureOwnFolder } from './agent-file.js';
import { findSaidFile } from './said-file.js';
import { INBOX, type Turn } from './turn-files.js';

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

function inboxOf(worktree: string): string {
  return `${worktree}/${INBOX}`;
}

/** What the turn before was told stands in this one's prompt; a request by which it ended is answered. */
export function emptyInbox({ worktree }: Turn): void {
  ensureOwnFolder(`${worktree}/.longhaul`);
  mkdirSync(`${worktree}/.longhaul`, { recursive: true });
  rmSync(inboxOf(worktree), { recursive: true, force: true });
  tell(worktree, '');
  rmSync(`${worktree}/.longhaul/lock.json`, { force: true });
}

/** Never through a link, and never waiting for a pipe's other end: an agent may have put something else there. */
function tell(worktree: string, line: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(inboxOf(worktree), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644);
  try {
    writeSync(file, line);
  } finally {
    closeSync(file);
  }
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
export async function answerLocks(talk: LockTalk, turn: Turn): Promise<void> {
  if (talk.open.size === 0 || Date.now() < talk.askAtMs) return;
  const locks = await turn.deps.campaigns.locks(turn.brief.campaign, turn.order.task);
  talk.askAtMs = Date.now() + talk.askEveryMs;
  talk.askEveryMs = Math.min(talk.askEveryMs * 1.5, ASK_MOST_MS);
  for (const [id, last] of talk.open) {
    const lock = locks.findLast((each) => each.id === id);
    if (lock === undefined) continue;
    const line = answerOf(lock);
    if (line !== last) tell(turn.worktree, `${line}\n`);
    if (lock.state === 'queued') talk.open.set(id, line);
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
      // Estimates of when it is free move with the clock: only who is in the way is news.
      const tasks = owners.map(({ task, path }) => ({ task, path, mode: lock.mode }));
      return JSON.stringify({ ...named, answer: 'queued', ticket: number, owners: tasks });
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
