import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/core/problem.js';
import { readSpec } from '../../src/core/spec.js';

const TOP = 'version: 1\nname: shop\nagents:\n  script: { adapter: command, run: [node, agent.mjs] }\n';

function write({ code, where }: Problem): string {
  return `${where?.line ?? '?'}:${where?.column ?? '?'} ${code}`;
}

/** `line:column code` of each problem of a file. */
function problemsOf(text: string): readonly string[] {
  return readSpec(text, 'campaign.yaml').problems.map(write);
}

/** The same for what stands below four lines that are right. */
function below(text: string): readonly string[] {
  return problemsOf(TOP + text);
}

function messageOf(text: string): string {
  const { problems } = readSpec(TOP + text, 'campaign.yaml');
  return problems.map(({ message, hint }) => `${message} / ${hint ?? ''}`).join('\n');
}

const ONE_TASK = 'tasks: [{ id: a, title: A }]\n';

describe('a right campaign file', () => {
  it('is read with durations in milliseconds and the constant defaults', () => {
    const { spec, problems } = readSpec(
      `${TOP}limits: { deadline: 1h30m }\ndefaults: { stall: none }\n${ONE_TASK}`,
      'campaign.yaml',
    );
    expect(problems).toEqual([]);
    expect(spec).toMatchObject({
      name: 'shop',
      repository: '.',
      roles: '.claude/agents',
      deliver: 'branch',
      limits: { agents: 5, deadline: 5_400_000 },
      defaults: { stall: null },
      tasks: [{ id: 'a', kind: 'work', priority: 0, needs: [] }],
    });
    expect(spec?.placeOf(['tasks', 0, 'title'])).toEqual({ file: 'campaign.yaml', line: 7, column: 25 });
  });

  it('may be JSON, indented with tabs', () => {
    const json = JSON.stringify(
      {
        version: 1,
        name: 'shop',
        agents: { c: { adapter: 'claude-code' } },
        tasks: [{ id: 'a', title: 'A\tB' }],
      },
      null,
      '\t',
    );
    const { spec, problems } = readSpec(json, 'campaign.json');
    expect(problems).toEqual([]);
    expect(spec?.tasks?.[0]?.title).toBe('A\tB');
  });
});

describe('all problems are told at once', () => {
  it('in the order of the file, references and shapes together', () => {
    const text = [
      'limits: { agents: 0 }',
      'gaol: x',
      'tasks:',
      '  - { id: a, title: A, needs: [b, nobody], owns: [../secret] }',
      '  - { id: b, needs: [a], timeout: soon, agent: scrip }',
      '  - { id: b, title: B, kind: testing, uses: { browser: 1 } }',
    ].join('\n');
    expect(below(text)).toEqual([
      '5:19 spec/wrong-value',
      '6:1 spec/unknown-key',
      '8:32 spec/cycle',
      '8:35 spec/unknown-task',
      '8:51 spec/bad-path',
      '9:5 spec/missing-key',
      '9:35 spec/bad-duration',
      '9:48 spec/unknown-agent',
      '10:11 spec/duplicate-name',
      '10:56 spec/unknown-pool',
    ]);
  });
});

describe('each rule', () => {
  it.each([
    ['syntax', 'tasks: [', '5:9 spec/syntax'],
    ['a key twice', `${ONE_TASK}goal: a\ngoal: b`, '7:1 spec/syntax'],
    ['two documents', `${ONE_TASK}---\na: 1`, '6:1 spec/syntax'],
    ['nothing to do', '', '1:1 spec/missing-key'],
    [
      'both forms',
      `${ONE_TASK}phases: [{ name: p, tasks: [{ id: b, title: B }] }]`,
      '5:1 spec/conflicting-keys',
    ],
    ['no phases', 'phases: []', '5:9 spec/wrong-value'],
    ['an empty phase', 'phases: [{ name: p }]', '5:10 spec/missing-key'],
    ['an empty group', 'phases: [{ name: p, groups: [{ name: g, tasks: [] }] }]', '5:48 spec/wrong-value'],
    ['a number as a text', 'tasks: [{ id: a, title: 7 }]', '5:25 spec/wrong-type'],
    ['a text as a list', 'tasks: [{ id: a, title: A, verify: make }]', '5:36 spec/wrong-type'],
    ['a bad id', 'tasks: [{ id: a/b, title: A }]', '5:15 spec/bad-name'],
    ["an id that is every object's", 'tasks: [{ id: constructor, title: A }]', '5:15 spec/bad-name'],
    ['an id of ours', 'tasks: [{ id: integration, title: A }]', '5:15 spec/reserved-name'],
    [
      'ids that differ in case',
      'tasks: [{ id: a, title: A }, { id: A, title: A }]',
      '5:36 spec/duplicate-name',
    ],
    ['a need on itself', 'tasks: [{ id: a, title: A, needs: [a] }]', '5:36 spec/cycle'],
    ['a duration without unit', 'tasks: [{ id: a, title: A, timeout: 30 }]', '5:37 spec/wrong-type'],
    ['a duration of nothing', 'tasks: [{ id: a, title: A, timeout: 0s }]', '5:37 spec/bad-duration'],
    ['an absolute path', `${ONE_TASK}copy: [/etc/passwd]`, '6:8 spec/bad-path'],
    ['a path into .git', `${ONE_TASK}copy: [.git/config]`, '6:8 spec/bad-path'],
    ['a base that is no ref', `${ONE_TASK}base: a..b`, '6:7 spec/bad-branch'],
    ['an unknown placeholder', `${ONE_TASK}branch: "x/{id}"`, '6:9 spec/bad-branch'],
    ['a template that is no ref', `${ONE_TASK}branch: "x//{task}"`, '6:9 spec/bad-branch'],
    [
      'two words for one thing',
      'tasks: [{ id: a, title: A, estimate: 1h, complexity: 3 }]',
      '5:42 spec/conflicting-keys',
    ],
  ])('%s', (_, text, expected) => {
    expect(below(text)).toEqual([expected]);
  });

  it('of agents', () => {
    const agents = (text: string) => problemsOf(`version: 1\nname: shop\nagents: ${text}\n${ONE_TASK}`);
    expect(agents('{}')).toEqual(['3:9 spec/no-agent']);
    expect(agents('{ a: { adapter: command } }')).toEqual(['3:14 spec/missing-key']);
    expect(agents('{ a: { adapter: claude-code, run: [x], settings: user } }')).toEqual([]);
    for (const key of ['model: x', 'settings: user'])
      expect(agents(`{ a: { adapter: command, run: [x], ${key} } }`)).toEqual(['3:44 spec/conflicting-keys']);
    expect(agents('{ a: { adapter: codex, settings: mine } }')).toEqual(['3:42 spec/wrong-value']);
    expect(agents('{ a: { adapter: codex, options: { effort: { x: 1 } } } }')).toEqual([
      '3:51 spec/wrong-type',
    ]);
    expect(agents('{ a: { adapter: claud-code } }')).toEqual(['3:25 spec/wrong-value']);
    expect(agents('{ a: { adapter: acp } }')).toEqual(['3:14 spec/missing-key']);
    expect(agents('{ a: { adapter: acp, run: [x], settings: user } }')).toEqual([
      '3:40 spec/conflicting-keys',
    ]);
    expect(agents('{ a b: { adapter: claude-code } }')).toEqual(['3:11 spec/bad-name']);
    expect(agents('{ a: { adapter: claude-code }, b: { adapter: claude-code } }')).toEqual([
      '4:9 spec/no-agent',
    ]);
    expect(agents('{ a: { adapter: claude-code, env: [A=b] } }')).toEqual(['3:44 spec/bad-name']);
  });

  it('of phases: nothing needs what comes later', () => {
    const text =
      'phases:\n- { name: p, tasks: [{ id: a, title: A, needs: [b] }] }\n- { name: q, tasks: [{ id: b, title: B }] }';
    expect(below(text)).toEqual(['6:49 spec/need-of-later-phase']);
  });
});

describe('budgets', () => {
  it.each([
    [`${ONE_TASK}accounts: { teem: { budget: { usd: 1 } } }`, 'spec/unknown-account'],
    [`${ONE_TASK}limits: { budget: {} }`, 'spec/wrong-value'],
    [`${ONE_TASK}limits: { budget: { usd: 0 } }`, 'spec/wrong-value'],
    [`${ONE_TASK}limits: { budget: { eur: 1 } }`, 'spec/unknown-key'],
    [`${ONE_TASK}limits: { budget: { tokens: many } }`, 'spec/wrong-value'],
    [`${ONE_TASK}limits: { budget: { tokens: 0 } }`, 'spec/wrong-value'],
    [`${ONE_TASK}onCap: drain`, 'spec/wrong-value'],
  ])('%s', (text, code) => {
    expect(below(text).map((line) => line.split(' ')[1])).toEqual([code]);
  });
});

describe('what the format has and this version does not', () => {
  const task = (more: string) => `tasks: [{ id: a, title: A, ${more} }]`;
  it.each([
    ...['onFinish: x'].map((key) => ONE_TASK + key),
    ...['deliver: pull-request', 'integration: { readiness: 0.8 }'].map((key) => ONE_TASK + key),
    ...['accept: {}'].map(task),
  ])('%s', (text) => {
    expect(below(text).map((line) => line.split(' ')[1])).toEqual(['spec/not-supported-yet']);
  });
});

describe('the testing rule', () => {
  const phase = (tasks: string) => below(`phases:\n- name: p\n  ${tasks}`);
  it('refuses a testing task beside another of its group', () => {
    expect(phase('tasks: [{ id: a, title: A }, { id: t, title: T, kind: testing }]')).toEqual([
      '7:57 spec/testing-overlaps',
    ]);
  });
  it('is content with a path of needs', () => {
    const tasks =
      '{ id: a, title: A }, { id: b, title: B, needs: [a] }, { id: t, title: T, kind: testing, needs: [b] }';
    expect(phase(`tasks: [${tasks}]`)).toEqual([]);
  });
  it('lets it run beside work of another group, and refuses two testing tasks', () => {
    const groups = (kind: string) =>
      `groups: [{ name: g, tasks: [{ id: a, title: A, kind: ${kind} }] }, { name: h, tasks: [{ id: t, title: T, kind: testing }] }]`;
    expect(phase(groups('work'))).toEqual([]);
    expect(phase(groups('testing'))).toEqual(['7:56 spec/testing-overlaps', '7:114 spec/testing-overlaps']);
  });
  it('hints where a title speaks of tests and nothing is said', () => {
    const { spec, problems } = readSpec(`${TOP}tasks: [{ id: a, title: Test it }]`, 'campaign.yaml');
    expect(problems.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning spec/testing-hint',
    ]);
    expect(spec).not.toBeNull();
    expect(below('tasks: [{ id: a, title: Test it, kind: work }]')).toEqual([]);
    expect(below('tasks: [{ id: a, title: Find the latest }]')).toEqual([]);
  });
  it.each([
    'Test the cart',
    'test it',
    'Testing',
    'Run the integration tests and fix what they find',
    'Re-run all tests',
    'Execute the whole test suite',
    'Run npm test',
    'Integration tests',
    'End-to-end tests of the shop',
    'Load and stress tests',
    'E2E testing',
  ])('takes a task for one that runs tests: %s', (title) => {
    expect(hintsFor(title)).toEqual(['spec/testing-hint']);
  });
  it.each([
    'Add lib/upper.js with a test',
    'Implement X and its tests',
    'Write tests for the cart',
    'Unit tests for slug',
    'Fix the flaky test',
    'Speed up the integration tests',
    'Test helpers for the cart',
    'Run prettier over the tests',
    'Tests and docs for the parser',
    'Find the latest',
    'Attest the build',
  ])('takes a task for ordinary work: %s', (title) => {
    expect(hintsFor(title)).toEqual([]);
  });
});

function hintsFor(title: string): readonly string[] {
  const { problems } = readSpec(`${TOP}tasks: [{ id: a, title: "${title}" }]`, 'campaign.yaml');
  return problems.map(({ code }) => code);
}

describe('messages', () => {
  it('name the thing, what was expected, what came, and the next step', () => {
    expect(messageOf(`${ONE_TASK}gaol: x`)).toBe('unknown key "gaol" at the top / did you mean "goal"?');
    expect(messageOf('tasks: [{ id: a, title: A, needs: [b] }, { id: b, title: B, needs: [a] }]')).toBe(
      'tasks need each other in a circle: a -> b -> a (each needs the next) / drop one of these needs',
    );
    expect(messageOf('tasks: [{ id: api, title: A, timeout: 30 }]')).toBe(
      'timeout of task "api" must be a duration, not 30 / write it with its unit: 30m',
    );
    expect(messageOf('tasks: [{ id: api, title: A }, { id: ui, title: B, needs: [apo] }]')).toBe(
      'task "ui" needs "apo", but no task has that id / did you mean "api"?',
    );
  });
});

describe('whatever comes', () => {
  const keys = fc.constantFrom(
    'tasks',
    'phases',
    'groups',
    'id',
    'title',
    'needs',
    'owns',
    'agents',
    'a',
    '__proto__',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(fc.jsonValue(), fc.constantFrom('a', 'b', 'constructor', 'testing', 'src/**')),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(keys, tie('tree'), { maxKeys: 5 }),
    ),
  }));

  it('reading never throws, and refuses exactly where there is a problem', () => {
    const garbage = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom('\n', '  ', '- ', ': ', '[', '{', '}', '&a', '*a', '"', 'tasks', 'id', '\t'),
      }),
      tree.map((value) => JSON.stringify(value)),
      tree.map((value) => TOP + `tasks: ${JSON.stringify(value)}`),
    );
    fc.assert(
      fc.property(garbage, (text) => {
        const { spec, problems } = readSpec(text, 'campaign.yaml');
        expect(spec === null).toBe(problems.some(({ severity }) => severity === 'problem'));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['deep nesting', '['.repeat(20_000)],
    [
      'aliases that grow',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c]`,
    ],
    ['an alias of itself', 'tasks: &a [*a]'],
  ])('%s is refused', (_, text) => {
    expect(readSpec(text, 'campaign.yaml').spec).toBeNull();
  });
});
