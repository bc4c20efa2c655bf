/**
 * The engine on a virtual clock: a world in which every turn takes what was estimated, every merge takes no time, and
 * nothing goes wrong. What `longhaul plan` shows is what the engine would do.
 */
import { advance, advanceCampaign, isOver, nextDue, type CampaignEvent } from './engine.js';
import type { Plan } from './plan.js';
import { itemsOf } from './log.js';
import { joinsOfTask, planTask } from './plan-index.js';
import { Moment, type PlannedWait } from './plan-wait.js';
import type { MergeFacts, Order, PublishFacts, TaskReport, TurnFacts } from './ports.js';
import {
  newCampaign,
  taskState,
  type CampaignState,
  type Effect,
  type Event,
  type OpenOrder,
} from './state.js';
import type { TaskEnd } from './task.js';

export interface PlannedStart {
  readonly task: string;
  readonly agent: string;
  readonly lane: string;
  /** Milliseconds since the campaign's start. */
  readonly startMs: number;
  readonly endMs: number;
  /** What kept it waiting last; empty for one that starts at once. */
  readonly waitedFor: readonly PlannedWait[];
}

/** A task whose own work was over, and that waited to finish after others. */
interface PlannedFinish {
  readonly task: string;
  readonly atMs: number;
  readonly waitedFor: readonly PlannedWait[];
}

/** The end of a task whose work comes to nothing for the campaign: it does not end done, or is kept on its branch. */
export interface PlannedLoss {
  readonly task: string;
  readonly as: TaskEnd;
  readonly why: string;
}

export interface Simulation {
  /** In the order of their starts. */
  readonly starts: readonly PlannedStart[];
  readonly finishes: readonly PlannedFinish[];
  /** In the plan's order. */
  readonly losses: readonly PlannedLoss[];
  readonly makespanMs: number;
  /** The sum of what ran: of a task that was cut short as much as it did, of one that never began nothing. */
  readonly sequentialMs: number;
}

/**
 * Of a plan in which rounds have the tasks that are expected of them: when one is ready, they are there. Without its
 * deadlines and budgets, which would stop it half way, until a person decides: how long it takes says whether they are kept.
 */
export function simulate(first: Plan): Simulation {
  let plan: Plan = { ...first, deadlineMs: null, deadlineAtMs: null, budgets: [] };
  let state = newCampaign('plan', plan, 0);
  let pending: readonly CampaignEvent[] = [];
  const starts: PlannedStart[] = [];
  const finishes: PlannedFinish[] = [];
  const laneOf = new Map<string, string>();
  let moment = new Moment(plan, state, laneOf);
  state = advance(plan, state, []);
  while (!isOver(state)) {
    const effects = state.outbox;
    for (const effect of effects) {
      if (effect.do !== 'order') continue;
      const { order } = effect;
      if (isOwnWork(order)) starts.push(plannedStart(plan, order, { nowMs: state.nowMs, moment }));
      else finishes.push(plannedFinish(plan, order.task, { nowMs: state.nowMs, moment }));
      laneOf.set(order.task, order.lane);
    }
    pending = [...pending, ...effects.flatMap((effect) => respond(plan, effect, state.nowMs))];
    for (const effect of effects) {
      if (effect.do !== 'interrupt') continue;
      pending = pending.map((event) => interrupted(event, effect, state.nowMs));
      cutStart(starts, effect.task, state.nowMs);
    }
    const dueMs = pending.reduce(
      (least, { atMs }) => Math.min(least, atMs),
      nextDue(plan, state)?.atMs ?? Infinity,
    );
    if (dueMs === Infinity) throw new Error('stuck, this is a bug: the simulated campaign waits for nothing');
    const due = pending.filter((event) => event.atMs <= dueMs);
    pending = pending.filter((event) => event.atMs > dueMs);
    if (dueMs > state.nowMs) moment = new Moment(plan, state, laneOf);
    moment.note(state, due);
    const events: readonly CampaignEvent[] = due.length > 0 ? due : [{ event: 'timerFired', atMs: dueMs }];
    ({ plan, state } = advanceCampaign({ plan, state: withoutSpans(state) }, events));
  }
  const sequentialMs = starts.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const makespanMs = starts.reduce((last, { endMs }) => Math.max(last, endMs), 0);
  return { starts, finishes, losses: lossesOf(plan, state), makespanMs, sequentialMs };
}

function lossesOf(plan: Plan, state: CampaignState): readonly PlannedLoss[] {
  const merged = new Set(itemsOf(state.merged));
  return plan.tasks.flatMap(({ id, reviews, round }): readonly PlannedLoss[] => {
    const { life } = taskState(state, id);
    if (life.is !== 'ended') return [];
    // Reviews and rounds leave nothing to merge.
    const isPlain = life.as === 'done' && (merged.has(id) || reviews !== null || round !== null);
    return isPlain ? [] : [{ task: id, as: life.as, why: life.why }];
  });
}

/** Spans are for reports; to carry them along would cost the square of the number of tasks. */
function withoutSpans(state: CampaignState): CampaignState {
  return { ...state, spans: [] };
}

/** Is it the task's own work, and not adapting to others' or verifying again? */
function isOwnWork({ ask, steps }: Order): boolean {
  return ask !== 'adapt' && steps !== 'check';
}

/** A turn that is interrupted, as that of a member its group is met without, ends at once. */
function interrupted(event: CampaignEvent, { task, gen }: OpenOrder, atMs: number): CampaignEvent {
  if (event.event !== 'taskReported' || event.report.task !== task || event.report.gen !== gen) return event;
  const { turn } = event.report;
  if (turn === null) return event;
  const cut = { ...turn, ok: false, outcome: 'interrupted', endedAtMs: atMs } as const;
  return { ...event, atMs, report: { ...event.report, turn: cut, checkpoint: null, verify: null } };
}

function cutStart(starts: PlannedStart[], task: string, endMs: number): void {
  const at = starts.findLastIndex((start) => start.task === task);
  const start = starts[at];
  if (start !== undefined) starts[at] = { ...start, endMs };
}

/** A task's estimate is that of its own work: to adapt it to others', or to verify it again, is assumed to take no time. */
export function estimateOf(plan: Plan, order: Order): number {
  return isOwnWork(order) ? planTask(plan, order.task).estimateMs : 0;
}

interface At {
  readonly nowMs: number;
  readonly moment: Moment;
}

function plannedStart(plan: Plan, order: Order, { nowMs, moment }: At): PlannedStart {
  const { task, agent, lane } = order;
  const waitedFor = moment.waitsOf(planTask(plan, task), { agent, lane }, nowMs);
  return { task, agent, lane, startMs: nowMs, endMs: nowMs + estimateOf(plan, order), waitedFor };
}

function plannedFinish(plan: Plan, task: string, { nowMs, moment }: At): PlannedFinish {
  return { task, atMs: nowMs, waitedFor: moment.joinWaits(planTask(plan, task).finishAfter) };
}

/** What the simulated world answers to an effect, with the time at which it does. */
function respond(plan: Plan, effect: Effect, nowMs: number): CampaignEvent[] {
  const acknowledged: Event = { event: 'acknowledged', atMs: nowMs, key: effect.key };
  switch (effect.do) {
    case 'order': {
      const atMs = nowMs + estimateOf(plan, effect.order);
      const reported: Event = { event: 'taskReported', atMs, report: goodReport(effect.order, nowMs, atMs) };
      return [acknowledged, ...plannedDraft(plan, effect.order, nowMs), reported];
    }
    case 'merge': {
      const merges = effect.input.tasks.map(({ task, gen }) => goodMerge({ task, gen }, nowMs));
      return [acknowledged, { event: 'mergeReported', atMs: nowMs, report: { order: effect.key, merges } }];
    }
    case 'publish': {
      const publications = effect.input.publications.map(({ key }) => goodPublish(key));
      const report = { order: effect.key, publications };
      return [acknowledged, { event: 'publishReported', atMs: nowMs, report }];
    }
    case 'deliver': {
      const facts = { outcome: 'delivered', message: '', branch: '', head: '' } as const;
      return [acknowledged, { event: 'delivered', atMs: nowMs, facts }];
    }
    case 'extend':
      return [{ event: 'extended', atMs: nowMs, order: effect.key, plan, problems: [] }];
    case 'report':
      return [{ event: 'reported', atMs: nowMs }];
    case 'check':
      return [{ event: 'checked', atMs: nowMs, key: effect.key, gone: [], integrationGone: false }];
    case 'interrupt':
    case 'endExecutor':
    case 'endIntegration':
    case 'keepPlan':
    case 'notify':
      return [acknowledged];
  }
}

/** The facts of a merge in which all went well, and that took no time. */
export function goodMerge({ task, gen }: OpenOrder, atMs: number): MergeFacts {
  const facts = { task, gen, head: '', conflicts: [], failure: null };
  return { ...facts, outcome: 'merged', startedAtMs: atMs, endedAtMs: atMs };
}

export function goodPublish(key: string): PublishFacts {
  return { key, outcome: 'merged', message: '' };
}

/** The draft that somebody waits for is assumed to be there after a share of the estimate. */
export function plannedDraft(plan: Plan, order: Order, nowMs: number): readonly Event[] {
  const { task, gen } = order;
  const ownMs = estimateOf(plan, order);
  if (ownMs === 0 || !joinsOfTask(plan, task).some(({ asks }) => asks === 'drafted')) return [];
  const atMs = nowMs + Math.round(ownMs * planTask(plan, task).draftAfter);
  const nothing = { name: '', version: '', files: [], note: '', commit: null, problem: null };
  const request = { what: 'draft', ...nothing } as const;
  return [{ event: 'publishAsked', atMs, key: `${task}/${gen}/draft`, task, gen, request }];
}

/** The report of an order in which all went well. */
export function goodReport(order: Order, startedAtMs: number, endedAtMs: number): TaskReport {
  const session = order.session ?? `session-${order.task}-${order.attempt}`;
  const turn: TurnFacts = {
    ok: true,
    begun: true,
    outcome: 'done',
    failure: null,
    session,
    summary: '',
    blocker: null,
    // Asked of reviewers only: they approve.
    review: { approve: true, findings: [] },
    usage: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
    startedAtMs,
    endedAtMs,
  };
  const commit = `commit-${order.task}-${order.gen}`;
  return {
    task: order.task,
    gen: order.gen,
    prepare: { ok: true, failure: null, host: '', hostQueue: '', turnQueue: '', start: '', conflicts: [] },
    turn: order.steps === 'check' ? null : turn,
    checkpoint: { ok: true, failure: null, commit: '', changed: 0, findings: [] },
    verify:
      order.steps === 'turn' ? null : { ok: true, failure: null, commit, startedAtMs: endedAtMs, endedAtMs },
  };
}
