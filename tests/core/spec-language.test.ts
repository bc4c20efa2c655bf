import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/core/spec.js';

const TOP = 'version: 1\nname: shop\nagents:\n  script: { adapter: command, run: [node, agent.mjs] }\n';

/** What stands below four lines that are right, in the whole language. */
function read(text: string) {
  return readSpec(TOP + text, 'campaign.yaml');
}

/** `line:column code` of each problem. */
function below(text: string): readonly string[] {
  return read(text).problems.map(
    ({ code, where }) => `${where?.line ?? '?'}:${where?.column ?? '?'} ${code}`,
  );
}

function messagesOf(text: string): readonly string[] {
  return read(text).problems.map(({ message, hint }) => `${message} / ${hint ?? ''}`);
}

/** Tasks at the top, one per line from line 6 on. */
function tasks(...lines: readonly string[]): string {
  return `tasks:\n${lines.map((line) => `- { ${line} }`).join('\n')}\n`;
}

describe('needs', () => {
  it('of all kinds are read, each as a kind and a name', () => {
    const { spec, problems } = read(`contracts: { api: { version: 1.0.0, files: [api.yaml] } }
phases:
- { name: p, groups: [{ name: g, tasks: [{ id: a, title: A, publishes: [api] }, { id: b, title: B }] }] }
- { name: q, tasks: [{ id: c, title: C, needs: [a, { contract: api }, { draft: a }, { finish: b }, { group: g }, { group: p/g }] }] }`);
    expect(problems).toEqual([]);
    expect(spec?.phases?.[1]?.tasks?.[0]?.needs).toEqual([
      { kind: 'task', name: 'a' },
      { kind: 'contract', name: 'api' },
      { kind: 'draft', name: 'a' },
      { kind: 'finish', name: 'b' },
      { kind: 'group', name: 'g' },
      { kind: 'group', name: 'p/g' },
    ]);
  });

  it.each([
    ['a number', 'needs: [7]', '6:30 spec/wrong-type'],
    ['two keys', 'needs: [{ draft: b, finish: b }]', '6:30 spec/wrong-value'],
    ['no key', 'needs: [{}]', '6:30 spec/wrong-value'],
    ['another key', 'needs: [{ drafts: b }]', '6:32 spec/unknown-key'],
    ['a bad name', 'needs: [{ draft: b/c }]', '6:39 spec/bad-name'],
    ['an unknown draft', 'needs: [{ draft: c }]', '6:30 spec/unknown-task'],
    ['an unknown late need', 'needs: [{ finish: c }]', '6:30 spec/unknown-task'],
    ['an unknown group', 'needs: [{ group: c }]', '6:30 spec/unknown-group'],
    ['an unknown contract', 'needs: [{ contract: c }]', '6:30 spec/unknown-contract'],
    ['its own group', 'needs: [{ group: all }]', '6:3 spec/cycle'],
  ])('%s is refused', (_, needs, expected) => {
    expect(below(tasks(`id: a, title: A, ${needs}`, 'id: b, title: B'))).toContain(expected);
  });

  it('tell which key was meant, and which form', () => {
    expect(messagesOf(tasks('id: a, title: A, needs: [{ drafts: a }]'))[0]).toBe(
      'unknown key "drafts" in a need / did you mean "draft"?',
    );
    expect(messagesOf(tasks('id: a, title: A, needs: [7]'))).toEqual([
      `needs[0] of task "a" must be a task's id, or a mapping, not 7 / write the id of a task, or { contract: … }, { draft: … }, { finish: … }, { group: … }`,
    ]);
  });

  it.each(['draft', 'finish'])('of the kind %s go round in circles too', (kind) => {
    expect(
      messagesOf(tasks(`id: a, title: A, needs: [{ ${kind}: b }]`, 'id: b, title: B, needs: [a]')),
    ).toEqual([
      'tasks need each other in a circle: a -> b -> a (each needs the next) / drop one of these needs',
    ]);
  });

  it('go round in circles through contracts, providers and groups', () => {
    const contract = 'contracts: { c: { version: 1.0.0, files: [x], provider: p } }\n';
    expect(
      messagesOf(
        contract +
          tasks(
            'id: a, title: A, publishes: [c], needs: [b]',
            'id: p, title: P',
            'id: b, title: B, needs: [{ contract: c }]',
          ),
      )[0],
    ).toContain('a -> b -> contract c -> a');
    expect(
      messagesOf(
        contract +
          tasks(
            'id: a, title: A, publishes: [c]',
            'id: p, title: P, needs: [b]',
            'id: b, title: B, needs: [{ contract: c }]',
          ),
      )[0],
    ).toContain('p -> b -> p');
    expect(
      messagesOf(
        'phases: [{ name: p, groups: [{ name: g, tasks: [{ id: a, title: A, needs: [b] }] }, { name: h, tasks: [{ id: b, title: B, needs: [{ group: g }] }] }] }]',
      )[0],
    ).toContain('a -> b -> group p/g -> a');
  });

  it('may not name what a later phase brings', () => {
    const text = (needs: string) =>
      `contracts: { c: { version: 1.0.0, files: [x] } }\nphases:\n- { name: p, tasks: [{ id: a, title: A, needs: [${needs}] }] }\n- { name: q, tasks: [{ id: b, title: B, publishes: [c] }] }`;
    for (const need of ['{ draft: b }', '{ finish: b }', '{ group: q }', '{ contract: c }'])
      expect(below(text(need))).toEqual(['7:49 spec/need-of-later-phase']);
  });
});

describe('contracts', () => {
  const contract = (more = '') => `contracts: { c: { version: 1.0.0, files: [api.yaml]${more} } }\n`;
  it('have one author and a provider that is there', () => {
    expect(below(contract() + tasks('id: a, title: A, publishes: [c]'))).toEqual([]);
    expect(below(contract() + tasks('id: a, title: A'))).toEqual(['5:17 spec/contract-author']);
    expect(
      below(contract() + tasks('id: a, title: A, publishes: [c]', 'id: b, title: B, publishes: [c]')),
    ).toEqual(['8:34 spec/contract-author']);
    expect(below(contract(', provider: b') + tasks('id: a, title: A, publishes: [c]'))).toEqual([
      '5:64 spec/unknown-task',
    ]);
    expect(below(tasks('id: a, title: A, publishes: [c]'))).toEqual(['6:34 spec/unknown-contract']);
  });
  it('have a test only with a provider', () => {
    expect(below(contract(', test: make') + tasks('id: a, title: A, publishes: [c]'))).toEqual([
      '5:60 spec/missing-key',
    ]);
  });
  it.each([
    ['version: 1', '5:28 spec/wrong-type'],
    ['version: "1.0"', '5:28 spec/wrong-value'],
    ['version: 1.0.0, review: consumers', '5:43 spec/no-reviewer'],
    ['version: 1.0.0, review: users', '5:43 spec/wrong-value'],
    ['version: 1.0.0, review: []', '5:43 spec/wrong-value'],
    ['version: 1.0.0, mock: ../x', '5:41 spec/bad-path'],
    ['version: 1.0.0, tests: x', '5:35 spec/unknown-key'],
  ])('with %s are refused', (more, expected) => {
    const text = `contracts: { c: { ${more}, files: [x] } }\n`;
    expect(below(text + tasks('id: a, title: A, publishes: [c]'))).toEqual([expected]);
  });
});

describe('groups', () => {
  const group = (more: string, needs = '') =>
    `phases:\n- name: p\n  groups:\n  - { name: g, ${more}, tasks: [{ id: a, title: A }, { id: b, title: B }] }\n  - { name: h, tasks: [{ id: c, title: C, needs: [${needs}] }] }\n- { name: q, tasks: [{ id: d, title: D, needs: [${needs}] }] }`;
  it.each([
    'wait: all',
    'wait: any',
    'wait: 2',
    'wait: any, rest: finish',
    'timeout: none',
    'buffer: 2m',
    'buffer: 0',
  ])('may have %s', (more) => expect(below(group(more))).toEqual([]));
  it.each([
    ['wait: 3', '8:22 spec/wrong-value'],
    ['wait: 0', '8:22 spec/wrong-value'],
    ['wait: some', '8:22 spec/wrong-value'],
    ['wait: [any]', '8:22 spec/wrong-type'],
    ['rest: finish', '8:16 spec/conflicting-keys'],
    ['buffer: -1', '8:24 spec/wrong-value'],
    ['buffer: soon', '8:24 spec/bad-duration'],
    ['timeout: 5', '8:25 spec/wrong-type'],
  ])('with %s are refused', (more, expected) => {
    expect(below(group(more))).toEqual([expected]);
  });
  it('that may cancel a task are needed as a whole', () => {
    expect(below(group('wait: any', 'a'))).toEqual([
      '9:51 spec/need-may-be-cancelled',
      '10:49 spec/need-may-be-cancelled',
    ]);
    expect(below(group('wait: any', '{ draft: a }'))).toHaveLength(2);
    expect(below(group('wait: any', '{ group: g }'))).toEqual([]);
    expect(below(group('wait: any, rest: finish', 'a'))).toEqual([]);
    expect(below(group('wait: 2', 'a'))).toEqual([]);
    expect(messagesOf(group('wait: 1', '{ finish: a }'))[0]).toBe(
      'task "c" needs { finish: a }, but group "g" may cancel "a" when enough of its tasks are done / need the group: { group: g }; or write rest: finish there',
    );
    const inside =
      'phases: [{ name: p, groups: [{ name: g, wait: any, tasks: [{ id: a, title: A }, { id: b, title: B, needs: [a] }] }] }]';
    expect(below(inside)).toEqual([]);
  });
  it('of one name are told apart by their phase', () => {
    const text = (need: string) =>
      `phases:\n- { name: p, groups: [{ name: g, tasks: [{ id: a, title: A }] }] }\n- { name: q, groups: [{ name: g, tasks: [{ id: b, title: B }] }] }\n- { name: r, tasks: [{ id: c, title: C, needs: [{ group: ${need} }] }] }`;
    expect(messagesOf(text('g'))).toEqual([
      'task "c" needs the group "g", but several are called so: p/g, q/g / write which one, as in { group: p/g }',
    ]);
    expect(below(text('q/g'))).toEqual([]);
  });
  it('by numbers are for all tasks at the top or for none', () => {
    expect(below(tasks('id: a, title: A, group: 2', 'id: b, title: B, group: 1'))).toEqual([]);
    expect(below(tasks('id: a, title: A, group: 2', 'id: b, title: B'))).toEqual(['7:3 spec/missing-key']);
    expect(below('phases: [{ name: p, tasks: [{ id: a, title: A, group: 1 }] }]')).toEqual([
      '5:48 spec/conflicting-keys',
    ]);
    expect(below(tasks('id: a, title: A, group: 1, needs: [b]', 'id: b, title: B, group: 2'))).toEqual([
      '6:40 spec/need-of-later-phase',
    ]);
  });
});

describe('pools', () => {
  it('are there, with enough units', () => {
    const text = (uses: string) =>
      `pools: { db: 1, browser: 2 }\n${tasks(`id: a, title: A, uses: { ${uses} }`)}`;
    expect(below(text('db: 1, browser: 2'))).toEqual([]);
    expect(below(text('bd: 1'))).toEqual(['7:34 spec/unknown-pool']);
    expect(below(text('db: 2'))).toEqual(['7:34 spec/pool-too-small']);
    expect(below(text('db: 0'))).toEqual(['7:34 spec/wrong-value']);
  });
});

describe('paths', () => {
  const two = (one: string, other: string) =>
    read(tasks(`id: a, title: A, ${one}`, `id: b, title: B, ${other}`));
  it('that two own are a warning where they take turns', () => {
    const { spec, problems } = two('owns: [src/**]', 'owns: [src/*/x.ts]');
    expect(spec).not.toBeNull();
    expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'warning: task "b" could run at the same time as "a", and they own src/*/x.ts and src/**',
    ]);
  });
  it('that follow each other own theirs in turn', () => {
    const text = tasks(
      'id: a, title: A, owns: [src], needs: [c]',
      'id: c, title: C, needs: [b]',
      'id: b, title: B, owns: [src/b]',
    );
    expect(below(text)).toEqual([]);
    expect(two('owns: [src]', 'owns: [src/b], needs: [a]').problems).toEqual([]);
  });
  it('that many own are told of once for each task', () => {
    const text = tasks(...['a', 'b', 'c'].map((id) => `id: ${id}, title: T, owns: [src]`));
    expect(messagesOf(text)).toEqual([
      'task "b" could run at the same time as "a", and both own src / they will take turns; let "b" need the other, or make what they own disjoint',
      'task "c" could run at the same time as "a", "b", which own src too, or a part of it / they will take turns; let "c" need the other, or make what they own disjoint',
    ]);
  });
  it('that are read or intended are nobody’s alone', () => {
    expect(two('owns: [src/**]', 'reads: [src/**]').problems).toEqual([]);
    expect(two('intends: [src/**]', 'reads: [src/**], intends: [src/a.ts]').problems).toEqual([]);
    expect(below(tasks('id: a, title: A, reads: [../x], intends: ["!a"]'))).toEqual([
      '6:30 spec/bad-path',
      '6:47 spec/bad-path',
    ]);
  });
  it.each([
    ['a draft', '{ draft: a }', 1],
    ['a late need', '{ finish: a }', 1],
    ['a need', 'a', 0],
  ])('of tasks with %s', (_, need, warnings) => {
    expect(two('owns: [x]', `owns: [x], needs: [${need}]`).problems).toHaveLength(warnings);
  });
  it('of a task that follows a late need’s task, by way of a third, are not at once', () => {
    const text = tasks(
      'id: a, title: A, owns: [x]',
      'id: b, title: B, needs: [{ finish: a }]',
      'id: c, title: C, needs: [b], owns: [x]',
    );
    expect(below(text)).toEqual([]);
  });
});

describe('roles', () => {
  const agents = (text: string, more: string) =>
    readSpec(`version: 1\nname: shop\nagents: ${text}\n${more}`, 'campaign.yaml').problems.map(
      ({ code, where }) => `${where?.line ?? '?'}:${where?.column ?? '?'} ${code}`,
    );
  const BOTH = '{ f: { adapter: claude-code, roles: [front] }, b: { adapter: claude-code, roles: [back] } }';
  it('choose the agent where nothing else does', () => {
    expect(agents(BOTH, tasks('id: a, title: A, role: front', 'id: b, title: B, role: back'))).toEqual([]);
    expect(agents(BOTH, tasks('id: a, title: A, role: middle'))).toEqual(['5:3 spec/no-agent']);
  });
  it('that none of the agents may do are problems', () => {
    expect(agents(BOTH, tasks('id: a, title: A, role: front, agent: b'))).toEqual([
      '5:28 spec/agent-of-other-role',
    ]);
    expect(agents(BOTH, tasks('id: a, title: A, agents: [f, b]'))).toEqual(['5:3 spec/agent-of-other-role']);
    expect(agents('{ f: { adapter: claude-code, roles: [front] } }', tasks('id: a, title: A'))).toEqual([
      '5:3 spec/agent-of-other-role',
    ]);
  });
  it('have limits where a task has them', () => {
    expect(below(`limits: { roles: { back: 2 } }\n${tasks('id: a, title: A, role: back')}`)).toEqual([]);
    expect(below(`limits: { roles: { bakc: 2 } }\n${tasks('id: a, title: A, role: back')}`)).toEqual([
      '5:26 spec/unknown-role',
    ]);
  });
});

describe('a deadline', () => {
  it.each([
    ['12h', []],
    ['{ at: "2026-12-24T18:00:00+01:00" }', []],
    ['{ at: 2026-12-24T18:00Z }', []],
    ['{ at: "2026-12-24T18:00:00" }', ['5:27 spec/wrong-value']],
    ['{ at: tomorrow }', ['5:27 spec/wrong-value']],
    ['{ by: "2026-12-24T18:00:00Z" }', ['5:21 spec/missing-key', '5:23 spec/unknown-key']],
    ['[1h]', ['5:21 spec/wrong-type']],
  ])('%s', (deadline, expected) => {
    expect(below(`limits: { deadline: ${deadline} }\n${tasks('id: a, title: A')}`)).toEqual(expected);
  });
});
