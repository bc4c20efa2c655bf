/**
 * The engine on a virtual clock: a world in which every turn takes what was estimated, every merge takes no time, and
 * nothing goes wrong. What `longhaul plan` shows is what the engine would do.
 */
import { advance, isOver, nextDue } from './engine.js';
import type { Plan } from './plan.js';
import { planTask } from './plan-index.js';
import type { MergeFacts, Order, TaskReport, TurnFacts } from './ports.js';
import { waitReasons } from './readiness.js';
import {
  newCampaign,
  taskState,
  type CampaignState,
  type Effect,
  type Event,
  type OpenOrder,
} from './state.js';
import type { WaitReason } from './status.js';

export interface PlannedStart {
  readonly task: string;
  readonly lane: string;
  /** Milliseconds since the campaign's start. */
  readonly startMs: number;
  readonly endMs: number;
  /** What kept it waiting last, in words (`need design`, `lane claude`); empty for one that starts at once. */
  readonly waitedFor: string;
}

export interface Simulation {
  /** In the order of their starts. */
  readonly starts: readonly PlannedStart[];
  readonly makespanMs: number;
  /** The sum of all estimates. */
  readonly sequentialMs: number;
}

export function simulate(plan: Plan): Simulation {
  let state = newCampaign('plan', plan, 0);
  let pending: readonly Event[] = [];
  const starts: PlannedStart[] = [];
  const waited: Record<string, string> = {};
  state = advance(plan, state, []);
  while (!isOver(state)) {
    const effects = state.outbox;
    for (const effect of effects)
      if (effect.do === 'order' && estimateOf(plan, effect.order) > 0)
        starts.push(plannedStart(plan, effect.order, { state, waited }));
    noteWaits(plan, state, waited);
    pending = [...pending, ...effects.flatMap((effect) => respond(plan, effect, state.nowMs))];
    const dueMs = Math.min(nextDue(plan, state)?.atMs ?? Infinity, ...pending.map((event) => event.atMs));
    if (dueMs === Infinity) throw new Error('stuck, this is a bug: the simulated campaign waits for nothing');
    const due = pending.filter((event) => event.atMs <= dueMs);
    pending = pending.filter((event) => event.atMs > dueMs);
    state = advance(plan, state, due.length > 0 ? due : [{ event: 'timerFired', atMs: dueMs }]);
  }
  const sequentialMs = plan.tasks.reduce((sum, task) => sum + task.estimateMs, 0);
  return { starts, makespanMs: Math.max(0, ...starts.map((start) => start.endMs)), sequentialMs };
}

/** A task's estimate is that of its own work: to adapt it to others', or to verify it again, is assumed to take no time. */
export function estimateOf(plan: Plan, { task, ask, steps }: Order): number {
  return ask === 'adapt' || steps === 'check' ? 0 : planTask(plan, task).estimateMs;
}

function plannedStart(
  plan: Plan,
  order: Order,
  { state, waited }: { state: CampaignState; waited: Readonly<Record<string, string>> },
): PlannedStart {
  const endMs = state.nowMs + estimateOf(plan, order);
  return {
    task: order.task,
    lane: order.lane,
    startMs: state.nowMs,
    endMs,
    waitedFor: waited[order.task] ?? '',
  };
}

function noteWaits(plan: Plan, state: CampaignState, waited: Record<string, string>): void {
  for (const { id } of plan.tasks) {
    if (taskState(state, id).life.is !== 'waiting') continue;
    const reasons = waitReasons({ plan, state }, id);
    const needs = reasons.filter((reason) => reason.reason !== 'lane');
    waited[id] = (needs.length > 0 ? needs : reasons).map(wordReason).join(', ');
  }
}

/** Merges take no time here: to wait for one is to wait for the need itself. */
function wordReason({ reason, on }: WaitReason): string {
  return `${reason === 'integration' ? 'need' : reason} ${on}`;
}

/** What the simulated world answers to an effect, with the time at which it does. */
function respond(plan: Plan, effect: Effect, nowMs: number): Event[] {
  const acknowledged: Event = { event: 'acknowledged', atMs: nowMs, key: effect.key };
  switch (effect.do) {
    case 'order': {
      const atMs = nowMs + estimateOf(plan, effect.order);
      return [acknowledged, { event: 'taskReported', atMs, report: goodReport(effect.order, nowMs, atMs) }];
    }
    case 'merge': {
      const merges = effect.input.tasks.map(({ task, gen }) => goodMerge({ task, gen }, nowMs));
      return [acknowledged, { event: 'mergeReported', atMs: nowMs, report: { order: effect.key, merges } }];
    }
    case 'deliver': {
      const facts = { outcome: 'delivered', message: '', branch: '', head: '' } as const;
      return [acknowledged, { event: 'delivered', atMs: nowMs, facts }];
    }
    case 'report':
      return [{ event: 'reported', atMs: nowMs }];
    case 'check':
      return [{ event: 'checked', atMs: nowMs, key: effect.key, gone: [], integrationGone: false }];
    case 'interrupt':
    case 'endExecutor':
    case 'endIntegration':
    case 'notify':
      return [acknowledged];
  }
}

/** The facts of a merge in which all went well, and that took no time. */
export function goodMerge({ task, gen }: OpenOrder, atMs: number): MergeFacts {
  const facts = { task, gen, head: '', conflicts: [], failure: null };
  return { ...facts, outcome: 'merged', startedAtMs: atMs, endedAtMs: atMs };
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
