import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/core/spec.js';
import { TEMPLATE_NAMES } from '../../src/core/template-name.js';
import { TEMPLATE_VARS } from '../../src/core/template-vars.js';
import { compileText, planOf } from './compile-spec.js';

const HEAD = 'version: 1\nname: c\nagents: { script: { adapter: command, run: [sh] } }\ntasks:\n';
const told = (tasks: string) =>
  readSpec(`${HEAD}${tasks}`, 'c.yaml').problems.map(
    ({ code, message, hint, where }) => `${where?.line}:${where?.column} ${code} ${message} | ${hint}`,
  );

describe('a template that a task names', () => {
  it('must be one of Longhaul’s, or a file', () => {
    expect(told('  - { id: a, title: A, template: fixx }')).toEqual([
      '5:34 spec/unknown-template task "a" has the template "fixx", which is none of Longhaul\'s | did you mean "fix"?',
    ]);
    expect(told('  - { id: a, title: A, template: essay }')[0]).toContain('write one of: task, unit-test');
    expect(told('  - { id: a, title: A, template: prompts/house.liquid }')).toEqual([]);
    expect(told('  - { id: a, title: A, template: [fix] }')[0]).toContain('spec/wrong-type');
  });

  it('gets the variables that it asks for, and no others, each told where it stands', () => {
    expect(told('  - { id: a, title: A, template: fix, vars: { problm: It crashes. } }')).toEqual([
      '5:47 spec/unknown-key task "a" says "problm", which the template fix has no place for | did you mean "problem"?',
    ]);
    const missing = told('  - { id: a, title: A, template: unit-test }').join('\n');
    for (const name of [
      'source',
      'output',
      'functions',
      'categories',
      'tests',
      'coverage',
      'seconds',
      'commands',
    ])
      expect(missing).toContain(
        `5:5 spec/missing-key "${name}" is missing in vars of task "a"; the template unit-test`,
      );
    expect(missing).not.toContain('"number"');
    const inner = '{ source: { file: a.ts, descriptn: x } }';
    expect(told(`  - { id: a, title: A, template: unit-test, vars: ${inner} }`)).toContainEqual(
      expect.stringMatching(
        /^5:75 spec\/unknown-key task "a" says "descriptn".*did you mean "description"\?$/,
      ),
    );
    expect(told('  - { id: a, title: A, vars: { why: [x] } }')[0]).toMatch(
      /^5:37 spec\/wrong-type vars\.why of task "a" must be a text, not a list; the template task needs it so/,
    );
    expect(told('  - { id: a, title: A, vars: nothing }')[0]).toContain('spec/wrong-type');
  });

  it('is chosen by the task’s part in contracts where the task names none', () => {
    const { brief } = planOf(`version: 1
name: c
agents: { script: { adapter: command, run: [sh] } }
contracts:
  api: { version: 1.0.0, files: [api.yaml], provider: server, review: consumers, test: "true" }
phases:
  - name: build
    tasks:
      - { id: design, title: Design, publishes: [api] }
      - { id: server, title: Serve, needs: [{ contract: api }] }
      - { id: page, title: Show, needs: [{ contract: api }], vars: { errors: [{ code: E1, when: full }] } }
      - { id: other, title: Something else }
      - { id: crash, title: Mend the crash, needs: [{ contract: api }], template: fix, vars: { problem: Bang. } }
  - name: test
    tasks:
      - { id: try, title: Try it, kind: testing, changes: allowed }
`);
    const chosen = Object.values(brief.tasks).map(({ id, template }) => `${id} ${template.name}`);
    expect(chosen.sort()).toEqual([
      'api-review-crash review',
      'api-review-page review',
      'api-review-server review',
      'crash fix',
      'design contract-author',
      'other task',
      'page contract-consumer',
      'server contract-provider',
      'try tester',
    ]);
    // The variables are those of the template that was chosen, and are checked as such.
    expect(brief.tasks['page']?.template.vars).toEqual({ errors: [{ code: 'E1', when: 'full' }] });
    expect(told('  - { id: a, title: A, vars: { errors: [{ code: E1, when: full }] } }')[0]).toContain(
      'the template task has no place for',
    );
  });

  it('of the repository must have been read when the campaign was', () => {
    const { problems } = compileText(`${HEAD}  - { id: a, title: A, template: p/x.liquid }`);
    expect(problems).toMatchObject([{ code: 'spec/unknown-template', where: { line: 5, column: 34 } }]);
  });

  it('makes another task of it, as its variables do', () => {
    const digestOf = (rest: string) => planOf(`${HEAD}  - { id: a, title: A${rest} }`).plan.tasks[0]?.digest;
    const plain = digestOf('');
    expect(digestOf(', template: fix')).not.toBe(plain);
    expect(digestOf(', vars: { why: So. }')).not.toBe(plain);
    expect(digestOf(', template: task')).toBe(plain);
  });
});

it('takes numbers that a round or a variable fills in as texts', () => {
  const right = {
    source: { file: 'a.ts', description: 'a' },
    output: { file: 'a.test.ts' },
    functions: [{ name: 'a', description: 'a' }],
    categories: [{ name: 'a', count: 1, specifics: ['a'] }],
    coverage: 90,
    seconds: 1,
    commands: { test: 'a', coverage: 'a' },
  };
  const takes = (tests: unknown) => TEMPLATE_VARS['unit-test'].safeParse({ ...right, tests }).success;
  expect([12, '12', '{{item.tests}}', '7.5'].map(takes)).toEqual([true, true, true, true]);
  expect(['', 'many', '-1', -1, null].map(takes)).toEqual([false, false, false, false, false]);
});

it('tells whatever stands as vars without throwing, and takes none silently that a template does not know', () => {
  const yaml = fc.json({ maxDepth: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...TEMPLATE_NAMES), yaml, (name, vars) => {
      const problems = told(`  - { id: a, title: A, template: ${name}, vars: ${vars} }`);
      const parsed = TEMPLATE_VARS[name].safeParse(JSON.parse(vars));
      expect(problems.length > 0).toBe(!parsed.success);
    }),
    { numRuns: 300 },
  );
});
