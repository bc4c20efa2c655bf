/**
 * Which class a failure that Claude Code reports belongs to: by its fields first, by its text last. Every row was
 * seen with 2.1.329.
 */
import type { FailureClass } from '../core/turn.js';

export interface ClaudeFailure {
  readonly text: string;
  /** `error` of the synthetic assistant message before the result. */
  readonly trouble: string | null;
  /** HTTP status; null where the API was not reached. */
  readonly status: number | null;
  readonly apiError: string | null;
  readonly subtype: string;
  readonly terminalReason: string;
}

type Row = readonly [when: (failure: ClaudeFailure) => boolean, then: FailureClass];

/** The first row that holds decides. */
const rows: readonly Row[] = [
  [({ subtype }) => subtype === 'error_max_turns', 'agent-error'],
  [({ subtype }) => subtype === 'error_max_budget_usd', 'cap'],
  [({ terminalReason }) => terminalReason.startsWith('aborted'), 'transient'],
  [({ apiError }) => apiError === 'usage_limit_reached', 'usage-limit'],
  [({ trouble, status }) => trouble === 'billing_error' || status === 402, 'usage-limit'],
  [
    ({ text }) => /reached your specified API usage limits|credit balance is too low/i.test(text),
    'usage-limit',
  ],
  [({ trouble }) => authTroubles.includes(trouble ?? ''), 'auth'],
  [({ status }) => status === 401 || status === 403, 'auth'],
  [({ trouble, status }) => trouble === 'rate_limit' || status === 429, 'rate-limited'],
  [({ trouble }) => trouble === 'server_error' || trouble === 'overloaded', 'transient'],
  [({ status }) => (status ?? 0) >= 500, 'transient'],
  [({ apiError }) => apiError === 'connection_failed', 'transient'],
  [({ trouble, status }) => trouble === 'model_not_found' || status === 404, 'spec'],
  [({ text }) => /not logged in|\/login/i.test(text), 'auth'],
  [({ text }) => /connection (refused|dropped|error)|timed out|overloaded/i.test(text), 'transient'],
];

const authTroubles = [
  'authentication_failed',
  'oauth_org_not_allowed',
  'account_on_hold',
  'verification_required',
  'cloud_credential_error',
];

export function classifyClaude(failure: ClaudeFailure): FailureClass {
  return rows.find(([when]) => when(failure))?.[1] ?? 'agent-error';
}

/** "You will regain access on 2026-12-01 at 00:00 UTC": the only place where the API's own cap tells its end. */
export function resetTimeIn(text: string): number | null {
  const found = /regain access on (\d{4}-\d{2}-\d{2})(?: at (\d{2}:\d{2}))?/.exec(text);
  if (found === null) return null;
  const at = Date.parse(`${found[1] ?? ''}T${found[2] ?? '00:00'}:00Z`);
  return Number.isNaN(at) ? null : at;
}
