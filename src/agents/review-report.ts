import type { Review } from '../core/ports.js';
import { isRecord } from './adapter.js';

const MOST_FINDINGS = 20;
const LONGEST = 300;

/** From a reviewer's own words; null where they say neither yes nor no: half a verdict must not let anybody start. */
export function readReview(value: unknown): Review | null {
  if (!isRecord(value) || typeof value.approve !== 'boolean') return null;
  const findings: readonly unknown[] = Array.isArray(value.findings) ? value.findings : [];
  return {
    approve: value.approve,
    findings: findings
      .flatMap((finding) => wordsOf(finding))
      .map((text) => text.slice(0, LONGEST))
      .slice(0, MOST_FINDINGS),
  };
}

/** A finding may be a text, or whatever a program made of it. */
function wordsOf(finding: unknown): readonly string[] {
  const text = typeof finding === 'string' ? finding : (JSON.stringify(finding) as string | undefined);
  const line = (text ?? '').replace(/\s+/g, ' ').trim();
  return line === '' ? [] : [line];
}
