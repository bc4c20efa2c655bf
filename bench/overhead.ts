/**
 * What a campaign costs above a bare Temporal workflow with as many child workflows and activities, on the same
 * server, in the same run, in turns (campaign, bare, campaign, bare, …). Git left out: no-op activities in the place
 * of ours. Git included: a real worker process, real worktrees, and an agent that writes one file.
 */
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { dataConverter as codec } from '../src/client/codec.js';
import { cutValue } from '../src/core/parts.js';
import type { Plan } from '../src/core/plan.js';
import { createCampaignLink } from '../src/worker/campaign-link.js';
import { CAMPAIGN_WORKFLOW } from '../src/workflows/messages.js';
import { buildPlan } from '../tests/core/plan-builder.js';
import { BenchHome } from './bench-home.js';
import { createNoOpActivities } from './no-op-activities.js';
import { median, note, printResult, round, type Row } from './result.js';
import { watchMemory, watchPayloads } from './watch-size.js';

const TASKS = Number(process.env['BENCH_TASKS'] ?? 200);
const AT_ONCE = Number(process.env['BENCH_AT_ONCE'] ?? 50);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 4);
const GIT_TASKS = Number(process.env['BENCH_GIT_TASKS'] ?? TASKS);

const QUEUE = 'bench';
const BARE_QUEUE = 'bench-bare';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
});

const { converter: dataConverter, largest } = watchPayloads(codec);
const bench = await BenchHome.create();
note(`the Temporal UI is at ${bench.server.uiUrl}`);
const { address, namespace } = bench.server;
const nativeConnection = await NativeConnection.connect({ address });
const connection = await Connection.connect({ address });
const client = new Client({ connection, namespace, dataConverter });

try {
  const workers = await createWorkers();
  const runs = workers.map((worker) => worker.run());
  try {
    printResult(`overhead: ${TASKS} tasks, ${AT_ONCE} at once`, await compare());
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
  }
} finally {
  await connection.close();
  await nativeConnection.close();
  await bench.remove();
}

/** The campaign's three as production has them (src/worker/run-worker.ts); the bare one as the SDK has it. */
async function createWorkers(): Promise<readonly Worker[]> {
  const queues = { hostQueue: `${QUEUE}/host`, turnQueue: `${QUEUE}/host/turns` };
  const workflowBundle = { codePath: bench.bundle };
  const common = { connection: nativeConnection, namespace };
  const ours = {
    ...common,
    dataConverter,
    activities: { ...createNoOpActivities(createCampaignLink(client), queues) },
    stickyQueueScheduleToStartTimeout: '2s',
    maxHeartbeatThrottleInterval: '2s',
  } satisfies Partial<WorkerOptions>;
  return Promise.all([
    Worker.create({ ...ours, workflowBundle, taskQueue: QUEUE }),
    Worker.create({ ...ours, taskQueue: queues.hostQueue }),
    Worker.create({ ...ours, taskQueue: queues.turnQueue, maxConcurrentActivityTaskExecutions: AT_ONCE }),
    Worker.create({
      ...common,
      workflowBundle,
      activities: { nothing: () => Promise.resolve({ ok: true }) },
      taskQueue: BARE_QUEUE,
    }),
  ]);
}

async function compare(): Promise<readonly Row[]> {
  note('warming up');
  await runCampaign('warm-campaign', AT_ONCE);
  await runBare('warm-bare', AT_ONCE, await countMergeOrders('warm-campaign'));
  const rounds: { bareS: number; campaignS: number; peakMiB: number }[] = [];
  for (let round_ = 1; round_ <= ROUNDS; round_ += 1) {
    const watched = await watchMemory(() => runCampaign(`campaign-${round_}`, TASKS));
    const { result: campaignS, peakMiB } = watched;
    note(`round ${round_}: campaign ${round(campaignS)} s, at most ${round(peakMiB)} MiB`);
    const bareS = await runBare(`bare-${round_}`, TASKS, await countMergeOrders(`campaign-${round_}`));
    note(
      `round ${round_}: bare ${round(bareS)} s, campaign ${round(campaignS)} s, ${round(campaignS / bareS)}`,
    );
    rounds.push({ bareS, campaignS, peakMiB });
  }
  const shape = await describeRun('campaign-1');
  const bareShape = await describeRun('bare-1');
  const events = { campaign: await countEvents('campaign-1'), bare: await countEvents('bare-1') };
  const gitS = GIT_TASKS === 0 ? null : await runWithGit();
  const bareS = median(rounds.map((each) => each.bareS));
  return [
    { what: 'bare workflow', value: bareS, unit: 's' },
    { what: 'campaign, git left out', value: median(rounds.map((each) => each.campaignS)), unit: 's' },
    {
      what: 'ratio, git left out (median of the rounds)',
      value: median(rounds.map((each) => each.campaignS / each.bareS)),
      unit: 'times the bare one',
      aim: 1.5,
    },
    {
      what: 'throughput of the campaign (aim: 0.7 at least)',
      value: median(rounds.map((each) => each.bareS / each.campaignS)),
      unit: 'of the bare one',
    },
    {
      what: 'tasks per second, campaign',
      value: TASKS / median(rounds.map((each) => each.campaignS)),
      unit: '',
    },
    { what: 'largest payload', value: largest.bytes / 1024, unit: 'KiB', aim: 256 },
    {
      what: 'most memory of this process, with all workers, during a campaign',
      value: Math.max(...rounds.map((each) => each.peakMiB)),
      unit: 'MiB',
    },
    { what: "campaign's merge orders", value: await countMergeOrders('campaign-1'), unit: '' },
    { what: "campaign's history, per task", value: shape.events / TASKS, unit: 'events' },
    { what: "campaign's workflow tasks", value: shape.workflowTasks, unit: '' },
    { what: "bare parent's history, per task", value: bareShape.events / TASKS, unit: 'events' },
    { what: "bare parent's workflow tasks", value: bareShape.workflowTasks, unit: '' },
    {
      what: 'events of all its workflows, per task: campaign',
      value: events.campaign / TASKS,
      unit: 'events',
    },
    { what: 'events of all its workflows, per task: bare', value: events.bare / TASKS, unit: 'events' },
    ...(gitS === null
      ? []
      : [
          { what: `campaign of ${GIT_TASKS}, git and a real agent included`, value: gitS, unit: 's' },
          {
            what: 'ratio, git included',
            value: gitS / GIT_TASKS / (bareS / TASKS),
            unit: 'times the bare one',
          },
        ]),
  ];
}

async function runBare(workflowId: string, tasks: number, orders: number): Promise<number> {
  const args = [{ tasks, atOnce: AT_ONCE, orders }];
  return time(() => client.workflow.start('bare', { workflowId, taskQueue: BARE_QUEUE, args }));
}

/** One activity each: the bare workflow does as many. */
async function countMergeOrders(campaign: string): Promise<number> {
  const history = await client.workflow.getHandle(`${campaign}/integration`).fetchHistory();
  const names = (history.events ?? []).map(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name,
  );
  return names.filter((name) => name === 'merge').length;
}

/** One phase of groups of ten; each group is merged when it is through. Ids in order, as equals start by their ids. */
function makePlan(tasks: number): Plan {
  const ids = Array.from({ length: tasks }, (_, index) => ({
    id: `t${String(index + 1).padStart(5, '0')}`,
    mergeAtOnce: false,
  }));
  const groups = Array.from({ length: Math.ceil(tasks / 10) }, (_, index) =>
    ids.slice(index * 10, index * 10 + 10),
  );
  return buildPlan({ phases: [groups], instances: AT_ONCE, maxTurns: AT_ONCE });
}

async function runCampaign(workflowId: string, tasks: number): Promise<number> {
  const args = [...cutValue({ campaign: workflowId, plan: makePlan(tasks), state: null })];
  return time(() => client.workflow.start(CAMPAIGN_WORKFLOW, { workflowId, taskQueue: QUEUE, args }));
}

async function time(start: () => Promise<WorkflowHandle>): Promise<number> {
  const startedAtMs = performance.now();
  const handle = await start();
  await handle.result();
  return (performance.now() - startedAtMs) / 1_000;
}

/** Of all runs of the workflow, first to last. */
async function describeRun(workflowId: string): Promise<{ events: number; workflowTasks: number }> {
  let runId = (await client.workflow.getHandle(workflowId).describe()).raw.workflowExecutionInfo?.firstRunId;
  let events = 0;
  let workflowTasks = 0;
  while (runId != null && runId !== '') {
    const history = (await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
    events += history.length;
    workflowTasks += history.filter((event) => event.workflowTaskCompletedEventAttributes != null).length;
    runId = history.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? '';
  }
  return { events, workflowTasks };
}

/** What the server had to write: of the workflow and all its children. */
async function countEvents(workflowId: string): Promise<number> {
  let events = 0;
  const query = `WorkflowId = '${workflowId}' OR WorkflowId STARTS_WITH '${workflowId}/'`;
  for await (const { historyLength } of client.workflow.list({ query })) events += historyLength;
  return events;
}

async function runWithGit(): Promise<number> {
  note(`a campaign of ${GIT_TASKS} tasks with git and a real agent`);
  const worker = bench.startWorker();
  await worker.ready;
  const groups = makePlan(GIT_TASKS).groups.map(({ name, members }) => {
    const tasks = members.map((id) => `{ id: ${id}, title: Write the file ${id}.txt }`);
    return `      - { name: ${name}, tasks: [${tasks.join(', ')}] }`;
  });
  const agent = ['sh', '-c', 'echo done > "$LONGHAUL_TASK.txt"'];
  const spec = `version: 1
name: with-git
limits: { agents: ${AT_ONCE} }
defaults: { verify: [] }
agents:
  script: { adapter: command, run: ${JSON.stringify(agent)}, instances: ${AT_ONCE} }
phases:
  - name: build
    groups:
${groups.join('\n')}
`;
  const startedAtMs = performance.now();
  await bench.startCampaign('with-git', spec);
  await bench.finish('with-git');
  return (performance.now() - startedAtMs) / 1_000;
}
