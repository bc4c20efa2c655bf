/** A campaign that is given another plan while its runs close and open. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askWhole } from '../../src/client/ask-whole.js';
import { cutValue } from '../../src/core/parts.js';
import type { Plan } from '../../src/core/plan.js';
import {
  answerBlockerUpdate,
  applyPlanSignal,
  applyPlanUpdate,
  planQuery,
  type ApplyPlan,
} from '../../src/workflows/messages.js';
import { withDigests } from '../core/amendment.js';
import { buildPlan, type TaskSketch } from '../core/plan-builder.js';
import { startTestServer } from '../test-server.js';
import { taskIn, withCampaign } from './campaign-fixture.js';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTestServer({ dynamicConfig: ['limit.historyCount.suggestContinueAsNew=20'] });
});
afterAll(() => environment.teardown());

function planOf(tasks: readonly TaskSketch[], briefDigest: string): Plan {
  return { ...withDigests(buildPlan({ phases: [[tasks]], integrateAt: 'each' })), briefDigest };
}

it('goes by it from then on, through continue-as-new, and refuses one that comes too late', async () => {
  const tasks = [{ id: 'first' }, { id: 'slow' }];
  const added = Array.from({ length: 8 }, (_, index) => ({ id: `n${index}` }));
  // So long that it comes in pieces.
  const edited = planOf([...tasks, ...added, { id: 'long', title: 'x'.repeat(130_000) }], 'brief-2');
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const turn = async ({ task }: { task: string }) => (task === 'slow' && (await gate), {});
  await withCampaign(environment, { plan: planOf(tasks, 'brief-1'), script: { turn } }, async (campaign) => {
    const { handle, world, until } = campaign;
    const latest = () => environment.client.workflow.getHandle(handle.workflowId);
    const change = (given: Partial<ApplyPlan>) =>
      latest().executeUpdate(applyPlanUpdate, {
        args: cutValue<ApplyPlan>({ revision: 1, plan: edited, ...given }),
      });
    const first = (await latest().describe()).runId;
    await until((now) => taskIn(now, 'first').state === 'done' && world.turns.length === 2);
    await expect(change({ revision: 2 })).rejects.toMatchObject({
      cause: { type: 'plan/changed-meanwhile' },
    });
    await expect(change({ plan: { ...edited, name: 'other' } })).rejects.toMatchObject({
      cause: { type: 'plan/other-campaign' },
    });
    expect(await change({})).toContain('number 2');
    await expect(change({})).rejects.toMatchObject({ cause: { type: 'plan/changed-meanwhile' } });
    await until((now) => added.every(({ id }) => taskIn(now, id).state === 'done'));
    const inForce = await askWhole((piece) => latest().query(planQuery, piece));
    expect(inForce).toMatchObject({ revision: 2, plan: { briefDigest: 'brief-2' } });
    // Written by the campaign itself: whoever asked for it may be gone.
    expect(world.plans).toEqual([inForce.plan]);
    const { memo, runId } = await latest().describe();
    expect(memo?.['briefDigest']).toBe('brief-2');
    expect(runId).not.toBe(first);
    release();
    expect((await handle.result()).state).toBe('done');
    const ran = world.turns.map(({ task }) => task).toSorted();
    expect(ran).toEqual(['first', 'slow', 'long', ...added.map(({ id }) => id)].toSorted());
    await expect(change({ revision: 2 })).rejects.toThrow();
  });
});

it('takes one that was said while no worker was there, once, and minds nothing that it can’t read', async () => {
  const before = planOf([{ id: 'asks' }], 'brief-1');
  const after = planOf([{ id: 'asks' }, { id: 'added' }], 'brief-2');
  const blocker = { severity: 'high', description: 'Which port?', wait: true } as const;
  const turn = ({ task, ask }: { task: string; ask: string }) =>
    task === 'asks' && ask === 'task' ? ({ outcome: 'blocked', blocker } as const) : {};
  await withCampaign(environment, { plan: before, script: { turn } }, async (campaign) => {
    const { handle, world, until, whileAway } = campaign;
    const latest = () => environment.client.workflow.getHandle(handle.workflowId);
    await until((now) => taskIn(now, 'asks').state === 'blocked');
    await whileAway(async () => {
      const change = { revision: 1, plan: after };
      for (const wrong of [
        null,
        'plan',
        {},
        { parts: 3 },
        { ...change, plan: null },
        { ...change, revision: 7 },
        { ...change, plan: { ...after, name: 'other' } },
      ])
        await latest().signal('applyPlan', wrong);
      for (let time = 0; time < 2; time += 1)
        await latest().signal(applyPlanSignal, ...cutValue<ApplyPlan>({ ...change, key: 'said' }));
    });
    await until((now) => now.tasks.length === 2 && taskIn(now, 'added').state === 'done');
    for (const wrong of [null, 'plan', {}, { parts: 3 }, { revision: 2, plan: null }])
      await expect(latest().executeUpdate('applyPlan', { args: [wrong] })).rejects.toMatchObject({
        cause: { type: 'plan/no-plan' },
      });
    await latest().executeUpdate(answerBlockerUpdate, { args: [{ blocker: 'b1', answer: '8080' }] });
    expect((await handle.result()).state).toBe('done');
    expect(world.plans).toHaveLength(1);
    expect(world.turns.map(({ task }) => task)).toEqual(['asks', 'added', 'asks']);
  });
});
