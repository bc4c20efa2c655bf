/**
 * Where an agent is answered while its turn runs: a file in its worktree, a JSON object per line, and what of it a
 * tool has not read yet.
 */
import { closeSync, constants, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { ensureOwnFolder } from './agent-file.js';
import { INBOX, type Turn } from './turn-files.js';

/** Lines that no tool has read yet. */
export type Inbox = string[];

/** Who reads the file instead never takes them. */
const MOST_UNREAD = 200;

/** What the turn before was told stands in this one's prompt. */
export function emptyInbox({ worktree }: Turn): void {
  ensureOwnFolder(`${worktree}/.longhaul`);
  mkdirSync(`${worktree}/.longhaul`, { recursive: true });
  rmSync(`${worktree}/${INBOX}`, { recursive: true, force: true });
  append(worktree, '');
}

export function putIntoInbox(inbox: Inbox, { worktree }: Turn, line: string): void {
  append(worktree, `${line}\n`);
  inbox.push(line);
  inbox.splice(0, inbox.length - MOST_UNREAD);
}

/** Never through a link, and never waiting for a pipe's other end: an agent may have put something else there. */
function append(worktree: string, text: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
  const file = openSync(`${worktree}/${INBOX}`, flags, 0o644);
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}
