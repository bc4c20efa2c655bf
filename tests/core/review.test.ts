/** A contract's review: what each verdict, answer, waiver and failure leads to. */
import { describe, expect, it } from 'vitest';
import { contractState } from '../../src/core/contract.js';
import { advance } from '../../src/core/engine.js';
import type { Review } from '../../src/core/ports.js';
import { goodMerge, goodPublish } from '../../src/core/simulate.js';
import { taskState, type CampaignState, type Event } from '../../src/core/state.js';
import { viewStatus } from '../../src/core/view.js';
import { acknowledge, begin, done, effects, failed, failureOf, mergeReported, orderOf } from './drive.js';
import { buildPlan } from './plan-builder.js';

const plan = buildPlan({
  phases: [
    [
      [
        { id: 'design', publishes: ['api'], minutes: 60 },
        { id: 'page', contracts: ['api'], minutes: 30 },
      ],
      [
        { id: 'one', reviews: 'api', minutes: 10, turns: 3 },
        { id: 'two', reviews: 'api', minutes: 10, turns: 1, attempts: 1 },
      ],
    ],
  ],
  instances: 8,
  maxTurns: 8,
});

function after(state: CampaignState, ...events: readonly Event[]): CampaignState {
  return advance(plan, acknowledge(plan, state), events);
}

/** The author publishes a version in the middle of its turn, and it is merged. */
function offered(state: CampaignState, version: string): CampaignState {
  const request = { what: 'contract', name: 'api', version, files: ['api.yaml'], note: '' } as const;
  const { gen } = taskState(state, 'design');
  const asked: Event = {
    event: 'publishAsked',
    atMs: state.nowMs + 1_000,
    key: `p${version}`,
    task: 'design',
    gen,
    request: { ...request, commit: version, problem: null },
  };
  const told = advance(plan, state, [asked]);
  const [order] = effects(told, 'publish');
  const publications = order?.input.publications.map(({ key }) => goodPublish(key)) ?? [];
  const report = { order: order?.key ?? '', publications };
  return advance(plan, told, [
    { event: 'acknowledged', atMs: told.nowMs, key: report.order },
    { event: 'publishReported', atMs: told.nowMs, report },
  ]);
}

/** What a reviewer's turn came to, whose order is in this state's outbox. */
function verdict(state: CampaignState, task: string, review: Review | null): Event {
  const event = done(state, task, state.nowMs + 60_000);
  if (event.event !== 'taskReported' || event.report.turn === null) throw new Error('no turn');
  return { ...event, report: { ...event.report, turn: { ...event.report.turn, review } } };
}

function judged(state: CampaignState, task: string, review: Review | null): CampaignState {
  return advance(plan, state, [verdict(state, task, review)]);
}

const YES: Review = { approve: true, findings: [] };
const NO: Review = { approve: false, findings: ['no errors are said'] };

function mergeAll(state: CampaignState): CampaignState {
  const [order] = effects(state, 'merge');
  if (order === undefined) return state;
  const merges = order.input.tasks.map((task) => goodMerge(task, state.nowMs));
  return mergeAll(after(state, mergeReported(state, ...merges)));
}

function waitsOf(state: CampaignState, id: string) {
  const task = viewStatus(plan, state).tasks.find((each) => each.id === id);
  return task?.waitReasons.map(({ reason, on }) => `${reason} ${on}`);
}

const first = () => offered(begin(plan), '1.0.0');
const isDone = { is: 'ended', as: 'done' };

describe('a version under review', () => {
  it('is judged by each reviewer, and published once all approve', () => {
    const state = first();
    expect(contractState(plan, state, 'api')).toBe('in review');
    expect(orderOf(state, 'one')).toMatchObject({ gen: 1, steps: 'all' });
    expect(waitsOf(state, 'page')).toEqual(['need one', 'need two']);
    const half = judged(state, 'one', YES);
    expect(taskState(half, 'one').life).toMatchObject(isDone);
    expect(effects(half, 'merge')).toEqual([]);
    expect(waitsOf(half, 'page')).toEqual(['need two']);
    expect(viewStatus(plan, half).contracts?.[0]).toMatchObject({ state: 'in review', pending: ['two'] });
    const all = judged(half, 'two', YES);
    expect(contractState(plan, all, 'api')).toBe('published');
    expect(orderOf(all, 'page').note).toBe('The contract api 1.0.0 is published by design (api.yaml).');
  });

  it('that one refuses goes back to its author at work, which has a turn for it after this one', () => {
    const state = judged(first(), 'one', NO);
    expect(taskState(state, 'one').life.is).toBe('waiting');
    expect(waitsOf(state, 'one')).toEqual(['need another version of api']);
    const worked = judged(state, 'design', null);
    expect(orderOf(worked, 'design')).toMatchObject({ gen: 2, ask: 'mend', sync: true, steps: 'all' });
    expect(orderOf(worked, 'design').note).toContain(
      'api 1.0.0 is not approved by one:\n- no errors are said',
    );
  });

  it('that one refuses goes back to its author that is done; what that merges is judged again by all', () => {
    const merged = mergeAll(judged(judged(first(), 'two', YES), 'design', null));
    expect(taskState(merged, 'design').life).toMatchObject(isDone);
    const sent = after(merged, verdict(first(), 'one', NO));
    expect(orderOf(sent, 'design')).toMatchObject({ gen: 2, ask: 'mend' });
    const again = mergeAll(judged(sent, 'design', null));
    expect(orderOf(again, 'one')).toMatchObject({ gen: 2, ask: 'adapt', sync: true });
    expect(orderOf(again, 'two')).toMatchObject({ gen: 2, ask: 'adapt' });
    expect(waitsOf(again, 'page')).toEqual(['need one', 'need two']);
  });

  it('that is replaced while one judges it is judged once more by that one', () => {
    const state = offered(first(), '1.1.0');
    const old = judged(state, 'one', YES);
    expect(taskState(old, 'one').verdict).toBe(null);
    expect(orderOf(old, 'one')).toMatchObject({ gen: 2, ask: 'adapt', sync: true });
    expect(orderOf(old, 'one').note).toContain('The contract api 1.1.0');
  });

  it('without a verdict is a turn that is rejected, and says how to give one', () => {
    const state = judged(first(), 'one', null);
    expect(orderOf(state, 'one')).toMatchObject({ gen: 2, ask: 'rejected' });
    expect(orderOf(state, 'one').note).toContain('.longhaul/review.json');
  });

  it('that is published already is told to those at work with it when its successor is approved, not before', () => {
    const state = offered(judged(judged(first(), 'one', YES), 'two', YES), '1.1.0');
    expect(contractState(plan, state, 'api')).toBe('in review');
    expect(taskState(state, 'page').behind).toBe(false);
    const all = judged(judged(state, 'one', YES), 'two', YES);
    expect(taskState(all, 'page').behind).toBe('contract');
    expect(contractState(plan, all, 'api')).toBe('changed');
  });
});

describe('where author and reviewer do not agree', () => {
  function thrice(): CampaignState {
    let state = judged(first(), 'one', NO);
    for (const version of ['1.1.0', '1.2.0']) state = judged(offered(state, version), 'one', NO);
    return state;
  }

  it('a person is asked after three versions; the answer goes to the author, and the count begins anew', () => {
    const state = thrice();
    const [blocker] = state.blockers;
    expect(blocker).toMatchObject({ task: 'one', state: 'open', about: { is: 'review' } });
    expect(blocker?.description).toMatch(
      /^3 versions were not approved\..*no errors are said.*An answer goes to design/s,
    );
    expect(taskState(state, 'one').life.is).toBe('blocked');
    const said: Event = {
      event: 'blockerAnswered',
      atMs: state.nowMs,
      key: 'a',
      blocker: 'b1',
      answer: 'Say them.',
    };
    const answered = after(state, said);
    expect(taskState(answered, 'design').messages.at(-1)).toMatch(
      /no errors are said\nA person says: Say them\.$/,
    );
    expect(judged(offered(answered, '1.3.0'), 'one', NO).blockers).toHaveLength(1);
  });

  it('another version makes the question moot', () => {
    const state = offered(thrice(), '1.3.0');
    expect(state.blockers[0]?.state).toBe('closed');
    expect(orderOf(state, 'one').gen).toBe(4);
  });

  it('a person can do without the review', () => {
    const state = judged(judged(thrice(), 'two', YES), 'two', YES);
    const skipped = after(state, {
      event: 'taskSkipped',
      atMs: state.nowMs,
      key: 's',
      task: 'one',
      note: null,
    });
    expect(skipped.blockers[0]?.state).toBe('closed');
    expect(taskState(skipped, 'page').life.is).toBe('preparing');
    expect(contractState(plan, skipped, 'api')).toBe('published');
    expect(taskState(offered(skipped, '2.0.0'), 'one').life).toMatchObject({ is: 'ended', as: 'skipped' });
  });

  it('and the author is over, the review is skipped, and who waits for it', () => {
    const state = judged(first(), 'one', NO);
    const lost = failed(begin(plan), { task: 'design', atMs: state.nowMs }, failureOf({ class: 'spec' }));
    const over = after(state, lost);
    expect(taskState(over, 'one').life).toMatchObject({ is: 'ended', as: 'skipped' });
    expect(taskState(over, 'page').life).toMatchObject({
      as: 'skipped',
      why: 'needs one, which did not end done',
    });
    const retried = after(over, {
      event: 'taskRetried',
      atMs: over.nowMs,
      key: 'r',
      task: 'design',
      note: null,
    });
    expect(taskState(retried, 'one')).toMatchObject({ life: { is: 'waiting' }, verdict: 'refused' });
    expect(orderOf(offered(retried, '2.0.0'), 'one').gen).toBe(2);
  });

  it('a reviewer that failed keeps the consumers out until it is tried again', () => {
    const state = judged(first(), 'one', YES);
    const broken = judged(state, 'two', null);
    expect(taskState(broken, 'two').life).toMatchObject({ is: 'ended', as: 'failed' });
    expect(taskState(broken, 'page').life).toMatchObject({ as: 'skipped' });
    const again = after(broken, {
      event: 'taskRetried',
      atMs: broken.nowMs,
      key: 'r',
      task: 'two',
      note: null,
    });
    expect(taskState(judged(again, 'two', YES), 'page').life.is).toBe('preparing');
  });
});
