/** What happens to a campaign when runs close, workflows are ended by hand, and messages come at the worst moment. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resumeUpdate, pauseUpdate, taskWorkflowId } from '../../src/workflows/messages.js';
import { buildPlan } from '../core/plan-builder.js';
import { startTestServer } from '../test-server.js';
import { ends, taskIn, withCampaign } from './campaign-fixture.js';
import { untilInterrupted } from './stand-in-activities.js';

let environment: TestWorkflowEnvironment;

const ids = Array.from({ length: 12 }, (_, index) => `t${index + 1}`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('continue-as-new, forced every few events', () => {
  beforeAll(async () => {
    environment = await startTestServer({ dynamicConfig: ['limit.historyCount.suggestContinueAsNew=20'] });
  });

  async function runsOf(workflowId: string): Promise<number> {
    let runs = 0;
    for await (const run of environment.client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
      if (run.workflowId === workflowId) runs += 1;
    }
    return runs;
  }

  it('keeps tasks in flight, loses nothing and runs nothing twice', async () => {
    const plan = buildPlan({ phases: [[ids.map((id) => ({ id }))], [[{ id: 'last' }]]] });
    const turn = async () => (await pause(Math.random() * 400), {});
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, status }) => {
      expect((await handle.result()).state).toBe('done');
      expect(world.turns.map((each) => each.task).toSorted()).toEqual([...ids, 'last'].toSorted());
      expect(world.merges.toSorted()).toEqual([...ids, 'last'].toSorted());
      expect((await status()).tasks.every((task) => task.state === 'done')).toBe(true);
      // Visibility is a moment behind.
      await expect.poll(() => runsOf(handle.workflowId), { timeout: 60_000 }).toBeGreaterThan(3);
    });
  });

  it('takes updates that race it, each once', async () => {
    const plan = buildPlan({ phases: [[ids.slice(0, 6).map((id) => ({ id }))]], instances: 2 });
    const turn = async () => (await pause(100), {});
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world }) => {
      const latest = () => environment.client.workflow.getHandle(handle.workflowId);
      for (let round = 0; round < 8; round += 1) {
        await latest()
          .executeUpdate(pauseUpdate, { args: [{ why: `round ${round}` }] })
          .catch(notOver);
        await latest()
          .executeUpdate(resumeUpdate, { args: [{ account: null }] })
          .catch(notOver);
      }
      expect((await handle.result()).state).toBe('done');
      // A turn that a pause kept from beginning is not in the list: what began, began once per task.
      expect(world.turns.map((each) => each.task).toSorted()).toEqual(ids.slice(0, 6).toSorted());
    });
  });

  function notOver(error: unknown): void {
    // One that comes together with a continue-as-new makes that workflow task fail, and is given back to its sender.
    if (
      !/not found|already completed|is over|ending|unexpected workflow task failure|paused/i.test(
        String(error) + String((error as Error).cause),
      )
    )
      throw error;
  }

  afterAll(() => environment.teardown());
});

describe('ended by hand', () => {
  beforeAll(async () => {
    environment = await startTestServer();
  });
  afterAll(() => environment.teardown());

  it('a campaign cancelled in the UI interrupts its turns, ends its tasks and is shown as cancelled', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b', needs: ['a'] }]]] });
    const turn = (_: unknown, signal: AbortSignal) => untilInterrupted(signal);
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, status, until }) => {
      await until(() => world.turns.length === 1);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow('cancelled');
      expect(ends(await status())).toBe('a: cancelled, b: cancelled');
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      expect(world.reports).toHaveLength(1);
      expect(await isClosed(taskWorkflowId(handle.workflowId, 'a'))).toBe(true);
    });
  });

  it('a task workflow terminated by hand loses its turn, not its task: it is ordered again, one at a time', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const turn = ({ gen }: { gen: number }, signal: AbortSignal) =>
      gen === 1 ? untilInterrupted(signal) : {};
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until }) => {
      await until(() => world.turns.length === 1);
      await environment.client.workflow
        .getHandle(taskWorkflowId(handle.workflowId, 'a'))
        .terminate('by hand');
      expect((await handle.result()).state).toBe('done');
      expect(world.turns.map((each) => each.gen)).toEqual([1, 2]);
    });
  });

  it('an integration workflow terminated by hand is started again', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b', needs: ['a'] }]]] });
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const turn = async ({ task }: { task: string }) => (task === 'b' ? (await gate, {}) : {});
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until }) => {
      await until((now) => taskIn(now, 'b').state === 'running');
      await environment.client.workflow.getHandle(`${handle.workflowId}/integration`).terminate('by hand');
      release();
      expect((await handle.result()).state).toBe('done');
      expect(world.merges).toEqual(['a', 'b']);
    });
  });

  it('the executors of a terminated campaign end by themselves', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const turn = async () => (await gate, {});
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until }) => {
      await until(() => world.turns.length === 1);
      await handle.terminate('by hand');
      release();
      while (!(await isClosed(taskWorkflowId(handle.workflowId, 'a')))) await pause(50);
      expect(world.merges).toEqual([]);
    });
  });

  it('a campaign reset in the UI goes on from there: executors that are ahead are believed, no turn is doubled', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b', needs: ['a'] }, { id: 'c' }]]] });
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const turn = async ({ task }: { task: string }) => (task === 'b' ? (await gate, {}) : {});
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until }) => {
      await until((now) => taskIn(now, 'b').state === 'running');
      const { events } = await handle.fetchHistory();
      const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes != null);
      const reset = await environment.client.workflowService.resetWorkflowExecution({
        namespace: environment.namespace ?? 'default',
        workflowExecution: { workflowId: handle.workflowId, runId: (await handle.describe()).runId },
        workflowTaskFinishEventId: tasks.at(-1)!.eventId!,
        requestId: 'reset-1',
        reason: 'a test resets it',
      });
      release();
      const result: unknown = await environment.client.workflow
        .getHandle(handle.workflowId, reset.runId)
        .result();
      expect(result).toMatchObject({ state: 'done' });
      expect(world.turns.map((each) => each.task).toSorted()).toEqual(['a', 'b', 'c']);
    });
  });

  async function isClosed(workflowId: string): Promise<boolean> {
    return (await environment.client.workflow.getHandle(workflowId).describe()).status.name !== 'RUNNING';
  }
});
