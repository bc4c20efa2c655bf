/** Plans of campaigns with contracts and drafts. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.js';
import { simulate } from '../../src/core/simulate.js';
import { buildPlan, type TaskSketch } from './plan-builder.js';

describe('simulate', () => {
  const cases: readonly (readonly [
    string,
    number,
    number,
    number,
    readonly (readonly [string, number, string])[],
  ])[] = [
    [
      'draft',
      2,
      8,
      10,
      [
        ['A', 4, ''],
        ['B', 6, 'draft:A'],
      ],
    ],
    [
      'interface',
      2,
      4.5,
      8.5,
      [
        ['C', 0.5, ''],
        ['A', 4, 'c:C'],
        ['B', 4, 'c:C'],
      ],
    ],
    ['cart', 4, 10, 23, cart()],
    ['cart', 3, 12, 23, cart()],
    ['cart', 2, 14, 23, cart()],
    ['jwt', 4, 14, 27, jwt()],
    ['jwt', 3, 15, 27, jwt()],
    ['schema', 3, 13, 25, schema()],
    ['schema', 2, 16, 25, schema()],
  ];

  it.each(cases)('%s on %s: %s h of %s', (...given) => {
    const [, agents, makespan, sequential, sketched] = given;
    const made: Plan = buildPlan({
      phases: [[sketched.map(sketch)]],
      instances: agents,
      maxTurns: agents,
    });
    const simulated = simulate(made);
    expect(simulated.makespanMs / 3_600_000).toBe(makespan);
    expect(simulated.sequentialMs / 3_600_000).toBe(sequential);
  });

  /** `T1` needs it done, `c:T1` its contract, `draft:T1` its draft. */
  function sketch([id, hours, needs]: readonly [string, number, string]): TaskSketch {
    const words = needs.split(' ').filter((word) => word !== '');
    const of = (kind: string) =>
      words.flatMap((word) => (word.startsWith(kind) ? [word.slice(kind.length)] : []));
    return {
      id,
      minutes: hours * 60,
      publishes: [`contract-${id}`],
      needs: words.filter((word) => !word.includes(':')),
      contracts: of('c:').map((author) => `contract-${author}`),
      drafts: of('draft:'),
    };
  }

  function cart() {
    return [
      ['T1', 2, ''],
      ['T2', 6, 'c:T1'],
      ['T3', 5, 'c:T1'],
      ['T4', 4, 'c:T1'],
      ['T5', 4, 'c:T1'],
      ['T6', 2, 'T2 T3 T4 T5'],
    ] as const;
  }

  function jwt() {
    return [
      ['T1', 3, ''],
      ['T2', 4, 'T1'],
      ['T3', 3, 'T2'],
      ['T4', 5, 'c:T1'],
      ['T5', 5, 'c:T1'],
      ['T6', 3, 'T2'],
      ['T7', 4, 'T1 T2 T3 T4 T5 T6'],
    ] as const;
  }

  function schema() {
    return [
      ['D', 4, ''],
      ['A', 6, 'c:D'],
      ['B', 4, 'c:D'],
      ['C', 5, 'c:D'],
      ['X', 3, 'A B C'],
      ['Y', 3, 'A B C'],
    ] as const;
  }
});
