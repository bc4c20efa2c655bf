import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topologicalOrder } from '../../src/core/graph.js';
import type { Plan } from '../../src/core/plan.js';
import { compileText, digest, planOf, problemsOf } from './compile-spec.js';

const AGENT = 'agents: { a: { adapter: claude-code } }';
const TOP = `version: 1\nname: shop\n${AGENT}\n`;

/** `task <- joins that it waits for`, in the plan's order. */
function edges({ tasks }: Plan): readonly string[] {
  return tasks.map(({ id, after }) => `${id} <- ${after.join(' ')}`.trim());
}

describe('the layout', () => {
  it('makes one phase with one group of tasks at the top, ordered by needs alone', () => {
    const { plan } = planOf(
      `${TOP}tasks: [{ id: a, title: A }, { id: b, title: B, needs: [a] }, { id: c, title: C, needs: [a, b, a] }]`,
    );
    expect(plan.phases).toEqual([{ name: 'all', groups: ['all/all'], integrateAt: 'group' }]);
    expect(plan.groups).toMatchObject([
      { id: 'all/all', name: 'all', phase: 'all', members: ['a', 'b', 'c'] },
    ]);
    expect(edges(plan)).toEqual(['a <-', 'b <- done:a', 'c <- done:a done:b']);
    expect(plan.joins).toEqual([
      { id: 'done:a', members: ['a'], count: 1, asks: 'done' },
      { id: 'done:b', members: ['b'], count: 1, asks: 'done' },
    ]);
    expect(plan.tasks.map(({ mergeAtOnce }) => mergeAtOnce)).toEqual([true, true, false]);
  });

  it('orders phases by joins that ask for any end of all members of the phase before', () => {
    const { plan } = planOf(`${TOP}
integration: { at: phase, verify: [make] }
phases:
  - { name: p, groups: [{ name: g, tasks: [{ id: a, title: A }] }, { name: h, tasks: [{ id: b, title: B }] }] }
  - { name: q, integration: { at: each }, tasks: [{ id: c, title: C, needs: [a] }] }
  - { name: r, integration: { verify: [] }, tasks: [{ id: d, title: D }] }
`);
    expect(edges(plan)).toEqual(['a <-', 'b <-', 'c <- phase:p done:a', 'd <- phase:q']);
    expect(plan.joins).toContainEqual({ id: 'phase:p', members: ['a', 'b'], count: 2, asks: 'ended' });
    expect(plan.groups.map(({ id }) => id)).toEqual(['p/g', 'p/h', 'q/q', 'r/r']);
    expect(plan.phases.map(({ integrateAt }) => integrateAt)).toEqual(['phase', 'each', 'phase']);
  });

  it('lets a phase begin before the one before is merged, where that is merged at the end', () => {
    const { plan } = planOf(`${TOP}
integration: { at: end }
phases:
  - { name: p, tasks: [{ id: a, title: A }] }
  - { name: q, tasks: [{ id: b, title: B }], integration: { at: group } }
  - { name: r, tasks: [{ id: c, title: C }] }
`);
    expect(plan.phases.map(({ integrateAt }) => integrateAt)).toEqual(['end', 'group', 'end']);
    expect(plan.joins.map(({ id, asks }) => `${id} ${asks}`)).toEqual(['phase:p verified', 'phase:q ended']);
  });

  it('knows which tasks bring the same to the trials of merged work', () => {
    const { plan } = planOf(`${TOP}
defaults: { verify: [npm test] }
tasks:
  - { id: a, title: A }
  - { id: b, title: B, verify: [npm test], owns: ['src/b/**'] }
  - { id: c, title: C, verify: [npm test, npm run lint] }
  - { id: d, title: D, timeout: 1h }
`);
    const [a, b, c, d] = plan.tasks.map(({ trial }) => trial);
    expect(a).toMatch(/^[0-9a-f]{16}$/);
    expect(b).toBe(a);
    expect(new Set([a, c, d]).size).toBe(3);
  });

  it('names the commands that verify a merge by phase', () => {
    const { brief } = planOf(`${TOP}
integration: { verify: [make] }
phases:
  - { name: p, tasks: [{ id: a, title: A }] }
  - { name: q, integration: { verify: [make all] }, tasks: [{ id: b, title: B }] }
`);
    expect(brief.integrationVerify).toEqual({ p: ['make'], q: ['make all'] });
  });
});

describe('defaults', () => {
  const MINUTE_MS = 60_000;
  it("are Longhaul's where nobody says anything", () => {
    const { plan, brief } = planOf(`${TOP}tasks: [{ id: a, title: A }]`);
    expect(plan).toMatchObject({ maxTurns: 5, deadlineMs: null, deliver: 'branch' });
    expect(plan.agents).toEqual([{ name: 'a', instances: 1, account: 'claude-code', roles: null }]);
    expect(plan.tasks[0]).toMatchObject({
      agents: ['a'],
      estimateMs: 30 * MINUTE_MS,
      timeoutMs: 30 * MINUTE_MS,
      turns: 4,
      attempts: 2,
      onTimeout: 'retry',
      onFailure: 'best-effort',
      branch: 'longhaul/c/a/a',
    });
    expect(brief.tasks['a']).toMatchObject({
      prompt: 'A',
      changes: 'required',
      stallMs: 5 * MINUTE_MS,
      verify: [],
    });
  });

  it('of the campaign give way to the group, and both to the task', () => {
    const { plan, brief } = planOf(`${TOP}
defaults: { timeout: 1h, turns: 2, onFailure: fail-fast, verify: [npm test], stall: 1m }
setup: [npm ci]
phases:
  - name: p
    groups:
      - name: g
        onFailure: retry-failed
        tasks:
          - { id: a, title: A }
          - { id: b, title: B, onFailure: best-effort, verify: [], timeout: 2m, setup: [make], stall: none }
      - { name: h, tasks: [{ id: c, title: C, complexity: 30 }] }
`);
    expect(plan.tasks.map(({ onFailure }) => onFailure)).toEqual([
      'retry-failed',
      'best-effort',
      'fail-fast',
    ]);
    expect(plan.tasks.map(({ timeoutMs }) => timeoutMs / MINUTE_MS)).toEqual([60, 2, 60]);
    expect(plan.tasks[2]?.estimateMs).toBe(45 * MINUTE_MS);
    expect(brief.tasks['a']).toMatchObject({ verify: ['npm test'], setup: ['npm ci'], stallMs: MINUTE_MS });
    expect(brief.tasks['b']).toMatchObject({ verify: [], setup: ['make'], stallMs: null });
  });

  it('let a command agent be silent, unless a stall is set', () => {
    const agents = 'version: 1\nname: shop\nagents: { s: { adapter: command, run: [sh] } }\n';
    expect(planOf(`${agents}tasks: [{ id: a, title: A }]`).brief.tasks['a']?.stallMs).toBeNull();
    expect(planOf(`${agents}tasks: [{ id: a, title: A, stall: 1m }]`).brief.tasks['a']?.stallMs).toBe(
      MINUTE_MS,
    );
  });
});

describe('roles', () => {
  const text = `${TOP}tasks: [{ id: a, title: A, role: backend }]`;
  it('go into the brief and the branch', () => {
    const { plan, brief } = planOf(text, { roles: ['backend', 'unused'] });
    expect(plan.tasks[0]?.branch).toBe('longhaul/c/backend/a');
    expect(Object.keys(brief.roles)).toEqual(['backend']);
  });
  it('must have a file', () => {
    expect(problemsOf(text, { roles: ['backends'] })).toEqual(['4:34 spec/unknown-role']);
    expect(compileText(text, { roles: ['backends'] }).problems[0]?.hint).toBe('did you mean "backends"?');
  });
});

describe('branches', () => {
  const two = `${TOP}tasks: [{ id: a, title: A }, { id: b, title: B }]\n`;
  it('come from the template', () => {
    const { plan, brief } = planOf(`${two}branch: "feature/{task}/{campaign}-by-{role}"`);
    expect(plan.tasks.map(({ branch }) => branch)).toEqual(['feature/a/c-by-a', 'feature/b/c-by-a']);
    expect(brief.campaignBranch).toBe('longhaul/c/main');
  });
  it.each([
    { what: 'the same twice', text: `${two}branch: "x/{campaign}"`, expected: ['4:30 spec/branch-clash'] },
    {
      what: "below the campaign's own",
      text: `${two}branch: "longhaul/{campaign}/main/{task}"`,
      expected: ['4:9 spec/branch-clash', '4:30 spec/branch-clash'],
    },
  ])('$what is refused', ({ text, expected }) => {
    expect(problemsOf(text)).toEqual(expected);
  });
  it.each([
    ['Longhaul/C/A/a', ['4:9 spec/branch-clash']],
    ['longhaul', ['2:7 spec/branch-clash']],
    ['longhaul/c/a/b/x', ['4:30 spec/branch-clash']],
    ['longhaul/c/main', ['2:7 spec/branch-clash']],
    ['longhaul/d/main', []],
    ['longhaul/c/a/aa', []],
  ])('beside %s, which is there already: %s', (branch, expected) => {
    expect(problemsOf(two, { branches: ['main', branch] })).toEqual(expected);
  });
  it('may not end as git forbids', () => {
    expect(problemsOf(`${TOP}tasks: [{ id: lock, title: A }]\nbranch: "a/x.{task}"`)).toEqual([
      '4:9 spec/bad-branch',
    ]);
  });
});

describe('the plan', () => {
  it("carries its brief's digest, and nothing that JSON would lose", () => {
    const { plan, brief } = planOf(`${TOP}tasks: [{ id: a, title: A }]`);
    expect(plan.briefDigest).toBe(digest(JSON.stringify(brief)));
    expect(JSON.parse(JSON.stringify({ plan, brief }))).toEqual({ plan, brief });
  });

  it('of the known graph has its edges and times', () => {
    const { plan } = planOf(`${TOP}tasks:
  - { id: T1, title: T1, estimate: 2h }
  - { id: T2, title: T2, estimate: 6h, needs: [T1] }
  - { id: T3, title: T3, estimate: 4h, needs: [T1] }
  - { id: T4, title: T4, estimate: 3h, needs: [T2, T3] }`);
    expect(edges(plan)).toEqual(['T1 <-', 'T2 <- done:T1', 'T3 <- done:T1', 'T4 <- done:T2 done:T3']);
    expect(plan.tasks.map(({ estimateMs }) => estimateMs / 3_600_000)).toEqual([2, 6, 4, 3]);
  });
});

describe('any right campaign', () => {
  // Each task is in a phase, and needs some of the tasks before it: so no phase needs what comes later.
  const sketch = fc.array(
    fc.record({
      newPhase: fc.boolean(),
      newGroup: fc.boolean(),
      needs: fc.array(fc.nat(30), { maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 30 },
  );

  it('becomes a plan whose joins name its own tasks, in an order that exists and keeps needs and phases', () => {
    fc.assert(
      fc.property(sketch, (tasks) => {
        const phases: { name: string; groups: { name: string; tasks: object[] }[] }[] = [];
        tasks.forEach(({ newPhase, newGroup, needs }, index) => {
          if (index === 0 || newPhase) phases.push({ name: `p${index}`, groups: [] });
          const { groups } = phases.at(-1)!;
          if (groups.length === 0 || newGroup) groups.push({ name: `g${index}`, tasks: [] });
          const earlier = needs.filter((need) => need < index).map((need) => `t${need}`);
          groups.at(-1)!.tasks.push({ id: `t${index}`, title: 'T', needs: earlier });
        });
        const agents = { a: { adapter: 'claude-code' } };
        const { plan } = planOf(JSON.stringify({ version: 1, name: 'x', agents, phases }));
        const ids = plan.tasks.map(({ id }) => id);
        expect(ids).toEqual(tasks.map((_, index) => `t${index}`));
        expect(plan.groups.flatMap(({ members }) => members)).toEqual(ids);
        const membersOf = new Map(plan.joins.map(({ id, members }) => [id, members]));
        expect(membersOf.size).toBe(plan.joins.length);
        const before = Object.fromEntries(
          plan.tasks.map(({ id, after }) => [id, after.flatMap((join) => membersOf.get(join)!)]),
        );
        expect(topologicalOrder({ ids, before })).not.toBeNull();
        plan.tasks.forEach(({ id, phase }, index) => {
          const last = plan.phases[plan.phases.findIndex(({ name }) => name === phase) - 1]?.name;
          const wanted = [
            ...plan.tasks.filter((other) => other.phase === last).map((other) => other.id),
            ...tasks[index]!.needs.filter((need) => need < index).map((need) => `t${need}`),
          ];
          expect(new Set(before[id])).toEqual(new Set(wanted));
        });
      }),
      { numRuns: 100 },
    );
  });
});
