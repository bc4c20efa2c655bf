import { group, many, phase, phaseOf, task, tasks, tell, TOP } from './lint-case.js';

const CONTRACT =
  'contracts: { api: { version: 1.0.0, files: [api.yaml], provider: a, test: make contract } }\n';

tell('spec/false-parallelism', [
  {
    what: 'a phase whose tasks need each other in a row',
    text: phase(task('a'), task('b', 'needs: [a]'), task('c', 'needs: [b]')),
    warns: ['6:9'],
  },
  {
    what: 'the same as numbered groups',
    text: `${TOP}tasks:\n${tasks(
      task('a', 'group: 1'),
      task('b', 'group: 1, needs: [a]'),
      task('c', 'group: 1, needs: [b]'),
    )}`,
    warns: ['6:50'],
  },
  {
    what: 'not where two of them can go on side by side',
    text: phase(task('a'), task('b', 'needs: [a]'), task('c', 'needs: [a]')),
    warns: [],
  },
  {
    what: 'not of a plain list of tasks, which says nothing of groups',
    text: `${TOP}tasks:\n${tasks(task('a'), task('b', 'needs: [a]'), task('c', 'needs: [b]'))}`,
    warns: [],
  },
  {
    what: 'not of one that stands beside another group',
    text: phaseOf(
      group('x', task('a'), task('b', 'needs: [a]'), task('c', 'needs: [b]')),
      group('y', task('d')),
    ),
    warns: [],
  },
  {
    what: 'not where the last one is a testing task',
    text: phase(task('a'), task('b', 'needs: [a]'), task('c', 'needs: [b], kind: testing')),
    warns: [],
  },
  {
    what: 'a group of which nothing can start before another group is done',
    text: phaseOf(
      group('x', task('a')),
      group('y', task('b', 'needs: [a]'), task('c', 'needs: [b]'), task('d', 'needs: [a]')),
    ),
    warns: ['11:11'],
  },
  {
    what: 'a group that waits for a contract of its own phase',
    text: `${CONTRACT}${phaseOf(
      group('x', task('a', 'publishes: [api]')),
      group('y', task('b', 'needs: [{ contract: api }]'), task('c', 'needs: [{ contract: api }]')),
    )}`,
    warns: ['12:11'],
  },
  {
    what: 'not a group of which one can start',
    text: phaseOf(group('x', task('a')), group('y', task('b', 'needs: [a]'), task('c'))),
    warns: [],
  },
  {
    what: 'not a group that waits for an earlier phase',
    text: `${TOP}phases:\n- name: o\n  tasks:\n${tasks(task('a'))}- name: p\n  groups:\n${group('x', task('d'))}${group(
      'y',
      task('b', 'needs: [a]'),
      task('c', 'needs: [a]'),
    )}`,
    warns: [],
  },
  {
    what: 'not one task that brings together what other groups did',
    text: phaseOf(group('x', task('a'), task('b')), group('y', task('c', 'needs: [a, b]'))),
    warns: [],
  },
]);

const owning = (folder: string) => (at: number) => `owns: [${folder}/${at}.js]`;

tell('spec/crowded', [
  { what: 'six at once', text: `limits: { agents: 6 }\n${phase(...many(6))}`, warns: ['7:9'] },
  { what: 'not five', text: `limits: { agents: 6 }\n${phase(...many(5))}`, warns: [] },
  { what: 'not where limits allow five', text: phase(...many(9)), warns: [] },
  {
    what: 'not where a role allows less',
    text: `limits: { agents: 9, roles: { r: 3 } }\n${phase(...many(6))}`.replaceAll(
      'work }',
      'work, role: r }',
    ),
    warns: [],
  },
  {
    what: 'not where a pool allows less',
    text: `limits: { agents: 9 }\npools: { db: 4 }\n${phase(...many(6, () => 'uses: { db: 1 }'))}`,
    warns: [],
  },
  {
    what: 'not where needs let three follow three',
    text: `limits: { agents: 9 }\n${phase(...many(6, (at) => (at < 3 ? '' : 'needs: [t0]')))}`,
    warns: [],
  },
  {
    what: 'in one folder, in two groups',
    text: `limits: { agents: 9 }\n${phaseOf(
      group('x', ...many(3, owning('src/x'))),
      group('y', ...many(6, owning('src/x')).slice(3)),
    )}`,
    warns: ['11:50'],
  },
  {
    what: 'not in two folders',
    text: `limits: { agents: 9 }\n${phaseOf(
      group('x', ...many(3, owning('src/x'))),
      group('y', ...many(6, owning('src/y')).slice(3)),
    )}`,
    warns: [],
  },
]);

tell('spec/long-member', [
  {
    what: 'one that the others wait for',
    text: phase(task('a', 'estimate: 5h'), ...many(4)),
    warns: ['8:53'],
  },
  {
    what: 'by its complexity',
    text: phase(task('a', 'complexity: 100'), ...many(2, () => 'estimate: 10m')),
    warns: ['8:55'],
  },
  { what: 'of two', text: phase(task('a', 'estimate: 5h'), task('b')), warns: ['8:53'] },
  {
    what: 'of a plain list',
    text: `${TOP}tasks:\n${tasks(task('a', 'estimate: 5h'), task('b'), task('c'))}`,
    warns: ['6:53'],
  },
  {
    what: 'not of a plain list whose others come before or after it',
    text: `${TOP}tasks:\n${tasks(task('b'), task('a', 'estimate: 5h, needs: [b]'), task('c', 'needs: [a]'))}`,
    warns: [],
  },
  {
    what: 'not three times the others',
    text: phase(task('a', 'estimate: 90m'), ...many(4)),
    warns: [],
  },
  {
    what: 'not where the others take as long on the lanes that are left',
    text: `limits: { agents: 2 }\n${phase(task('a', 'estimate: 3h'), ...many(6))}`,
    warns: [],
  },
  {
    what: 'not where it is all that is left to do',
    text: phase(...many(4), task('a', 'estimate: 5h, needs: [t0, t1, t2, t3]')),
    warns: [],
  },
  {
    what: 'not where its group does not wait for it',
    text: phaseOf(group('x', task('a', 'estimate: 5h'), ...many(4)).replace('x\n', 'x\n    wait: 3\n')),
    warns: [],
  },
]);
