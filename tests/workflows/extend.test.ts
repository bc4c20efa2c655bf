/** Tasks that come while a campaign runs, as its workflows carry them: beside merges, and through runs that close and open. */
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileAgain } from '../../src/core/compile-source.js';
import type { CampaignBrief } from '../../src/core/brief.js';
import type { Extension, ExtendInput } from '../../src/core/ports.js';
import { withAddition } from '../../src/core/addition.js';
import {
  addTasksSignal,
  addTasksUpdate,
  answerBlockerUpdate,
  extendedSignal,
} from '../../src/workflows/messages.js';
import { digest, keptPlanOf } from '../core/compile-spec.js';
import { startTestServer } from '../test-server.js';
import { ends, taskIn, withCampaign } from './campaign-fixture.js';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTestServer({ dynamicConfig: ['limit.historyCount.suggestContinueAsNew=20'] });
});
afterAll(() => environment.teardown());

const SPEC = `version: 1
name: c
agents: { script: { adapter: command, run: [sh], instances: 4 } }
integration: { at: each }
tasks:
  - { id: find, title: Find }
  - { id: fix, title: 'Mend {{item}}', forEach: find }
  - { id: last, title: Look, needs: [fix] }
`;

/** A campaign, and what the activity would make of its orders. */
function compiled() {
  const { plan, brief, source } = keptPlanOf(SPEC);
  const briefs = new Map<string, CampaignBrief>([[plan.briefDigest, brief]]);
  const extend = ({ request, briefDigest }: Omit<ExtendInput, 'campaign'>): Extension => {
    const earlier = briefs.get(briefDigest)!;
    const { key, by, task, group, depth, why, tasks } = request;
    const items = by === 'round' ? [1, 2].map((item) => ({ key: String(item), item })) : [];
    const addition = { key, by, task, group, depth, why, tasks, items };
    const again = compileAgain(source, {
      earlier,
      additions: withAddition(earlier.additions, addition),
      digest,
    });
    if (again.plan === null) return { plan: null, problems: again.problems.map(({ message }) => message) };
    briefs.set(again.plan.briefDigest, again.brief);
    return { plan: again.plan, problems: [] };
  };
  return { plan, extend };
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

const late = [{ id: 'late', title: 'Come late' }];

it('come while a merge is under way, and not after it', async () => {
  const { plan, extend } = compiled();
  const merge = gate();
  let merges = 0;
  const script = {
    extend: (input: Omit<ExtendInput, 'campaign'>) => Promise.resolve(extend(input)),
    // The first is that of `find`, which the round waits for.
    merging: () => ((merges += 1) === 2 ? merge.opened : Promise.resolve()),
  };
  await withCampaign(environment, { plan, script }, async ({ handle, until, world, status }) => {
    await until(() => merges === 2);
    expect(await handle.executeUpdate(addTasksUpdate, { args: [{ tasks: late }] })).toContain(
      'compiled into',
    );
    await until((now) => now.tasks.some(({ id }) => id === 'late') && taskIn(now, 'late').turn > 0);
    await expect(handle.executeUpdate(addTasksUpdate, { args: [{ tasks: [] }] })).rejects.toMatchObject({
      cause: { type: 'addition/refused' },
    });
    merge.open();
    expect((await handle.result()).state).toBe('done');
    expect(ends(await status())).toBe(
      'find: done, fix: done, fix-1: done, fix-2: done, last: done, late: done',
    );
    expect(world.turns.map(({ task }) => task).toSorted()).toEqual([
      'find',
      'fix-1',
      'fix-2',
      'last',
      'late',
    ]);
  });
});

it('come once, whatever is said twice, and while runs close and open with the order out', async () => {
  const { plan, extend } = compiled();
  const hold = gate();
  const script = {
    extend: async (input: Omit<ExtendInput, 'campaign'>) => {
      if (input.request.by === 'round') await hold.opened;
      return extend(input);
    },
  };
  await withCampaign(environment, { plan, script }, async ({ handle, until, world, status }) => {
    const latest = () => environment.client.workflow.getHandle(handle.workflowId);
    const first = (await latest().describe()).runId;
    await until(() => world.extensions.length === 1);
    for (let time = 0; time < 30; time += 1)
      await latest().signal(addTasksSignal, { key: 'mine', tasks: late });
    await latest().signal(addTasksSignal, { tasks: 'none' } as never);
    while ((await latest().describe()).runId === first) await until(() => true);
    hold.open();
    expect((await handle.result()).state).toBe('done');
    expect(ends(await status())).toContain('fix-1: done, fix-2: done');
    expect(world.turns.map(({ task }) => task).toSorted()).toEqual([
      'find',
      'fix-1',
      'fix-2',
      'last',
      'late',
    ]);
  });
});

it('are for a person where the infrastructure broke, and tried again by an answer; what is typed by hand as their plan is passed over', async () => {
  const { plan, extend } = compiled();
  const hold = gate();
  let tries = 0;
  const script = {
    extend: async (input: Omit<ExtendInput, 'campaign'>) => {
      await hold.opened;
      tries += 1;
      if (tries === 1) throw ApplicationFailure.nonRetryable('The home is read-only.', 'worker/path-refused');
      return extend(input);
    },
  };
  await withCampaign(environment, { plan, script }, async ({ handle, until, world, status }) => {
    const latest = () => environment.client.workflow.getHandle(handle.workflowId);
    await until(() => world.extensions.length === 1);
    const [order] = world.extensions;
    for (const args of [[], [null], [{}], [{ parts: 2 }, '{'], [{ order }]])
      await latest().signal(extendedSignal.name, ...args);
    hold.open();
    const { blockers } = await until((now) => now.blockers.length > 0);
    expect(blockers[0]!.description).toBe(
      "The tasks of the round fix can't be made: The home is read-only. Nothing is wrong with the round: once this is mended, answer or retry; or skip the round.",
    );
    await latest().signal(extendedSignal.name, {});
    await latest().executeUpdate(answerBlockerUpdate, {
      args: [{ blocker: 'b1', answer: 'It is writable.' }],
    });
    expect((await handle.result()).state).toBe('done');
    expect(ends(await status())).toContain('fix-1: done, fix-2: done');
  });
});
