/**
 * What the campaign is measured against: as many child workflows and activities, and nothing else. No scheduling, no
 * state, no reports; each task is four activities in a row, as a campaign's task has (prepare, turn, checkpoint,
 * verify), and one more child carries out what a campaign's integration does (merge orders, delivery, the report).
 */
import { continueAsNew, executeChild, proxyActivities, workflowInfo } from '@temporalio/workflow';

const ACTIVITIES_PER_TASK = 4;
/** Delivery, and the report. */
const ACTIVITIES_AT_THE_END = 2;

const { nothing } = proxyActivities<{ nothing(input: { task: string }): Promise<{ ok: boolean }> }>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '60 seconds',
});

/** Tasks of one run: a history has at most 51,200 events. */
const MOST_TASKS = 5_000;

export interface BareInput {
  readonly tasks: number;
  /** Tasks of the runs before. */
  readonly before?: number;
  readonly atOnce: number;
  /** Merge orders: as many as the campaign had that this is compared with. */
  readonly orders: number;
}

export async function bare(input: BareInput): Promise<void> {
  const { tasks, before = 0, atOnce, orders } = input;
  const upTo = Math.min(tasks, before + MOST_TASKS);
  let next = before + 1;
  const runLane = async (): Promise<void> => {
    while (next <= upTo) await runChild(`t${next++}`, ACTIVITIES_PER_TASK);
  };
  const lanes = Array.from({ length: atOnce }, runLane);
  const others = before === 0 ? [runChild('integration', orders + ACTIVITIES_AT_THE_END)] : [];
  await Promise.all([...lanes, ...others]);
  if (upTo < tasks) await continueAsNew<typeof bare>({ ...input, before: upTo });
}

async function runChild(task: string, activities: number): Promise<void> {
  await executeChild(bareTask, {
    workflowId: `${workflowInfo().workflowId}/${task}`,
    args: [{ task, activities }],
  });
}

export async function bareTask({ task, activities }: { task: string; activities: number }): Promise<void> {
  for (let done = 0; done < activities; done += 1) await nothing({ task });
}
