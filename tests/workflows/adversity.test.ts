/** What a person at the Temporal UI, or a worker at its worst moment, can do to a campaign. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerBlockerUpdate,
  retryTaskSignal,
  retryTaskUpdate,
  type RetryTask,
} from '../../src/workflows/messages.js';
import { buildPlan } from '../core/plan-builder.js';
import { startTestServer } from '../test-server.js';
import { ends, withCampaign } from './campaign-fixture.js';
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
      for (const name of ['retryTask', 'answerBlocker', 'reportBlocker', 'pause', 'resume', 'setParallel']) {
        await handle.signal(name);
        await handle.signal(name, 'nonsense');
        await handle.signal(name, { task: 7, blocker: null, account: [], why: {}, agents: '8' });
      }
      open();
      expect(await handle.result()).toMatchObject({ state: 'done' });
    });
  });

  it('takes two messages without keys in one workflow task, and refuses what the first has made untrue', async () => {
    const once = { turns: 1, attempts: 1 };
    const plan = buildPlan({ phases: [[[{ id: 'a', ...once }, { id: 'b', ...once }, { id: 'asks' }]]] });
    const blocker = { severity: 'high', description: 'Which port?', wait: true } as const;
    const turn = ({ task, ask }: { task: string; ask: string }) =>
      task === 'asks' && ask === 'task' ? ({ outcome: 'blocked', blocker } as const) : {};
    const verify = ({ task, attempt }: { task: string; attempt: number }) =>
      task !== 'asks' && attempt === 1 ? failure({ class: 'rejected', message: 'no' }) : null;
    await withCampaign(environment, { plan, script: { turn, verify } }, async (campaign) => {
      const { handle, status, until } = campaign;
      const states = { a: 'failed', b: 'failed', asks: 'blocked' } as const;
      await until((now) => now.tasks.every(({ id, state }) => states[id as keyof typeof states] === state));
      let again: Promise<unknown> = Promise.resolve();
      await campaign.whileAway(async () => {
        for (const task of ['a', 'b']) await handle.signal(retryTaskSignal, { task });
        const args: [RetryTask] = [{ task: 'a', note: null }];
        again = handle.executeUpdate(retryTaskUpdate, { args }).catch((error: unknown) => error);
        // The server does not say that it has it.
        await sleep(1_000);
      });
      expect(await again).toMatchObject({ cause: { type: 'task/not-over' } });
      await handle.executeUpdate(answerBlockerUpdate, { args: [{ blocker: 'b1', answer: '8080' }] });
      expect(await handle.result()).toMatchObject({ state: 'done' });
      const end = await status();
      expect(ends(end)).toBe('a: done, b: done, asks: done');
      expect(end.tasks.map(({ attempts }) => attempts)).toEqual([2, 2, 1]);
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
