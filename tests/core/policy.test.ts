/**
 * What becomes of a group, in every combination of how many it waits for, what happens to the rest, what its failure
 * policy is, who fails and how: the engine against a table of the rules, one line each (docs/spec.md).
 */
import { describe, expect, it } from 'vitest';
import { advance, isOver, nextDue } from '../../src/core/engine.js';
import type { FailurePolicy, Plan } from '../../src/core/plan.js';
import type { Order, TaskReport } from '../../src/core/ports.js';
import { goodMerge, goodReport } from '../../src/core/simulate.js';
import { newCampaign, type CampaignState, type Effect, type Event } from '../../src/core/state.js';
import { viewStatus } from '../../src/core/view.js';
import { failureOf } from './drive.js';
import { buildPlan } from './plan-builder.js';

const MINUTE = 60_000;
/** All begin at once; `next` is in the phase after theirs. */
const MINUTES = { a: 10, b: 20, c: 30, next: 5 };
type Id = keyof typeof MINUTES;
const MEMBERS = ['a', 'b', 'c'] as const;

/** How a member's turns end: at its first try, or always. */
const FAULTS = ['fails', 'fails once', 'times out: skip', 'times out: abort', 'is partial'] as const;
type Fault = (typeof FAULTS)[number];

interface Case {
  readonly wait: number;
  readonly rest: 'cancel' | 'finish';
  readonly onFailure: FailurePolicy;
  readonly loser: (typeof MEMBERS)[number];
  readonly fault: Fault;
}

const cases: readonly Case[] = [3, 2, 1].flatMap((wait) =>
  (['cancel', 'finish'] as const).flatMap((rest) =>
    (['fail-fast', 'best-effort', 'retry-failed'] as const).flatMap((onFailure) =>
      MEMBERS.flatMap((loser) => FAULTS.map((fault) => ({ wait, rest, onFailure, loser, fault }))),
    ),
  ),
);

interface End {
  readonly campaign: string;
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly next: string;
  readonly merged: readonly string[];
}

/** The rules, told once more: time goes from one end of a turn to the next. */
class Table {
  private readonly ends: Record<Id, string> = { a: '', b: '', c: '', next: '' };
  private readonly merged: string[] = [];
  private readonly running: { id: Id; atMinute: number }[];
  private retries: 'none' | 'due' | 'used' = 'none';
  private isMet = false;

  constructor(private readonly given: Case) {
    this.running = MEMBERS.map((id) => ({ id, atMinute: MINUTES[id] }));
  }

  end(): End {
    for (;;) {
      this.running.sort((one, other) => one.atMinute - other.atMinute);
      const first = this.running.shift();
      if (first === undefined) break;
      if (this.turnEnded(first) === 'stop') return this.stopped();
      this.settleGroup(first.atMinute);
    }
    const failed = Object.values(this.ends).includes('failed');
    return { campaign: failed ? 'failed' : 'done', ...this.ends, merged: this.merged };
  }

  private turnEnded({ id }: { id: Id }): 'stop' | 'go on' {
    const { loser, fault, onFailure } = this.given;
    const isWell =
      id !== loser || fault === 'is partial' || (fault === 'fails once' && this.retries === 'used');
    if (isWell) {
      this.ends[id] = 'done';
      if (!this.isMet || id === 'next') this.merged.push(id);
      return 'go on';
    }
    if (fault === 'times out: skip') this.ends[id] = 'skipped';
    else if (fault === 'times out: abort') return this.fail(id);
    else if (onFailure === 'fail-fast') return this.fail(id);
    else if (onFailure === 'best-effort' || this.retries === 'used') this.ends[id] = 'failed';
    else this.retries = 'due';
    return 'go on';
  }

  private fail(id: Id): 'stop' {
    this.ends[id] = 'failed';
    return 'stop';
  }

  private settleGroup(atMinute: number): void {
    const { wait, loser } = this.given;
    if (!this.isMet && this.merged.length === wait) this.meet(atMinute);
    if (this.running.some(({ id }) => id !== 'next')) return;
    if (this.retries === 'due') {
      this.retries = 'used';
      this.running.push({ id: loser, atMinute: atMinute + MINUTES[loser] });
    } else this.beginNext(atMinute);
  }

  private meet(atMinute: number): void {
    const { rest, loser } = this.given;
    this.isMet = true;
    if (rest === 'cancel') {
      for (const { id } of this.running.splice(0)) this.ends[id] = 'cancelled';
      if (this.retries === 'due') this.ends[loser] = 'cancelled';
      if (this.retries === 'due') this.retries = 'used';
    }
    this.beginNext(atMinute);
  }

  private beginNext(atMinute: number): void {
    if (this.ends.next !== '' || this.running.some(({ id }) => id === 'next')) return;
    this.running.push({ id: 'next', atMinute: atMinute + MINUTES.next });
  }

  private stopped(): End {
    for (const id of Object.keys(this.ends) as Id[]) this.ends[id] ||= 'cancelled';
    return { campaign: 'failed', ...this.ends, merged: this.merged };
  }
}

function planOf({ wait, rest, onFailure, loser, fault }: Case): Plan {
  const members = MEMBERS.map((id) => ({
    id,
    minutes: MINUTES[id],
    onFailure,
    attempts: 1,
    turns: 1,
    onTimeout: id === loser && fault === 'times out: abort' ? ('abort' as const) : ('skip' as const),
    partial: fault === 'is partial' ? ('accept' as const) : ('reject' as const),
  }));
  return buildPlan({
    phases: [[members], [[{ id: 'next', minutes: MINUTES.next }]]],
    groups: [[{ wait, rest }]],
    integrateAt: 'each',
  });
}

function reportOf({ loser, fault }: Case, order: Order, nowMs: number): TaskReport {
  const endMs = nowMs + MINUTES[order.task as Id] * MINUTE;
  const good = goodReport(order, nowMs, endMs);
  const isFault = order.task === loser && (fault !== 'fails once' || order.attempt === 1);
  if (!isFault || good.turn === null) return good;
  const late = fault !== 'fails' && fault !== 'fails once';
  const failure = failureOf({ class: late ? 'timed-out' : 'spec', message: fault });
  const turn = {
    ...good.turn,
    ok: false,
    outcome: late ? ('timed-out' as const) : ('failed' as const),
    failure,
  };
  return { ...good, turn, verify: fault === 'is partial' ? good.verify : null };
}

/** A world in which just the case's fault happens, and an interrupted turn ends at once. */
class World {
  private pending: Event[] = [];

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

  private respond(effect: Effect, atMs: number): Event[] {
    const facts = { outcome: 'delivered', message: '', branch: '', head: '' } as const;
    switch (effect.do) {
      case 'order': {
        const report = reportOf(this.given, effect.order, atMs);
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
    const due = this.pending.filter(({ atMs }) => atMs <= soonest);
    this.pending = this.pending.filter(({ atMs }) => atMs > soonest);
    return due.length > 0 ? due : [{ event: 'timerFired', atMs: soonest }];
  }
}

function acknowledge({ key }: Effect, atMs: number): Event {
  return { event: 'acknowledged', atMs, key };
}

function play(given: Case): End {
  const plan = planOf(given);
  const world = new World(given);
  let state = advance(plan, newCampaign('c', plan, 0), []);
  for (let step = 0; !isOver(state) && step < 1_000; step += 1) {
    world.answer(state.outbox, state.nowMs);
    state = advance(plan, state, world.next(plan, state));
  }
  const status = viewStatus(plan, state);
  const [a = '', b = '', c = '', next = ''] = status.tasks.map((task) => task.state);
  return { campaign: status.state, a, b, c, next, merged: state.merged.flat() };
}

describe.each(cases)(
  'a group that waits for $wait, rest: $rest, $onFailure, whose $loser $fault',
  (given) => {
    it('ends as the rules say', () => {
      expect(play(given)).toEqual(new Table(given).end());
    });
  },
);
