import { describe, expect, it } from 'vitest';
import { wordWaits } from '../../src/core/plan-wait.js';
import { simulate } from '../../src/core/simulate.js';
import { buildPlan, type TaskSketch } from './plan-builder.js';

interface Case {
  readonly name: string;
  /** [id, hours, needs] */
  readonly tasks: readonly [string, number, string?][];
  readonly lanes: number;
  readonly makespan: number;
  readonly sequential: number;
}

/** Plans whose answers are known; hours. Contracts are left out: this version has hard needs only. */
const cases: readonly Case[] = [
  {
    name: 'graph',
    lanes: 3,
    makespan: 11,
    sequential: 15,
    tasks: [
      ['T1', 2],
      ['T2', 6, 'T1'],
      ['T3', 4, 'T1'],
      ['T4', 3, 'T2 T3'],
    ],
  },
  {
    name: 'cart, contract published at its author’s end',
    lanes: 4,
    makespan: 10,
    sequential: 23,
    tasks: [
      ['T1', 2],
      ['T2', 6, 'T1'],
      ['T3', 5, 'T1'],
      ['T4', 4, 'T1'],
      ['T5', 4, 'T1'],
      ['T6', 2, 'T2 T3 T4 T5'],
    ],
  },
  {
    name: 'roles',
    lanes: 2,
    makespan: 22,
    sequential: 24,
    tasks: [
      ['T1', 3],
      ['T2', 4, 'T1'],
      ['T3', 2, 'T2'],
      ['T4', 3, 'T2'],
      ['T5', 4, 'T4'],
      ['T6', 5, 'T5'],
      ['T7', 3, 'T1 T2 T3 T4 T5 T6'],
    ],
  },
  {
    name: 'slices on 4',
    lanes: 4,
    makespan: 8,
    sequential: 26,
    tasks: [
      ['A', 8],
      ['B', 6],
      ['C', 8],
      ['D', 4],
    ],
  },
  {
    name: 'slices on 2',
    lanes: 2,
    makespan: 14,
    sequential: 26,
    tasks: [
      ['A', 8],
      ['B', 6],
      ['C', 8],
      ['D', 4],
    ],
  },
  {
    name: 'slices on 3',
    lanes: 3,
    makespan: 10,
    sequential: 26,
    tasks: [
      ['A', 8],
      ['B', 6],
      ['C', 8],
      ['D', 4],
    ],
  },
  {
    name: 'layers',
    lanes: 3,
    makespan: 9,
    sequential: 17,
    tasks: [
      ['S', 3],
      ['B', 4, 'S'],
      ['F', 4, 'S'],
      ['L', 6, 'S'],
    ],
  },
  {
    name: 'schema',
    lanes: 3,
    makespan: 13,
    sequential: 25,
    tasks: [
      ['D', 4],
      ['A', 6, 'D'],
      ['B', 4, 'D'],
      ['C', 5, 'D'],
      ['X', 3, 'A B C'],
      ['Y', 3, 'A B C'],
    ],
  },
  {
    name: 'hard',
    lanes: 2,
    makespan: 7,
    sequential: 7,
    tasks: [
      ['A', 4],
      ['B', 3, 'A'],
    ],
  },
  {
    name: 'chain',
    lanes: 2,
    makespan: 6,
    sequential: 10,
    tasks: [
      ['A', 4],
      ['B', 2, 'A'],
      ['C', 4],
    ],
  },
  {
    name: 'three',
    lanes: 3,
    makespan: 4,
    sequential: 12,
    tasks: [
      ['A', 4],
      ['B', 4],
      ['C', 4],
    ],
  },
];

function sketch([id, hours, needs = '']: Case['tasks'][number]): TaskSketch {
  return { id, minutes: hours * 60, needs: needs === '' ? [] : needs.split(' ') };
}

describe('simulate', () => {
  for (const { name, tasks, lanes, makespan, sequential } of cases) {
    it(`${name}: ${makespan} h on ${lanes} lanes`, () => {
      const plan = buildPlan({ phases: [[tasks.map(sketch)]], instances: lanes, maxTurns: lanes });
      const { makespanMs, sequentialMs } = simulate(plan);
      expect({ makespan: makespanMs / 3_600_000, sequential: sequentialMs / 3_600_000 }).toEqual({
        makespan,
        sequential,
      });
    });
  }

  it('waves: barriers between phases cost two hours', () => {
    const phases = [
      [['T1', 2]],
      [
        ['T2', 6],
        ['T3', 5],
        ['T4', 4],
      ],
      [['T5', 4]],
      [['T6', 2]],
    ] as const;
    const plan = buildPlan({
      phases: phases.map((tasks) => [tasks.map(([id, hours]) => ({ id, minutes: hours * 60 }))]),
      instances: 3,
    });
    expect(simulate(plan).makespanMs / 3_600_000).toBe(14);
  });

  it('starts the longest first, and says what each waited for', () => {
    const tasks = [
      { id: 'short', minutes: 1 },
      { id: 'long', minutes: 30 },
      { id: 'last', minutes: 1 },
      { id: 'after', needs: ['long'] },
    ];
    const plan = buildPlan({ phases: [[tasks]], instances: 2 });
    expect(
      simulate(plan).starts.map(({ task, lane, waitedFor }) => [task, lane, wordWaits(waitedFor)]),
    ).toEqual([
      ['long', 'a#1', ''],
      ['last', 'a#2', ''],
      ['short', 'a#2', 'lane a'],
      ['after', 'a#1', 'need long'],
    ]);
  });

  it('an explicit priority comes before the longest path', () => {
    const plan = buildPlan({
      phases: [
        [
          [
            { id: 'long', minutes: 30 },
            { id: 'urgent', minutes: 1, priority: 5 },
          ],
        ],
      ],
      instances: 1,
    });
    expect(simulate(plan).starts.map((start) => start.task)).toEqual(['urgent', 'long']);
  });
});
