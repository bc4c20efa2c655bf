/**
 * The campaign: hosts the core. One loop with one suspension point: wait, apply, decide, start. The state is carried
 * whole; a run closes only when every start and signal is acknowledged and every handler is finished, because Temporal
 * drops what is issued together with the close.
 */
import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  makeContinueAsNewFunc,
  setCurrentDetails,
  sleep,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { Campaign } from '../core/amend.js';
import type { CampaignInput, CampaignResult } from '../core/campaign-input.js';
import { continuedCampaign } from '../core/continued-campaign.js';
import { advanceCampaign, isOver, nextDue, takeEvents, type CampaignEvent } from '../core/engine.js';
import { isForIntegration } from '../core/integration.js';
import { cutValue, joinValue, type InParts } from '../core/parts.js';
import { PLAN_VERSION, type Plan } from '../core/plan.js';
import { newCampaign, RULES, taskState, type CampaignState, type Effect } from '../core/state.js';
import { indexOf } from '../core/task-index.js';
import { viewReport, viewStatus } from '../core/view.js';
import { renderMarkdownBoard } from '../report/markdown-board.js';
import { bestEffort, quick } from './activities.js';
import { sendOrder, sendToIntegration, tell } from './dispatch.js';
import { handleMessages } from './handlers.js';
import { integrationWorkflowId, OTHER_VERSION, taskWorkflowId } from './messages.js';

export async function campaign(...parts: InParts<CampaignInput>): Promise<CampaignResult> {
  const input = joinValue(parts);
  checkVersion(input);
  const run = new CampaignRun(input);
  handleMessages(run);
  const scope = CancellationScope.current();
  scope.cancelRequested.catch(() => {
    run.take({ event: 'cancelled', atMs: Date.now(), why: 'cancelled by a person' });
  });
  const result = await CancellationScope.nonCancellable(() => run.toTheEnd());
  // Temporal shows a workflow as cancelled only when it says so itself.
  if (scope.consideredCancelled && result.state === 'cancelled') throw new CancelledFailure(result.message);
  return result;
}

/**
 * The input comes from the wire: it may have been written by a Longhaul that knew other versions. What is no
 * ApplicationFailure fails the workflow task only: the server gives it out again and again, so that nothing is lost until
 * a worker of the right version takes it. People are told by the status (client/other-version.ts).
 */
function checkVersion({ plan, state }: { plan: { version: number }; state: { rules: number } | null }): void {
  const { rules } = state ?? { rules: RULES };
  if (plan.version === PLAN_VERSION && rules === RULES) return;
  throw new Error(
    `${OTHER_VERSION} (plan ${plan.version}, rules ${rules}), and the worker knows only plan ${PLAN_VERSION}, rules ${RULES}`,
  );
}

/** For each thousand of tasks: what the board is made from grows with them. */
const BOARD_EVERY_MS = 1_000;

class CampaignRun {
  plan: Plan;
  state: CampaignState;
  private readonly inbox: CampaignEvent[] = [];
  /** Effects that this run has begun, by key: the outbox keeps them until they are acknowledged. */
  private readonly begun = new Set<string>();
  private inFlight = 0;
  /** What tells people just now, be it for minutes. */
  private readonly telling = new Set<CancellationScope>();
  private shownAtMs = 0;
  private timer: { readonly atMs: number; readonly scope: CancellationScope } | null = null;

  constructor(private readonly input: CampaignInput) {
    this.plan = input.plan;
    this.state =
      input.state === null
        ? newCampaign(input.campaign, input.plan, Date.now())
        : continuedCampaign(input.state);
    if (input.state !== null) this.take({ event: 'continued', atMs: Date.now() });
  }

  take(event: CampaignEvent): void {
    this.inbox.push(event);
  }

  /** With what was said and is not decided on yet: what one person is answered counts for the next. */
  ahead(): Campaign {
    return takeEvents(this, this.inbox);
  }

  async toTheEnd(): Promise<CampaignResult> {
    for (;;) {
      this.step();
      if (isOver(this.state) && this.inFlight === 0 && allHandlersFinished() && this.inbox.length === 0)
        break;
      if (workflowInfo().continueAsNewSuggested && !this.isCancelled()) await this.continueAsNew();
      this.dispatch();
      this.setTimer();
      await condition(() => this.inbox.length > 0);
    }
    this.timer?.scope.cancel();
    const { state, message } = viewStatus(this.plan, this.state);
    return { state: state === 'done' || state === 'cancelled' ? state : 'failed', message };
  }

  private step(): void {
    const { plan, state } = advanceCampaign(this, this.inbox.splice(0));
    // Who looks the campaign up finds the brief that it goes by now.
    if (plan.briefDigest !== this.plan.briefDigest) upsertMemo({ briefDigest: plan.briefDigest });
    this.plan = plan;
    this.state = state;
    this.showBoard();
  }

  /**
   * The board costs more than all decisions together, and hundreds of events may come in a second. While turns run,
   * their progress is an event every few seconds, so a board that was left out is made up for soon.
   */
  private showBoard(): void {
    const nowMs = Date.now();
    const everyMs = BOARD_EVERY_MS * Math.ceil(this.plan.tasks.length / 1_000);
    if (nowMs - this.shownAtMs < everyMs && indexOf(this.plan, this.state).load.turns > 0) return;
    this.shownAtMs = nowMs;
    setCurrentDetails(renderMarkdownBoard(viewStatus(this.plan, this.state)));
  }

  /**
   * Begins nothing new, waits for what is under way, and goes on in a new run with all that is known. People who can't be
   * told are not waited for: they are told again in the next run.
   */
  private async continueAsNew(): Promise<void> {
    for (const scope of this.telling) scope.cancel();
    await condition(() => this.inFlight === 0 && allHandlersFinished());
    this.step();
    if (this.isCancelled()) return;
    this.timer?.scope.cancel();
    // Of itself only the memo that the first run was started with goes along.
    const memo = { ...workflowInfo().memo, briefDigest: this.plan.briefDigest };
    await makeContinueAsNewFunc<typeof campaign>({ memo })(
      ...cutValue({ ...this.input, plan: this.plan, state: this.state }),
    );
  }

  /** A run that was cancelled must end itself as such: the next one would know nothing of it. Little is left to do. */
  private isCancelled(): boolean {
    return this.state.stopping?.as === 'cancelled';
  }

  private dispatch(): void {
    for (const effect of this.state.outbox) {
      if (this.begun.has(effect.key)) continue;
      this.begun.add(effect.key);
      this.inFlight += 1;
      void this.carryOut(effect).finally(() => {
        this.inFlight -= 1;
      });
    }
  }

  private async carryOut(effect: Effect): Promise<void> {
    let isLost = false;
    try {
      await this.perform(effect);
    } catch (error) {
      if (isCancellation(error)) {
        // Stays in the outbox: whoever goes on begins it again.
        this.begun.delete(effect.key);
        return;
      }
      isLost = true;
    }
    if (effect.do === 'report') this.take({ event: 'reported', atMs: Date.now() });
    else this.take({ event: 'acknowledged', atMs: Date.now(), key: effect.key });
    // After the acknowledgement: an order that is under way still counts as being on its way.
    if (isLost && effect.do === 'order')
      this.take({ event: 'executorGone', atMs: Date.now(), task: effect.task, gen: effect.order.gen });
    if (isLost && isForIntegration(effect)) this.take({ event: 'integrationGone', atMs: Date.now() });
  }

  private async perform(effect: Effect): Promise<void> {
    const { campaign } = this.input;
    switch (effect.do) {
      case 'order':
        return sendOrder(this.plan, effect, () => this.executorGone(effect.task));
      case 'merge':
      case 'publish':
      case 'extend':
      case 'deliver':
        return sendToIntegration(effect, () => this.take({ event: 'integrationGone', atMs: Date.now() }));
      case 'interrupt':
      case 'endExecutor':
      case 'endIntegration':
        return tell(effect);
      case 'check':
        return this.check(effect);
      case 'notify':
        return this.notify(effect);
      case 'keepPlan':
        return bestEffort.keepPlan.executeWithOptions(
          { summary: 'plan.json' },
          cutValue({ campaign, plan: this.plan, revision: this.state.planRevision }),
        );
      case 'report':
        return bestEffort.writeReport.executeWithOptions(
          { summary: 'report.html, report.md, report.json' },
          cutValue({ campaign, report: viewReport(this.plan, this.state) }),
        );
    }
  }

  /** Nothing waits for it but the end of the run. */
  private async notify({ key, notice }: Extract<Effect, { do: 'notify' }>): Promise<void> {
    const { campaign } = this.input;
    const { briefDigest } = this.plan;
    const scope = new CancellationScope();
    this.telling.add(scope);
    try {
      await scope.run(() =>
        bestEffort.notify.executeWithOptions({ summary: `tell people: ${notice.about}` }, [
          { campaign, briefDigest, key, notice },
        ]),
      );
    } catch (error) {
      if (isCancellation(error)) throw error;
      this.take({ event: 'untold', atMs: Date.now(), text: notice.text });
    } finally {
      this.telling.delete(scope);
    }
  }

  private executorGone(task: string): void {
    this.take({ event: 'executorGone', atMs: Date.now(), task, gen: taskState(this.state, task).gen });
  }

  private async check(effect: Extract<Effect, { do: 'check' }>): Promise<void> {
    const { campaign } = this.input;
    const integration = integrationWorkflowId(campaign);
    const ids = [...effect.orders.map((order) => taskWorkflowId(campaign, order.task)), integration];
    const { gone } = await quick.describeTasks.executeWithOptions({ summary: 'are all executors there?' }, [
      { campaign, tasks: ids },
    ]);
    this.take({
      event: 'checked',
      atMs: Date.now(),
      key: effect.key,
      gone: effect.orders.filter((order) => gone.includes(taskWorkflowId(campaign, order.task))),
      integrationGone: effect.integration && gone.includes(integration),
    });
  }

  /** One timer at a time, replaced only by an earlier one; its event carries the time at which it was due. */
  private setTimer(): void {
    const due = nextDue(this.plan, this.state);
    if (due === null || (this.timer !== null && this.timer.atMs <= due.atMs)) return;
    this.timer?.scope.cancel();
    const scope = new CancellationScope();
    this.timer = { atMs: due.atMs, scope };
    const waiting = scope.run(async () => {
      await sleep(Math.max(due.atMs - Date.now(), 1), { summary: due.why });
      this.timer = null;
      this.take({ event: 'timerFired', atMs: due.atMs });
    });
    // It ends by cancellation when an earlier one replaces it.
    waiting.catch(() => undefined);
  }
}
