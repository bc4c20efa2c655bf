/** A campaign as a person might see it: 14 tasks on 4 lanes, with a retry, rework, a limit, an answered
 * blocker, a failed and a skipped one. */
import type { ReportData, Span, TaskStatus } from '../../src/core/status.js';
import { at, makeBlocker, makeContract, makeSpan, makeStatus, makeTask } from './make.js';

const LANES = ['claude#1', 'claude#2', 'claude#3', 'codex#1'] as const;

interface Row {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly lane: number;
  readonly turns: readonly (readonly [start: number, end: number, outcome?: string, attempt?: number])[];
  readonly checks?: readonly (readonly [start: number, end: number, outcome?: string])[];
  readonly merge?: readonly [start: number, end: number];
  readonly facts?: Partial<TaskStatus>;
  readonly needs?: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    id: 'design',
    title: 'Design the cart',
    group: 'plan/design',
    lane: 0,
    turns: [[0, 11]],
    checks: [[11, 12]],
    merge: [12, 12.6],
    facts: { note: 'Wrote docs/cart.md and the types of the cart.', costUsd: 0.82 },
  },
  {
    id: 'schema',
    title: 'Database schema',
    group: 'plan/design',
    lane: 1,
    turns: [[0, 8]],
    checks: [[8, 8.7]],
    merge: [8.7, 9.2],
    facts: { note: 'Two tables, one migration.', costUsd: 0.61 },
  },
  {
    id: 'api',
    title: 'Implement the API',
    group: 'build/core',
    lane: 0,
    turns: [
      [12.6, 27],
      [28.5, 36],
    ],
    checks: [
      [27, 28.5, 'rejected'],
      [36, 37.5],
    ],
    merge: [37.6, 38.8],
    facts: {
      note: 'Six endpoints. The second turn fixed the rounding that the tests had found.',
      costUsd: 2.95,
    },
    needs: ['design', 'schema'],
  },
  {
    id: 'ui',
    title: 'Build the cart page',
    group: 'build/core',
    lane: 1,
    turns: [[12.6, 33]],
    checks: [[33, 34.2]],
    merge: [38.8, 39.6],
    facts: { note: 'The page, its tests and a story for each state.', costUsd: 2.11 },
    needs: ['design'],
  },
  {
    id: 'stock',
    title: 'Reserve stock',
    group: 'build/core',
    lane: 2,
    turns: [
      [12.6, 20, 'failed', 1],
      [20.5, 31, 'done', 2],
    ],
    checks: [[31, 32.4]],
    merge: [39.6, 40.3],
    facts: {
      note: 'Reservations end after 15 minutes. The first attempt hit the turn limit of the agent.',
      costUsd: 1.9,
    },
    needs: ['design', 'schema'],
  },
  {
    id: 'prices',
    title: 'Prices and taxes',
    group: 'build/core',
    lane: 3,
    turns: [
      [12.6, 17, 'capped'],
      [23, 32],
    ],
    checks: [[32, 33]],
    merge: [40.3, 40.9],
    facts: { note: 'Prices are integers of cents everywhere.', costUsd: null },
    needs: ['design'],
  },
  {
    id: 'payment',
    title: 'Connect the payment provider',
    group: 'build/core',
    lane: 2,
    turns: [
      [32.4, 36, 'blocked'],
      [41.2, 45.8],
    ],
    checks: [[45.8, 46.6]],
    merge: [46.6, 47],
    facts: { note: 'Version 2 of the API, as answered.', costUsd: 0.9 },
    needs: ['design'],
  },
  {
    id: 'mail',
    title: 'Order confirmation mail',
    group: 'build/extra',
    lane: 3,
    turns: [[33, 42]],
    checks: [[42, 42.7]],
    merge: [42.8, 43.3],
    facts: { note: 'A template and its text version.', costUsd: null },
  },
  {
    id: 'search',
    title: 'Index carts for support',
    group: 'build/extra',
    lane: 1,
    turns: [
      [34.2, 40, 'failed', 1],
      [40.4, 47, 'failed', 2],
    ],
    facts: {
      state: 'failed',
      step: 'ended',
      note: "Checks failed three times in the same way: 'npm test' exited with 1.\n  ✗ search.test.ts: expected 3 hits, got 0\n  <script>alert('agents write this')</script>",
      costUsd: 1.35,
    },
  },
  {
    id: 'docs',
    title: 'Write the guide',
    group: 'build/extra',
    lane: 2,
    turns: [[36, 41]],
    checks: [[41, 41.2]],
    merge: [41.5, 41.9],
    facts: { note: 'docs/cart-guide.md', costUsd: 0.33 },
  },
  {
    id: 'e2e',
    title: 'Integration tests',
    group: 'test/test',
    lane: 0,
    turns: [[47.2, 58]],
    checks: [[58, 61]],
    merge: [61.1, 62.4],
    facts: { note: '14 scenarios, all pass.', costUsd: 1.72 },
    needs: ['api', 'ui', 'stock'],
  },
  {
    id: 'load',
    title: 'Load test of the checkout',
    group: 'test/test',
    lane: 0,
    turns: [],
    facts: { state: 'skipped', step: 'ended', note: 'It needs search, which failed.' },
    needs: ['search'],
  },
  {
    id: 'review',
    title: 'Security review',
    group: 'test/review',
    lane: 1,
    turns: [[47.2, 53]],
    checks: [[53, 53.1]],
    merge: [53.2, 53.4],
    facts: { note: 'No findings of weight.', costUsd: 0.7 },
  },
  {
    id: 'notes',
    title: 'Release notes',
    group: 'test/review',
    lane: 3,
    turns: [[47.2, 50]],
    checks: [[50, 50.1]],
    merge: [50.2, 50.4],
    facts: { note: 'CHANGELOG.md', costUsd: 0.12 },
  },
];

function spansOf(row: Row): Span[] {
  const lane = LANES[row.lane] ?? 'claude#1';
  const common = { lane, attempt: row.turns.at(-1)?.[3] ?? 1, turn: row.turns.length };
  return [
    ...row.turns.map(([start, end, outcome = 'done', attempt = 1], index) => {
      const turn = attempt === 2 ? 1 : index + 1;
      const costUsd = lane === 'codex#1' ? null : (end - start) * 0.11;
      return makeSpan(row.id, [start, end], { lane, outcome, attempt, turn, costUsd });
    }),
    ...(row.checks ?? []).map(([start, end, outcome = 'done'], index) =>
      makeSpan(row.id, [start, end], { ...common, turn: index + 1, kind: 'verify', outcome }),
    ),
    ...(row.merge === undefined
      ? []
      : [makeSpan(row.id, row.merge, { ...common, lane: 'integration', kind: 'merge', outcome: 'merged' })]),
  ];
}

function taskOf(row: Row): TaskStatus {
  const { id, title, group, turns } = row;
  const [phase = ''] = group.split('/');
  const task = makeTask(id, { title, group, phase, state: 'done', step: 'ended', endedAt: at(endOf(row)) });
  const [first] = turns;
  if (first === undefined) return { ...task, ...row.facts };
  const lane = LANES[row.lane] ?? 'claude#1';
  return {
    ...task,
    attempts: turns.at(-1)?.[3] ?? 1,
    turns: turns.length,
    agent: lane.replace(/#.*/u, ''),
    lane,
    startedAt: at(first[0]),
    ...row.facts,
  };
}

function endOf(row: Row): number {
  return row.merge?.[1] ?? row.turns.at(-1)?.[1] ?? 47;
}

/** A phase begins when the one before has ended. */
function barrierOf(row: Row): string[] {
  const before = row.group.startsWith('test/') ? 'build/' : row.group.startsWith('build/') ? 'plan/' : null;
  return before === null ? [] : ROWS.filter((other) => other.group.startsWith(before)).map(({ id }) => id);
}

export const SAMPLE: ReportData = {
  status: makeStatus(ROWS.map(taskOf), {
    name: 'Add a shopping cart to the store',
    state: 'failed',
    phase: null,
    endedAt: at(62.5),
    message: 'Failed: search. The work of 12 tasks is on branch longhaul/cart/main (4f2c91d), tests green.',
    blockers: [
      makeBlocker('b1', {
        description: 'The payment provider has two API versions.\nWhich one do we use, and who has the key?',
        state: 'closed',
        answer: 'Version 2. The key for tests is in .env.test.',
        raisedAt: at(36),
      }),
      makeBlocker('b2', {
        task: 'prices',
        severity: 'medium',
        description: 'Are prices with or without tax?',
        state: 'closed',
        answer: 'Without. Tax is added at the checkout.',
        raisedAt: at(15),
      }),
    ],
    contracts: [
      makeContract('cart-api', { version: '1.1.0', state: 'fulfilled' }),
      makeContract('stock-api', { provider: null, consumers: ['e2e'], state: 'changed', pending: ['e2e'] }),
    ],
    accounts: [{ name: 'team', paused: false, pausedUntil: null, why: '', parallel: 3 }],
  }),
  spans: ROWS.flatMap(spansOf),
  needs: Object.fromEntries(ROWS.map((row) => [row.id, [...(row.needs ?? []), ...barrierOf(row)]])),
  lanes: LANES,
};
