/** The rules that hold of campaign files (docs/architecture.md, "What always holds", 3 and 10), over random ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/engine.js';
import { compile } from '../../src/core/compile.js';
import { lint } from '../../src/core/lint.js';
import { planTask } from '../../src/core/plan-index.js';
import type { Problem } from '../../src/core/problem.js';
import { readSpec } from '../../src/core/spec.js';
import { newCampaign, taskState } from '../../src/core/state.js';
import { isWorking } from '../../src/core/task.js';
import { flatSpec, phasedSpec } from './arbitrary-spec.js';
import { hostility } from './arbitrary-campaign.js';
import { digest } from './compile-spec.js';
import { play } from './hostile-world.js';
import { assertRule } from './kept-seeds.js';

const runs = { numRuns: Number(process.env['LONGHAUL_CAMPAIGNS'] ?? 75) };

const AROUND = {
  campaign: 'c',
  repository: { location: '/repo', kind: 'path', base: 'main', baseCommit: 'b'.repeat(40) },
  roles: {},
  templates: {},
  existingBranches: ['main'],
  schemas: {},
  createdAt: '2026-01-01T00:00:00Z',
  digest,
} as const;

const isProblem = ({ severity }: Problem) => severity === 'problem';

/** All that `longhaul check` does with a file's text; null = it is refused. */
function checked(text: string) {
  const { spec, problems, source } = readSpec(text, 'campaign.yaml');
  if (spec === null) return { plan: null, problems };
  const { plan, brief, problems: late } = compile({ spec, ...AROUND });
  if (plan === null) return { plan, problems: [...problems, ...late] };
  return { plan, problems: [...problems, ...late, ...lint({ written: source, plan, brief })] };
}

describe('what always holds of campaign files', () => {
  it('3: a testing task runs alone in its group, and no two of a phase run together', () => {
    let tried = 0;
    assertRule(
      fc.property(fc.oneof(flatSpec, phasedSpec), hostility, (file, world) => {
        const { plan } = checked(JSON.stringify(file));
        if (plan === null) return;
        play(plan, world, (state) => {
          const busy = plan.tasks.filter(({ id }) => isWorking(taskState(state, id).life));
          for (const { id, group, phase } of busy.filter(({ kind }) => kind === 'testing')) {
            tried += 1;
            const beside = busy.filter(
              (other) =>
                other.id !== id &&
                (other.group === group || (other.phase === phase && other.kind === 'testing')),
            );
            expect(
              beside.map((other) => other.id),
              `beside ${id}`,
            ).toEqual([]);
          }
        });
      }),
      runs,
    );
    expect(tried).toBeGreaterThan(0);
  });

  it('10: a file that somebody has spoilt is refused with places, or makes a plan; nothing crashes', () => {
    const outcomes = { refused: 0, planned: 0 };
    assertRule(
      fc.property(fc.oneof(flatSpec, phasedSpec), fc.array(spoiling, { maxLength: 3 }), (file, spoilings) => {
        const value = spoilings.reduce((spoilt: unknown, each) => spoil(spoilt, each), file);
        const { plan, problems } = checked(JSON.stringify(value, null, 2));
        for (const { code, message, hint, where } of problems) {
          expect(code).toMatch(/^[a-z]+\/[a-z-]+$/);
          expect(`${message}${hint}`, code).not.toMatch(/undefined|\[object|NaN/);
          expect(where?.file, `${code}: ${message}`).toBe('campaign.yaml');
          expect(where?.line, `${code}: ${message}`).toBeGreaterThan(0);
        }
        expect(problems.some(isProblem)).toBe(plan === null);
        outcomes[plan === null ? 'refused' : 'planned'] += 1;
        if (plan === null) return;
        // What passes can begin.
        const state = advance(plan, newCampaign('c', plan, 0), []);
        for (const { id } of plan.tasks) expect(planTask(plan, id).agents.length).toBeGreaterThan(0);
        expect(state.outbox.length).toBeGreaterThan(0);
      }),
      { numRuns: runs.numRuns * 4 },
    );
    expect(outcomes.refused).toBeGreaterThan(0);
    expect(outcomes.planned).toBeGreaterThan(0);
  });

  it('10: nor does it where characters of its text are missing, doubled or others', () => {
    assertRule(
      fc.property(
        phasedSpec,
        fc.tuple(fc.nat(5_000), fc.nat(40)),
        fc.constantFrom('', '{', ']', '"', ': ', '\t', '*a', '\u0000', '#'),
        (file, [at, length], put) => {
          const text = JSON.stringify(file, null, 2);
          const from = at % text.length;
          const { plan, problems } = checked(text.slice(0, from) + put + text.slice(from + length));
          expect(problems.some(isProblem)).toBe(plan === null);
          for (const { where, code } of problems) expect(where?.line, code).toBeGreaterThan(0);
        },
      ),
      { numRuns: runs.numRuns * 2 },
    );
  });
});

/** Which of a file's values is spoilt, and how. */
const spoiling = fc.record({
  at: fc.nat(10_000),
  how: fc.constantFrom('drop', 'replace', 'replace', 'rename', 'double', 'add'),
  value: fc.oneof(
    fc.constantFrom(
      null,
      true,
      -1,
      0,
      1.5,
      1e21,
      '',
      ' ',
      'none',
      '9d',
      't0',
      't99',
      '../x',
      '{{x}}',
      '**',
      'p0/g0',
    ),
    fc.constantFrom([], {}, [null], [[]], ['t0', 't0'], { task: 't0' }, { group: 'g0' }, { contract: 'c0' }),
    fc.jsonValue({ maxDepth: 2 }),
  ),
  key: fc.constantFrom(
    'needs',
    'group',
    'wait',
    'forEach',
    'output',
    'owns',
    'uses',
    'provider',
    '__proto__',
    'id',
    'estimate',
    'timeout',
    'tasks',
  ),
});
type Spoiling = typeof spoiling extends fc.Arbitrary<infer T> ? T : never;

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

function spoil(file: unknown, { at, how, value, key }: Spoiling): unknown {
  const spoilt: unknown = structuredClone(file);
  const paths = pathsOf(spoilt).filter((path) => path.length > 0);
  const path = paths[at % paths.length];
  const last = path?.at(-1);
  if (path === undefined || last === undefined) return spoilt;
  const parent = path.slice(0, -1).reduce((part, name) => (part as never)[name], spoilt) as Record<
    string,
    unknown
  >;
  const old = parent[last];
  const put = (name: string | number, is: unknown) =>
    Object.defineProperty(parent, name, { value: is, enumerable: true, configurable: true, writable: true });
  if (how === 'replace') put(last, value);
  else if (how === 'add') put(Array.isArray(parent) ? parent.length : key, value);
  else if (how === 'double') put(Array.isArray(parent) ? parent.length : `${last}2`, old);
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else {
    Reflect.deleteProperty(parent, last);
    if (how === 'rename') put(key, old);
  }
  return spoilt;
}
