import { describe, expect, it } from 'vitest';
import { MockActivityEnvironment } from '@temporalio/testing';
import { answerPermission } from '../../src/acp/permission.js';
import { acpAdapter } from '../../src/agents/acp.js';
import { classifyAcp } from '../../src/agents/acp-failure.js';
import { hear, NOTHING_HEARD, type Heard } from '../../src/agents/adapter.js';
import { createHarness, fixture } from '../activities/turn-harness.js';

const run = (behaviour: string) => [process.execPath, fixture, 'acp', behaviour];
const start = (behaviour: string, options: Readonly<Record<string, string>> = {}) =>
  createHarness({ agent: { adapter: 'acp', run: run(behaviour), options } });

describe('an agent that asks for permission', () => {
  it.each([
    ['allow', 'Was told y.'],
    ['deny', 'Was told n.'],
  ])('is answered by policy: %s', async (permissions, summary) => {
    expect(await start('ask', { permissions }).run()).toMatchObject({ outcome: 'done', summary });
  });

  it('raises a blocker where a person is to be asked, and has the answer in the next turn of the same session', async () => {
    const harness = start('ask', { permissions: 'ask' });
    const first = await harness.run();
    expect(first).toMatchObject({ outcome: 'blocked', blocker: { severity: 'high', wait: true } });
    expect(first.blocker?.description).toContain('rm -rf build');
    const order = { gen: 2, turn: 2, ask: 'answer', permission: true, session: first.session } as const;
    const told = (gen: number, note: string) =>
      harness.run({ ...order, gen, turn: gen, note }, new MockActivityEnvironment());
    expect(await told(2, 'Yes, go ahead.')).toMatchObject({ summary: 'Was told y.', session: first.session });
    expect(await told(3, 'Never. Use trash.')).toMatchObject({ summary: 'Was told n.' });
  });

  it('is still to be answered by a person, where what they answered was another question', async () => {
    const order = { ask: 'answer', note: 'Yes, Postgres.' } as const;
    expect(await start('ask', { permissions: 'ask' }).run(order)).toMatchObject({ outcome: 'blocked' });
  });

  it('is not answered what it did not offer', () => {
    expect(answerPermission('deny', [{ optionId: 'a', kind: 'allow_once' }])).toEqual({
      outcome: 'cancelled',
    });
    expect(answerPermission('allow', [{ optionId: 'a', kind: 'allow_always' }])).toMatchObject({
      optionId: 'a',
    });
  });
});

describe('an agent that speaks ACP', () => {
  it('is begun anew, with the whole task, where it does not know the session', async () => {
    const harness = start('finish');
    const facts = await harness.run({ gen: 2, turn: 2, ask: 'continue', session: 'gone' });
    expect(facts).toMatchObject({ outcome: 'done' });
    expect(facts.session).not.toBe('gone');
    expect(harness.artifact('prompt.md', 2)).toContain('Write src/api.');
  });

  it('refuses: its own fault', async () => {
    const { failure } = await start('refuse').run();
    expect(failure).toMatchObject({ class: 'agent-error' });
    expect(failure?.message).toContain('refusal');
  });

  it('is missing: found by its name, and not tried again', async () => {
    const harness = createHarness({ agent: { adapter: 'acp', run: ['no-such-agent'] } });
    const { failure } = await harness.run();
    expect(failure).toMatchObject({ class: 'spec' });
    expect(failure?.message).toContain('`no-such-agent` was not found');
  });

  it('can not be told a model that it has no choice of', async () => {
    const harness = createHarness({ agent: { adapter: 'acp', run: run('finish'), model: 'big' } });
    expect((await harness.run()).failure).toMatchObject({ class: 'spec' });
  });

  it('takes an exit without an answer for what it looks like', () => {
    const judge = (exit: object) =>
      acpAdapter.judge(NOTHING_HEARD, { code: null, signal: null, startError: null, tail: '', ...exit });
    expect(judge({ code: 0 })).toMatchObject({ trouble: { class: 'transient' } });
    expect(judge({ code: 143 })).toMatchObject({ trouble: { class: 'transient' } });
    expect(judge({ code: 3, tail: 'Boom' })).toMatchObject({ trouble: { class: 'agent-error' } });
  });

  it('understands nothing of what is not a line of the bridge', () => {
    const lines = ['', '{', '{"type":"failure"}', '{"type":"message","text":4}'];
    let heard: Heard = NOTHING_HEARD;
    for (const line of lines) for (const event of acpAdapter.parse(line, heard)) heard = hear(heard, event);
    expect(heard).toMatchObject({ message: '', ending: { class: 'agent-error' } });
  });
});

describe('a failure over ACP', () => {
  it.each([
    [-32_000, 'Authentication required', 'auth'],
    [-32_603, 'Internal error {"details":"API Error: 401 bad key"}', 'auth'],
    [-32_603, 'Internal error {"details":"API Error: 429 slow"}', 'rate-limited'],
    [-32_603, 'Internal error {"details":"Your credit balance is too low"}', 'usage-limit'],
    [-32_603, 'Internal error {"details":"API Error: 403 insufficient permissions"}', 'auth'],
    [-32_603, 'Internal error {"details":"HTTP 429: quota of requests per minute"}', 'rate-limited'],
    [-32_603, 'Internal error {"details":"HTTP 429","code":"insufficient_quota"}', 'usage-limit'],
    [-32_603, 'Internal error {"details":"API Error: 529 Overloaded"}', 'transient'],
    [-32_603, 'Internal error {"details":"connect ECONNREFUSED 127.0.0.1:1"}', 'transient'],
    [-32_603, 'Internal error {"details":"model x does not exist"}', 'spec'],
    [-32_603, 'Internal error {"details":"something else"}', 'agent-error'],
  ])('%i %s is %s', (code, text, kind) => {
    expect(classifyAcp({ code, text })).toBe(kind);
  });
});
