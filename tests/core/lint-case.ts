/** Campaign files for the tests of the lint, and what is found in them. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/core/compile.js';
import { lint } from '../../src/core/lint.js';
import type { Problem } from '../../src/core/problem.js';
import { readSpec } from '../../src/core/spec.js';
import { digest } from './compile-spec.js';

const NOW = '2026-01-01T00:00:00Z';

/** The warnings of reading and of the lint, as `longhaul check` has them. */
export function warningsOf(text: string): readonly Problem[] {
  const { spec, problems, source } = readSpec(text, 'campaign.yaml');
  const { plan, brief } = compile({
    spec: spec!,
    campaign: 'c',
    repository: { location: '/repo', kind: 'path', base: 'main', baseCommit: 'b'.repeat(40) },
    roles: {
      r: { name: 'r', description: '', instructions: 'Do it.', model: null, options: {}, outputFolder: null },
    },
    templates: {},
    existingBranches: ['main'],
    createdAt: NOW,
    digest,
  });
  return [...problems, ...lint({ written: source, plan: plan!, brief: brief! })];
}

/** `line:column code` of each. */
export function found(text: string): readonly string[] {
  return warningsOf(text).map(({ code, where }) => `${where?.line ?? '?'}:${where?.column ?? '?'} ${code}`);
}

const AGENTS = 'agents: { a: { adapter: claude-code, instances: 20 } }';
/** Four lines; the fifth is the first of what comes after it. */
export const TOP = `version: 1\nname: shop\n${AGENTS}\ndefaults: { verify: [make] }\n`;

/** A task as a flow mapping, with a title that tells enough. */
export const task = (id: string, more = '') =>
  `{ id: ${id}, title: Do all of the work${more === '' ? '' : `, ${more}`} }`;
export const tasks = (...lines: readonly string[]) => lines.map((line) => `    - ${line}\n`).join('');
export const many = (count: number, more: (at: number) => string = () => '') =>
  Array.from({ length: count }, (_, at) => task(`t${at}`, more(at)));

/** One phase with one group. */
export const phase = (...lines: readonly string[]) =>
  `${TOP}phases:\n- name: p\n  tasks:\n${tasks(...lines)}`;
export const group = (name: string, ...lines: readonly string[]) =>
  `  - name: ${name}\n    tasks:\n${tasks(...lines)}`;
export const phaseOf = (...groups: readonly string[]) =>
  `${TOP}phases:\n- name: p\n  groups:\n${groups.join('')}`;

interface Case {
  readonly what: string;
  readonly text: string;
  readonly warns: readonly string[];
}

export function tell(code: string, cases: readonly Case[]): void {
  describe(code, () => {
    it.each(cases)('$what', ({ text, warns }) => {
      expect(found(text)).toEqual(warns.map((place) => `${place} ${code}`));
    });
    it('is shown and not shown above', () => {
      expect(new Set(cases.map(({ warns }) => warns.length === 0)).size).toBe(2);
    });
  });
}
