/** Reports of campaigns that ran as a test says. */
import { plannedRuns, withPlan } from '../../src/core/plan-facts.js';
import type { Plan } from '../../src/core/plan.js';
import { planEdges } from '../../src/core/plan-index.js';
import { simulate } from '../../src/core/simulate.js';
import type { ReportData, Span, TaskStatus } from '../../src/core/status.js';
import { at, makeDone, makeSpan, makeStatus } from '../report/make.js';
import { buildPlan, type PlanSketch, type TaskSketch } from './plan-builder.js';

export const MINUTE_MS = 60_000;

/** A campaign that ran as given; tasks ended done with their last span unless `facts` say otherwise. */
export function reportOf(
  plan: Plan,
  spans: readonly Span[],
  facts: Readonly<Record<string, Partial<TaskStatus>>> = {},
): ReportData {
  const minute = (iso: string) => (Date.parse(iso) - Date.parse(at(0))) / MINUTE_MS;
  const endOf = (own: readonly Span[]) => Math.max(0, ...own.map(({ endedAt }) => minute(endedAt)));
  const tasks = plan.tasks.map(({ id, group, phase }) => {
    const own = spans.filter(({ task }) => task === id);
    const start = Math.min(...own.map(({ startedAt }) => minute(startedAt)));
    return {
      ...makeDone(id, [own.length === 0 ? 0 : start, endOf(own)]),
      agent: 'a',
      group,
      phase,
      ...facts[id],
    };
  });
  const data: ReportData = {
    status: makeStatus(tasks, { state: 'done', endedAt: at(endOf(spans)) }),
    spans,
    needs: planEdges(plan),
    lanes: plan.agents.flatMap(({ name, instances }) =>
      Array.from({ length: instances }, (_, index) => `${name}#${index + 1}`),
    ),
  };
  return withPlan(data, plan, plannedRuns(simulate(plan)));
}

export const span = (task: string, times: readonly [number, number], facts: Partial<Span> = {}) =>
  makeSpan(task, times, { lane: 'a#1', ...facts });
export const planOf = (tasks: readonly TaskSketch[], sketch: Partial<PlanSketch> = {}) =>
  buildPlan({ phases: [[tasks]], ...sketch });
