/** What is published in the middle of a turn: contracts and drafts. */
import { describe, expect, it } from 'vitest';
import { contractState } from '../../src/core/contract.js';
import type { PublishRequest } from '../../src/core/publication.js';
import { advance } from '../../src/core/engine.js';
import type { PublishFacts } from '../../src/core/ports.js';
import { goodMerge, goodPublish, goodReport } from '../../src/core/simulate.js';
import { taskState, type CampaignState, type Event } from '../../src/core/state.js';
import { viewStatus } from '../../src/core/view.js';
import {
  acknowledge,
  begin,
  cutShort,
  done,
  effects,
  failed,
  failureOf,
  mergeReported,
  orderOf,
  reported,
} from './drive.js';
import { buildPlan, type TaskSketch } from './plan-builder.js';

const tasks: readonly TaskSketch[] = [
  { id: 'design', publishes: ['api'], minutes: 60 },
  { id: 'server', contracts: ['api'], provides: ['api'], minutes: 60 },
  { id: 'page', contracts: ['api'], minutes: 30 },
  { id: 'guide', drafts: ['design'], minutes: 10 },
];

const plan = buildPlan({ phases: [[tasks]], instances: 8, maxTurns: 8 });

function request(given: Partial<PublishRequest>): PublishRequest {
  const base = { what: 'contract', name: 'api', version: '1.0.0', files: ['api.yaml'] } as const;
  return { ...base, note: '', commit: 'k1', problem: null, ...given };
}

function asked(state: CampaignState, given: Partial<PublishRequest> = {}, task = 'design'): Event {
  const { gen } = taskState(state, task);
  const key = `${task} ${JSON.stringify(given)}`;
  return { event: 'publishAsked', atMs: state.nowMs + 1_000, key, task, gen, request: request(given) };
}

function waitsOf(state: CampaignState, id: string) {
  return viewStatus(plan, state)
    .tasks.find((task) => task.id === id)
    ?.waitReasons.map(({ reason, on }) => `${reason} ${on}`);
}

/** All that is ordered to be published is told to be as given. */
function publishAll(state: CampaignState, given: Partial<PublishFacts> = {}): CampaignState {
  const [order] = effects(state, 'publish');
  if (order === undefined) throw new Error('nothing is ordered to be published');
  const publications = order.input.publications.map(({ key }) => ({ ...goodPublish(key), ...given }));
  const report = { order: order.key, publications };
  return advance(plan, acknowledge(plan, state), [{ event: 'publishReported', atMs: state.nowMs, report }]);
}

/** All that is ordered to be merged is; and what is ordered then, and so on. */
function mergeAll(state: CampaignState): CampaignState {
  const [order] = effects(state, 'merge');
  if (order === undefined) return state;
  const merges = order.input.tasks.map((task) => goodMerge(task, state.nowMs));
  return mergeAll(advance(plan, acknowledge(plan, state), [mergeReported(state, ...merges)]));
}

function after(state: CampaignState, ...events: readonly Event[]): CampaignState {
  return advance(plan, state, events);
}

function published(): CampaignState {
  const begun = begin(plan);
  return publishAll(after(begun, asked(begun)));
}

describe('a contract', () => {
  it('keeps its consumers waiting until its files are merged', () => {
    const begun = begin(plan);
    expect(waitsOf(begun, 'page')).toEqual(['need contract api']);
    expect(contractState(plan, begun, 'api')).toBe('draft');
    const told = after(begun, asked(begun));
    expect(waitsOf(told, 'page')).toEqual(['integration contract api']);
    expect(effects(told, 'publish')[0]?.input.publications).toMatchObject([
      { task: 'design', commit: 'k1', name: 'api' },
    ]);
    const merged = publishAll(told);
    expect(orderOf(merged, 'page').note).toBe('The contract api 1.0.0 is published by design (api.yaml).');
    expect(taskState(merged, 'server').life.is).toBe('preparing');
    expect(contractState(plan, merged, 'api')).toBe('published');
  });

  it('that nobody published in between is so with its author’s merge', () => {
    const begun = begin(plan);
    const state = mergeAll(after(begun, done(begun, 'design', 3_600_000)));
    expect(taskState(state, 'design').published).toEqual(['api']);
    expect(taskState(state, 'page').life.is).toBe('preparing');
  });

  it('can be published by its author alone; others, and wrong words, are told so with their next turn', () => {
    const state = published();
    const [more] = taskState(after(state, asked(state, {}, 'page')), 'page').messages;
    expect(more).toContain(
      'there is no contract "api" that is this task\'s to publish; this task publishes none',
    );
    const wrong = after(state, asked(state, { name: 'apu' }));
    expect(taskState(wrong, 'design').messages[0]).toContain('this task publishes api');
    const missing = after(state, asked(state, { commit: null, problem: 'there is no file "x"' }));
    expect(taskState(missing, 'design').messages[0]).toContain('there is no file "x"');
    expect(missing.publications).toEqual([]);
  });

  it('whose files can not be merged is told to its author, and stays unpublished', () => {
    const begun = begin(plan);
    const state = publishAll(after(begun, asked(begun)), {
      outcome: 'conflict',
      message: 'conflicts in api.yaml',
    });
    expect(taskState(state, 'design').messages).toEqual([
      'the contract api could not be published: conflicts in api.yaml',
    ]);
    expect(waitsOf(state, 'page')).toEqual(['need contract api']);
  });

  it('is fulfilled once its provider is merged, and that is before its consumers', () => {
    const first = published();
    const early = after(first, done(first, 'page', 1_900_000));
    expect(taskState(early, 'page').life.is).toBe('integrating');
    expect(effects(early, 'merge')).toEqual([]);
    expect(waitsOf(early, 'page')).toEqual(['integration server']);
    const both = after(acknowledge(plan, early), done(first, 'server', 3_700_000));
    expect(effects(both, 'merge')[0]?.input.tasks.map(({ task }) => task)).toEqual(['server']);
    expect(contractState(plan, mergeAll(both), 'api')).toBe('fulfilled');
  });

  it('published anew is told to those who run, and taken in with their next order', () => {
    const first = published();
    const state = publishAll(after(first, asked(first, { version: '1.1.0', commit: 'k2', note: 'Pages.' })));
    expect(contractState(plan, state, 'api')).toBe('changed');
    expect(viewStatus(plan, state).contracts).toEqual([
      {
        name: 'api',
        version: '1.1.0',
        state: 'changed',
        author: 'design',
        provider: 'server',
        consumers: ['server', 'page'],
        pending: ['server', 'page'],
      },
    ]);
    const atMs = state.nowMs + 1_000;
    const next = after(
      acknowledge(plan, state),
      failed(first, { task: 'page', atMs }, failureOf({ class: 'agent-error' })),
    );
    expect(orderOf(next, 'page')).toMatchObject({ gen: 2, sync: true });
    expect(orderOf(next, 'page').note).toContain(
      'The contract api 1.1.0 is published by design (api.yaml). Pages.',
    );
  });

  it('published anew is told, with a turn to adapt, to those whose work is verified without it', () => {
    const first = published();
    const state = publishAll(after(first, asked(first, { version: '1.1.0', commit: 'k2' })));
    const worked = after(acknowledge(plan, state), done(first, 'page', state.nowMs + 1_000));
    expect(orderOf(worked, 'page')).toMatchObject({ gen: 2, ask: 'adapt', sync: true, steps: 'all' });
    expect(orderOf(worked, 'page').note).toContain('The contract api 1.1.0 is published');
    const adapted = after(acknowledge(plan, worked), done(worked, 'page', worked.nowMs + 1_000));
    expect(taskState(adapted, 'page').life.is).toBe('integrating');
  });

  it('published anew is changed, and no other that the same task uses', () => {
    const two = buildPlan({
      phases: [
        [
          [
            { id: 'design', publishes: ['api', 'log'] },
            { id: 'page', contracts: ['api', 'log'] },
          ],
        ],
      ],
    });
    const publish = (from: CampaignState, name: string, version: string) => {
      const told = advance(two, acknowledge(two, from), [asked(from, { name, version, commit: null })]);
      return acknowledge(two, told);
    };
    const statesOf = (state: CampaignState) =>
      (viewStatus(two, state).contracts ?? []).map((each) => [each.name, each.state, each.pending]);
    const begun = begin(two);
    const both = publish(publish(begun, 'api', '1.0.0'), 'log', '1.0.0');
    expect(statesOf(both)).toEqual([
      ['api', 'published', []],
      ['log', 'published', []],
    ]);
    const anew = publish(both, 'api', '2.0.0');
    expect(statesOf(anew)).toEqual([
      ['api', 'changed', ['page']],
      ['log', 'published', []],
    ]);
    expect(statesOf(publish(anew, 'log', '2.0.0'))).toEqual([
      ['api', 'changed', ['page']],
      ['log', 'changed', ['page']],
    ]);
  });

  it('published anew has those who wait for their merge verified once more; and one that is being merged, then', () => {
    const first = published();
    const waits = after(first, done(first, 'page', first.nowMs + 1_000));
    expect(waitsOf(waits, 'page')).toEqual(['integration server']);
    const state = publishAll(after(waits, asked(waits, { version: '2.0.0', commit: 'k2' })));
    expect(orderOf(state, 'page')).toMatchObject({ gen: 2, steps: 'check', sync: true });
    const again = after(acknowledge(plan, state), done(state, 'page', state.nowMs + 1_000));
    expect(taskState(again, 'page').life.is).toBe('integrating');
  });

  it('published anew in the middle of a merge has what was merged verified once more', () => {
    const reviewed = buildPlan({
      phases: [[tasks, [{ id: 'reader', reviews: 'api', minutes: 5 }]]],
      instances: 8,
      maxTurns: 8,
      integrateAt: 'each',
    });
    const step = (from: CampaignState, ...events: readonly Event[]) =>
      advance(reviewed, acknowledge(reviewed, from), events);
    const publish = (from: CampaignState) => {
      const [order] = effects(from, 'publish');
      if (order === undefined) throw new Error('nothing is ordered to be published');
      const publications = order.input.publications.map(({ key }) => goodPublish(key));
      return step(from, {
        event: 'publishReported',
        atMs: from.nowMs,
        report: { order: order.key, publications },
      });
    };
    const merge = (from: CampaignState, ...more: readonly Event[]) => {
      const merges = (effects(from, 'merge')[0]?.input.tasks ?? []).map((each) =>
        goodMerge(each, from.nowMs),
      );
      return step(from, ...more, mergeReported(from, ...merges));
    };
    const begun = begin(reviewed);
    const offered = publish(step(begun, asked(begun)));
    const approved = step(offered, done(offered, 'reader', offered.nowMs + 1_000));
    const anew = publish(step(approved, asked(approved, { version: '2.0.0', commit: 'k2' })));
    const atMs = anew.nowMs + 1_000;
    const verified = step(anew, done(approved, 'server', atMs), done(approved, 'page', atMs));
    const merging = merge(verified);
    expect(merging.merging?.tasks).toEqual(['page']);
    const merged = merge(merging, done(anew, 'reader', merging.nowMs));
    expect(orderOf(merged, 'page')).toMatchObject({ gen: 2, steps: 'check', sync: true });
  });

  it('published anew has those who are done verified once more, without a turn; rejected, it is theirs to mend', () => {
    const first = published();
    const over = mergeAll(after(acknowledge(plan, first), done(first, 'server', 3_700_000)));
    expect(taskState(over, 'server').life).toMatchObject({ is: 'ended', as: 'done' });
    const state = publishAll(after(over, asked(over, { version: '2.0.0', commit: 'k2' })));
    expect(orderOf(state, 'server')).toMatchObject({ gen: 2, steps: 'check', sync: true });
    expect(contractState(plan, state, 'api')).toBe('changed');
    const fits = mergeAll(after(acknowledge(plan, state), done(state, 'server', 3_800_000)));
    expect(taskState(fits, 'server').life).toMatchObject({ is: 'ended', as: 'done' });
    const good = done(state, 'server', 3_800_000);
    if (good.event !== 'taskReported') throw new Error('no report');
    const failure = failureOf({ class: 'rejected', evidence: '2/verify.md', message: 'npm test' });
    const verify = { ok: false, failure, commit: 'c', startedAtMs: 0, endedAtMs: 0 };
    const bad = after(acknowledge(plan, state), { ...good, report: { ...good.report, verify } });
    expect(orderOf(bad, 'server')).toMatchObject({
      gen: 3,
      ask: 'rejected',
      steps: 'all',
      evidence: '2/verify.md',
    });
  });

  it('published anew when the time of its consumer’s group is over does not fail what was done in time', () => {
    const groups: readonly (readonly TaskSketch[])[] = [
      [{ id: 'design', publishes: ['api'] }],
      [{ id: 'server', contracts: ['api'], provides: ['api'] }, { id: 'slow' }],
    ];
    const timed = buildPlan({ phases: [groups], groups: [[{}, { timeoutMs: 60_000 }]], maxTurns: 8 });
    const go = (state: CampaignState, ...events: readonly Event[]) =>
      advance(timed, acknowledge(timed, state), events);
    const publish = (state: CampaignState, given: Partial<PublishRequest>) => {
      const open = go(state, asked(state, given));
      const publications = effects(open, 'publish')[0]!.input.publications.map(({ key }) => goodPublish(key));
      const report = { order: effects(open, 'publish')[0]!.key, publications };
      return go(open, { event: 'publishReported', atMs: open.nowMs, report });
    };
    const begun = begin(timed);
    const both = publish(begun, {});
    const merging = go(both, done(both, 'server', 30_000));
    const merges = effects(merging, 'merge')[0]!.input.tasks.map((task) => goodMerge(task, 30_000));
    const merged = go(merging, mergeReported(merging, ...merges));
    const over = go(merged, { event: 'timerFired', atMs: 90_000 });
    const cut = cutShort(goodReport(orderOf(begun, 'slow'), 0, 90_000), 'interrupted', null);
    const ended = go(over, reported(cut, 90_000));
    expect(taskState(ended, 'slow').life).toMatchObject({ as: 'failed', why: 'the timeout of group p1/g2' });
    const anew = publish(ended, { version: '2.0.0', commit: 'k2' });
    expect(orderOf(anew, 'server')).toMatchObject({ gen: 2, steps: 'check' });
  });
});

describe('a draft', () => {
  it('lets those start that need it, with words alone or with files once they are merged', () => {
    const begun = begin(plan);
    expect(waitsOf(begun, 'guide')).toEqual(['need draft of design']);
    const words = after(
      begun,
      asked(begun, { what: 'draft', name: '', commit: null, files: [], note: 'Two parts.' }),
    );
    expect(orderOf(words, 'guide').note).toBe('A draft of design is published. Two parts.');
    const files = after(begun, asked(begun, { what: 'draft', name: '' }));
    expect(waitsOf(files, 'guide')).toEqual(['integration draft of design']);
    expect(orderOf(publishAll(files), 'guide').gen).toBe(1);
  });
});
