import { createHash } from 'node:crypto';
import type { Failure, FailureClass } from '../core/turn.js';

const LONGEST = 2_000;

/** A failure of a step; `same` is what makes two of them the same one. */
export function makeFailure(
  is: FailureClass,
  message: string,
  { same = message, evidence = null }: { same?: string; evidence?: string | null } = {},
): Failure {
  return {
    class: is,
    message: message.length > LONGEST ? `${message.slice(0, LONGEST - 1)}…` : message,
    signature: `${is}:${createHash('sha256').update(normalise(same)).digest('hex').slice(0, 12)}`,
    resetAtMs: null,
    retryAfterMs: null,
    evidence,
  };
}

/** Without what differs between two runs of the same failing command: times, hashes, temporary paths, numbers. */
function normalise(text: string): string {
  return text
    .replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
    .replace(/(\/private)?\/(tmp|var\/folders)\/[^\s'":)]+/g, '<tmp>')
    .replace(/\b(0x)?[0-9a-f]{7,}\b/gi, '<hex>')
    .replace(/\d+/g, '<n>')
    .replace(/[ \t]+/g, ' ');
}
