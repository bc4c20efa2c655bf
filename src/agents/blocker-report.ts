import type { BlockerReport, Severity } from '../core/turn.js';
import { isRecord, textOf } from './adapter.js';

const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical'];
const LONGEST = 2_000;

/** From an agent's own words: forgiving, since a blocker that is misread must not be lost. */
export function readBlocker(value: unknown): BlockerReport {
  if (!isRecord(value)) return { severity: 'high', description: describe(value), wait: true };
  return {
    severity: severities.find((known) => known === value.severity) ?? 'high',
    description: describe(textOf(value.description) ?? value),
    wait: value.wait !== false,
  };
}

function describe(value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : JSON.stringify(value);
  return text === '' ? 'The agent stopped and did not say why.' : text.slice(0, LONGEST);
}
