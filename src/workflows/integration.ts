/**
 * The integration executor: merges and delivers as it is ordered, one thing at a time, and reports by signal. Beside that,
 * and not behind it, it has tasks compiled into the campaign.
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { AdditionRequest } from '../core/addition-book.js';
import type {
  DeliverFacts,
  DeliverInput,
  MergeFacts,
  MergeInput,
  MergeTask,
  PublishFacts,
  PublishInput,
} from '../core/ports.js';
import { quick, work } from './activities.js';
import { failureOf, reasonOf } from './failures.js';
import {
  deliveredSignal,
  endSignal,
  extendedSignal,
  integrationOrderSignal,
  mergeReportedSignal,
  publishReportedSignal,
  type ExtendOrder,
  type IntegrationOrder,
} from './messages.js';

export interface IntegrationWorkflowInput {
  readonly campaign: string;
  readonly order: IntegrationOrder | null;
}

const LOOK_MS = 15 * 60_000;

export async function integration(input: IntegrationWorkflowInput): Promise<void> {
  const orders: Exclude<IntegrationOrder, ExtendOrder>[] = [];
  const beside = new Beside(input.campaign);
  const take = (order: IntegrationOrder): void => {
    if (order.do === 'extend') beside.begin(order);
    else orders.push(order);
  };
  if (input.order !== null) take(input.order);
  let ending = false;
  const idle = () => orders.length === 0 && beside.isIdle;
  setHandler(integrationOrderSignal, take, {
    description: 'The campaign orders merges, publications, tasks to be compiled into it, or the delivery.',
  });
  setHandler(endSignal, () => void (ending = true), { description: 'The campaign is over.' });
  CancellationScope.current().cancelRequested.catch(() => (ending = true));
  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      const came = await condition(() => orders.length > 0 || (ending && idle()), LOOK_MS, {
        summary: 'wait for an order, then look whether the campaign is still there',
      });
      const order = orders.shift();
      if (order !== undefined && !(await carryOut(input.campaign, order))) return;
      if (ending && idle()) break;
      if (!came && idle() && !(await campaignIsOpen(input.campaign))) return;
      if (workflowInfo().continueAsNewSuggested && idle()) {
        await condition(allHandlersFinished);
        if (idle()) await continueAsNew<typeof integration>({ ...input, order: null });
      }
    }
    await condition(allHandlersFinished);
  });
}

/** What is compiled while merges go on. */
class Beside {
  private out = 0;

  constructor(private readonly campaign: string) {}

  get isIdle(): boolean {
    return this.out === 0;
  }

  begin(order: ExtendOrder): void {
    this.out += 1;
    void CancellationScope.nonCancellable(() => extend(this.campaign, order)).finally(() => (this.out -= 1));
  }
}

/** The activity tells the campaign itself what it made of it; what it can't do, it can't tell. */
async function extend(campaign: string, { input, key }: ExtendOrder): Promise<void> {
  try {
    await work.extend.executeWithOptions({ summary: nameExtension(input.request) }, [
      { ...input, order: key },
    ]);
  } catch (error) {
    const { class: lasts, message } = failureOf(error);
    const broken = lasts === 'lasting' ? 'lasting' : 'transient';
    await getExternalWorkflowHandle(campaign)
      .signal(extendedSignal, { order: key, plan: null, problems: [message], broken })
      // The campaign is gone.
      .catch(() => undefined);
  }
}

function nameExtension({ by, task, tasks }: AdditionRequest): string {
  if (by === 'round') return `make the tasks of ${task ?? 'a round'}`;
  return `add ${tasks.length} tasks ${by === 'agent' ? `that ${task ?? 'an agent'} proposes` : 'of a person'}`;
}

async function campaignIsOpen(campaign: string): Promise<boolean> {
  const { open } = await quick.lookForCampaign.executeWithOptions(
    { summary: 'is the campaign still there?' },
    [{ campaign }],
  );
  return open;
}

async function carryOut(campaign: string, order: Exclude<IntegrationOrder, ExtendOrder>): Promise<boolean> {
  const handle = getExternalWorkflowHandle(campaign);
  try {
    if (order.do === 'merge') {
      const merges = await merge(order.input);
      await handle.signal(mergeReportedSignal, { order: order.key, merges });
    } else if (order.do === 'publish') {
      const publications = await publish(order.input);
      await handle.signal(publishReportedSignal, { order: order.key, publications });
    } else await handle.signal(deliveredSignal, await deliver(order.input));
    return true;
  } catch (error) {
    setCurrentDetails(`The campaign is gone: ${reasonOf(error)}.`);
    return false;
  }
}

async function merge(input: MergeInput): Promise<readonly MergeFacts[]> {
  const startedAtMs = Date.now();
  try {
    return await work.merge.executeWithOptions({ summary: nameMerges(input.tasks) }, [input]);
  } catch (error) {
    const failed = { outcome: 'failed', head: '', conflicts: [], failure: failureOf(error) } as const;
    // The activity ends well with what it has merged, so what broke it is the first task's.
    return input.tasks
      .slice(0, 1)
      .map(({ task, gen }) => ({ task, gen, ...failed, startedAtMs, endedAtMs: Date.now() }));
  }
}

function nameMerges(tasks: readonly MergeTask[]): string {
  const [first, ...others] = tasks;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `merge ${first?.task ?? 'nothing'}${more}`;
}

async function publish(input: PublishInput): Promise<readonly PublishFacts[]> {
  try {
    const tasks = [...new Set(input.publications.map(({ task }) => task))];
    return await work.publish.executeWithOptions(
      { summary: `publish for ${tasks.join(', ')}`.slice(0, 180) },
      [input],
    );
  } catch (error) {
    const { message } = failureOf(error);
    return input.publications.map(({ key }) => ({ key, outcome: 'failed', message }));
  }
}

async function deliver(input: DeliverInput): Promise<DeliverFacts> {
  try {
    return await work.deliver.executeWithOptions({ summary: 'deliver' }, [input]);
  } catch (error) {
    return { outcome: 'failed', message: `Delivery failed: ${reasonOf(error)}`, branch: '', head: '' };
  }
}
