/**
 * What the campaign is measured against: as many child workflows and activities, and nothing else. No scheduling, no
 * state, no reports; each task is four activities in a row, as a campaign's task has (prepare, turn, checkpoint,
 * verify), and one more child carries out what a campaign's integration does (merge orders, delivery, the report).
 */
import { executeChild, proxyActivities, workflowInfo } from '@temporalio/workflow';

const ACTIVITIES_PER_TASK = 4;
/** Delivery, and the report. */
const ACTIVITIES_AT_THE_END = 2;

const { nothing } = proxyActivities<{ nothing(input: { task: string }): Promise<{ ok: boolean }> }>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '60 seconds',
});

export interface BareInput {
  readonly tasks: number;
  readonly atOnce: number;
  /** Merge orders: as many as the campaign had that this is compared with. */
  readonly orders: number;
}

export async function bare({ tasks, atOnce, orders }: BareInput): Promise<void> {
  let next = 1;
  const runLane = async (): Promise<void> => {
    while (next <= tasks) await runChild(`t${next++}`, ACTIVITIES_PER_TASK);
  };
  const lanes = Array.from({ length: atOnce }, runLane);
  await Promise.all([...lanes, runChild('integration', orders + ACTIVITIES_AT_THE_END)]);
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
