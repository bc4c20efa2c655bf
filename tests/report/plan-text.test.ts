import { expect, test } from 'vitest';
import { improvePlan } from '../../src/core/plan-improve.js';
import { bottleneckOf, findHelp } from '../../src/core/plan-help.js';
import { numberPlan } from '../../src/core/plan-numbers.js';
import { withAgents, compareAgents } from '../../src/core/plan-agents.js';
import { renderPlanGantt } from '../../src/report/plan-gantt.js';
import { renderPlanGraph } from '../../src/report/plan-graph.js';
import { planJson } from '../../src/report/plan-json.js';
import { renderPlanSvg } from '../../src/report/plan-svg.js';
import { renderPlanText } from '../../src/report/plan-text.js';
import { createColours, widthOf } from '../../src/report/terminal.js';
import type { PlanView } from '../../src/report/plan-view.js';
import type { Plan } from '../../src/core/plan.js';
import { noteTable } from '../../src/report/run-table.js';
import { withDigests } from '../core/amendment.js';
import { assumed, withRounds } from '../core/extension.js';
import { knownPlan } from '../core/known-plans.js';
import { buildPlan } from '../core/plan-builder.js';

const plain = createColours(false);

function viewOf(name: string, agents: number): PlanView {
  return view(withAgents(knownPlan(name), agents));
}

function view(plan: Plan): PlanView {
  const improved = improvePlan(plan, 1000);
  const numbers = numberPlan(improved.plan, improved.simulation, improved.lowerBoundMs);
  return {
    numbers,
    improvement: { onePassMs: improved.onePassMs, schedules: improved.schedules },
    bottleneck: bottleneckOf(numbers),
    help: findHelp(improved, numbers),
    deadlineMs: null,
    cost: { expectedUsd: 1.5, worstUsd: null, expectedTokens: 12_000, worstTokens: 2_400_000 },
    estimates: { T1: 'spec' },
    agents: compareAgents(improved.plan, { from: 1, to: 2, schedules: 10 }),
    warnings: [],
  };
}

test('the text tells the schedule, what improvement brought, and what would help', () => {
  const text = renderPlanText(viewOf('jwt', 2), { width: 80, colours: plain });
  expect(text).toContain(
    'START  END  LANE  TASK  TITLE  SLACK  ESTIMATE  WAITS FOR\n0      3h   a#1   T1 *  T1     -      spec',
  );
  expect(text).toContain('makespan       17h 00m by estimates: 1h 00m less than one pass (18h 00m), after ');
  expect(text).toContain('lower bound    17h 00m: no schedule is shorter');
  expect(text).toContain('cost           expected $1.50, at worst unknown');
  expect(text).toContain('tokens         expected 12 thousand, at worst 2.4 million');
  expect(text).toContain('  one more instance of a, and one more turn at once: 2h 00m less (15h 00m)');
  expect(text).toContain('AGENTS  MAKESPAN');
});

test('a deadline is said to be kept or missed, and by how much', () => {
  const kept = { ...viewOf('jwt', 2), deadlineMs: 18 * 3_600_000 };
  const missed = { ...kept, deadlineMs: 1_200_000 };
  const textOf = (shown: PlanView) => renderPlanText(shown, { width: 80, colours: plain });
  expect(textOf(viewOf('jwt', 2))).not.toContain('deadline');
  expect(textOf(kept)).toContain('deadline       18h 00m: kept, with 1h 00m to spare');
  expect(textOf(missed)).toContain(
    'deadline       20m 00s: missed by 16h 40m: the campaign would pause there',
  );
  expect(planJson(kept)).toMatchObject({ deadlineMinutes: 1080, deadlineMissedByMinutes: 0 });
  expect(planJson(missed)).toMatchObject({ deadlineMinutes: 20, deadlineMissedByMinutes: 1000 });
  expect(planJson(viewOf('jwt', 2))).toMatchObject({ deadlineMinutes: null, deadlineMissedByMinutes: null });
});

test('what would not be merged is listed, with its end and why', () => {
  const members = [
    { id: 'quick', minutes: 10, priority: 1 },
    { id: 'slow', minutes: 20 },
  ];
  const shown = view(buildPlan({ phases: [[members]], groups: [[{ wait: 1 }]], instances: 1 }));
  expect(renderPlanText(shown, { width: 80, colours: plain })).toContain(
    'NOT MERGED  TITLE  ENDS                    WHY\nslow        slow   cancelled, never begun  group p1/g1 is met without it\n',
  );
  expect(planJson(shown)).toMatchObject({
    tasks: [{ id: 'quick' }],
    unmerged: [{ id: 'slow', begins: false, ends: 'cancelled', why: 'group p1/g1 is met without it' }],
  });
});

test('what is assumed of a round is marked, and said', () => {
  const tasks = [{ id: 'find' }, { id: 'fix', needs: ['find'] }];
  const round = withDigests(withRounds(buildPlan({ phases: [[tasks]] }), [0]));
  const made = assumed(round);
  const plan: Plan = {
    ...made,
    tasks: made.tasks.map((task) => (task.madeOf === null ? task : { ...task, assumed: true as const })),
  };
  const text = renderPlanText(view(plan), { width: 80, colours: plain });
  expect(text).toMatch(/fix-1\? \*/);
  expect(text).toContain(
    '? The round fix is assumed to have 2 tasks (fix-1, fix-2): how many, find will tell.',
  );
  expect(planJson(view(plan))).toMatchObject({
    rounds: [{ id: 'fix', from: 'find', assumedTasks: ['fix-1', 'fix-2'] }],
  });
});

test('notes tell of tasks that came, and of those that did not', () => {
  const notes = [
    { atMs: 0, what: 'tasksAdded', by: 'round', task: 'fix', tasks: 2 },
    { atMs: 0, what: 'tasksAdded', by: 'agent', task: 'find', tasks: 1 },
    { atMs: 0, what: 'tasksRefused', by: 'agent', task: 'find', why: 'not <b>now' },
  ] as const;
  expect(noteTable(notes).rows.map(([, text]) => text)).toEqual([
    '2 tasks are added by the round fix',
    '1 task is added: proposed by find',
    'tasks that find proposed are not added: not <b>now',
  ]);
});

test.each([30, 60, 100, 200])('the chart keeps to %i columns, with a row per lane', (width) => {
  const { numbers } = viewOf('graph', 3);
  const lines = renderPlanGantt(numbers, width, plain);
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
});

test('the chart marks the critical path by heavy bars', () => {
  expect(renderPlanGantt(viewOf('graph', 3).numbers, 49, plain)).toEqual([
    'a#1  ┣T1━━━━┫┣T2━━━━━━━━━━━━━━━━━━━━┫┣T4━━━━━━━━┫',
    'a#2          ├T3────────────┤',
    '     0                     5h 30m             11h',
  ]);
});

test('the JSON has minutes, the critical path and what each task waited for', () => {
  expect(planJson(viewOf('chain', 2))).toMatchObject({
    makespanMinutes: 360,
    sequentialMinutes: 600,
    lowerBoundMinutes: 360,
    criticalPath: ['A', 'B'],
    tasks: [
      { id: 'A', startMinute: 0, endMinute: 240, lane: 'a#1', slackMinutes: 0, waitedFor: [] },
      { id: 'C', startMinute: 0, endMinute: 240, lane: 'a#2', slackMinutes: 120 },
      { id: 'B', startMinute: 240, endMinute: 360, waitedFor: [{ reason: 'need', on: 'A' }] },
    ],
    agents: [{ agents: 1, makespanMinutes: 600 }, { agents: 2 }],
    warnings: [],
  });
});

test('the SVG stands alone, with its style and the critical path', () => {
  const svg = renderPlanSvg('chain', viewOf('chain', 2).numbers);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" class="gantt"[^>]*><style>/);
  expect(svg.match(/class="critical"/g)).toHaveLength(2);
});

test('the graph has an edge per need', () => {
  const chain = renderPlanGraph(knownPlan('chain'), ['A', 'B'], 'mermaid');
  expect(chain.split('\n')).toEqual([
    'flowchart LR',
    '  t1["A: A (4h)"]',
    '  t2["B: B (2h)"]',
    '  t3["C: C (4h)"]',
    '  t1 --> t2',
    '  classDef critical stroke:#c2410c,stroke-width:3px',
    '  class t1,t2 critical',
    '',
  ]);
  const dot = renderPlanGraph(knownPlan('waves'), [], 'dot');
  expect(dot).toContain('  subgraph cluster_2 { label="p2"; t2; t3; t4; }');
  expect(dot).toContain('  t1 -> t2;');
});
