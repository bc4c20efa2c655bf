import { expect, it } from 'vitest';
import { feedLines } from '../../src/agents/prompt-round.js';
import { wholePrompt } from '../../src/agents/prompt.js';
import { planOf } from '../core/compile-spec.js';
import { partsOf } from './prompt-case.js';

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
  const [first = '', second = ''] = feedLines(brief, brief.tasks['find']!);
  expect(first).toContain(
    'The list stands at `bugs.open` of the output, with at most 4 entries: each becomes a task of fix',
  );
  expect(first).toMatch(/An entry is an object with `(what`, `file|file`, `what)`;/);
  expect(second).toContain('The output itself is the list, with at most 50 entries');
  expect(second).toContain('An entry is a text, a number or an object;');
  expect(feedLines(brief, brief.tasks['fix']!)).toEqual([]);
  expect(wholePrompt(partsOf(brief, 'find')).text).toContain(`## What you hand on\n\nYour output is a list`);
});

it('says how to propose tasks only where that is not refused, and who decides', () => {
  const promptWhere = (proposals: string) =>
    wholePrompt(partsOf(planOf(SPEC.replace('tasks:', `proposals: ${proposals}\ntasks:`)).brief, 'find'))
      .text;
  expect(promptWhere('ask')).toMatch(
    /\.longhaul\/propose\.json.*without `setup`, `verify`.*A person decides about them/,
  );
  expect(promptWhere('accept')).toContain('They are added');
  expect(promptWhere('refuse')).not.toContain('propose.json');
});
