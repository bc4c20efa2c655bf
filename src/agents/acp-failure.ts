/**
 * Which class a failure that an agent tells over ACP belongs to. The protocol has one code that says why (it wants a
 * login); all else is in the agent's own words, which mostly quote the API's status.
 */
import type { FailureClass } from '../core/turn.js';

interface AcpFailure {
  /** Of JSON-RPC; null where the agent did not answer. */
  readonly code: number | null;
  readonly text: string;
}

const AUTH_REQUIRED = -32_000;

type Row = readonly [when: (failure: AcpFailure & { status: number | null }) => boolean, then: FailureClass];

/** The first row that holds decides. */
const rows: readonly Row[] = [
  [({ code }) => code === AUTH_REQUIRED, 'auth'],
  [({ status }) => status === 402, 'usage-limit'],
  [({ status }) => status === 401 || status === 403, 'auth'],
  // Too many in a minute, unless it says that it is about more.
  [
    ({ status, text }) => status === 429 && /usage limit|insufficient.quota|credit balance/i.test(text),
    'usage-limit',
  ],
  [({ status }) => status === 429, 'rate-limited'],
  [({ status }) => status !== null && status >= 500, 'transient'],
  [({ text }) => /usage limit|quota|credit balance|insufficient|billing/i.test(text), 'usage-limit'],
  [({ text }) => /api key|unauthori[sz]ed|authenticat|not logged in|log ?in\b/i.test(text), 'auth'],
  [({ text }) => /rate.?limit|too many requests/i.test(text), 'rate-limited'],
  [({ text }) => /model.{0,80}(not found|does not exist)/i.test(text), 'spec'],
  [({ text }) => /overloaded|unavailable|timed? ?out|ECONN|connect|network|socket/i.test(text), 'transient'],
];

export function classifyAcp({ code, text }: AcpFailure): FailureClass {
  const [, status] = /\b(?:status(?:Code)?|error|HTTP)\W{0,4}(?:code\W{0,3})?([45]\d\d)\b/i.exec(text) ?? [];
  const failure = { code, text, status: status === undefined ? null : Number(status) };
  return rows.find(([when]) => when(failure))?.[1] ?? 'agent-error';
}
