/**
 * The run keeps to the plan: the real campaign workflow on a real server, with stand-ins for agents that take a
 * hundredth of a second for each minute that was estimated, starts every task when core/simulate.ts says.
 */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withAgents } from '../../src/core/plan-agents.js';
import type { Plan } from '../../src/core/plan.js';
import { simulate } from '../../src/core/simulate.js';
import { knownPlan } from '../core/known-plans.js';
import { startTestServer } from '../test-server.js';
import { withCampaign } from './campaign-fixture.js';

const MINUTE_TAKES_MS = 10;
const SCALE = MINUTE_TAKES_MS / 60_000;
const LEAST_TOLERANCE_MS = 300;
const TOLERANCE = 0.05;

/**
 * Each hour of a known plan stands for three: between two tasks lie an order, three activities, a report and a merge,
 * which take from 50 ms to a second on a busy machine, and 5 % of a plan of some 20 s have room for that.
 */
const PLAN_HOUR_MS = 3 * 3_600_000;

const CASES = [
  { name: 'cart', how: 'the fourth waits for a lane', lanes: 3, hours: 12 },
  { name: 'jwt', how: 'needs alone decide', lanes: 4, hours: 14 },
] as const;

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTestServer();
});
afterAll(() => environment.teardown());

/**
 * When each task's turn began, in ms from the first one's. An estimate is that of the whole task, with what the machine
 * takes around the turn: a turn that began late ends that much sooner, so that what the machine takes does not add up
 * from task to task. When a turn begins is the scheduler's doing alone.
 */
async function runOnce(plan: Plan): Promise<ReadonlyMap<string, number>> {
  const planned = new Map(simulate(plan).starts.map((start) => [start.task, start]));
  const begun = new Map<string, number>();
  let firstMs = 0;
  const turn = async ({ task }: { task: string }) => {
    if (begun.size === 0) firstMs = Date.now();
    const atMs = Date.now() - firstMs;
    begun.set(task, atMs);
    const { startMs, endMs } = planned.get(task)!;
    const lateMs = Math.max(0, atMs - startMs * SCALE);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, (endMs - startMs) * SCALE - lateMs)));
    return {};
  };
  await withCampaign(environment, { plan, script: { turn } }, async ({ handle }) => {
    expect((await handle.result()).state).toBe('done');
  });
  return begun;
}

interface Late {
  readonly task: string;
  readonly plannedMs: number;
  readonly actualMs: number;
}

function comparedToPlan(plan: Plan, actual: ReadonlyMap<string, number>): readonly Late[] {
  return simulate(plan).starts.map(({ task, startMs }) => ({
    task,
    plannedMs: Math.round(startMs * SCALE),
    actualMs: actual.get(task) ?? NaN,
  }));
}

describe('the run keeps to the plan', () => {
  it.each(CASES)('$name on $lanes lanes: $how', { timeout: 120_000 }, async ({ name, lanes, hours }) => {
    const plan = withAgents(knownPlan(name, PLAN_HOUR_MS), lanes);
    const makespanMs = simulate(plan).makespanMs * SCALE;
    expect(makespanMs).toBeCloseTo(hours * PLAN_HOUR_MS * SCALE);
    const toleranceMs = Math.max(TOLERANCE * makespanMs, LEAST_TOLERANCE_MS);
    const lateness = (runs: readonly Late[]) =>
      runs.filter(({ plannedMs, actualMs }) => !(Math.abs(actualMs - plannedMs) <= toleranceMs));
    let compared = comparedToPlan(plan, await runOnce(plan));
    // A machine that is busy for a moment delays a start as a wrong scheduler does, but not the same one twice.
    if (lateness(compared).length > 0) compared = comparedToPlan(plan, await runOnce(plan));
    expect(lateness(compared)).toEqual([]);
  });
});
