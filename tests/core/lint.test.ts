import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { found, group, many, phase, phaseOf, task, tell, warningsOf } from './lint-case.js';

const unchecked = phase(task('a')).replace('defaults: { verify: [make] }', 'goal: None');

tell('spec/no-acceptance', [
  { what: 'work that no command checks', text: unchecked, warns: ['8:13'] },
  { what: 'not with verify', text: phase(task('a')), warns: [] },
  {
    what: 'not where somebody says that there is none',
    text: unchecked.replace('work }', 'work, verify: [] }'),
    warns: [],
  },
  {
    what: 'not where nothing must change',
    text: unchecked.replace('work }', 'work, changes: none }'),
    warns: [],
  },
  {
    what: 'not where merges are tested',
    text: unchecked.replace('goal: None', 'integration: { verify: [make] }'),
    warns: [],
  },
]);

tell('spec/thin-prompt', [
  { what: 'three words', text: phase('{ id: a, title: Fix the bug }'), warns: ['8:23'] },
  { what: 'four', text: phase('{ id: a, title: Implement the shopping cart }'), warns: ['8:23'] },
  { what: 'with a prompt of two', text: phase('{ id: a, title: Fix it, prompt: Do it }'), warns: ['8:39'] },
  { what: 'not six', text: phase('{ id: a, title: Fix the crash at the start }'), warns: [] },
  {
    what: 'not with a prompt that says more',
    text: phase('{ id: a, title: Fix it, prompt: It crashes at the start. }'),
    warns: [],
  },
  { what: 'not with context', text: phase('{ id: a, title: Fix it, context: [bug.md] }'), warns: [] },
  { what: 'not with paths', text: phase('{ id: a, title: Fix it, owns: [src/**] }'), warns: [] },
]);

const soft = (more: string) =>
  `contracts: { api: { version: 1.0.0, files: [api.yaml]${more} } }\n${phase(
    task('a', 'publishes: [api]'),
    task('b'),
    task('c', 'needs: [{ contract: api }]'),
  )}`;

tell('spec/untested-contract', [
  { what: 'others build on what nothing tests', text: soft(', provider: b'), warns: ['1:19'] },
  { what: 'not with a test', text: soft(', provider: b, test: make contract'), warns: [] },
  { what: 'also where nobody is said to implement it', text: soft(''), warns: ['1:19'] },
  {
    what: 'not where only its provider uses it',
    text: soft(', provider: c'),
    warns: [],
  },
]);

const limited = (deadline: string) => `limits: { deadline: ${deadline}, agents: 2 }\n${phase(...many(4))}`;

tell('spec/over-deadline', [
  { what: 'four half hours for two agents in 59 minutes', text: limited('59m'), warns: ['1:21'] },
  { what: 'not in an hour', text: limited('1h'), warns: [] },
  { what: 'by the clock', text: limited('{ at: 2026-01-01T00:59:00Z }'), warns: ['1:21'] },
  { what: 'not by a later clock', text: limited('{ at: 2026-01-01T01:00:00Z }'), warns: [] },
]);

const timed = (keys: string, count = 4) =>
  phaseOf(group('g', ...many(count)).replace('- name: g', `- name: g\n    ${keys}`)).replace(
    'defaults',
    'limits: { agents: 2 }\ndefaults',
  );

tell('spec/over-timeout', [
  { what: 'four half hours for two agents in 59 minutes', text: timed('timeout: 59m'), warns: ['10:14'] },
  { what: 'not in an hour', text: timed('timeout: 1h'), warns: [] },
  { what: 'not where the first two are enough', text: timed('wait: 2\n    timeout: 30m'), warns: [] },
  { what: 'not where nobody wrote one', text: timed('wait: all', 20), warns: [] },
]);

describe('the lint', () => {
  it('names things, and says what to do', () => {
    const [warning] = warningsOf(limited('59m'));
    expect(warning).toEqual({
      code: 'spec/over-deadline',
      message:
        'the campaign would take 1h by the estimates, if nothing goes wrong, and its deadline is after 59m',
      hint: 'allow more time, more agents at once (limits.agents, instances), or fewer needs; longhaul plan shows what waits for what',
      where: { file: 'campaign.yaml', line: 1, column: 21 },
      severity: 'warning',
    });
  });
  it('shows twenty of a kind, and says how many more there are', () => {
    const lines = warningsOf(phase(...many(30)).replace('defaults: { verify: [make] }', 'goal: None'));
    expect(lines).toHaveLength(20);
    expect(lines.at(-1)?.message).toMatch(/ \(and 10 more warnings of this kind\)$/);
    expect(lines.at(-2)?.message).not.toContain('more warnings');
  });

  const [, shown = ''] = /```yaml\n(.*?)```/s.exec(readFileSync('README.md', 'utf8')) ?? [];
  it('has nothing to say about the README’s campaign', () => {
    expect(found(shown)).toEqual([]);
  });
});
