import { ProblemError } from '../core/problem.js';

type ClientErrorCode =
  | 'client/unreachable'
  | 'client/unknown-campaign'
  | 'client/ambiguous-campaign'
  | 'client/other-campaign'
  | 'client/campaign-over'
  | 'client/no-status'
  | 'client/unknown-blocker'
  | 'client/unknown-task'
  | 'client/refused'
  | 'account/unknown'
  | 'campaign/version'
  | 'server/no-namespace'
  | 'server/unreachable';

/** An error made for the person who typed the command: what is wrong, and the way out. */
export function clientError(code: ClientErrorCode, message: string, hint: string): ProblemError {
  return new ProblemError({ code, message, hint, severity: 'problem' });
}

/** The server has the campaign, but nobody can say how it is. */
export function isSilent(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'client/no-status';
}

/** No server answers: the home's own, or one that somebody named. */
export function isAway(error: unknown): error is ProblemError {
  return error instanceof ProblemError && (isOutside(error) || error.problem.code === 'client/unreachable');
}

/** Of errors that are `isAway`: the server is not this home's own, and nothing here can start it. */
export function isOutside({ problem }: ProblemError): boolean {
  return problem.code === 'server/unreachable';
}

/** ` (did you mean cart?)`, or nothing where no name is close. */
export function didYouMean(wanted: string, names: readonly string[]): string {
  const close = names
    .map((name) => ({ name, distance: editDistance(wanted, name) }))
    .filter(
      ({ name, distance }) =>
        (distance <= Math.max(2, Math.floor(name.length / 3)) && distance < name.length) ||
        name.startsWith(wanted),
    )
    .sort((a, b) => a.distance - b.distance);
  return close[0] === undefined ? '' : ` (did you mean ${close[0].name}?)`;
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
