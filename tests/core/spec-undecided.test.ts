import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/core/spec.js';
import { undecided, type Feature } from '../../src/core/spec-undecided.js';

const TOP = 'version: 1\nname: shop\nagents:\n  script: { adapter: command, run: [node, agent.mjs] }\n';

function read(text: string, features: readonly Feature[]) {
  return readSpec(TOP + text, 'campaign.yaml', { undecided: features });
}

function codesOf(text: string, features: readonly Feature[]): readonly string[] {
  return read(text, features).problems.map(({ code }) => code);
}

function tasks(...lines: readonly string[]): string {
  return `tasks:\n${lines.map((line) => `- { ${line} }`).join('\n')}\n`;
}

describe('what the core does not decide on yet', () => {
  const contract = 'contracts: { c: { version: 1.0.0, files: [x] } }\n';
  const group = (more: string) =>
    `phases: [{ name: p, groups: [{ name: g, ${more}, tasks: [{ id: a, title: A }, { id: b, title: B }] }] }]`;
  const needing = (need: string) => tasks('id: a, title: A', `id: b, title: B, needs: [${need}]`);
  const examples: Readonly<Record<Feature, string>> = {
    contracts:
      contract + tasks('id: a, title: A, publishes: [c]', 'id: b, title: B, needs: [{ contract: c }]'),
    drafts: needing('{ draft: a }'),
    'late needs': needing('{ finish: a }'),
    'group needs': `phases: [{ name: p, tasks: [{ id: a, title: A }] }, { name: q, tasks: [{ id: b, title: B, needs: [{ group: p }] }] }]`,
    'waits for some': group('wait: any, rest: finish'),
    'group timeouts': group('timeout: 1h'),
    pools: `pools: { db: 1 }\n${tasks('id: a, title: A, uses: { db: 1 }')}`,
    locks: tasks('id: a, title: A, reads: [x], intends: [y]'),
    roles: `limits: { roles: { r: 1 } }\n${tasks('id: a, title: A, role: r')}`,
    'clock deadlines': `limits: { deadline: { at: 2026-12-24T18:00:00Z } }\n${tasks('id: a, title: A')}`,
    'partial work': `defaults: { partial: accept }\n${tasks('id: a, title: A')}`,
  };
  it.each(Object.entries(examples))('%s: refused, and nothing else is wrong', (feature, text) => {
    expect(codesOf(text, [])).toEqual([]);
    const refused = read(text, [feature as Feature]).problems;
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['spec/not-supported-yet']));
  });
  it('is refused unless something else is asked for', () => {
    for (const feature of undecided)
      expect(readSpec(TOP + examples[feature], 'campaign.yaml').spec).toBeNull();
  });
});
