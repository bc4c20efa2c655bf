import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askWhole } from '../../src/client/ask-whole.js';
import type { ReportData } from '../../src/core/status.js';
import {
  answerBlockerSignal,
  answerBlockerUpdate,
  metricsQuery,
  pauseUpdate,
  resumeUpdate,
  retryTaskUpdate,
  taskReportedSignal,
} from '../../src/workflows/messages.js';
import { buildPlan } from '../core/plan-builder.js';
import { startTestServer } from '../test-server.js';
import { ends, taskIn, withCampaign } from './campaign-fixture.js';
import { failure, untilInterrupted } from './stand-in-activities.js';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTestServer();
});
afterAll(() => environment.teardown());

describe('the campaign workflow', () => {
  it('runs phases in order, tasks by their needs, merges all, delivers and reports', async () => {
    const plan = buildPlan({
      phases: [[[{ id: 'a' }, { id: 'b', needs: ['a'] }, { id: 'c' }]], [[{ id: 'd' }]]],
    });
    await withCampaign(environment, { plan }, async ({ handle, world, status }) => {
      expect(await handle.result()).toEqual({ state: 'done', message: 'on longhaul/test/main' });
      const order = world.turns.map((turn) => turn.task);
      expect(order.slice(0, 2).toSorted()).toEqual(['a', 'c']);
      expect(order.slice(2)).toEqual(['b', 'd']);
      expect(world.merges.indexOf('a')).toBeLessThan(world.merges.indexOf('b'));
      expect(world.merges.at(-1)).toBe('d');
      const end = await status();
      expect(ends(end)).toBe('a: done, b: done, c: done, d: done');
      expect(end.costUsd).toBeCloseTo(0.04);
      const { workflow } = environment.client;
      const metrics = await askWhole((piece) =>
        workflow.getHandle(handle.workflowId).query(metricsQuery, piece),
      );
      expect(metrics).toMatchObject({ done: 4, failed: 0, successRate: 1, turns: 4 });
      expect(metrics.byAgent.map(({ name, done }) => [name, done])).toEqual([['a', 4]]);
      const report = world.reports[0] as ReportData;
      expect(report.status.state).toBe('done');
      expect(report.spans.filter((span) => span.kind === 'turn')).toHaveLength(4);
    });
  });

  it('gives a rejected turn back to the same session, with what failed', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const verify = (turn: { turn: number }) =>
      turn.turn === 1 ? failure({ class: 'rejected', message: 'npm test failed' }) : null;
    await withCampaign(environment, { plan, script: { verify } }, async ({ handle, world }) => {
      expect((await handle.result()).state).toBe('done');
      expect(world.turns).toMatchObject([
        { turn: 1, ask: 'task', session: null },
        { turn: 2, ask: 'rejected', note: 'npm test failed', session: 's-a-1' },
      ]);
    });
  });

  it('fails a task after its turns and attempts, skips what needs it, and goes on with the rest', async () => {
    const plan = buildPlan({
      phases: [[[{ id: 'a', turns: 1, attempts: 2 }, { id: 'b', needs: ['a'] }, { id: 'c' }]]],
    });
    let n = 0;
    const verify = (turn: { task: string }) =>
      turn.task === 'a' ? failure({ class: 'rejected', message: 'no', signature: `s${(n += 1)}` }) : null;
    await withCampaign(environment, { plan, script: { verify } }, async ({ handle, world, status }) => {
      expect((await handle.result()).state).toBe('failed');
      expect(ends(await status())).toBe('a: failed, b: skipped, c: done');
      expect(world.turns.filter((turn) => turn.task === 'a').map((turn) => turn.attempt)).toEqual([1, 2]);
      expect(taskIn(await status(), 'b').note).toContain('needs a');
    });
  });

  it('frees the lane of a blocked task, takes the answer once, and resumes its session', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'asks', priority: 1 }, { id: 'other' }]]], instances: 1 });
    const blocker = { severity: 'high', description: 'Which database?', wait: true } as const;
    const turn = ({ task, ask }: { task: string; ask: string }) =>
      task === 'asks' && ask === 'task' ? ({ outcome: 'blocked', blocker } as const) : {};
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until }) => {
      const waiting = await until(
        (now) => taskIn(now, 'other').step === 'integrating' || taskIn(now, 'other').state === 'done',
      );
      expect(waiting.blockers).toMatchObject([
        { id: 'b1', task: 'asks', state: 'open', description: 'Which database?' },
      ]);
      expect(taskIn(waiting, 'asks').waitReasons).toEqual([{ reason: 'blocker', on: 'b1' }]);
      await handle.signal(answerBlockerSignal, { key: 'k1', blocker: 'b1', answer: 'PostgreSQL' });
      await handle.signal(answerBlockerSignal, { key: 'k1', blocker: 'b1', answer: 'PostgreSQL' });
      expect((await handle.result()).state).toBe('done');
      expect(world.turns.filter((each) => each.task === 'asks')).toMatchObject([
        { ask: 'task' },
        { ask: 'answer', note: 'PostgreSQL', session: 's-asks-1' },
      ]);
      expect(world.notes.join()).toContain('asks is blocked (high): Which database?');
    });
  });

  it('refuses an answer to a blocker that is not there, naming the open ones', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const turn = (_: unknown, signal: AbortSignal) => untilInterrupted(signal);
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, until }) => {
      await until((now) => taskIn(now, 'a').state === 'running');
      const refused = handle.executeUpdate(answerBlockerUpdate, { args: [{ blocker: 'b7', answer: 'x' }] });
      await expect(refused).rejects.toMatchObject({
        cause: { type: 'blocker/unknown', message: 'There is no blocker b7. Open: none.' },
      });
      await handle.cancel();
      await handle.result().catch(() => undefined);
    });
  });

  it('waits out a usage limit: the account pauses, and the same session goes on', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const turn = ({ turn: n }: { turn: number }) =>
      n === 1
        ? {
            outcome: 'capped' as const,
            failure: failure({
              class: 'usage-limit',
              resetAtMs: Date.now() + 6_000,
              message: 'limit reached',
            }),
          }
        : {};
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until }) => {
      const limited = await until((now) => now.accounts[0]?.paused === true);
      expect(taskIn(limited, 'a')).toMatchObject({
        state: 'waiting',
        waitReasons: [{ reason: 'account', on: 'acc' }],
      });
      expect((await handle.result()).state).toBe('done');
      expect(world.turns).toMatchObject([
        { attempt: 1 },
        { attempt: 1, turn: 2, ask: 'continue', session: 's-a-1' },
      ]);
    });
  });

  it('pauses between turns and goes on', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b', needs: ['a'] }]]] });
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const turn = async () => (await gate, {});
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until }) => {
      await until(() => world.turns.length > 0);
      await handle.executeUpdate(pauseUpdate, { args: [{ why: 'lunch' }] });
      release();
      const paused = await until((now) => taskIn(now, 'a').state === 'done');
      expect(paused.state).toBe('paused');
      expect(taskIn(paused, 'b').waitReasons).toContainEqual({ reason: 'pause', on: 'campaign' });
      await handle.executeUpdate(resumeUpdate, { args: [{ account: null }] });
      expect((await handle.result()).state).toBe('done');
    });
  });

  it('gives a failed task new attempts when a person asks, and what it held back too', async () => {
    const plan = buildPlan({
      phases: [[[{ id: 'a', turns: 1, attempts: 1 }, { id: 'b', needs: ['a'] }, { id: 'slow' }]]],
    });
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const turn = async ({ task }: { task: string }) => (task === 'slow' ? (await gate, {}) : {});
    const verify = ({ task, note }: { task: string; note: string | null }) =>
      task === 'a' && note !== 'use the cache' ? failure({ class: 'rejected', message: 'too slow' }) : null;
    await withCampaign(environment, { plan, script: { turn, verify } }, async ({ handle, status, until }) => {
      await until((now) => taskIn(now, 'b').state === 'skipped');
      await handle.executeUpdate(retryTaskUpdate, { args: [{ task: 'a', note: 'use the cache' }] });
      await until((now) => taskIn(now, 'b').state === 'done' || taskIn(now, 'b').step === 'integrating');
      release();
      expect((await handle.result()).state).toBe('done');
      expect(ends(await status())).toBe('a: done, b: done, slow: done');
    });
  });

  it('sends a conflict back to the owner on the new base, then merges', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }]]] });
    const merge = ({ gen }: { gen: number }) =>
      gen === 1
        ? {
            outcome: 'conflict' as const,
            conflicts: ['src/x.js'],
            failure: failure({ class: 'rejected', message: 'conflict in src/x.js' }),
          }
        : {};
    await withCampaign(environment, { plan, script: { merge } }, async ({ handle, world }) => {
      expect((await handle.result()).state).toBe('done');
      expect(world.turns).toMatchObject([
        { ask: 'task' },
        { ask: 'conflict', note: 'conflict in src/x.js', session: 's-a-1' },
      ]);
      expect(world.merges).toEqual(['a']);
    });
  });

  it('fail-fast interrupts the others and ends failed', async () => {
    const plan = buildPlan({
      phases: [
        [
          [
            { id: 'a', turns: 1, attempts: 1, onFailure: 'fail-fast' },
            { id: 'b' },
            { id: 'c', needs: ['b'] },
          ],
        ],
      ],
    });
    const turn = ({ task }: { task: string }, signal: AbortSignal) =>
      task === 'b' ? untilInterrupted(signal) : {};
    const verify = () => failure({ class: 'rejected', message: 'broken' });
    await withCampaign(environment, { plan, script: { turn, verify } }, async ({ handle, status }) => {
      expect((await handle.result()).state).toBe('failed');
      expect(ends(await status())).toBe('a: failed, b: cancelled, c: cancelled');
    });
  });

  it('retry-failed gives the failed member one more round once the others are through', async () => {
    const plan = buildPlan({
      phases: [[[{ id: 'a', turns: 1, attempts: 1, onFailure: 'retry-failed' }, { id: 'b' }]]],
    });
    let done = false;
    const turn = ({ task }: { task: string }) => (task === 'b' && (done = true), {});
    const verify = ({ task, attempt }: { task: string; attempt: number }) => {
      if (task !== 'a') return null;
      if (attempt === 2) expect(done).toBe(true);
      return attempt === 1 ? failure({ class: 'rejected', message: 'flaky' }) : null;
    };
    await withCampaign(environment, { plan, script: { turn, verify } }, async ({ handle, world }) => {
      expect((await handle.result()).state).toBe('done');
      expect(world.turns.filter((each) => each.task === 'a')).toMatchObject([
        { attempt: 1 },
        { attempt: 2, note: 'flaky' },
      ]);
    });
  });

  it('a report that comes twice, or late, changes nothing', async () => {
    const plan = buildPlan({ phases: [[[{ id: 'a' }, { id: 'b', needs: ['a'] }]]] });
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const turn = async ({ task }: { task: string }) => (task === 'b' ? (await gate, {}) : {});
    await withCampaign(environment, { plan, script: { turn } }, async ({ handle, world, until }) => {
      await until((now) => taskIn(now, 'b').state === 'running');
      const late = { task: 'a', gen: 1, prepare: null, turn: null, checkpoint: null, verify: null };
      await handle.signal(taskReportedSignal, late);
      await handle.signal(taskReportedSignal, { ...late, task: 'nobody' });
      release();
      expect((await handle.result()).state).toBe('done');
      expect(world.turns.map((each) => each.task)).toEqual(['a', 'b']);
    });
  });
});
