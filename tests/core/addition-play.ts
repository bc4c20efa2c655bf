/** A campaign with a round, driven event by event. */
import { advanceCampaign, type CampaignEvent } from '../../src/core/engine.js';
import type { Plan } from '../../src/core/plan.js';
import { goodMerge, goodPublish } from '../../src/core/simulate.js';
import { taskState, type CampaignState, type Event } from '../../src/core/state.js';
import { withDigests } from './amendment.js';
import { begin, done, effects, mergeReported } from './drive.js';
import { extensionOf, makeRound, withRounds } from './extension.js';
import { buildPlan, type PlanSketch } from './plan-builder.js';

export const TASKS = [{ id: 'find' }, { id: 'fix', needs: ['find'] }, { id: 'check', needs: ['fix'] }];

/** `fix` is a round over what `find` finds. */
export function hunt(more: Partial<PlanSketch> = {}): Plan {
  return withDigests(withRounds(buildPlan({ phases: [[TASKS]], ...more }), [0]));
}

export class Play {
  state: CampaignState;
  constructor(public plan: Plan) {
    this.state = begin(plan);
  }
  take(...events: readonly CampaignEvent[]): this {
    ({ plan: this.plan, state: this.state } = advanceCampaign(
      { plan: this.plan, state: this.state },
      events,
    ));
    return this;
  }
  /** Its turn, and its merge. */
  finish(task: string): this {
    this.take(done(this.state, task, this.state.nowMs + 1_000));
    const { merging } = this.state;
    const merges = (merging?.tasks ?? []).map((id) =>
      goodMerge({ task: id, gen: taskState(this.state, id).gen }, this.state.nowMs),
    );
    return merges.length === 0 ? this : this.take(mergeReported(this.state, ...merges));
  }
  /** In the middle of its turn, and merged. */
  publish(task: string, name: string, version: string): this {
    const { nowMs: atMs } = this.state;
    const request = {
      what: 'contract',
      name,
      version,
      files: ['x'],
      note: '',
      commit: version,
      problem: null,
    } as const;
    const { gen } = taskState(this.state, task);
    this.take({ event: 'publishAsked', atMs, key: version, task, gen, request });
    const order = effects(this.state, 'publish').at(-1)!;
    const publications = order.input.publications.map(({ key }) => goodPublish(key));
    return this.take(
      { event: 'acknowledged', atMs, key: order.key },
      { event: 'publishReported', atMs, report: { order: order.key, publications } },
    );
  }
  get out() {
    return effects(this.state, 'extend').at(-1)!;
  }
  extended(keys: readonly string[] | null, order = this.out): CampaignEvent {
    const { request } = order.input;
    const plan =
      keys === null
        ? null
        : request.by === 'round'
          ? withDigests(makeRound(this.plan, request, keys))
          : extensionOf(this.plan, request, () => 0);
    const problems = plan === null ? ['The list is none.'] : [];
    return { event: 'extended', atMs: this.state.nowMs, order: order.key, plan, problems };
  }
  broken(broken: 'transient' | 'lasting'): CampaignEvent {
    const { nowMs: atMs } = this.state;
    return {
      event: 'extended',
      atMs,
      order: this.out.key,
      plan: null,
      problems: ['The disk is full.'],
      broken,
    };
  }
  asked(more: Partial<Extract<Event, { event: 'additionAsked' }>> = {}): Event {
    const task = { id: 'more', title: 'More of it' };
    return {
      event: 'additionAsked',
      atMs: this.state.nowMs,
      key: 'k1',
      by: 'agent',
      task: 'find',
      group: null,
      why: 'there is more',
      tasks: [task],
      problem: null,
      ...more,
    };
  }
  life(task: string) {
    const { life } = taskState(this.state, task);
    return life.is === 'ended' ? life.as : life.is;
  }
}
