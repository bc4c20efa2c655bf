/** Names that a campaign does not have, and those that it has. */
import type { ProblemError } from '../core/problem.js';
import type { Status } from '../core/status.js';
import { clientError, didYouMean } from './client-error.js';
import type { PartChoice } from './wished-state.js';

export function unknownBlocker(status: Status, blocker: string): ProblemError {
  const open = status.blockers.filter(({ state }) => state === 'open');
  const list = open.map(({ id, task }) => `${id} (task ${task})`).join(', ');
  return clientError(
    'client/unknown-blocker',
    `campaign ${status.id} has no blocker ${blocker}`,
    open.length === 0 ? 'no blocker is open now' : `open now: ${list}`,
  );
}

export function unknownTask(id: string, known: readonly string[], task: string): ProblemError {
  return clientError(
    'client/unknown-task',
    `campaign ${id} has no task ${task}${didYouMean(task, known)}`,
    `its tasks: ${known.join(', ')}`,
  );
}

export function checkAccount(status: Status, { account = null }: PartChoice): void {
  const known = status.accounts.map(({ name }) => name);
  if (account !== null && !known.includes(account)) throw unknownAccount(status.id, known, account);
}

function unknownAccount(id: string, known: readonly string[], account: string): ProblemError {
  return clientError(
    'account/unknown',
    `campaign ${id} has no account ${account}${didYouMean(account, known)}`,
    `its accounts: ${known.join(', ')}`,
  );
}
