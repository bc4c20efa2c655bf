import { severities, type BlockerDetails, type BlockerReport } from '../core/turn.js';
import { isRecord, textOf } from './adapter.js';
import { parseJson } from './json.js';

const LONGEST = 2_000;
const LONGEST_FAULT = 300;
const LONGEST_NAME = 200;
const LONGEST_DETAIL = 1_000;

/** From an agent's own words: forgiving, since a blocker that is misread must not be lost. */
export function readBlocker(value: unknown): BlockerReport {
  if (!isRecord(value)) return { severity: 'high', description: describe(value), wait: true };
  return {
    severity: severities.find((known) => known === value.severity) ?? 'high',
    description: describe(textOf(value.description) ?? value),
    wait: value.wait !== false,
    ...detailsOf(value),
  };
}

/** What is not said, or not in its form, is left out. */
function detailsOf(said: Readonly<Record<string, unknown>>): BlockerDetails {
  const blockingTask = wordsOf(said.blockingTask, LONGEST_NAME);
  const workaround = wordsOf(said.workaround, LONGEST_DETAIL);
  const impact = wordsOf(said.impact, LONGEST_DETAIL);
  const neededByMs = Date.parse(textOf(said.neededBy) ?? '');
  return {
    ...(blockingTask === '' ? {} : { blockingTask }),
    ...(workaround === '' ? {} : { workaround }),
    ...(Number.isFinite(neededByMs) ? { neededByMs } : {}),
    ...(impact === '' ? {} : { impact }),
  };
}

function wordsOf(value: unknown, longest: number): string {
  return (textOf(value) ?? '').trim().slice(0, longest);
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
    const value = parseJson(text);
    return { value, fault: findFault(value) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { value: text, fault: `is not valid JSON: ${why}`.slice(0, LONGEST_FAULT) };
  }
}

function findFault(value: unknown): string | null {
  if (!isRecord(value)) return 'holds no JSON object';
  const { severity, description, neededBy, wait } = value;
  const faults = [
    ...((textOf(description) ?? '').trim() === '' ? ['has no text as its "description"'] : []),
    ...(severity !== undefined && !severities.some((known) => known === severity)
      ? [`has a "severity" that is none of ${severities.join(', ')}`]
      : []),
    ...(neededBy !== undefined && Number.isNaN(Date.parse(textOf(neededBy) ?? ''))
      ? ['has a "neededBy" that is no time, as 2026-12-01T09:00:00Z is one']
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
