import type { BlockerReport, Severity } from '../core/turn.js';
import { isRecord, textOf } from './adapter.js';

const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical'];
const LONGEST = 2_000;
const LONGEST_FAULT = 300;

/** From an agent's own words: forgiving, since a blocker that is misread must not be lost. */
export function readBlocker(value: unknown): BlockerReport {
  if (!isRecord(value)) return { severity: 'high', description: describe(value), wait: true };
  return {
    severity: severities.find((known) => known === value.severity) ?? 'high',
    description: describe(textOf(value.description) ?? value),
    wait: value.wait !== false,
  };
}

/** The same of a file's text, and what was wrong with it, for the agent and for people; null where nothing was. */
export function readBlockerText(text: string): { report: BlockerReport; fault: string | null } {
  const { value, fault } = parseBlocker(text);
  const report = readBlocker(value);
  if (fault === null) return { report, fault };
  const told = `(The agent's .longhaul/blocker.json ${fault}; what it holds is shown as it is.) ${report.description}`;
  return { report: { ...report, description: told.slice(0, LONGEST) }, fault };
}

function parseBlocker(text: string): { value: unknown; fault: string | null } {
  if (text.trim() === '') return { value: '', fault: 'is empty' };
  try {
    const value: unknown = JSON.parse(text);
    return { value, fault: findFault(value) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { value: text, fault: `is not valid JSON: ${why}`.slice(0, LONGEST_FAULT) };
  }
}

function findFault(value: unknown): string | null {
  if (!isRecord(value)) return 'holds no JSON object';
  const { severity, description, wait } = value;
  const faults = [
    ...((textOf(description) ?? '').trim() === '' ? ['has no text as its "description"'] : []),
    ...(severity !== undefined && !severities.some((known) => known === severity)
      ? [`has a "severity" that is none of ${severities.join(', ')}`]
      : []),
    ...(wait !== undefined && typeof wait !== 'boolean'
      ? ['has a "wait" that is neither true nor false']
      : []),
  ];
  return faults.length === 0 ? null : faults.join(', and ');
}

function describe(value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : JSON.stringify(value);
  return text === '' ? 'The agent stopped and did not say why.' : text.slice(0, LONGEST);
}
