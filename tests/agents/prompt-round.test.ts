import { expect, it } from 'vitest';
import { feedsText, proposalRule } from '../../src/agents/prompt-round.js';
import { planOf } from '../core/compile-spec.js';

const SPEC = `version: 1
name: c
agents: { script: { adapter: command, run: [sh] } }
tasks:
  - { id: find, title: Find }
  - { id: fix, title: 'Mend {{item.what}}', owns: ['{{item.file}}'], forEach: { task: find, at: bugs.open, max: 4 } }
  - { id: name, title: 'Name {{item}}', forEach: find }
`;

it('says where the lists stand, how long they may be, and what each entry has', () => {
  const { brief } = planOf(SPEC);
  const text = feedsText(brief, brief.tasks['find']!);
  expect(text).toContain(
    'The list stands at `bugs.open` of the output, with at most 4 entries: each becomes a task of fix',
  );
  expect(text).toMatch(/An entry is an object with `(what`, `file|file`, `what)`;/);
  expect(text).toContain('The output itself is the list, with at most 50 entries');
  expect(text).toContain('An entry is a text, a number or an object;');
  expect(feedsText(brief, brief.tasks['fix']!)).toBe('');
});

it('says how to propose tasks only where that is not refused, and who decides', () => {
  const ruleOf = (proposals: string) =>
    proposalRule(planOf(SPEC.replace('tasks:', `proposals: ${proposals}\ntasks:`)).brief).join('');
  expect(ruleOf('ask')).toMatch(/\.longhaul\/propose\.json.*A person decides about them/);
  expect(ruleOf('accept')).toContain('They are added');
  expect(ruleOf('refuse')).toBe('');
});
