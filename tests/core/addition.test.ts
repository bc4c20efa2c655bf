/** Tasks that come while a campaign runs, as the engine takes them in. */
import { describe, expect, it } from 'vitest';
import { addedTasks } from '../../src/core/addition-request.js';
import type { CampaignEvent } from '../../src/core/engine.js';
import type { Plan } from '../../src/core/plan.js';
import { waitReasons } from '../../src/core/readiness.js';
import { taskState } from '../../src/core/state.js';
import { clockOf } from '../../src/core/group.js';
import { viewStatus } from '../../src/core/view.js';
import { withDigests } from './amendment.js';
import { done, effects } from './drive.js';
import { extensionOf, withRounds } from './extension.js';
import { buildPlan, type PlanSketch } from './plan-builder.js';
import { hunt, Play, TASKS } from './addition-play.js';

const renamed = (plan: Plan) => JSON.parse(JSON.stringify(plan).replaceAll('p1/g1', 'new/g1')) as Plan;

describe('a round', () => {
  it('asks for its tasks once its source is merged, and is done when they are there', () => {
    const play = new Play(hunt()).finish('find');
    expect(play.out.input.request).toMatchObject({
      by: 'round',
      task: 'fix',
      group: 'p1/g1',
      depth: 1,
      sources: [{ task: 'find', prefix: '' }],
    });
    expect(waitReasons(play, 'fix')).toEqual([{ reason: 'round', on: 'find' }]);
    play.take(play.extended(['1', '2']));
    expect(viewStatus(play.plan, play.state).tasks.map(({ id, state, note }) => [id, state, note])).toEqual([
      ['find', 'done', ''],
      ['fix', 'done', "2 tasks of find's output"],
      ['check', 'waiting', ''],
      ['fix-1', 'running', ''],
      ['fix-2', 'running', ''],
    ]);
    play.finish('fix-1');
    expect(play.life('check')).toBe('waiting');
    play.finish('fix-2');
    expect(play.life('check')).toBe('preparing');
  });

  it('leaves at its work what only has to finish after what builds on it', () => {
    const tasks = [...TASKS, { id: 'other', finish: ['check'] }];
    const play = new Play(hunt({ phases: [[tasks]] })).finish('find');
    play.take(play.extended(['1']));
    expect(play.life('fix-1')).toBe('preparing');
    expect(taskState(play.state, 'other')).toMatchObject({ gen: 1, stale: false });
    expect(effects(play.state, 'interrupt')).toEqual([]);
  });

  it('without any entry is done, and what needs it starts', () => {
    const play = new Play(hunt()).finish('find');
    play.take(play.extended([]));
    expect(play.life('fix')).toBe('done');
    expect(play.life('check')).toBe('preparing');
  });

  it('whose tasks can’t be made is for a person: an answer, or a retry, tries it again', () => {
    const play = new Play(hunt()).finish('find');
    play.take(play.extended(null));
    const [blocker] = viewStatus(play.plan, play.state).blockers;
    expect(blocker).toMatchObject({ id: 'b1', task: 'fix', state: 'open' });
    expect(blocker!.description).toContain('The list is none.');
    expect(play.state.additions.out).toBe(null);
    play.take({ event: 'taskRetried', atMs: play.state.nowMs, key: 'r', task: 'fix', note: null });
    play.take(play.extended(['1']));
    expect(play.life('fix-1')).toBe('preparing');
  });

  it('whose order the infrastructure fails is ordered again, and after eight times for a person, who need not change the file', () => {
    const play = new Play(hunt()).finish('find');
    for (let time = 1; time < 8; time += 1) {
      const { key } = play.out;
      play.take(play.broken('transient'));
      expect(play.out.key, `${time}`).not.toBe(key);
      expect(play.life('fix')).toBe('waiting');
    }
    play.take(play.broken('transient'));
    const [blocker] = viewStatus(play.plan, play.state).blockers;
    expect(blocker!.description).toContain(
      "can't be made: 8 times in a row: The disk is full. Nothing is wrong",
    );
    expect(blocker!.description).not.toContain('apply');
    expect(play.state.additions).toMatchObject({ out: null, lost: 0 });
    play.take({ event: 'blockerAnswered', atMs: play.state.nowMs, key: 'a', blocker: 'b1', answer: 'ok' });
    play.take(play.extended(['1']));
    expect(play.life('fix-1')).toBe('preparing');
  });

  it('that comes to more than may come is for a person, and nothing of it is taken', () => {
    const play = new Play(hunt({ mostAdded: 1 })).finish('find');
    play.take(play.extended(['1', '2']));
    expect(play.life('fix')).toBe('blocked');
    expect(addedTasks(play.plan)).toBe(0);
  });

  it('that is skipped while its tasks are made has none, and what needs it is skipped', () => {
    const play = new Play(hunt()).finish('find');
    const late = play.extended(['1']);
    play.take({ event: 'taskSkipped', atMs: play.state.nowMs, key: 's', task: 'fix', note: null }, late);
    expect([play.life('fix'), play.life('check'), addedTasks(play.plan)]).toEqual(['skipped', 'skipped', 0]);
  });

  it('is ordered again where the order was lost, or the plan was changed meanwhile; an old answer counts for nothing', () => {
    const play = new Play(hunt()).finish('find');
    const first = play.out;
    play.take({ event: 'integrationGone', atMs: play.state.nowMs });
    expect(play.out.key).not.toBe(first.key);
    play.take(play.extended(['old'], first));
    expect(addedTasks(play.plan)).toBe(0);
    const second = play.extended(['1']);
    const { planRevision: revision, nowMs: atMs } = play.state;
    play.take(
      { event: 'planChanged', atMs, key: 'p', revision, plan: { ...play.plan, maxTurns: 2 } },
      second,
    );
    expect(addedTasks(play.plan)).toBe(0);
    play.take(play.extended(['1']));
    expect(play.life('fix-1')).toBe('preparing');
    expect(play.plan.maxTurns).toBe(2);
  });

  it('that a person has skipped does not come back with what others try again', () => {
    const play = new Play(hunt());
    const { nowMs: atMs } = play.state;
    play.take({ event: 'taskSkipped', atMs, key: 's', task: 'fix', note: null });
    expect([play.life('fix'), play.life('check')]).toEqual(['skipped', 'skipped']);
    play.take({ event: 'taskRetried', atMs, key: 'r', task: 'find', note: null });
    expect([play.life('fix'), play.life('check')]).toEqual(['skipped', 'skipped']);
    play.take({ event: 'taskRetried', atMs, key: 'q', task: 'fix', note: null });
    expect(play.life('fix')).toBe('waiting');
  });

  it('is made again where its source is done anew, as a contract that it works with is published anew', () => {
    const tasks = [
      { id: 'design', publishes: ['api'] },
      { id: 'find', contracts: ['api'] },
      { id: 'fix', needs: ['find'] },
      { id: 'check', needs: ['fix'] },
    ];
    const sketch = { phases: [[tasks]], instances: 8, maxTurns: 8 };
    const play = new Play(withDigests(withRounds(buildPlan(sketch), [0])));
    play.publish('design', 'api', '1.0.0').finish('find');
    play
      .take(play.extended(['1', '2']))
      .finish('fix-1')
      .finish('fix-2');
    expect([play.life('fix'), play.life('check')]).toEqual(['done', 'preparing']);
    play.publish('design', 'api', '1.1.0');
    expect([play.life('find'), play.life('fix')]).toEqual(['preparing', 'done']);
    play.finish('find');
    expect(play.life('fix')).toBe('waiting');
    expect(waitReasons(play, 'fix')).toEqual([{ reason: 'round', on: 'find' }]);
    play.take(play.extended(['2', '3']));
    expect([play.life('fix'), play.life('fix-2'), play.life('fix-3')]).toEqual(['done', 'done', 'preparing']);
  });

  it('takes no answer that nobody has asked for', () => {
    const play = new Play(hunt());
    const before = play.state;
    const nonsense = { event: 'extended', atMs: play.state.nowMs } as unknown as CampaignEvent;
    expect(play.take(nonsense).state.tasks).toEqual(before.tasks);
  });

  it('keeps what a person has skipped skipped', () => {
    const play = new Play(hunt()).finish('find');
    play.take({ event: 'taskSkipped', atMs: play.state.nowMs, key: 's', task: 'check', note: null });
    play.take(play.extended(['1']));
    expect(play.life('check')).toBe('skipped');
  });
});

describe('what an agent proposes', () => {
  it('is asked about without holding it up, and added after a yes', () => {
    const play = new Play(hunt());
    play.take(play.asked());
    const [blocker] = viewStatus(play.plan, play.state).blockers;
    expect(blocker!.description).toBe(
      'find proposes a task: "More of it". Why: there is more Answer yes to add it; anything else refuses, and is told to its agent.',
    );
    expect(play.life('find')).toBe('preparing');
    play.take({ event: 'blockerAnswered', atMs: play.state.nowMs, key: 'a', blocker: 'b1', answer: 'Yes' });
    play.take(play.extended([]));
    expect(play.life('more')).toBe('preparing');
    expect(taskState(play.state, 'find').messages).toEqual(['The tasks that you proposed are added: more.']);
  });

  it('is refused by any other answer, which its agent is told', () => {
    const play = new Play(hunt());
    play.take(play.asked());
    play.take({
      event: 'blockerAnswered',
      atMs: play.state.nowMs,
      key: 'a',
      blocker: 'b1',
      answer: 'Not now.',
    });
    expect(play.state.additions.open).toEqual([]);
    expect(taskState(play.state, 'find').messages.join()).toContain('A person answered: Not now.');
  });

  it.each([
    ['the group is gone', renamed, 'The group "p1/g1" is not in the campaign any more.'],
    [
      'the group waits for some',
      (plan: Plan) => ({ groups: plan.groups.map((one) => ({ ...one, wait: 1 })) }),
      'waits for only some of its tasks',
    ],
    ['fewer may come', () => ({ mostAdded: 0 }), 'limits.tasks allows 0'],
    ['less deep ones may come', () => ({ mostDepth: 0 }), 'limits.depth allows 0'],
  ])('is refused after a yes where %s by then; its agent is told, and people are', (_what, change, said) => {
    const play = new Play(hunt());
    play.take(play.asked());
    const { planRevision: revision, nowMs: atMs } = play.state;
    const plan = withDigests({ ...play.plan, ...change(play.plan) });
    play.take({ event: 'planChanged', atMs, key: 'p', revision, plan });
    play.take({ event: 'blockerAnswered', atMs, key: 'a', blocker: 'b1', answer: 'yes' });
    expect(play.state.additions).toMatchObject({ open: [], out: null });
    expect(taskState(play.state, 'find').messages.join()).toContain(said);
    expect(effects(play.state, 'notify').at(-1)!.notice.text).toContain(said);
  });

  it('is refused after a yes where the time of its group is over', () => {
    const play = new Play(hunt());
    play.take(play.asked());
    const { groups } = play.state;
    const clock = { ...clockOf(play.state, 'p1/g1'), expired: true };
    play.state = { ...play.state, groups: { ...groups, 'p1/g1': clock } };
    const { nowMs: atMs } = play.state;
    play.take({ event: 'blockerAnswered', atMs, key: 'a', blocker: 'b1', answer: 'yes' });
    expect(play.state.additions).toMatchObject({ open: [], out: null });
    expect(effects(play.state, 'notify').at(-1)!.notice.text).toContain('The time of the group "g1"');
  });

  it('is waited for at the end', () => {
    const play = new Play(hunt());
    play.take(play.asked()).finish('find');
    play.take(play.extended([])).finish('check');
    const status = viewStatus(play.plan, play.state);
    expect(status.state).toBe('running');
    expect(status.message).toBe('All tasks are over; others are proposed, and wait for an answer: b1.');
    play.take({ event: 'blockerAnswered', atMs: play.state.nowMs, key: 'a', blocker: 'b1', answer: 'no' });
    expect(play.state.delivery).toBe('ordered');
  });

  it.each([
    [{ proposals: 'refuse' }, {}, 'takes no proposals'],
    [{}, { tasks: [] }, 'names no task'],
    [{}, { tasks: Array.from({ length: 21 }, () => ({})) }, 'at most 20'],
    [{}, { tasks: [{ id: 'x', verify: ['rm -rf ~'] }] }, 'which only people may set'],
    [{}, { tasks: [{ id: 'x', onFailure: 'fail-fast' }] }, 'which only people may set'],
    [{ mostAdded: 0 }, {}, 'limits.tasks allows 0'],
    [{ mostDepth: 0 }, {}, 'limits.depth allows 0'],
    [{ groups: [[{ wait: 1 }]] }, {}, 'waits for only some of its tasks'],
  ] as const)('%j %j is refused at once, and its agent told', (limits, more, said) => {
    const play = new Play(buildPlan({ phases: [[TASKS]], ...(limits as Partial<PlanSketch>) }));
    play.take(play.asked(more));
    expect(play.state.additions.open).toEqual([]);
    expect(taskState(play.state, 'find').messages.join()).toContain(said);
  });
});

it('what a person adds is not asked about, and told where it can’t be done', () => {
  const play = new Play(hunt());
  play.take(play.asked({ by: 'person', task: null }));
  expect(play.out.input.request).toMatchObject({ by: 'person', group: 'p1/g1', depth: 1 });
  play.take(play.extended(null));
  expect(effects(play.state, 'notify').map(({ notice }) => notice.text)).toEqual([
    'c: the tasks are not added. The list is none.',
  ]);
});

it('what was removed and is added again begins anew', () => {
  const play = new Play(buildPlan({ phases: [[[{ id: 'find' }, { id: 'more' }]]] }));
  const { planRevision: revision, nowMs: atMs } = play.state;
  const without = buildPlan({ phases: [[[{ id: 'find' }]]] });
  play.take({ event: 'planChanged', atMs, key: 'p', revision, plan: withDigests(without) });
  play.take(done(play.state, 'more', atMs + 1_000));
  expect(play.life('more')).toBe('cancelled');
  play.take(play.asked({ by: 'person', task: null }));
  const again = extensionOf(
    { ...play.plan, tasks: without.tasks, groups: without.groups, phases: without.phases },
    play.out.input.request,
    () => 0,
  );
  play.take({
    event: 'extended',
    atMs: play.state.nowMs,
    order: play.out.key,
    plan: withDigests(again),
    problems: [],
  });
  expect(play.life('more')).toBe('preparing');
  expect(play.state.notes?.at(-1)).toMatchObject({ what: 'tasksAdded', tasks: 1 });
});

it('what a person adds is checked again before it is ordered, and each that is refused is told', () => {
  const play = new Play(hunt({ mostAdded: 2 })).finish('find');
  const tasks = ['a', 'b'].map((id) => [{ id, title: id }]);
  // They wait behind the round, whose tasks are more than the limits leave.
  for (const [at, each] of tasks.entries())
    play.take(play.asked({ key: `k${at}`, by: 'person', task: null, tasks: each }));
  expect(play.state.additions.open).toHaveLength(2);
  play.take(play.extended(['1', '2']));
  expect(play.state.additions).toMatchObject({ open: [], out: null });
  expect(effects(play.state, 'notify').map(({ notice }) => notice.text)).toEqual(
    [1, 2].map(() => expect.stringContaining('3 tasks would have been added') as string),
  );
});

it('what a person adds, and the infrastructure fails, is ordered again; then it is said how to ask again', () => {
  const play = new Play(hunt());
  play.take(play.asked({ by: 'person', task: null }));
  for (let time = 1; time <= 7; time += 1) play.take(play.broken('transient'));
  expect(play.state.additions).toMatchObject({ open: [{ key: 'k1' }], lost: 7 });
  expect(effects(play.state, 'notify')).toEqual([]);
  play.take(play.broken('transient'));
  expect(play.state.additions).toMatchObject({ open: [], out: null, lost: 0 });
  const [told] = effects(play.state, 'notify');
  expect(told!.notice.text).toContain(
    '8 times in a row: The disk is full. Nothing is wrong with the tasks: ask for',
  );
});
