/**
 * What the core alone costs: apply and decide (advance), one event at a time, through whole campaigns of 100, 1,000 and
 * 10,000 tasks, 100 at once; then what the board, the report and its numbers take, and what plan and state have in
 * bytes, compressed. No server, no workflow. CPU time: other programs don't count. BENCH_SIZES (100,1000,10000), BENCH_SHAPES (flat,layered,resources).
 */
import { gzipSync } from 'node:zlib';
import { logGroups } from '../src/core/group-log.js';
import { computeMetrics } from '../src/core/metrics.js';
import { cutValue, joinValue, type InParts } from '../src/core/parts.js';
import { withPlan } from '../src/core/plan-facts.js';
import { viewReport, viewStatus } from '../src/core/view.js';
import { renderMarkdownBoard } from '../src/report/markdown-board.js';
import { advance, isOver, nextDue } from '../src/core/engine.js';
import type { Plan } from '../src/core/plan.js';
import { goodMerge, goodReport } from '../src/core/simulate.js';
import { newCampaign, type CampaignState, type Effect, type Event } from '../src/core/state.js';
import { enginePlan, SHAPES, type Shape } from './engine-plan.js';
import { note, printResult, round, type Row } from './result.js';

const sizes = (process.env['BENCH_SIZES'] ?? '100,1000,10000').split(',').map(Number);
const wanted = process.env['BENCH_SHAPES']?.split(',');
const shapes: readonly Shape[] = SHAPES.filter((shape) => wanted?.includes(shape) ?? true);

/** What the world answers: the report of an order comes after those of the orders before it. */
function answer(effect: Effect, atMs: number): readonly Event[] {
  const acknowledged: Event = { event: 'acknowledged', atMs, key: effect.key };
  switch (effect.do) {
    case 'order':
      return [acknowledged, { event: 'taskReported', atMs, report: goodReport(effect.order, atMs, atMs) }];
    case 'merge': {
      const merges = effect.input.tasks.map((task) => goodMerge(task, atMs));
      return [acknowledged, { event: 'mergeReported', atMs, report: { order: effect.key, merges } }];
    }
    case 'deliver': {
      const facts = { outcome: 'delivered', message: '', branch: '', head: '' } as const;
      return [acknowledged, { event: 'delivered', atMs, facts }];
    }
    case 'report':
      return [{ event: 'reported', atMs }];
    case 'check':
    case 'interrupt':
    case 'endExecutor':
    case 'endIntegration':
    case 'keepPlan':
    case 'notify':
    case 'publish':
    case 'extend':
      return [acknowledged];
  }
}

interface Walked {
  readonly state: CampaignState;
  readonly events: number;
  readonly seconds: number;
}

function walk(plan: Plan): Walked {
  let state: CampaignState = newCampaign('bench', plan, 0);
  const begun = new Set<string>();
  const queue: Event[] = [];
  let events = 0;
  const startedAt = cpuSeconds();
  state = advance(plan, state, []);
  while (!isOver(state)) {
    for (const effect of state.outbox) {
      if (begun.has(effect.key)) continue;
      begun.add(effect.key);
      queue.push(...answer(effect, state.nowMs));
    }
    nextDue(plan, state);
    const event = queue[events];
    if (event === undefined)
      throw new Error('stuck, this is a bug: the campaign of the bench waits for nothing');
    events += 1;
    state = advance(plan, state, [{ ...event, atMs: events * 5 }]);
  }
  return { state, events, seconds: cpuSeconds() - startedAt };
}

function time(work: () => unknown): number {
  const startedAt = cpuSeconds();
  work();
  return cpuSeconds() - startedAt;
}

/** Of the values that a continue-as-new carries and a report shows, at the campaign's end. */
function measureEnd(plan: Plan, state: CampaignState): readonly Row[] {
  const report = withPlan(viewReport(plan, state), plan, []);
  return [
    { what: 'board', value: time(() => renderMarkdownBoard(viewStatus(plan, state))), unit: 's' },
    { what: "report's data", value: time(() => withPlan(viewReport(plan, state), plan, [])), unit: 's' },
    { what: 'metrics', value: time(() => computeMetrics(report)), unit: 's' },
    { what: 'log of the groups', value: time(() => logGroups(report)), unit: 's' },
    { what: 'continue-as-new', value: time(() => continueAsNew(plan, state)), unit: 's' },
    { what: 'plan and state, compressed', value: sizeOf({ plan, state }), unit: 'KiB' },
    {
      what: 'largest part',
      value: Math.max(...cutValue({ plan, state }).map(sizeOf)),
      unit: 'KiB',
      aim: 256,
    },
  ];
}

/** The longest that a workflow computes at a stretch: its state is cut, put together again, and looked through. */
function continueAsNew(plan: Plan, state: CampaignState): void {
  const carried = JSON.parse(JSON.stringify(cutValue({ plan, state }))) as InParts<{
    plan: Plan;
    state: CampaignState;
  }>;
  const next = joinValue(carried);
  const event = { event: 'continued', atMs: next.state.nowMs } as const;
  renderMarkdownBoard(viewStatus(next.plan, advance(next.plan, next.state, [event])));
}

function sizeOf(value: unknown): number {
  return gzipSync(JSON.stringify(value)).length / 1024;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

const rows: Row[] = [];
for (const shape of shapes) {
  for (const size of sizes) {
    const plan = enginePlan(shape, size);
    const { state, events, seconds } = walk(plan);
    note(`${shape}, ${size} tasks: ${events} events in ${round(seconds)} s`);
    rows.push({ what: `${shape}, ${size} tasks`, value: events / seconds, unit: 'events per second' });
    for (const row of measureEnd(plan, state))
      rows.push({ ...row, what: `${shape}, ${size} tasks: ${row.what}` });
  }
}
printResult('engine: apply and decide alone', rows);
