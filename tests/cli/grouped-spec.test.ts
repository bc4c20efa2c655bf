import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeGrouped } from '../../src/cli/grouped-spec.js';
import { compile } from '../../src/core/compile.js';
import { readSpec } from '../../src/core/spec.js';
import { flatSpec } from '../core/arbitrary-spec.js';

const FLAT = `version: 1
name: cart
agents: { a: { adapter: command, run: ['true'] } }
tasks:
  - { id: api, title: Interface, owns: ['src/api/**'], verify: ['true'] }
  - { id: ui, title: Pages, needs: [api], owns: ['src/ui/**'], estimate: 1h }
  - { id: cli, title: Commands, needs: [api], owns: ['src/cli/**'], estimate: 10m }
  - { id: docs, title: Words, needs: [api], owns: ['docs/**'], estimate: 2h }
  - { id: style, title: Style, owns: ['src/**'] }
  - { id: probe, title: Probe, kind: testing, needs: [ui, cli, docs, style] }
`;

function read(text: string) {
  const { spec, problems } = readSpec(text, 'campaign.yaml');
  expect(problems.filter(({ severity }) => severity === 'problem')).toEqual([]);
  if (spec === null) throw new Error('no spec');
  const { plan } = compile({
    spec,
    campaign: 'cart',
    createdAt: '2026-11-21T09:00:00Z',
    repository: { location: '/r', kind: 'path', base: 'main', baseCommit: '0' },
    roles: {},
    templates: {},
    existingBranches: [],
    digest: () => '',
  });
  if (plan === null) throw new Error('no plan');
  return { spec, plan };
}

test('a flat list becomes phases and groups, by needs, paths and estimates, and passes the check', () => {
  const flat = { ...read(FLAT), text: FLAT };
  const grouped = read(writeGrouped(flat, 2));
  expect(grouped.plan.phases.map(({ groups }) => groups.length)).toEqual([1, 1, 1, 1]);
  expect(grouped.plan.groups.map(({ members }) => members)).toEqual([
    ['api'],
    ['docs', 'style'],
    ['ui', 'cli'],
    ['probe'],
  ]);
  expect(read(writeGrouped(flat, 1)).plan.phases.map(({ groups }) => groups.length)).toEqual([1, 2, 2, 1]);
  expect(grouped.plan.tasks.find(({ id }) => id === 'ui')?.estimateMs).toBe(3_600_000);
});

test('a file with phases is refused', () => {
  const text = FLAT.replace('tasks:', 'phases:\n - name: one\n   tasks:').replaceAll(/^ {2}- /gm, '    - ');
  expect(() => writeGrouped({ ...read(text), text }, 4)).toThrow('campaign.yaml:5 has phases already');
});

test('what is proposed for any flat list that is right passes the check, and no two of a phase write one path', () => {
  let proposed = 0;
  fc.assert(
    fc.property(flatSpec, fc.integer({ min: 1, max: 5 }), (file, most) => {
      const text = JSON.stringify(file);
      if (readSpec(text, 'campaign.yaml').spec === null) return;
      proposed += 1;
      const grouped = writeGrouped({ ...read(text), text }, most);
      const { problems } = readSpec(grouped, 'campaign.yaml');
      expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
      const { plan } = read(grouped);
      expect(plan.tasks.map(({ id }) => id).toSorted()).toEqual(file.tasks.map(({ id }) => id).toSorted());
      for (const { members } of plan.groups) expect(members.length).toBeLessThanOrEqual(most);
    }),
    { numRuns: 300 },
  );
  expect(proposed).toBeGreaterThan(50);
});

test('numbers become phases, and who needed such a group needs its tasks', () => {
  const text = `version: 1
name: numbered
agents: { a: { adapter: command, run: ['true'] } }
tasks:
  - { id: one, group: 1, title: One, verify: ['true'] }
  - { id: two, group: 1, title: Two, verify: ['true'] }
  - { id: last, group: 2, title: Last, needs: [{ group: group-1 }], verify: ['true'] }
`;
  const { plan } = read(writeGrouped({ ...read(text), text }, 4));
  expect(plan.groups.map(({ members }) => members)).toEqual([['one', 'two'], ['last']]);
});
