/** What people pause in part, and how many turns they let run at once. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it, describe } from 'vitest';
import {
  pauseUpdate,
  raiseCapUpdate,
  resumeUpdate,
  setParallelUpdate,
  type Pause,
  type RaiseCap,
  type Resume,
} from '../../src/workflows/messages.js';
import { buildPlan } from '../core/plan-builder.js';
import { startTestServer } from '../test-server.js';
import { taskIn, withCampaign } from './campaign-fixture.js';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTestServer();
});
afterAll(() => environment.teardown());

describe('a person', () => {
  it('pauses a phase, an agent or an account while the rest goes on', async () => {
    const agents = ['fast', 'slow'].map((name) => ({ name, instances: 1, account: name, roles: null }));
    const plan = buildPlan({
      phases: [[[{ id: 'a', agents: ['fast', 'slow'] }]], [[{ id: 'b', agents: ['fast'] }]], [[{ id: 'c' }]]],
      agents: [...agents, { name: 'a', instances: 1, account: 'team', roles: null }],
    });
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const turn = async () => (await gate, {});
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until, status }) => {
      await until(() => world.turns.length === 1);
      const pause = (args: Pause) => handle.executeUpdate(pauseUpdate, { args: [args] });
      const resume = (args: Resume) => handle.executeUpdate(resumeUpdate, { args: [args] });
      expect(await pause({ why: 'dear', agent: 'fast' })).toContain('The agent fast is paused');
      await pause({ why: 'a look first', phase: 'p3' });
      await pause({ why: 'no money', account: 'team' });
      await expect(pause({ why: '', phase: 'p3' })).rejects.toMatchObject({
        cause: { type: 'campaign/paused', message: expect.stringContaining('a look first') as string },
      });
      await expect(pause({ why: '', agent: 'fats' })).rejects.toMatchObject({
        cause: { type: 'agent/unknown', message: 'There is no agent fats. Agents: fast, slow, a.' },
      });
      await expect(resume({ agent: 'fast', phase: 'p3' })).rejects.toMatchObject({
        cause: { type: 'campaign/many-parts' },
      });
      release();
      await until((now) => taskIn(now, 'a').state === 'done');
      expect(taskIn(await status(), 'b').waitReasons).toEqual([{ reason: 'pause', on: 'agent fast' }]);
      await resume({ agent: 'fast' });
      const third = await until((now) => taskIn(now, 'b').state === 'done');
      expect(third).toMatchObject({ state: 'running', pauses: [{ name: 'p3' }, { name: 'team' }] });
      expect(taskIn(third, 'c').waitReasons).toEqual([
        { reason: 'pause', on: 'phase p3' },
        { reason: 'pause', on: 'account team' },
      ]);
      await resume({ phase: 'p3' });
      await resume({ account: 'team' });
      expect((await handle.result()).state).toBe('done');
      expect(world.turns.map(({ task }) => task)).toEqual(['a', 'b', 'c']);
    });
  });

  it('raises a budget that is used up, and the campaign goes on', async () => {
    const budgets = [{ scope: 'campaign', name: '', cap: { turns: 1 } } as const];
    const plan = { ...buildPlan({ phases: [[[{ id: 'a' }, { id: 'b' }]]], maxTurns: 1 }), budgets };
    await withCampaign(environment, { plan }, async ({ handle, until }) => {
      const atCap = await until(({ message }) => message !== '');
      expect(atCap.message).toContain(`longhaul budget ${handle.workflowId} --turns 2`);
      expect(atCap.budgets).toMatchObject([{ measure: 'turns', spent: 1, left: 0, cap: 1 }]);
      const raise = (args: RaiseCap) => handle.executeUpdate(raiseCapUpdate, { args: [args] });
      const refused = async (args: RaiseCap, type: string) =>
        expect(raise(args)).rejects.toMatchObject({ cause: { type } });
      await refused({}, 'campaign/no-cap');
      await refused({ usd: -1 }, 'campaign/no-cap');
      await refused({ usd: 1, phase: 'p9' }, 'campaign/unknown-part');
      await refused({ usd: 1, phase: 'p1', task: 'a' }, 'campaign/many-parts');
      await refused({ turns: 0.4 }, 'campaign/cap-below-spent');
      expect(await raise({ tokens: 9_000, task: 'b' })).toBe('The budget of task b is 9000 tokens.');
      expect(await raise({ turns: 2 })).toBe('The budget of the campaign is 2 turns.');
      expect((await handle.result()).state).toBe('done');
    });
  });

  it('runs as many turns at once as a person sets, from then on', async () => {
    const plan = buildPlan({ phases: [[['a', 'b', 'c', 'd'].map((id) => ({ id }))]], maxTurns: 1 });
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const turn = async () => (await gate, {});
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until }) => {
      await until(() => world.turns.length === 1);
      const set = (agents: number) => handle.executeUpdate(setParallelUpdate, { args: [{ agents }] });
      await expect(set(0)).rejects.toMatchObject({ cause: { type: 'campaign/not-a-count' } });
      expect(await set(9)).toBe(
        'Up to 9 turns run at once. The agents have 4 lanes, so no more than that run.',
      );
      const more = await until(() => world.turns.length === 4);
      expect(more.maxTurns).toBe(9);
      release();
      expect((await handle.result()).state).toBe('done');
    });
  });
});
