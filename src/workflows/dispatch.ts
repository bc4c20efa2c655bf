/** Effects become calls: each is tried until the world has taken it, and then acknowledged. */
import {
  getExternalWorkflowHandle,
  ParentClosePolicy,
  startChild,
  workflowInfo,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import { planTask } from '../core/plan-index.js';
import type { Plan } from '../core/plan.js';
import type { Order } from '../core/ports.js';
import type { Effect } from '../core/state.js';
import { isThere } from './failures.js';
import type { integration } from './integration.js';
import {
  endSignal,
  INTEGRATION_WORKFLOW,
  integrationOrderSignal,
  integrationWorkflowId,
  interruptSignal,
  orderSignal,
  TASK_WORKFLOW,
  taskWorkflowId,
  type IntegrationOrder,
} from './messages.js';
import type { task } from './task.js';

/** A workflow that ends at the very moment in which it is signalled is started, and the other way round. */
const MOST_TRIES = 6;

/** What became of a started child: called when it ended otherwise than by returning. */
export type OnGone = (error: unknown) => void;

async function signalOrStart(
  start: boolean,
  ways: { start: () => Promise<unknown>; signal: () => Promise<void> },
): Promise<void> {
  let starts = start;
  for (let tries = 1; ; tries += 1) {
    try {
      await (starts ? ways.start() : ways.signal());
      return;
    } catch (error) {
      if (tries >= MOST_TRIES || (starts && !isThere(error))) throw error;
      starts = !starts;
    }
  }
}

/** Orders a task's next turn: starts its executor, or tells the one that is there. */
export async function sendOrder(
  plan: Plan,
  effect: Extract<Effect, { do: 'order' }>,
  onGone: OnGone,
): Promise<void> {
  const campaign = workflowInfo().workflowId;
  const workflowId = taskWorkflowId(campaign, effect.task);
  await signalOrStart(effect.start, {
    start: async () => watch(await startExecutor(plan, effect.order, workflowId), onGone),
    signal: () => getExternalWorkflowHandle(workflowId).signal(orderSignal, effect.order),
  });
}

function startExecutor(
  plan: Plan,
  order: Order,
  workflowId: string,
): Promise<ChildWorkflowHandle<typeof task>> {
  const planned = planTask(plan, order.task);
  const needs = planned.after.length === 0 ? 'nothing' : planned.after.join(', ');
  return startChild<typeof task>(TASK_WORKFLOW, {
    workflowId,
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `${planned.id}: ${planned.title}`.slice(0, 180),
    staticDetails: [
      `Task \`${planned.id}\` of campaign \`${workflowInfo().workflowId}\`, phase ${planned.phase}.`,
      `Agents: ${planned.agents.join(', ')}. Waited for: ${needs}. Branch: \`${planned.branch}\`.`,
    ].join('\n\n'),
    args: [
      {
        campaign: workflowInfo().workflowId,
        order,
        last: null,
      },
    ],
  });
}

function watch(
  child: ChildWorkflowHandle<typeof task> | ChildWorkflowHandle<typeof integration>,
  onGone: OnGone,
): void {
  child.result().catch(onGone);
}

export async function sendToIntegration(
  order: IntegrationOrder & { readonly briefDigest?: never },
  onGone: OnGone,
): Promise<void> {
  const campaign = workflowInfo().workflowId;
  const workflowId = integrationWorkflowId(campaign);
  await signalOrStart(false, {
    start: async () => {
      const child = await startChild<typeof integration>(INTEGRATION_WORKFLOW, {
        workflowId,
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: 'merges verified tasks, in order',
        staticDetails: `Integration of campaign \`${campaign}\`: merges each verified task into the campaign's branch, tests the result, and delivers it.`,
        args: [{ campaign, order }],
      });
      watch(child, onGone);
    },
    signal: () => getExternalWorkflowHandle(workflowId).signal(integrationOrderSignal, order),
  });
}

/** Best effort: an executor that is not there needs no interrupt and no end. */
export async function tell(
  effect: Extract<Effect, { do: 'interrupt' | 'endExecutor' | 'endIntegration' }>,
): Promise<void> {
  const campaign = workflowInfo().workflowId;
  try {
    if (effect.do === 'endIntegration')
      await getExternalWorkflowHandle(integrationWorkflowId(campaign)).signal(endSignal);
    else if (effect.do === 'endExecutor')
      await getExternalWorkflowHandle(taskWorkflowId(campaign, effect.task)).signal(endSignal);
    else {
      const { gen, why } = effect;
      await getExternalWorkflowHandle(taskWorkflowId(campaign, effect.task)).signal(interruptSignal, {
        gen,
        why,
      });
    }
  } catch {
    // Not found: it is over already.
  }
}
