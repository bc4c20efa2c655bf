/** What a person at the Temporal UI, or a worker at its worst moment, can do to a campaign. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retryTaskSignal, retryTaskUpdate } from '../../src/workflows/messages.js';
import { buildPlan } from '../core/plan-builder.js';
import { startTestServer } from '../test-server.js';
import { ends, taskIn, withCampaign } from './campaign-fixture.js';
import { failure, untilInterrupted } from './stand-in-activities.js';

let environment: TestWorkflowEnvironment;

function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('adversity', () => {
  beforeAll(async () => {
    environment = await startTestServer();
  });
  afterAll(() => environment.teardown());

  it('signals with nothing, or nonsense, in them do not stop the campaign', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const { open, opened } = gate();
    const turn = async () => (await opened, {});
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until }) => {
      await until(() => world.turns.length === 1);
      for (const name of ['retryTask', 'answerBlocker', 'reportBlocker', 'pause', 'resume']) {
        await handle.signal(name);
        await handle.signal(name, 'nonsense');
        await handle.signal(name, { task: 7, blocker: null, account: [], why: {} });
      }
      open();
      expect(await handle.result()).toMatchObject({ state: 'done' });
    });
  });

  it('takes two messages without keys in one workflow task, and refuses what the first has made untrue', async () => {
    const once = { turns: 1, attempts: 1 };
    const plan = buildPlan({ phases: [[[{ id: 'a', ...once }, { id: 'b', ...once }, { id: 'slow' }]]] });
    const { open, opened } = gate();
    const turn = async ({ task }: { task: string }) => (task === 'slow' ? (await opened, {}) : {});
    const verify = ({ task, attempt }: { task: string; attempt: number }) =>
      task !== 'slow' && attempt === 1 ? failure({ class: 'rejected', message: 'no' }) : null;
    await withCampaign(environment, { plan, script: { turn, verify } }, async ({ handle, status, until }) => {
      await until((now) => ['a', 'b'].every((id) => taskIn(now, id).state === 'failed'));
      await Promise.all(['a', 'b'].map((task) => handle.signal(retryTaskSignal, { task })));
      await until((now) => ['a', 'b'].every((id) => taskIn(now, id).attempts === 2));
      const again = handle.executeUpdate(retryTaskUpdate, { args: [{ task: 'nobody' }] });
      await expect(again).rejects.toMatchObject({ cause: { type: 'task/unknown' } });
      open();
      expect(await handle.result()).toMatchObject({ state: 'done' });
      expect(ends(await status())).toBe('a: done, b: done, slow: done');
    });
  });

  it('an integration workflow terminated while it delivers is started again, and delivers', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const { open, opened } = gate();
    let deliveries = 0;
    const delivering = async () => {
      deliveries += 1;
      if (deliveries === 1) await opened;
    };
    await withCampaign(environment, { plan, script: { delivering } }, async ({ handle, until }) => {
      await until(() => deliveries === 1);
      await environment.client.workflow.getHandle(`${handle.workflowId}/integration`).terminate('by hand');
      expect(await handle.result()).toMatchObject({ state: 'done' });
      expect(deliveries).toBe(2);
      open();
    });
  });

  it('a campaign cancelled while work is checked does not wait for the checks', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const { open, opened } = gate();
    const checking = async (signal: AbortSignal) => {
      open();
      await untilInterrupted(signal);
      throw signal.reason;
    };
    await withCampaign(environment, { plan, script: { checking } }, async ({ handle, status }) => {
      await opened;
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow('cancelled');
      expect(ends(await status())).toBe('a: cancelled');
    });
  });
});

describe('adversity, with continue-as-new every few events', () => {
  beforeAll(async () => {
    environment = await startTestServer({ dynamicConfig: ['limit.historyCount.suggestContinueAsNew=20'] });
  });
  afterAll(() => environment.teardown());

  it('a cancelled campaign is shown as cancelled', async () => {
    const ids = Array.from({ length: 6 }, (_, index) => ({ id: `t${index + 1}` }));
    const plan = buildPlan({ phases: [[ids]], instances: 6 });
    const turn = (_: unknown, signal: AbortSignal) => untilInterrupted(signal);
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until }) => {
      await until(() => world.turns.length >= 3);
      const latest = environment.client.workflow.getHandle(handle.workflowId);
      await latest.cancel();
      await expect(latest.result()).rejects.toThrow('cancelled');
      expect((await latest.describe()).status.name).toBe('CANCELLED');
    });
  });
});
