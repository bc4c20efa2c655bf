/**
 * A task's executor: carries out orders and decides nothing. It reports facts once per order, by signal to the
 * campaign's workflow id, so that a campaign that has continued as new still hears it.
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  CheckpointFacts,
  Order,
  PrepareFacts,
  TaskInput,
  TaskReport,
  TurnFacts,
  VerifyFacts,
} from '../core/ports.js';
import { isCutShort } from '../core/turn.js';
import { quick, turnActivity, work } from './activities.js';
import { failureOf, reasonOf } from './failures.js';
import { endSignal, interruptSignal, orderSignal, taskReportedSignal } from './messages.js';

export interface TaskWorkflowInput {
  readonly campaign: string;
  readonly order: Order | null;
  /** The report of the last order that was carried out; sent again where the campaign asks for that order once more. */
  readonly last: TaskReport | null;
}

/**
 * How often an executor that waits looks whether its campaign is still there: at growing intervals. While a turn runs, its
 * activity looks (activities/turn-watch.ts): a timer here would be four events in each order's history.
 */
const LOOK_FIRST_MS = 60_000;
const LOOK_MOST_MS = 15 * 60_000;

export async function task(input: TaskWorkflowInput): Promise<void> {
  const executor = new Executor(input);
  setHandler(orderSignal, (order) => executor.take(order), {
    description: 'The campaign orders the next turn.',
  });
  setHandler(interruptSignal, ({ gen, why }) => executor.interrupt(gen, why), {
    description: 'Ends the running turn of this gen.',
  });
  setHandler(endSignal, () => executor.end('the task is over'), {
    description: 'The task is over: ends this executor.',
  });
  CancellationScope.current().cancelRequested.catch(() => executor.end('this task workflow was cancelled'));
  await CancellationScope.nonCancellable(() => executor.run());
}

class Executor {
  private readonly orders: Order[] = [];
  private ending = false;
  private running: { gen: number; scope: CancellationScope } | null = null;
  private last: TaskReport | null;

  constructor(private readonly input: TaskWorkflowInput) {
    this.last = input.last;
    if (input.order !== null) this.orders.push(input.order);
  }

  take(order: Order): void {
    this.orders.push(order);
    // A higher gen means that the campaign gave this turn up (it was reset, say): it makes way.
    if (this.running !== null && order.gen > this.running.gen) this.running.scope.cancel();
  }

  interrupt(gen: number, why: string): void {
    if (this.running?.gen === gen) this.running.scope.cancel();
    setCurrentDetails(`Interrupted: ${why}`);
  }

  end(why: string): void {
    this.ending = true;
    this.running?.scope.cancel();
    setCurrentDetails(`Ending: ${why}`);
  }

  async run(): Promise<void> {
    while (await this.nextOrder()) {
      const order = this.orders.shift();
      if (order === undefined) continue;
      const stale = this.last !== null && order.gen <= this.last.gen;
      const report = stale && this.last !== null ? this.last : await this.tryOrder(order);
      this.last = report;
      if (!(await this.report(report))) return;
      // Verified: what is left is integration's. An order that has come in the meantime is carried out first.
      if (report.verify?.ok === true && this.orders.length === 0) return;
    }
    await condition(allHandlersFinished);
  }

  /** Waits for an order, for days if need be; false when there will be none. */
  private async nextOrder(): Promise<boolean> {
    for (let lookMs = LOOK_FIRST_MS; ; lookMs = Math.min(lookMs * 2, LOOK_MOST_MS)) {
      if (this.orders.length > 0) return true;
      if (this.ending) return false;
      if (workflowInfo().continueAsNewSuggested) {
        await condition(allHandlersFinished);
        if (this.orders.length === 0)
          await continueAsNew<typeof task>({ ...this.input, order: null, last: this.last });
      }
      const came = await condition(() => this.orders.length > 0 || this.ending, lookMs, {
        summary: 'wait for an order, then look whether the campaign is still there',
      });
      if (!came && !(await this.campaignIsOpen())) return false;
    }
  }

  private async campaignIsOpen(): Promise<boolean> {
    const { open } = await quick.lookForCampaign.executeWithOptions(
      { summary: 'is the campaign still there?' },
      [{ campaign: this.input.campaign }],
    );
    return open;
  }

  private async report(report: TaskReport): Promise<boolean> {
    try {
      await getExternalWorkflowHandle(this.input.campaign).signal(taskReportedSignal, report);
      return true;
    } catch (error) {
      setCurrentDetails(`The campaign is gone: ${reasonOf(error)}. Its work is in the last checkpoint.`);
      return false;
    }
  }

  /** Every order is answered, also by an executor that ends: the campaign gives it to another then. */
  private async tryOrder(order: Order): Promise<TaskReport> {
    const { task, gen } = order;
    const blank: TaskReport = { task, gen, prepare: null, turn: null, checkpoint: null, verify: null };
    const scope = new CancellationScope();
    this.running = { gen, scope };
    try {
      if (this.ending || this.orders.some((other) => other.gen > gen)) return blank;
      return await this.carryOut(order, { blank, scope });
    } finally {
      this.running = null;
    }
  }

  /**
   * prepare, turn, checkpoint, verify, as far as ordered: until the first step that is not ok; a turn is checkpointed
   * whatever it achieved.
   * An interrupt, by the scope, ends whichever step runs, but never the checkpoint.
   */
  private async carryOut(
    order: Order,
    { blank, scope }: { blank: TaskReport; scope: CancellationScope },
  ): Promise<TaskReport> {
    const input: TaskInput = { campaign: this.input.campaign, order };
    const prepare = await scope.run(() => this.prepare(input));
    if (!prepare.ok) return { ...blank, prepare };
    if (order.steps === 'check') return this.check(input, { ...blank, prepare }, scope);
    const turn = await scope.run(() => this.turn(input, prepare));
    const checkpoint = await this.checkpoint(input, prepare, turn);
    const worth = turn.outcome === 'done' || (order.partial && isCutShort(turn));
    if (!worth || !checkpoint.ok || order.steps === 'turn') return { ...blank, prepare, turn, checkpoint };
    const verify = await scope.run(() => this.verify(input, prepare, checkpoint));
    return { ...blank, prepare, turn, checkpoint, verify };
  }

  /** What is there is verified as it is, with the campaign's head in it. */
  private async check(
    input: TaskInput,
    done: TaskReport & { readonly prepare: PrepareFacts },
    scope: CancellationScope,
  ): Promise<TaskReport> {
    const checkpoint = await this.checkpoint(input, done.prepare, null);
    if (!checkpoint.ok) return { ...done, checkpoint };
    const verify = await scope.run(() => this.verify(input, done.prepare, checkpoint));
    return { ...done, checkpoint, verify };
  }

  private async prepare(input: TaskInput): Promise<PrepareFacts> {
    try {
      return await work.prepareWorktree.executeWithOptions({ summary: 'worktree and setup' }, [input]);
    } catch (error) {
      const failure = failureOf(error);
      return { ok: false, failure, host: '', hostQueue: '', turnQueue: '', start: '', conflicts: [] };
    }
  }

  private async turn(input: TaskInput, prepare: PrepareFacts): Promise<TurnFacts> {
    const { order } = input;
    const startedAtMs = Date.now();
    const summary = `attempt ${order.attempt}, turn ${order.turn} on ${order.lane} (${order.ask})`;
    const runTurn = turnActivity({ taskQueue: prepare.turnQueue, timeoutMs: order.timeoutMs, summary });
    try {
      return await runTurn(input);
    } catch (error) {
      return lostTurn(order, startedAtMs, error);
    }
  }

  private async checkpoint(
    input: TaskInput,
    prepare: PrepareFacts,
    turn: TurnFacts | null,
  ): Promise<CheckpointFacts> {
    try {
      const options = {
        taskQueue: prepare.hostQueue,
        summary: `checkpoint after ${turn?.outcome ?? 'taking in the campaign'}`,
      };
      return await work.checkpoint.executeWithOptions(options, [{ ...input, turn }]);
    } catch (error) {
      return { ok: false, failure: failureOf(error), commit: '', changed: 0, findings: [] };
    }
  }

  private async verify(
    input: TaskInput,
    prepare: PrepareFacts,
    checkpoint: CheckpointFacts,
  ): Promise<VerifyFacts> {
    const { commit } = checkpoint;
    const startedAtMs = Date.now();
    try {
      const options = { taskQueue: prepare.hostQueue, summary: `verify ${commit.slice(0, 10)}` };
      return await work.verify.executeWithOptions(options, [{ ...input, commit }]);
    } catch (error) {
      return { ok: false, failure: failureOf(error), commit, startedAtMs, endedAtMs: Date.now() };
    }
  }
}

/** A turn whose activity did not return: interrupted where that was wished, else lost with the infrastructure. */
function lostTurn(order: Order, startedAtMs: number, error: unknown): TurnFacts {
  const wished = isCancellation(error);
  return {
    ok: false,
    begun: !wished,
    outcome: wished ? 'interrupted' : 'failed',
    failure: wished ? null : failureOf(error),
    session: order.session,
    summary: wished ? 'interrupted before it began' : '',
    blocker: null,
    review: null,
    // Of what was lost nobody knows the cost.
    usage: { inputTokens: 0, outputTokens: 0, costUsd: wished ? 0 : null },
    startedAtMs,
    endedAtMs: Date.now(),
  };
}
