/**
 * Records histories of whole campaigns for tests/workflows/replay.test.ts: real workflows on a real server, with the
 * stand-in activities of the tests. See tests/fixtures/histories/README.md before you run it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { homePaths } from '../src/core/home.js';
import { askWhole } from '../src/client/ask-whole.js';
import type { Plan } from '../src/core/plan.js';
import { findTemporal } from '../src/server/temporal-binary.js';
import {
  answerBlockerUpdate,
  CAMPAIGN_WORKFLOW,
  pauseUpdate,
  resumeUpdate,
  statusQuery,
  taskWorkflowId,
} from '../src/workflows/messages.js';
import { buildPlan } from '../tests/core/plan-builder.js';
import { failure, standIn, untilInterrupted, type Script } from '../tests/workflows/stand-in-activities.js';

interface Scenario {
  readonly plan: Plan;
  readonly script: Script;
  /** What people do meanwhile. */
  readonly act: (campaign: {
    client: Client;
    handle: WorkflowHandle;
    turns: readonly unknown[];
  }) => Promise<void>;
}

const busy: Scenario = {
  plan: buildPlan({
    phases: [
      [
        [{ id: 'asks' }, { id: 'capped', priority: 1 }],
        [{ id: 'rejected' }, { id: 'next', needs: ['rejected'] }],
      ],
      [[{ id: 'clash' }, { id: 'fails', turns: 1, attempts: 1 }, { id: 'skipped', needs: ['fails'] }]],
    ],
    instances: 3,
  }),
  script: {
    turn: ({ task, turn }) => {
      if (task === 'asks' && turn === 1) {
        const blocker = { severity: 'high', description: 'Which database?', wait: true } as const;
        return { outcome: 'blocked', blocker };
      }
      if (task === 'capped' && turn === 1) {
        const resetAtMs = Date.now() + 1_000;
        const limit = failure({ class: 'usage-limit', resetAtMs, message: 'limit reached' });
        return { outcome: 'capped', failure: limit };
      }
      return {};
    },
    verify: ({ task, turn }) =>
      task === 'fails' || (task === 'rejected' && turn === 1)
        ? failure({ class: 'rejected', message: 'npm test failed' })
        : null,
    merge: ({ task, gen }) =>
      task === 'clash' && gen === 1
        ? {
            outcome: 'conflict',
            conflicts: ['src/x.js'],
            failure: failure({ class: 'rejected', message: 'conflict in src/x.js' }),
          }
        : {},
  },
  act: async ({ client, handle }) => {
    const latest = client.workflow.getHandle(handle.workflowId);
    const status = () => askWhole((piece) => latest.query(statusQuery, piece));
    while ((await status()).blockers.length === 0) await sleep(50);
    await latest.executeUpdate(pauseUpdate, { args: [{ why: 'lunch' }] });
    await latest.executeUpdate(resumeUpdate, { args: [{ account: null }] });
    await latest.executeUpdate(answerBlockerUpdate, { args: [{ blocker: 'b1', answer: 'PostgreSQL' }] });
  },
};

const cancelled: Scenario = {
  plan: buildPlan({ phases: [[[{ id: 'a' }, { id: 'b', needs: ['a'] }]]] }),
  script: { turn: (_, interrupted) => untilInterrupted(interrupted) },
  act: async ({ handle, turns }) => {
    while (turns.length === 0) await sleep(50);
    await handle.cancel();
  },
};

const lost: Scenario = {
  plan: buildPlan({ phases: [[[{ id: 'a' }]]] }),
  script: { turn: ({ gen }, interrupted) => (gen === 1 ? untilInterrupted(interrupted) : {}) },
  act: async ({ client, handle, turns }) => {
    while (turns.length === 0) await sleep(50);
    await client.workflow.getHandle(taskWorkflowId(handle.workflowId, 'a')).terminate('by hand');
  },
};

const scenarios: Readonly<Record<string, Scenario>> = { busy, cancelled, lost };
const folder = path.join(import.meta.dirname, '../tests/fixtures/histories');

Runtime.install({ logger: new DefaultLogger('ERROR') });
const home = mkdtempSync(path.join(os.tmpdir(), 'longhaul-histories-'));
try {
  const temporal = await findTemporal({ home: homePaths(home), env: process.env, onStep: console.error });
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporal.binary },
      log: { format: 'pretty', level: 'error' },
      // Cut into runs of this many events, to have continue-as-new in them.
      extraArgs: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=80'],
    },
  });
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath: path.join(import.meta.dirname, '../src/workflows/index.ts'),
      logger: new DefaultLogger('WARN'),
    });
    for (const [name, scenario] of Object.entries(scenarios))
      await record(environment, { name, scenario, code });
  } finally {
    await environment.teardown();
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function record(
  { client, nativeConnection }: TestWorkflowEnvironment,
  { name, scenario, code }: { name: string; scenario: Scenario; code: string },
): Promise<void> {
  const { activities, turns } = standIn(client, scenario.script, name);
  const worker = await Worker.create({
    connection: nativeConnection,
    taskQueue: name,
    workflowBundle: { code },
    activities: { ...activities },
    maxHeartbeatThrottleInterval: '200ms',
  });
  await worker.runUntil(async () => {
    const args = [{ campaign: name, plan: scenario.plan, state: null }];
    const handle = await client.workflow.start(CAMPAIGN_WORKFLOW, {
      workflowId: name,
      taskQueue: name,
      args,
    });
    await scenario.act({ client, handle, turns });
    // A cancelled one fails, by design.
    await handle.result().catch(() => undefined);
  });
  // Visibility is a moment behind.
  await sleep(1_000);
  const query = `TaskQueue = '${name}'`;
  const kept: { workflowId: string; history: unknown }[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    kept.push({ workflowId, history: JSON.parse(historyToJSON(history)) as unknown });
  }
  const file = path.join(folder, `${name}.json`);
  // One history per line.
  writeFileSync(file, `[\n${kept.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`);
  console.log(`${file}: ${kept.length} histories`);
}
