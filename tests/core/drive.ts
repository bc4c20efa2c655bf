/** Drives the core by events, one at a time. */
import { advance } from '../../src/core/engine.js';
import type { Plan } from '../../src/core/plan.js';
import type { MergeFacts, Order, TaskReport } from '../../src/core/ports.js';
import { goodReport } from '../../src/core/simulate.js';
import { newCampaign, type CampaignState, type Effect, type Event } from '../../src/core/state.js';
import type { Failure, Outcome } from '../../src/core/turn.js';

export function begin(plan: Plan): CampaignState {
  return advance(plan, newCampaign('c', plan, 0), []);
}

export function effects<Kind extends Effect['do']>(state: CampaignState, kind: Kind) {
  return state.outbox.filter((effect): effect is Extract<Effect, { do: Kind }> => effect.do === kind);
}

export function orderOf(state: CampaignState, task: string): Order {
  const found = effects(state, 'order').find((effect) => effect.task === task);
  if (found === undefined) throw new Error(`${task} is not ordered`);
  return found.order;
}

/** The world has taken all that was to be done. */
export function acknowledge(plan: Plan, state: CampaignState): CampaignState {
  const events = state.outbox.map(({ key }): Event => ({ event: 'acknowledged', atMs: state.nowMs, key }));
  return advance(plan, state, events);
}

export function failureOf(given: Partial<Failure>): Failure {
  const rest = { signature: 'x', resetAtMs: null, retryAfterMs: null, evidence: null };
  return { class: 'transient', message: 'it broke', ...rest, ...given };
}

export function reported(report: TaskReport, atMs: number): Event {
  return { event: 'taskReported', atMs, report };
}

export function done(state: CampaignState, task: string, atMs: number): Event {
  return reported(goodReport(orderOf(state, task), state.nowMs, atMs), atMs);
}

export function failed(
  state: CampaignState,
  { task, atMs }: { task: string; atMs: number },
  failure: Failure,
): Event {
  const good = goodReport(orderOf(state, task), state.nowMs, atMs);
  const turn = good.turn === null ? null : { ...good.turn, ok: false, outcome: 'failed' as const, failure };
  return reported({ ...good, turn, verify: null }, atMs);
}

/** Of the order that is out; when the last of them ended. */
export function mergeReported(state: CampaignState, ...merges: readonly MergeFacts[]): Event {
  const order = state.merging?.order ?? '';
  return { event: 'mergeReported', atMs: merges.at(-1)?.endedAtMs ?? state.nowMs, report: { order, merges } };
}

/** The turn did not come to its own end. */
export function cutShort(good: TaskReport, outcome: Outcome, failure: Failure | null): TaskReport {
  if (good.turn === null) return good;
  return { ...good, verify: null, turn: { ...good.turn, ok: false, outcome, failure } };
}
