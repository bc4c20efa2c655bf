/**
 * What becomes of a group, in every combination of how many it waits for, what happens to the rest, its failure policy,
 * a member's own, how long it may take, who fails, how, how often, and what the task says of that: the engine against a
 * table of the rules (tests/core/policy-table.ts).
 */
import { describe, expect, it } from 'vitest';
import { advance, isOver, nextDue } from '../../src/core/engine.js';
import type { Plan } from '../../src/core/plan.js';
import type { Order, TaskReport } from '../../src/core/ports.js';
import { goodMerge, goodReport } from '../../src/core/simulate.js';
import { newCampaign, taskState, type CampaignState, type Effect, type Event } from '../../src/core/state.js';
import type { FailureClass } from '../../src/core/turn.js';
import { viewStatus } from '../../src/core/view.js';
import { failureOf } from './drive.js';
import { buildPlan } from './plan-builder.js';
import {
  FAULTS,
  MEMBERS,
  SECONDS,
  casesOf,
  isUsual,
  policyOf,
  turnEndOf,
  type Case,
  type Id,
  type Outcome,
  type TurnEnd,
} from './policy-case.js';
import { PolicyTable, describeCase } from './policy-table.js';

const CLASSES: Record<Exclude<TurnEnd, 'good'>, FailureClass> = {
  breaks: 'spec',
  'is rejected': 'rejected',
  'is rejected alike': 'rejected',
  errs: 'agent-error',
  'times out': 'timed-out',
};

function planOf(given: Case): Plan {
  const { wait, rest, fault, timeoutS } = given;
  const members = MEMBERS.map((id) => ({
    id,
    minutes: SECONDS[id] / 60,
    onFailure: policyOf(given, id),
    attempts: fault.attempts ?? 1,
    turns: fault.turns ?? 1,
    onTimeout: fault.onTimeout ?? 'retry',
    partial: fault.partial ?? ('reject' as const),
  }));
  return buildPlan({
    phases: [[members], [[{ id: 'next', minutes: SECONDS.next / 60 }]]],
    groups: [[{ wait, rest, timeoutMs: timeoutS === null ? null : timeoutS * 1_000 }]],
    integrateAt: 'each',
  });
}

/** A world in which just the case's fault happens, and an interrupted turn ends at once. */
class World {
  private pending: Event[] = [];

  private readonly turns = new Map<string, number>();

  constructor(private readonly given: Case) {}

  answer(effects: readonly Effect[], nowMs: number): void {
    for (const effect of effects) {
      if (effect.do === 'interrupt') this.interrupt(effect.task, nowMs);
      this.pending.push(...this.respond(effect, nowMs));
    }
  }

  private interrupt(task: string, atMs: number): void {
    this.pending = this.pending.map((event) => {
      if (event.event !== 'taskReported' || event.report.task !== task || event.report.turn === null)
        return event;
      const turn = { ...event.report.turn, ok: false, outcome: 'interrupted' as const, failure: null };
      return { ...event, atMs, report: { ...event.report, turn, checkpoint: null, verify: null } };
    });
  }

  private reportOf(order: Order, nowMs: number): TaskReport {
    const turns = (this.turns.get(order.task) ?? 0) + 1;
    this.turns.set(order.task, turns);
    const good = goodReport(order, nowMs, nowMs + SECONDS[order.task as Id] * 1_000);
    const end = turnEndOf(this.given, order.task, turns);
    if (end === 'good' || good.turn === null) return good;
    const signature = end === 'is rejected alike' ? end : `${end} ${turns}`;
    const failure = failureOf({ class: CLASSES[end], message: end, signature });
    if (end.startsWith('is rejected') && good.verify !== null)
      return { ...good, verify: { ...good.verify, ok: false, failure } };
    const outcome = end === 'times out' ? ('timed-out' as const) : ('failed' as const);
    const turn = { ...good.turn, ok: false, outcome, failure };
    return { ...good, turn, verify: this.given.fault.passes === true ? good.verify : null };
  }

  private respond(effect: Effect, atMs: number): Event[] {
    const facts = { outcome: 'delivered', message: '', branch: '', head: '' } as const;
    switch (effect.do) {
      case 'order': {
        const report = this.reportOf(effect.order, atMs);
        return [
          { event: 'taskReported', atMs: report.turn?.endedAtMs ?? atMs, report },
          acknowledge(effect, atMs),
        ];
      }
      case 'merge': {
        const merges = effect.input.tasks.map(({ task, gen }) => goodMerge({ task, gen }, atMs));
        return [
          acknowledge(effect, atMs),
          { event: 'mergeReported', atMs, report: { order: effect.key, merges } },
        ];
      }
      case 'deliver':
        return [acknowledge(effect, atMs), { event: 'delivered', atMs, facts }];
      case 'report':
        return [{ event: 'reported', atMs }];
      case 'publish':
      case 'extend':
      case 'check':
      case 'interrupt':
      case 'endExecutor':
      case 'endIntegration':
      case 'keepPlan':
      case 'notify':
        return [acknowledge(effect, atMs)];
    }
  }

  next(plan: Plan, state: CampaignState): Event[] {
    const soonest = Math.min(...this.pending.map(({ atMs }) => atMs), nextDue(plan, state)?.atMs ?? Infinity);
    if (soonest === Infinity) return [];
    const due = this.pending.filter(({ atMs }) => atMs <= soonest);
    this.pending = this.pending.filter(({ atMs }) => atMs > soonest);
    return due.length > 0 ? due : [{ event: 'timerFired', atMs: soonest }];
  }
}

function acknowledge({ key }: Effect, atMs: number): Event {
  return { event: 'acknowledged', atMs, key };
}

/** Until it is over, or waits for a person. */
function play(given: Case): Outcome {
  const plan = planOf(given);
  const world = new World(given);
  let state = advance(plan, newCampaign('c', plan, 0), []);
  for (let step = 0; !isOver(state) && step < 1_000; step += 1) {
    world.answer(state.outbox, state.nowMs);
    const events = world.next(plan, state);
    if (events.length === 0) break;
    state = advance(plan, state, events);
  }
  const status = viewStatus(plan, state);
  const [a = '', b = '', c = '', next = ''] = status.tasks.map((task) => task.state);
  const { startedAtMs } = taskState(state, 'next');
  const nextAtS = startedAtMs === null ? null : startedAtMs / 1_000;
  const isAsked = status.tasks.some((task) => task.state === 'blocked');
  const campaign = isAsked ? 'blocked' : status.state;
  return { campaign, a, b, c, next, merged: state.merged.flat(), nextAtS };
}

/** Some 5,000 of 22,356 combinations; all of them, in half a minute, where LONGHAUL_CAMPAIGNS is set. */
const isTried = process.env['LONGHAUL_CAMPAIGNS'] === undefined ? isUsual : () => true;

describe.each(FAULTS)('a group whose losers have the fault %o', (fault) => {
  it.each([3, 2, 1])('and that waits for %i ends as the rules say, in every combination', (wait) => {
    const tried = casesOf(fault, wait).filter(isTried);
    expect(tried.length).toBeGreaterThan(70);
    const wrong = tried.flatMap((given) => {
      const [is, shouldBe] = [play(given), new PolicyTable(given).outcome()];
      return JSON.stringify(is) === JSON.stringify(shouldBe)
        ? []
        : [{ case: describeCase(given), is, shouldBe }];
    });
    expect(wrong).toEqual([]);
  });
});
