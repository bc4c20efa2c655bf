/** Tasks that agents propose in their turns. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHarness, type Harness } from './turn-harness.js';

function start(script: string): Harness {
  return createHarness({ agent: { run: [process.execPath, '-e', script] } });
}

const says = (value: object) => `console.log(${JSON.stringify(JSON.stringify(value))});`;
const writes = (text: string) =>
  `require('fs').mkdirSync('.longhaul', { recursive: true }); require('fs').writeFileSync('.longhaul/propose.json', ${JSON.stringify(text)});`;
const tasks = [{ id: 'docs', title: 'Write it down', needs: ['api'] }];
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `t${index}`, title: 'T' }));

describe('tasks that an agent proposes', () => {
  it.each([
    ['on a line', says({ type: 'propose', why: 'Nobody will\nfind it.', tasks })],
    ['in a file', writes(JSON.stringify({ why: ' Nobody will find it. ', tasks }))],
  ])('%s reach the campaign once', async (_how, script) => {
    const harness = start(script);
    expect(await harness.run()).toMatchObject({ outcome: 'done' });
    const request = { why: 'Nobody will find it.', tasks, problem: null };
    expect(harness.proposed).toMatchObject([{ task: 'api', gen: 1, request }]);
    expect(existsSync(path.join(harness.worktree, '.longhaul/propose.json'))).toBe(false);
  });

  it('in a file are sent while the turn runs, and a second file is a second proposal', async () => {
    const second = writes(JSON.stringify({ why: 'And more.', tasks: many(2) }));
    const script = `${writes(JSON.stringify({ why: 'First.', tasks }))} const look = setInterval(() => {
      if (require('fs').existsSync('.longhaul/propose.json')) return;
      clearInterval(look); ${second}
    }, 20);`;
    const harness = start(script);
    expect(await harness.run()).toMatchObject({ outcome: 'done' });
    expect(harness.proposed.map(({ request }) => request.why)).toEqual(['First.', 'And more.']);
    expect(new Set(harness.proposed.map(({ key }) => key)).size).toBe(2);
  });

  it('have the same key when a try of the turn says them again', async () => {
    const harness = start(says({ type: 'propose', why: 'First.', tasks }));
    await harness.run();
    const again = start(says({ type: 'propose', why: 'First.', tasks }));
    await again.run();
    expect(again.proposed[0]!.key).toBe(harness.proposed[0]!.key);
  });

  it('in a file have the same key in a later turn, where the answer to their delivery was lost', async () => {
    const once = `if (!require('fs').existsSync('once')) { require('fs').writeFileSync('once', ''); ${writes(JSON.stringify({ why: 'First.', tasks }))} }`;
    const harness = start(once);
    const { campaigns } = harness.deps;
    const proposeTasks = campaigns.proposeTasks.bind(campaigns);
    harness.deps.campaigns.proposeTasks = async (campaign, asked) => {
      await proposeTasks(campaign, asked);
      throw new Error('no answer');
    };
    await harness.run();
    expect(existsSync(path.join(harness.worktree, '.longhaul/propose.json'))).toBe(true);
    harness.deps.campaigns.proposeTasks = proposeTasks;
    await harness.run({ gen: 2, turn: 2 });
    expect(harness.proposed.at(-1)!.gen).toBe(2);
    expect(new Set(harness.proposed.map(({ key }) => key)).size).toBe(1);
    expect(existsSync(path.join(harness.worktree, '.longhaul/propose.json'))).toBe(false);
  });

  it.each([
    ['{"tasks": [', '.longhaul/propose.json is no JSON, or larger than 64 KB'],
    ['{"why": "So."}', 'its "tasks" must be a list, not nothing'],
    ['{"tasks": {}}', 'its "tasks" must be a list, not object'],
    ['{"tasks": []}', 'its "tasks" are an empty list'],
    ['{"tasks": [{"id": "a"}, "b"]}', 'and number 2 is none'],
    [JSON.stringify({ tasks: many(21) }), 'its "tasks" are 21 tasks; at most 20'],
    [JSON.stringify({ tasks: [{ id: 'a', prompt: 'x'.repeat(33_000) }] }), 'at most 32768 can be added'],
  ])('are told as they are where they can’t be any: %.40s', async (text, problem) => {
    const harness = start(writes(text));
    expect(await harness.run()).toMatchObject({ outcome: 'done' });
    expect(harness.proposed).toMatchObject([{ request: { tasks: [] } }]);
    expect(harness.proposed[0]!.request.problem).toContain(problem);
  });

  it('that the campaign could not be told stand in the turn’s summary', async () => {
    const harness = start(says({ type: 'propose', why: 'Nobody will find it.', tasks }));
    harness.deps.campaigns.proposeTasks = () => Promise.reject(new Error('nobody there'));
    const { summary } = await harness.run();
    expect(summary).toContain(
      'could not be delivered to the campaign: proposed 1 task: Nobody will find it.',
    );
  });
});
