import type { Completion } from '../core/completion.js';
import { isRecord, numberOf, textOf } from './adapter.js';

const LONGEST = 2_000;
const LONGEST_PATH = 300;
const LONGEST_FINDING = 500;
const MOST_DELIVERABLES = 100;
const MOST_FINDINGS = 50;

/** From an agent's own words: what does not fit is left out. */
export function readCompletion(value: unknown): Completion {
  const said = isRecord(value) ? value : {};
  const tests = isRecord(said.testResults) ? said.testResults : {};
  return {
    summary: textIn(said.summary, LONGEST),
    deliverables: listOf(said.deliverables)
      .map((path) => textIn(path, LONGEST_PATH).replace(/^(\.\/)+/, ''))
      .filter((path) => path !== '')
      .slice(0, MOST_DELIVERABLES),
    testResults: {
      passed: numberOf(tests.passed),
      failed: numberOf(tests.failed),
      coverage: numberOf(tests.coverage),
    },
    readyForReview: truthOf(said.readyForReview),
    readyForMerge: truthOf(said.readyForMerge),
    findings: listOf(said.findings).flatMap(findingOf).slice(0, MOST_FINDINGS),
    notes: textIn(said.notes, LONGEST),
  };
}

function findingOf(value: unknown): Completion['findings'] {
  const said = isRecord(value) ? value : { text: value };
  const text = textIn(said.text, LONGEST_FINDING);
  if (text === '') return [];
  const severity = textIn(said.severity, 20);
  return [{ file: textIn(said.file, LONGEST_PATH), line: numberOf(said.line), severity, text }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textIn(value: unknown, longest: number): string {
  return (textOf(value) ?? '').trim().slice(0, longest);
}

function truthOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}
