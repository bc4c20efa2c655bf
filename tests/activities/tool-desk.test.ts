/** What an agent says by its tools, and what it is answered. */
import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToolServer } from '../../src/activities/deps.js';
import type { LockStatus } from '../../src/core/status.js';
import { startToolServer } from '../../src/activities/tool-server.js';
import { queuedLock } from './lock-status.js';
import { createHarness, killWorker, startWorker, type Harness, type HarnessOptions } from './turn-harness.js';

const agent = join(import.meta.dirname, '../fixtures/agents/mcp-agent.mjs');
type Call = readonly [string, Readonly<Record<string, unknown>>];

let tools: ToolServer;
beforeAll(async () => {
  tools = await startToolServer();
});
afterAll(() => tools.close());

function start(calls: readonly Call[], options: Partial<HarnessOptions> = {}): Harness {
  const run = [process.execPath, agent, JSON.stringify(calls)];
  return createHarness({ ...options, agent: { run } }, tools);
}

interface Answer {
  readonly tools?: readonly string[];
  readonly name?: string;
  readonly text: string;
  readonly isError: boolean;
}

function answersOf(harness: Harness): readonly Answer[] {
  const lines = harness.read('answers.jsonl').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Answer);
}

const asked = {
  severity: 'high',
  description: 'Which port?',
  blockingTask: 'design',
  impact: 'no API',
  wait: true,
};
describe('an agent with tools', () => {
  it('ends its turn by a blocker that waits, and what it says after that counts for nothing', async () => {
    const harness = start([
      ['report_blocker', asked],
      ['report_progress', { percent: 99 }],
    ]);
    const facts = await harness.run();
    expect(facts).toMatchObject({ outcome: 'blocked', blocker: { description: 'Which port?', wait: true } });
    const [, blocked, late] = answersOf(harness);
    expect(blocked).toMatchObject({ isError: false });
    expect(blocked?.text).toContain('End your turn now');
    expect(late).toMatchObject({ isError: true });
    expect(harness.progress.some(({ percent }) => percent === 99)).toBe(false);
  });

  it('tells of a blocker and goes on', async () => {
    const harness = start([['report_blocker', { ...asked, wait: false }]]);
    expect(await harness.run()).toMatchObject({ outcome: 'done' });
    expect(harness.blockers).toMatchObject([{ report: { description: 'Which port?', wait: false } }]);
  });

  it('is told which field is not right, and nothing of such a call is done', async () => {
    const harness = start([
      ['report_blocker', { severity: 'huge', description: 'x', why: 1 }],
      ['report_blocker', { ...asked, blockingTask: 'desing' }],
      ['publish_contract', { name: 'cart', version: '1', files: ['a'] }],
    ]);
    expect(await harness.run()).toMatchObject({ outcome: 'done' });
    const [{ tools: names = [] } = {}, form, unknown, missing] = answersOf(harness);
    expect(form?.text).toMatch(/- severity: .*"high"[\s\S]*- .*"why"/);
    expect(unknown?.text).toContain('there is no task desing. Tasks: design, api');
    expect(names).not.toContain('publish_contract');
    expect(missing?.text).toContain('There is no tool publish_contract');
    expect([form, unknown, missing].map((answer) => answer?.isError)).toEqual([true, true, true]);
    expect(harness.blockers).toEqual([]);
  });

  it('is answered at once what became of a lock, and reads later that it is granted', async () => {
    const harness = start([
      ['request_lock', { id: 'k1', paths: ['docs/**'] }],
      ['wait', { file: 'granted' }],
      ['read_inbox', {}],
      ['read_inbox', {}],
      ['release_lock', { id: 'k1', changesMade: false }],
    ]);
    let state: LockStatus['state'] = 'queued';
    harness.locks = () => [{ ...queuedLock, paths: ['docs/**'], state }];
    const turn = harness.run();
    while ((await harness.appears('answers.jsonl')).split('\n').length < 3)
      await new Promise((resolve) => setTimeout(resolve, 20));
    state = 'held';
    // The campaign is asked a second later at the latest.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    writeFileSync(join(harness.worktree, 'granted'), '');
    expect(await turn).toMatchObject({ outcome: 'done' });
    const [, queued, inbox, empty] = answersOf(harness);
    expect(JSON.parse(queued?.text ?? '')).toMatchObject({ answer: 'queued', owners: [{ task: 'web' }] });
    expect(JSON.parse(inbox?.text ?? '')).toMatchObject({ answer: 'granted', id: 'k1' });
    expect(empty?.text).toBe('Nothing new.');
    expect(harness.lockTalk).toEqual(['k1 exclusive docs/** yes', 'k1 released']);
  });

  it('has what it said kept when the campaign can not be reached', async () => {
    const harness = start([['report_blocker', { ...asked, wait: false }]]);
    const { campaigns } = harness.deps;
    Object.assign(campaigns, { reportBlocker: () => Promise.reject(new Error('no server')) });
    const facts = await harness.run();
    expect(answersOf(harness)[1]?.text).toContain('can not be reached');
    expect(facts.summary).toContain('Which port?');
  });

  it('is heard although its worker was killed before the turn ended', async () => {
    const harness = start([
      ['report_blocker', asked],
      ['hang', {}],
    ]);
    const worker = startWorker(harness);
    while (!(await harness.appears('answers.jsonl')).includes('End your turn'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await killWorker(worker);
    expect(await harness.run()).toMatchObject({
      outcome: 'blocked',
      blocker: { description: 'Which port?' },
    });
    // It was not asked a second time.
    expect(answersOf(harness).filter((answer) => answer.tools !== undefined)).toHaveLength(1);
  });

  it('leaves its token nowhere, which counts for nothing once the program has ended', async () => {
    const harness = start([
      ['report_progress', { percent: 5, current: 'Reads.' }],
      ['complete', { summary: 'Has read.' }],
    ]);
    const tokens: string[] = [];
    const { open } = tools;
    Object.assign(tools, {
      open: (desk: Parameters<typeof open>[0]) => {
        const opened = open(desk);
        tokens.push(opened.token);
        return opened;
      },
    });
    await harness.run();
    Object.assign(tools, { open });
    expect(tokens[0]?.length).toBeGreaterThan(40);
    const headers = { authorization: `Bearer ${tokens[0]}` };
    expect((await fetch(tools.url, { method: 'POST', headers, body: '{}' })).status).toBe(401);
    const kept = ['events.jsonl', 'said.jsonl', 'prompt.md', 'turn.json', 'stderr.log'].map((name) =>
      harness.artifact(name),
    );
    expect(kept[1]).toContain('Has read.');
    expect(kept[1]).not.toContain('Reads.');
    expect(
      [...kept, readFileSync(`${harness.root}/home/campaigns/cart/brief.json`, 'utf8')].join(),
    ).not.toContain(tokens[0]);
  });

  it('keeps what it claims to have done', async () => {
    const harness = start([
      ['complete', { summary: 'All done.', deliverables: ['./a.ts'], testResults: { passed: 3, failed: 0 } }],
    ]);
    await harness.run();
    expect(JSON.parse(harness.artifact('completion.json'))).toMatchObject({
      summary: 'All done.',
      deliverables: ['a.ts'],
      testResults: { passed: 3, failed: 0, coverage: null },
    });
  });
});
