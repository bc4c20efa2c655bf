/**
 * Which class a failure that Codex reports belongs to. It prints one text and no code; where the API's answer shows
 * through it (a status, a JSON body), that goes first. Every row was seen with 0.169.0 or is an error code of its API.
 */
import type { FailureClass } from '../core/turn.js';
import { isRecord, parseObject, textOf } from './adapter.js';

interface CodexFailure {
  /** With plain apostrophes. */
  readonly text: string;
  /** HTTP status; null where the text has none. */
  readonly status: number | null;
  /** The API's own word, of a body that was passed on as it is. */
  readonly code: string | null;
}

type Row = readonly [when: (failure: CodexFailure) => boolean, then: FailureClass];

/** The first row that holds decides. */
const rows: readonly Row[] = [
  [({ code }) => code === 'insufficient_quota' || code === 'usage_limit_reached', 'usage-limit'],
  [
    ({ text }) => /hit your usage limit|quota exceeded|exceeded your current quota/i.test(text),
    'usage-limit',
  ],
  [({ text }) => /out of credits|spend(ing)? (cap|limit)/i.test(text), 'usage-limit'],
  // The plan does not allow Codex at all: nothing that passes, and nothing of the task's.
  [({ text }) => /with your ChatGPT plan, upgrade/i.test(text), 'auth'],
  [({ status }) => status === 401 || status === 403, 'auth'],
  [({ status }) => status === 402, 'usage-limit'],
  [({ code }) => code === 'invalid_api_key' || code === 'invalid_issuer', 'auth'],
  [({ text }) => /missing environment variable/i.test(text), 'auth'],
  [({ text }) => /not logged in|(log|sign) (out and )?(in|back in) again|codex login/i.test(text), 'auth'],
  [({ status }) => status === 429, 'rate-limited'],
  [({ code }) => code === 'rate_limit_exceeded', 'rate-limited'],
  [({ text }) => /rate limit reached/i.test(text), 'rate-limited'],
  [({ status }) => (status ?? 0) >= 500 || status === 408, 'transient'],
  [({ code }) => code === 'server_error' || code === 'server_is_overloaded', 'transient'],
  [({ text }) => /stream disconnected|at capacity|overloaded|high demand/i.test(text), 'transient'],
  [({ text }) => /waiting for network|connection (failed|refused|reset|closed)/i.test(text), 'transient'],
  [({ text }) => /error sending request|timed? ?out|network error/i.test(text), 'transient'],
  [({ status, code }) => status === 404 || code === 'model_not_found', 'spec'],
  [({ text }) => /model .{0,80}(does not exist|is not supported)/i.test(text), 'spec'],
  [({ text }) => /error loading config|model provider .{0,80}not found/i.test(text), 'spec'],
];

export function classifyCodex(message: string): FailureClass {
  const failure = { text: message.replaceAll('’', "'"), status: statusIn(message), code: codeIn(message) };
  return rows.find(([when]) => when(failure))?.[1] ?? 'agent-error';
}

function statusIn(message: string): number | null {
  const found = /(?:unexpected|last) status:? (\d{3})\b/.exec(message);
  return found === null ? null : Number(found[1]);
}

/** A request that the API refuses as wrong is answered with its whole body. */
function codeIn(message: string): string | null {
  const error = parseObject(message)?.error;
  return isRecord(error) ? (textOf(error.code) ?? textOf(error.type)) : null;
}

/** "Please try again in 3.5s": the API's own delay, where the text still has it. */
export function retryAfterIn(message: string): number | null {
  const [, count, unit = ''] = /try again in ([\d.]+) ?(ms|s|m)\b/.exec(message) ?? [];
  const ms = Number(count) * ({ ms: 1, s: 1_000, m: 60_000 }[unit] ?? Number.NaN);
  return Number.isFinite(ms) ? Math.ceil(ms) : null;
}
