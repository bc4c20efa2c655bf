/**
 * A world that loses, doubles, delays and reorders what it reports, and lets everything go wrong that can. It runs the
 * core alone, on a virtual clock, and hands every state to a check. Deterministic for a seed.
 */
import { advance, advanceCampaign, isOver, nextDue, type CampaignEvent } from '../../src/core/engine.js';
import type { Plan } from '../../src/core/plan.js';
import type { MergeFacts, Order, PublishFacts } from '../../src/core/ports.js';
import { estimateOf, goodMerge, goodPublish, plannedDraft } from '../../src/core/simulate.js';
import {
  newCampaign,
  taskState,
  type CampaignState,
  type Effect,
  type Event,
  type OpenOrder,
} from '../../src/core/state.js';
import { hostileFailure, hostileReport, parked } from './hostile-report.js';
import { waivedBy } from './hostile-review.js';
import { lockWishes, type LockWishes } from './lock-wish.js';
import { publishWishes } from './publish-wish.js';
import { randomOf } from './seeded-random.js';
import { amendmentOf } from './amendment.js';
import { askedBy, expected, extensionOf } from './extension.js';
import { cutShort } from './drive.js';
import { describeCampaign } from './describe-campaign.js';
import { raiseOf, wishOf } from './wish.js';

export interface Hostility {
  readonly seed: number;
  /** Chance that a turn goes wrong, 0 to 1. */
  readonly wrong: number;
  /** Chance that a report comes twice, or an executor dies without one. */
  readonly lossy: number;
  /** Chance that the agent of a turn asks for locks on the way, or ends its turn to wait for one. */
  readonly locks?: number;
  /** A person cancels at this step; null = never. */
  readonly cancelAt: number | null;
  /** Turns take what was estimated, and merges no time: the world that a plan assumes. */
  readonly exact?: boolean;
  /** Chance that the agent of a turn proposes tasks, 0 to 1; people add some, too. */
  readonly proposals?: number;
  /** A person gives it another plan at these steps. */
  readonly amendAt?: readonly number[];
}

export interface Played {
  /** The one in force at the end. */
  readonly plan: Plan;
  readonly state: CampaignState;
  readonly events: readonly (readonly CampaignEvent[])[];
  readonly orders: readonly { order: Order; atMs: number; before: CampaignState }[];
  readonly steps: number;
}

const MOST_STEPS = 20_000;

export function play(
  first: Plan,
  hostility: Hostility,
  check: (state: CampaignState, before: CampaignState, plans: { plan: Plan; old: Plan }) => void,
): Played {
  let plan = first;
  const world = new World(plan, hostility);
  let state = advance(plan, newCampaign('hostile', plan, 0), []);
  const events: CampaignEvent[][] = [];
  const orders: Played['orders'][number][] = [];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (isOver(state)) return { plan, state, events, orders, steps: step };
    for (const order of world.take(state)) orders.push({ order, atMs: state.nowMs, before: state });
    const next = world.next(state, step);
    if (next === null)
      throw new Error(`deadlock: nothing is under way and nothing is due: ${describeCampaign(plan, state)}`);
    events.push(next);
    const before = { plan, state };
    ({ plan, state } = advanceCampaign({ plan, state }, next));
    world.plan = plan;
    check(state, before.state, { plan, old: before.plan });
  }
  throw new Error(`no end: ${JSON.stringify(state.tasks)} ${JSON.stringify(events.slice(-6))}`);
}

class World {
  readonly random: () => number;
  private readonly begun = new Set<string>();
  private pending: CampaignEvent[] = [];
  private keys = 0;

  constructor(
    public plan: Plan,
    private readonly hostility: Hostility,
  ) {
    this.random = randomOf(hostility.seed);
  }

  /** Begins what stands in the outbox; returns the orders that are new. */
  take(state: CampaignState): Order[] {
    const fresh = state.outbox.filter((effect) => !this.begun.has(effect.key));
    for (const effect of fresh) {
      this.begun.add(effect.key);
      // An interrupt takes a report out of what is pending, so the answers are made first.
      const answers = this.respond(effect, state.nowMs);
      this.pending = [...this.pending, ...answers];
    }
    return fresh.flatMap((effect) => (effect.do === 'order' ? [effect.order] : []));
  }

  /** What happens next: something of the world's, the timer, or a person who finds time to answer. */
  next(state: CampaignState, step: number): CampaignEvent[] | null {
    const said = this.intrusion(state, step);
    if (said !== null) return [said];
    const person = this.person(state);
    if (person !== null && (this.random() < 0.1 || this.idle(state))) return [person];
    const dueMs = nextDue(this.plan, state)?.atMs ?? Infinity;
    const earliest = Math.min(...this.pending.map((event) => event.atMs));
    if (dueMs === Infinity && earliest === Infinity) return null;
    if (dueMs < earliest) return [{ event: 'timerFired', atMs: dueMs }];
    const due = this.pending.filter((event) => event.atMs <= earliest);
    this.pending = this.pending.filter((event) => event.atMs > earliest);
    return this.hostility.exact === true ? due : this.shuffled(due);
  }

  private intrusion(state: CampaignState, step: number): CampaignEvent | null {
    const atMs = state.nowMs;
    if (this.hostility.cancelAt === step) return { event: 'cancelled', atMs, why: 'enough' };
    if (this.hostility.amendAt?.includes(step) !== true) return null;
    return amendmentOf(this.plan, this.random, { atMs, step, revision: state.planRevision });
  }

  private idle(state: CampaignState): boolean {
    return this.pending.length === 0 && nextDue(this.plan, state) === null;
  }

  private shuffled<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, rank: this.random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  }

  private person(state: CampaignState): Event | null {
    if (state.end !== null) return null;
    this.keys += 1;
    const key = `p${this.keys}`;
    const atMs = state.nowMs;
    const open = state.blockers.find((blocker) => blocker.state === 'open');
    if (open !== undefined) return this.answer(open, { atMs, key });
    if (state.paused !== null) return { event: 'resumed', atMs, key, part: null };
    const change = this.change(state, { atMs, key });
    if (change !== null) return change;
    if (this.hostility.exact !== true && this.random() < 0.02)
      return { event: 'paused', atMs, key, part: null, why: 'lunch' };
    const failed = this.plan.tasks.find((task) => {
      const { life } = taskState(state, task.id);
      return life.is === 'ended' && life.as === 'failed';
    });
    if (this.hostility.exact === true) return null;
    const skip = waivedBy(this.random, this.plan, state);
    if (skip !== null) return { event: 'taskSkipped', atMs, key, task: skip, note: null };
    if (failed !== undefined && this.random() < 0.05)
      return { event: 'taskRetried', atMs, key, task: failed.id, note: null };
    return null;
  }

  private answer(
    { id, about }: CampaignState['blockers'][number],
    said: { atMs: number; key: string },
  ): Event {
    const answer = about.is === 'addition' && this.random() < 0.6 ? 'yes' : 'go on';
    return { event: 'blockerAnswered', ...said, blocker: id, answer };
  }

  /** Of how much may run. */
  private change(state: CampaignState, said: { atMs: number; key: string }): Event | null {
    const [pause] = state.pauses;
    if (pause !== undefined && (this.idle(state) || this.random() < 0.3))
      return { event: 'resumed', ...said, part: { part: pause.part, name: pause.name } };
    if (this.random() < (this.hostility.proposals ?? 0) / 4)
      return askedBy(null, said.key, { atMs: said.atMs, random: this.random });
    const wishes = this.hostility.exact !== true && this.random() < 0.15;
    return raiseOf(this.plan, state, said) ?? (wishes ? wishOf(this.plan, this.random, said) : null);
  }

  private respond(effect: Effect, nowMs: number): CampaignEvent[] {
    const atMs = this.hostility.exact === true ? nowMs : nowMs + Math.floor(this.random() * 50);
    const acknowledged: Event = { event: 'acknowledged', atMs, key: effect.key };
    switch (effect.do) {
      case 'order':
        return [acknowledged, ...this.carryOut(effect.order, nowMs)];
      case 'merge':
        return [acknowledged, ...this.merges(effect, nowMs)];
      case 'publish':
        return [acknowledged, ...this.publishes(effect, nowMs)];
      case 'deliver':
        return [
          acknowledged,
          { event: 'delivered', atMs, facts: { outcome: 'delivered', message: '', branch: '', head: '' } },
        ];
      case 'extend':
        return [acknowledged, ...this.extend(effect, nowMs)];
      case 'check':
        return [{ event: 'checked', atMs, key: effect.key, gone: [], integrationGone: false }];
      case 'report':
        return [{ event: 'reported', atMs }];
      case 'interrupt':
        return [acknowledged, ...this.interrupt(effect, nowMs)];
      case 'endExecutor':
      case 'endIntegration':
      case 'keepPlan':
      case 'notify':
        return [acknowledged];
    }
  }

  private interrupt({ task, gen }: { task: string; gen: number }, nowMs: number): CampaignEvent[] {
    const running = this.pending.find(
      (event) => event.event === 'taskReported' && event.report.task === task && event.report.gen === gen,
    );
    if (running?.event !== 'taskReported') return [];
    this.pending = this.pending.filter((event) => event !== running);
    return this.doubled({
      ...running,
      atMs: this.hostility.exact === true ? nowMs : nowMs + 500,
      report: cutShort(running.report, 'interrupted', null),
    });
  }

  private carryOut(order: Order, nowMs: number): CampaignEvent[] {
    const endMs =
      nowMs +
      (this.hostility.exact === true
        ? estimateOf(this.plan, order)
        : 1_000 + Math.floor(this.random() * 600_000));
    const wishes = this.wishLocks(order, { nowMs, endMs });
    if (this.random() < this.hostility.lossy)
      return [...wishes.events, { event: 'executorGone', atMs: endMs, task: order.task, gen: order.gen }];
    const progress: Event = {
      event: 'progressed',
      atMs: nowMs + 100,
      task: order.task,
      gen: order.gen,
      step: 'turning',
      session: null,
      percent: null,
      note: 'reads the tests',
    };
    return [
      progress,
      ...this.publishing(order, { nowMs, endMs }),
      ...wishes.events,
      ...this.proposals(order, { nowMs, endMs }),
      ...this.doubled<CampaignEvent>({
        event: 'taskReported',
        atMs: endMs,
        report: parked(
          hostileReport(this.plan, order, { nowMs, endMs, wrong: this.hostility.wrong, random: this.random }),
          wishes.parks,
        ),
      }),
    ];
  }

  /** The order may be lost, and its answer be that it can't be done, or could not just now. */
  private extend(effect: Extract<Effect, { do: 'extend' }>, nowMs: number): CampaignEvent[] {
    const atMs = nowMs + (this.hostility.exact === true ? 0 : Math.floor(this.random() * 200_000));
    if (this.random() < this.hostility.lossy) return [{ event: 'integrationGone', atMs }];
    const { request } = effect.input;
    const fails = this.random() < this.hostility.wrong / 3;
    const made = this.hostility.exact === true ? expected(this.plan, request) : null;
    const plan = fails ? null : (made ?? extensionOf(this.plan, request, this.random));
    const broken = fails && this.random() < 0.5 ? { broken: 'transient' as const } : {};
    const answer = { order: effect.key, plan, problems: fails ? ['no list'] : [], ...broken };
    return this.doubled<CampaignEvent>({ event: 'extended', atMs, ...answer });
  }

  /** What its agent proposes on the way, sometimes more than it may. */
  private proposals(
    order: Order,
    { nowMs, endMs }: { nowMs: number; endMs: number },
  ): readonly CampaignEvent[] {
    if (this.random() >= (this.hostility.proposals ?? 0)) return [];
    this.keys += 1;
    const at = nowMs + Math.floor(this.random() * (endMs - nowMs) * 1.2);
    return this.doubled(askedBy(order.task, `a${this.keys}`, { atMs: at, random: this.random }));
  }

  private wishLocks(order: Order, times: { nowMs: number; endMs: number }): LockWishes {
    const wishes = order.steps !== 'check' && this.random() < (this.hostility.locks ?? 0);
    if (!wishes) return { events: [], parks: null };
    const { events, parks } = lockWishes(order, times, this.random);
    return { events: events.flatMap((event) => this.doubled(event)), parks };
  }

  private publishing(order: Order, times: { nowMs: number; endMs: number }): readonly Event[] {
    if (this.hostility.exact === true) return plannedDraft(this.plan, order, times.nowMs);
    const wishes = publishWishes(this.plan, { order, ...times }, { ...this.hostility, random: this.random });
    return wishes.flatMap((event) => this.doubled(event));
  }

  /** The order may be lost with its executor, or end before its last. */
  private publishes(effect: Extract<Effect, { do: 'publish' }>, nowMs: number): Event[] {
    const atMs = nowMs + (this.hostility.exact === true ? 0 : 500);
    if (this.random() < this.hostility.lossy) return [{ event: 'integrationGone', atMs }];
    const told = effect.input.publications.filter(() => this.random() >= this.hostility.lossy);
    const publications = told.map(({ key }): PublishFacts => {
      if (this.random() >= this.hostility.wrong) return goodPublish(key);
      const outcome =
        (['conflict', 'rejected', 'failed'] as const)[Math.floor(this.random() * 3)] ?? 'failed';
      return { key, outcome, message: outcome };
    });
    return this.doubled({ event: 'publishReported', atMs, report: { order: effect.key, publications } });
  }

  /** Sometimes twice: at once, or long after. */
  private doubled<E extends CampaignEvent>(event: E): E[] {
    if (this.random() >= this.hostility.lossy) return [event];
    return [event, { ...event, atMs: event.atMs + Math.floor(this.random() * 2_000_000) }];
  }

  /** An executor that dies may have merged already: the next order finds that on the branch. */
  private merges(effect: Extract<Effect, { do: 'merge' }>, nowMs: number): Event[] {
    const atMs = nowMs + (this.hostility.exact === true ? 0 : 1_000);
    if (this.random() < this.hostility.lossy / 2) return [{ event: 'integrationGone', atMs }];
    const report = { order: effect.key, merges: this.mergeAll(effect.input.tasks, nowMs) };
    return this.doubled({ event: 'mergeReported', atMs, report });
  }

  /** Up to the first that fails, and sometimes fewer, as where it takes long. */
  private mergeAll(tasks: readonly OpenOrder[], nowMs: number): readonly MergeFacts[] {
    const merges: MergeFacts[] = [];
    for (const task of tasks) {
      if (merges.length > 0 && this.random() < this.hostility.lossy) break;
      merges.push(this.merge(task, nowMs));
      if (merges.at(-1)?.outcome !== 'merged') break;
    }
    return merges;
  }

  private merge({ task, gen }: OpenOrder, nowMs: number): MergeFacts {
    const good = goodMerge({ task, gen }, nowMs);
    if (this.random() >= this.hostility.wrong / 2) return good;
    const outcome = (['conflict', 'rejected', 'failed'] as const)[Math.floor(this.random() * 3)] ?? 'failed';
    const failure = hostileFailure(outcome === 'failed' ? 'transient' : 'rejected', {
      nowMs,
      random: this.random,
    });
    return { ...good, outcome, failure, endedAtMs: nowMs + 1_000 };
  }
}
