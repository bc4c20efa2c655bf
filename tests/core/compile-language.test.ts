import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findOverlaps } from '../../src/core/glob-overlap.js';
import { globsOverlap } from '../../src/core/glob-pair.js';
import type { Plan, PlanTask } from '../../src/core/plan.js';
import { planOf, problemsOf } from './compile-spec.js';

const AGENT = 'agents: { a: { adapter: claude-code, instances: 4 } }';
const TOP = `version: 1\nname: shop\n${AGENT}\n`;
const MINUTE_MS = 60_000;

function taskOf({ tasks }: Plan, id: string): PlanTask {
  const task = tasks.find((other) => other.id === id);
  if (task === undefined) throw new Error(`no task ${id}`);
  return task;
}

/** Tasks at the top, as flow mappings. */
function tasks(...lines: readonly string[]): string {
  return `tasks:\n${lines.map((line) => `- { ${line} }`).join('\n')}\n`;
}

describe('contracts', () => {
  const text = `${TOP}contracts:
  cart-api: { version: 1.0.0, provider: api, files: [contracts/cart.yaml], mock: mocks/cart.ts, test: make contract }
  log: { version: 2.1.0, provider: design, files: [log.md] }
  nobody: { version: 0.1.0, files: [x.md] }
${tasks(
  'id: design, title: D, publishes: [cart-api, log, nobody]',
  'id: api, title: A, needs: [{ contract: cart-api }], verify: [make]',
  'id: ui, title: U, needs: [{ contract: cart-api }, { contract: log }, { contract: cart-api }, { contract: nobody }]',
)}`;
  const { plan, brief } = planOf(text);

  it('know author, provider and consumers', () => {
    expect(plan.contracts).toEqual([
      {
        id: 'cart-api',
        version: '1.0.0',
        author: 'design',
        provider: 'api',
        consumers: ['api', 'ui'],
        reviewers: [],
      },
      { id: 'log', version: '2.1.0', author: 'design', provider: null, consumers: ['ui'], reviewers: [] },
      { id: 'nobody', version: '0.1.0', author: 'design', provider: null, consumers: ['ui'], reviewers: [] },
    ]);
    expect(taskOf(plan, 'design').publishes).toEqual(['cart-api', 'log', 'nobody']);
  });
  it('are waited for by a join that asks for their publication', () => {
    expect(taskOf(plan, 'ui').after).toEqual(['published:cart-api', 'published:log', 'published:nobody']);
    expect(plan.joins).toEqual(
      ['cart-api', 'log', 'nobody'].map((contract) => ({
        id: `published:${contract}`,
        members: [contract],
        count: 1,
        asks: 'published',
      })),
    );
  });
  it('let providers be merged before consumers, and both they and authors at once', () => {
    expect(plan.tasks.map(({ mergeAfter }) => mergeAfter)).toEqual([[], [], ['api', 'design']]);
    expect(plan.tasks.map(({ mergeAtOnce }) => mergeAtOnce)).toEqual([true, true, false]);
  });
  it('under review have a task for each reviewer, which their consumers wait for', () => {
    const reviewed = planOf(
      text.replace('files: [contracts/cart.yaml]', 'files: [contracts/cart.yaml], review: consumers'),
    );
    const id = 'cart-api-review-ui';
    expect(reviewed.plan.contracts[0]?.reviewers).toEqual(['cart-api-review-api', id]);
    expect(taskOf(reviewed.plan, id)).toMatchObject({
      reviews: 'cart-api',
      group: 'all/review of cart-api',
      phase: 'all',
      after: ['published:cart-api'],
      mergeAfter: [],
      estimateMs: 600_000,
      timeoutMs: 1_200_000,
    });
    expect(taskOf(reviewed.plan, 'ui').after).toContain('approved:cart-api');
    expect(reviewed.plan.joins.find((join) => join.id === 'approved:cart-api')).toMatchObject({
      members: ['cart-api-review-api', id],
      count: 2,
      asks: 'approved',
    });
    expect(reviewed.plan.groups.at(-1)).toMatchObject({ timeoutMs: null, wait: 2 });
    expect(reviewed.brief.tasks[id]).toMatchObject({
      reviews: 'cart-api',
      changes: 'none',
      verify: [],
      consumes: [],
    });
    expect(reviewed.brief.tasks[id]?.prompt).toContain('> U');
    expect(reviewed.brief.contracts['cart-api']?.consumers).toEqual(['api', 'ui']);
  });
  it('give their test to the provider, and all else to the brief', () => {
    expect(brief.contracts['cart-api']).toEqual({
      name: 'cart-api',
      version: '1.0.0',
      files: ['contracts/cart.yaml'],
      mock: 'mocks/cart.ts',
      test: 'make contract',
      author: 'design',
      provider: 'api',
      consumers: ['api', 'ui'],
    });
    expect(brief.tasks['api']).toMatchObject({
      verify: ['make', 'make contract'],
      consumes: ['cart-api'],
      provides: ['cart-api'],
      publishes: [],
    });
    expect(brief.tasks['ui']).toMatchObject({
      verify: [],
      provides: [],
      consumes: ['cart-api', 'log', 'nobody'],
    });
  });
});

describe('drafts and late needs', () => {
  it('are joins before the start, and before verification', () => {
    const { plan, brief } = planOf(
      `${TOP}${tasks(
        'id: a, title: A, estimate: 4h, draftAfter: 1h',
        'id: b, title: B, needs: [{ draft: a }, { finish: a }, { finish: c }]',
        'id: c, title: C, draftAfter: 0.2',
        'id: d, title: D, needs: [c], estimate: 30m, draftAfter: 1h',
      )}`,
    );
    expect(plan.joins).toEqual([
      { id: 'drafted:a', members: ['a'], count: 1, asks: 'drafted' },
      { id: 'done:a', members: ['a'], count: 1, asks: 'done' },
      { id: 'done:c', members: ['c'], count: 1, asks: 'done' },
    ]);
    expect(taskOf(plan, 'b')).toMatchObject({ after: ['drafted:a'], finishAfter: ['done:a', 'done:c'] });
    expect(plan.tasks.map(({ draftAfter }) => draftAfter)).toEqual([0.25, 0.5, 0.2, 1]);
    expect(plan.tasks.map(({ mergeAtOnce }) => mergeAtOnce)).toEqual([true, false, true, false]);
    expect(brief.tasks['b']).toMatchObject({ needs: [], drafts: ['a'], finishes: ['a', 'c'] });
  });
});

describe('groups', () => {
  const phases = (first: string) => `${TOP}phases:
- name: p
  groups:
  - { name: g, ${first}, tasks: [{ id: a, title: A }, { id: b, title: B }, { id: c, title: C }] }
  - { name: h, tasks: [{ id: d, title: D, needs: [{ group: g }] }] }
- { name: q, tasks: [{ id: e, title: E, needs: [{ group: p/g }, { group: h }] }] }
`;
  it('are needed as a whole by a join that counts as they do', () => {
    const { plan, brief } = planOf(phases('wait: 2'));
    expect(taskOf(plan, 'd').after).toEqual(['group:p/g']);
    expect(taskOf(plan, 'e').after).toEqual(['phase:p', 'phase:p/g', 'group:p/g', 'group:p/h']);
    expect(plan.joins).toContainEqual({ id: 'group:p/g', members: ['a', 'b', 'c'], count: 2, asks: 'done' });
    expect(plan.tasks.map(({ mergeAtOnce }) => mergeAtOnce)).toEqual([true, true, true, true, false]);
    expect(brief.groups).toEqual({ 'p/g': ['a', 'b', 'c'], 'p/h': ['d'] });
    expect(brief.tasks['e']?.groups).toEqual(['p/g', 'p/h']);
  });
  it.each([
    ['wait: all', 3, 'cancel'],
    ['wait: any', 1, 'cancel'],
    ['wait: 2, rest: finish', 2, 'finish'],
    ['wait: 3', 3, 'cancel'],
  ])('with %s', (text, wait, rest) => {
    const { plan } = planOf(phases(text));
    expect(plan.groups[0]).toMatchObject({ wait, rest });
    const barriers = plan.joins.filter(({ asks }) => asks === 'ended');
    const whole = { id: 'phase:p', members: wait === 3 ? ['a', 'b', 'c', 'd'] : ['d'] };
    expect(barriers).toEqual([
      { ...whole, count: whole.members.length, asks: 'ended' },
      ...(wait === 3 ? [] : [{ id: 'phase:p/g', members: ['a', 'b', 'c'], count: wait, asks: 'ended' }]),
    ]);
  });
  it('by numbers become phases in rising order, and the tasks stay in theirs', () => {
    const { plan } = planOf(
      `${TOP}${tasks('id: a, title: A, group: 10', 'id: b, title: B, group: 2', 'id: c, title: C, group: 10, needs: [{ group: group-2 }]')}`,
    );
    expect(plan.phases.map(({ name, groups }) => [name, groups])).toEqual([
      ['group-2', ['group-2/group-2']],
      ['group-10', ['group-10/group-10']],
    ]);
    expect(plan.groups.map(({ members }) => members)).toEqual([['b'], ['a', 'c']]);
    expect(plan.tasks.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(taskOf(plan, 'c').after).toEqual(['phase:group-2', 'group:group-2/group-2']);
  });
});

describe("a group's timeout", () => {
  const minutesOf = (group: string, members: readonly string[], more = '') => {
    const text = `${TOP}${more}\nphases: [{ name: p, groups: [{ name: g, ${group} tasks: [${members.map((member) => `{ ${member} }`).join(', ')}] }] }]`;
    const { timeoutMs } = planOf(text).plan.groups[0]!;
    return timeoutMs === null ? null : timeoutMs / MINUTE_MS;
  };
  const once = 'turns: 1, attempts: 1';
  const three = [
    `id: a, title: A, timeout: 5m, ${once}`,
    `id: b, title: B, timeout: 10m, ${once}`,
    `id: c, title: C, timeout: 3m, ${once}`,
  ];
  it('is the longest worst case of members that all run at once, plus the buffer', () => {
    expect(minutesOf('buffer: 2m,', three)).toBe(12);
    expect(minutesOf('buffer: 50,', three)).toBe(15);
    expect(minutesOf('', three)).toBe(12);
    expect(minutesOf('timeout: 1h,', three)).toBe(60);
    expect(minutesOf('timeout: none,', three)).toBeNull();
  });
  it('counts turns, attempts and the second round', () => {
    expect(minutesOf('buffer: 0,', ['id: a, title: A, timeout: 5m'])).toBe(40);
    expect(minutesOf('buffer: 0, onFailure: retry-failed,', ['id: a, title: A, timeout: 5m'])).toBe(80);
  });
  it('counts lanes, limits and needs', () => {
    expect(minutesOf('buffer: 0,', three, 'limits: { agents: 1 }')).toBe(18);
    expect(minutesOf('buffer: 0,', three, 'limits: { agents: 2 }')).toBe(10);
    const chain = [...three.slice(0, 2), `${three[2]!}, needs: [a, b]`];
    expect(minutesOf('buffer: 0,', chain)).toBe(13);
    const late = [`${three[0]!}, needs: [{ finish: b }]`, ...three.slice(1)];
    expect(minutesOf('buffer: 0,', late)).toBe(10);
    const role = three.map((task) => `${task}, role: r`);
    const text = `${TOP}limits: { roles: { r: 1 } }\nphases: [{ name: p, groups: [{ name: g, buffer: 0, tasks: [${role.map((task) => `{ ${task} }`).join(', ')}] }] }]`;
    expect(planOf(text, { roles: ['r'] }).plan.groups[0]?.timeoutMs).toBe(18 * MINUTE_MS);
  });
  it('counts pools and locks: who takes turns needs the time of all', () => {
    const users = three.map((task) => `${task}, uses: { db: 1 }`);
    expect(minutesOf('buffer: 0,', users, 'pools: { db: 1 }')).toBe(18);
    expect(minutesOf('buffer: 0,', users, 'pools: { db: 2 }')).toBe(10);
    const owners = three.map((task) => `${task}, owns: [src/**]`);
    expect(minutesOf('buffer: 0,', owners)).toBe(18);
    const readers = three.map((task) => `${task}, reads: [src/**]`);
    expect(minutesOf('buffer: 0,', readers)).toBe(10);
    expect(minutesOf('buffer: 0,', [...readers.slice(0, 2), `${three[2]!}, owns: [src/a/*]`])).toBe(13);
  });
});

describe('resources', () => {
  it('become numbers', () => {
    const { plan, brief } = planOf(
      `${TOP}pools: { db: 1, browser: 2 }\n${tasks(
        'id: a, title: A, uses: { browser: 2, db: 1 }, owns: [src/a/**], reads: [package.json, src/a/**]',
        'id: b, title: B, owns: [src/*/x.ts], intends: [package.json], needs: [a]',
      )}`,
    );
    expect(plan.pools).toEqual([
      { name: 'db', capacity: 1 },
      { name: 'browser', capacity: 2 },
    ]);
    expect(plan.tasks.map(({ uses }) => uses)).toEqual([
      [
        { pool: 'browser', units: 2 },
        { pool: 'db', units: 1 },
      ],
      [],
    ]);
    expect(plan.paths).toEqual(['src/a/**', 'package.json', 'src/*/x.ts']);
    expect(plan.overlaps).toEqual([[0, 2], [1], [0, 2]]);
    expect(plan.tasks.map(({ claims }) => claims)).toEqual([
      [
        { path: 0, mode: 'exclusive' },
        { path: 1, mode: 'shared' },
      ],
      [
        { path: 2, mode: 'exclusive' },
        { path: 1, mode: 'intent' },
      ],
    ]);
    expect(brief.tasks['b']).toMatchObject({ intends: ['package.json'], reads: [] });
  });

  it('overlap as each pair by itself does', () => {
    const part = fc.constantFrom('a', 'b', 'A', '*', '**', 'a*', '?', 'x.ts', '*.ts', '{a,b}', 'a**');
    const glob = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.array(glob, { maxLength: 12 }), (globs) => {
        const expected = globs.map((one, index) =>
          globs.flatMap((other, at) => (at === index || globsOverlap(one, other) ? [at] : [])),
        );
        expect(findOverlaps(globs)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('roles and deadlines', () => {
  it('bind agents and lanes', () => {
    const { plan } = planOf(
      `version: 1\nname: x\nagents: { f: { adapter: claude-code, roles: [front, qa] }, b: { adapter: claude-code }, c: { adapter: claude-code, roles: [back] } }
limits: { roles: { back: 2 } }\n${tasks(
        'id: a, title: A, role: front',
        'id: b, title: B, role: back, agents: [f, b, c]',
        'id: d, title: D, agent: b, partial: accept',
      )}`,
      { roles: ['front', 'back'] },
    );
    expect(plan.agents.map(({ roles }) => roles)).toEqual([['front', 'qa'], null, ['back']]);
    expect(plan.roleLimits).toEqual([{ role: 'back', turns: 2 }]);
    expect(plan.tasks.map(({ agents }) => agents)).toEqual([['f'], ['b', 'c'], ['b']]);
    expect(plan.tasks.map(({ partial }) => partial)).toEqual(['reject', 'reject', 'accept']);
  });
  it('by the clock are times, and must lie ahead', () => {
    const text = (at: string) => `${TOP}limits: { deadline: { at: "${at}" } }\n${tasks('id: a, title: A')}`;
    expect(planOf(text('2026-01-01T02:00:00+01:00')).plan).toMatchObject({
      deadlineMs: null,
      deadlineAtMs: Date.parse('2026-01-01T01:00:00Z'),
    });
    expect(problemsOf(text('2026-01-01T00:30:00+01:00'))).toEqual(['4:27 spec/deadline-over']);
  });
});
