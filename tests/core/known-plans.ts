/**
 * The plans with known answers: `id length needs…`, where `>` is a task that it finishes after. A contract that its
 * author publishes at its end is a need like any other.
 */
import type { Plan } from '../../src/core/plan.js';
import { buildPlan, type TaskSketch } from './plan-builder.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

interface KnownPlan {
  readonly name: string;
  /** Milliseconds of one unit of the numbers. */
  readonly unit: number;
  /** Phases of tasks. */
  readonly phases: readonly (readonly string[])[];
  /** [agents, makespan]: the first with the agents that the case names. */
  readonly makespans: readonly (readonly [number, number])[];
  readonly sequential: number;
  /** Any of them; empty = none is told. */
  readonly paths: readonly string[];
}

function known(
  name: string,
  phases: KnownPlan['phases'],
  told: Partial<KnownPlan> & Pick<KnownPlan, 'makespans' | 'sequential'>,
): KnownPlan {
  return { name, phases, unit: HOUR_MS, paths: [], ...told };
}

const JWT = ['T1 3', 'T2 4 T1', 'T3 3 T2', 'T4 5 T1', 'T5 5 T1', 'T6 3 T2', 'T7 4 T1 T2 T3 T4 T5 T6'];
const JWT_PATHS = ['T1 T2 T3 T7', 'T1 T2 T6 T7'];

export const knownPlans: readonly KnownPlan[] = [
  known('graph', [['T1 2', 'T2 6 T1', 'T3 4 T1', 'T4 3 T2 T3']], {
    makespans: [[3, 11]],
    sequential: 15,
    paths: ['T1 T2 T4'],
  }),
  known('cart', [['T1 2', 'T2 6 T1', 'T3 5 T1', 'T4 4 T1', 'T5 4 T1', 'T6 2 T2 T3 T4 T5']], {
    makespans: [
      [4, 10],
      [2, 14],
      [3, 12],
    ],
    sequential: 23,
    paths: ['T1 T2 T6'],
  }),
  known('jwt', [JWT], {
    makespans: [
      [4, 14],
      [2, 17],
      [3, 15],
    ],
    sequential: 27,
    paths: JWT_PATHS,
  }),
  known(
    'roles',
    [['T1 3', 'T2 4 T1', 'T3 2 T2', 'T4 3 T2', 'T5 4 T4', 'T6 5 T5', 'T7 3 T1 T2 T3 T4 T5 T6']],
    {
      makespans: [
        [2, 22],
        [5, 22],
        [1, 24],
      ],
      sequential: 24,
      paths: ['T1 T2 T4 T5 T6 T7'],
    },
  ),
  known('slices', [['a 8', 'b 6', 'c 8', 'd 4']], {
    makespans: [
      [4, 8],
      [2, 14],
      [3, 10],
    ],
    sequential: 26,
    paths: ['a', 'c'],
  }),
  known('layers', [['S 3', 'B 4 S', 'F 4 S', 'L 6 S']], {
    makespans: [
      [3, 9],
      [2, 11],
    ],
    sequential: 17,
    paths: ['S L'],
  }),
  known('components', [['a 8', 'b 6', 'c 4', 'd 6']], {
    makespans: [
      [4, 8],
      [2, 12],
      [3, 10],
    ],
    sequential: 24,
    paths: ['a'],
  }),
  known('schema', [['D 4', 'A 6 D', 'B 4 D', 'C 5 D', 'X 3 A B C', 'Y 3 A B C']], {
    makespans: [
      [3, 13],
      [2, 16],
    ],
    sequential: 25,
    paths: ['D A X', 'D A Y'],
  }),
  known('review', [['short 10', 'long 15', 'least 8']], {
    unit: MINUTE_MS,
    makespans: [[3, 15]],
    sequential: 33,
    paths: ['long'],
  }),
  known('attempt', [['a 120', 'b 150', 'c 100']], { unit: 1000, makespans: [[3, 150]], sequential: 370 }),
  known('waves', [['T1 2'], ['T2 6', 'T3 5', 'T4 4'], ['T5 4'], ['T6 2']], {
    makespans: [[3, 14]],
    sequential: 23,
  }),
  known('hard', [['A 4', 'B 3 A']], { makespans: [[2, 7]], sequential: 7, paths: ['A B'] }),
  known('interface', [['C 0.5', 'A 4 C', 'B 4 C']], { makespans: [[2, 4.5]], sequential: 8.5 }),
  known('finish', [JWT.map((task) => (/^T[45]/.test(task) ? `${task} >T2` : task))], {
    makespans: [[4, 14]],
    sequential: 27,
    paths: JWT_PATHS,
  }),
  known('chain', [['A 4', 'B 2 A', 'C 4']], { makespans: [[2, 6]], sequential: 10, paths: ['A B'] }),
  known('three', [['a 4', 'b 4', 'c 4']], { makespans: [[3, 4]], sequential: 12 }),
  known('slow one', [['one 1', 'two 2', 'long 30']], {
    unit: MINUTE_MS,
    makespans: [[3, 30]],
    sequential: 33,
    paths: ['long'],
  }),
  known('load', [['T1 1', 'T2 1', 'T3 1', 'T4 1', 'T5 1', 'T6 1']], { makespans: [[3, 2]], sequential: 6 }),
  known('twelve', [Array.from({ length: 12 }, (_, index) => `t${index} 0.5`)], {
    makespans: [[12, 0.5]],
    sequential: 6,
  }),
];

/** By its name, with one agent `a`; a unit of its numbers takes as long as told, in milliseconds. */
export function knownPlan(name: string, unit?: number): Plan {
  const found = knownPlans.find((plan) => plan.name === name);
  if (found === undefined) throw new Error(`no known plan ${name}`);
  const phases = found.phases.map((tasks) => [tasks.map((text) => sketchOf(text, unit ?? found.unit))]);
  return buildPlan({ phases });
}

function sketchOf(text: string, unit: number): TaskSketch {
  const [id = '', length, ...needs] = text.split(' ');
  return {
    id,
    minutes: (Number(length) * unit) / MINUTE_MS,
    attempts: 1,
    needs: needs.filter((need) => !need.startsWith('>')),
    finish: needs.filter((need) => need.startsWith('>')).map((need) => need.slice(1)),
  };
}
