/** Task workflows that end while their campaign continues as new, many times: each end is reported and applied once. */
import type { WorkflowHandle } from '@temporalio/client';
import { activityInfo } from '@temporalio/activity';
import { defaultPayloadConverter } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TaskReport } from '../../src/core/ports.js';
import type { Notice } from '../../src/core/notice.js';
import type { ReportData } from '../../src/core/status.js';
import { answerBlockerSignal, taskReportedSignal } from '../../src/workflows/messages.js';
import { buildPlan } from '../core/plan-builder.js';
import { startTestServer } from '../test-server.js';
import { withCampaign } from './campaign-fixture.js';
import { failure } from './stand-in-activities.js';

let environment: TestWorkflowEnvironment;

beforeAll(async () => {
  environment = await startTestServer({ dynamicConfig: ['limit.historyCount.suggestContinueAsNew=20'] });
});
afterAll(() => environment.teardown());

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

/** Temporal's WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND: something came that the closing run had not seen. */
const GIVEN_BACK = 1;

const WAVE = 8;
const ids = Array.from({ length: 60 }, (_, index) => `t${String(index + 1).padStart(2, '0')}`);
/** Rejected once: their executors stay, and get their second order by signal. */
const rejected = ids.filter((_, index) => index % 3 === 0);
const turns = [...ids, ...rejected].toSorted();

/** How often they meet is up to the machine: six to eight times of some 25 runs, where it has nothing else to do. */
const ENOUGH_HITS = 5;
const MOST_CAMPAIGNS = 8;

it(
  'is told of each end once, and counts it once, however often the two meet',
  { timeout: 600_000 },
  async () => {
    let hits = 0;
    for (let campaigns = 0; hits < ENOUGH_HITS && campaigns < MOST_CAMPAIGNS; campaigns += 1) {
      hits += await countHits();
    }
    expect(hits).toBeGreaterThanOrEqual(ENOUGH_HITS);
  },
);

it('goes on while people can not be told, and tells them again in the next run', async () => {
  const after = ['t1', 't2', 't3'];
  const chain = after.map((id, index) => ({ id, needs: after.slice(index - 1, index) }));
  const plan = buildPlan({ phases: [[[{ id: 'asks' }, ...chain]]], instances: 2, maxTurns: 2 });
  const blocker = { severity: 'high', description: 'Which one?', wait: true } as const;
  let release: (() => void) | undefined;
  const tries: number[] = [];
  const script = {
    turn: ({ task, ask }: { task: string; ask: string }) =>
      task === 'asks' && ask === 'task' ? ({ outcome: 'blocked', blocker } as const) : {},
    /** The first time nobody answers, for as long as Temporal bears it. */
    telling: async ({ blocker: id }: Notice) => {
      if (id !== 'b1') return;
      tries.push(activityInfo().attempt);
      if (release !== undefined) release();
      else await new Promise<void>((resolve) => (release = resolve));
    },
  };
  await withCampaign(environment, { plan, script }, async ({ handle, until }) => {
    await until(({ tasks }) => tasks.every(({ id, state }) => id === 'asks' || state === 'done'));
    await handle.signal(answerBlockerSignal, { key: 'k', blocker: 'b1', answer: 'This one.' });
    expect((await handle.result()).state).toBe('done');
  });
  // A second activity, and not another try of the first.
  expect(tries.length).toBeGreaterThan(1);
  expect(new Set(tries)).toEqual(new Set([1]));
});

/** In one campaign, of which all is checked: how many of its runs ended just when tasks did. */
async function countHits(): Promise<number> {
  const plan = buildPlan({ phases: [[ids.map((id) => ({ id }))]], instances: WAVE, maxTurns: WAVE });
  const script = {
    turn: inWaves(),
    verify: ({ task, turn }: { task: string; turn: number }) =>
      rejected.includes(task) && turn === 1
        ? failure({ class: 'rejected', message: 'npm test failed' })
        : null,
  };
  let hits = 0;
  await withCampaign(environment, { plan, script }, async ({ handle, world }) => {
    expect((await handle.result()).state).toBe('done');
    expect(world.turns.map(({ task }) => task).toSorted()).toEqual(turns);
    const { spans, status } = world.reports.at(-1) as ReportData;
    const applied = spans.filter(({ kind }) => kind === 'turn').map(({ task }) => task);
    expect(applied.toSorted()).toEqual(turns);
    expect(status.tasks.map((task) => task.turns)).toEqual(ids.map((id) => (rejected.includes(id) ? 2 : 1)));
    expect(world.merges.toSorted()).toEqual(ids);

    const runs = await historiesOf(handle);
    const told = runs.flat().flatMap((event) => reportedBy(event));
    expect(told.toSorted()).toEqual(turns);
    expect(runs.length).toBeGreaterThan(10);
    hits = runs.filter(isHit).length;
  });
  return hits;
}

/** Turns that end together: all that run, or those that are there when no other has come for a while. */
function inWaves() {
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const release = () => {
    for (const end of waiting.splice(0)) end();
    waiting = [];
  };
  return async () => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      clearTimeout(timer);
      if (waiting.length >= WAVE) release();
      else timer = setTimeout(release, 300);
    });
    return {};
  };
}

/** Of all runs, the first one first. */
async function historiesOf(
  handle: WorkflowHandle & { firstExecutionRunId?: string },
): Promise<HistoryEvent[][]> {
  const runs: HistoryEvent[][] = [];
  for (let runId = handle.firstExecutionRunId; runId !== undefined;) {
    const run = environment.client.workflow.getHandle(handle.workflowId, runId, { followRuns: false });
    const events = (await run.fetchHistory()).events ?? [];
    runs.push(events);
    runId = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return runs;
}

function reportedBy(event: HistoryEvent): readonly string[] {
  const signal = event.workflowExecutionSignaledEventAttributes;
  if (signal?.signalName !== taskReportedSignal.name) return [];
  const [payload] = signal.input?.payloads ?? [];
  return [defaultPayloadConverter.fromPayload<TaskReport>(payload!).task];
}

/** A report came in the moment of a close: the close was given back for it, or it came before the next run's first look. */
function isHit(events: readonly HistoryEvent[]): boolean {
  const givenBack = events.some(
    (event) => Number(event.workflowTaskFailedEventAttributes?.cause) === GIVEN_BACK,
  );
  const first = events.findIndex((event) => event.workflowTaskStartedEventAttributes != null);
  return givenBack || events.slice(0, first).some((event) => reportedBy(event).length > 0);
}
