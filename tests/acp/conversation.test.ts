/** The bridge's side of a turn, with an agent at the other end of a stream that answers as each test says. */
import type { AnyMessage } from '@agentclientprotocol/sdk/unstable';
import { describe, expect, it } from 'vitest';
import { converse, type Conversation } from '../../src/acp/conversation.js';
import type { Line, Talk } from '../../src/acp/talk.js';
import { acpAdapter } from '../../src/agents/acp.js';
import { hear, NOTHING_HEARD, type Heard, type Verdict } from '../../src/agents/adapter.js';

interface Asked {
  readonly method: string;
  readonly conversation: Conversation;
  /** What the agent says in the middle of it. */
  readonly send: (message: object) => void;
}

/** Undefined = no answer at all. */
type Answer = { readonly result: object } | { readonly error: object } | undefined;

const ordinary: Readonly<Record<string, Answer>> = {
  initialize: { result: { protocolVersion: 1, agentCapabilities: { loadSession: true } } },
  'session/new': { result: { sessionId: 's' } },
  'session/load': { result: {} },
  'session/prompt': { result: { stopReason: 'end_turn' } },
};

/** Talks until the bridge has said all. */
async function talk(
  answers: Readonly<Record<string, (asked: Asked) => Answer>>,
  wish: Partial<Talk> = {},
): Promise<{ lines: readonly Line[]; methods: readonly string[] }> {
  const lines: Line[] = [];
  const methods: string[] = [];
  let prompted: unknown = null;
  const fromAgent = new TransformStream<AnyMessage, AnyMessage>();
  const writer = fromAgent.writable.getWriter();
  const send = (message: object) => void writer.write({ jsonrpc: '2.0', ...message } as AnyMessage);
  const writable = new WritableStream<AnyMessage>({
    write: (message) => {
      if (!('method' in message)) return;
      methods.push(message.method);
      if (message.method === 'session/cancel') send({ id: prompted, result: { stopReason: 'cancelled' } });
      if (!('id' in message)) return;
      if (message.method === 'session/prompt') prompted = message.id;
      const asked = { method: message.method, conversation, send };
      const own = answers[message.method];
      const answer = own === undefined ? ordinary[message.method] : own(asked);
      if (answer !== undefined) send({ id: message.id, ...answer });
    },
  });
  const told: Talk = { run: [], model: null, permissions: 'allow', session: null, ...wish };
  const conversation = converse({ readable: fromAgent.readable, writable }, 'Do it.', {
    talk: told,
    print: (line) => void lines.push(line),
  });
  await conversation.ended;
  return { lines, methods };
}

const chunk = (text: string) => ({
  method: 'session/update',
  params: {
    sessionId: 's',
    update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } },
  },
});

/** What the adapter makes of the lines. */
function judge(lines: readonly Line[]): Verdict {
  let heard: Heard = NOTHING_HEARD;
  for (const line of lines)
    for (const event of acpAdapter.parse(JSON.stringify(line), heard)) heard = hear(heard, event);
  return acpAdapter.judge(heard, { code: 0, signal: null, startError: null, tail: '' });
}

describe('an agent that stops', () => {
  it.each([
    ['refusal', 'Without an API key I can not do this.'],
    ['max_tokens', 'Next I connect the socket, which is unavailable'],
    ['max_turn_requests', 'The quota of the usage limit'],
  ])('for %s, whatever it was writing about, is at fault itself', async (stopReason, text) => {
    const { lines } = await talk({
      'session/prompt': ({ send }) => {
        send(chunk(text));
        return { result: { stopReason } };
      },
    });
    const trouble = { class: 'agent-error', message: `The agent stopped with ${stopReason}. ${text}` };
    expect(judge(lines)).toMatchObject({ outcome: 'failed', trouble });
  });

  it('after a message that is too long for a line has its turn all the same, and says it once', async () => {
    const { lines } = await talk({
      'session/prompt': ({ send }) => {
        for (let count = 0; count < 40; count += 1) send(chunk('\u0001'.repeat(50_000)));
        return { result: { stopReason: 'end_turn' } };
      },
    });
    const long = lines.map((line) => JSON.stringify(line).length).filter((length) => length > 10_000);
    expect(long).toHaveLength(1);
    expect(long[0]).toBeLessThan(1024 * 1024);
    const summary = expect.stringContaining('\u0001') as string;
    expect(judge(lines)).toMatchObject({ outcome: 'done', summary });
  });

  it('is not sent the prompt where it is to stop while the session is opened', async () => {
    const { lines, methods } = await talk({
      'session/new': ({ conversation }) => {
        conversation.cancel();
        return { result: { sessionId: 's' } };
      },
    });
    expect(methods).toEqual(['initialize', 'session/new']);
    expect(lines.filter(({ type }) => type !== 'session')).toEqual([]);
  });
});

describe('a session that the agent does not open', () => {
  it.each([
    [-32_000, 'Session token invalid, log in first', { trouble: { class: 'auth' } }],
    [-32_603, 'Session s not found', { is: 'start-anew' }],
    [-32_002, 'Resource not found', { is: 'start-anew' }],
  ])('%i %s', async (code, message, verdict) => {
    const { lines } = await talk({ 'session/load': () => ({ error: { code, message } }) }, { session: 's' });
    expect(judge(lines)).toMatchObject(verdict);
  });
});

describe('an agent that asks for permission', () => {
  const asks = (kind: string) => ({
    'session/prompt': ({ send }: Asked) => {
      const options = [{ optionId: 'o', name: 'O', kind }];
      const toolCall = { toolCallId: 't', title: 'rm -rf build' };
      send({
        id: 'p',
        method: 'session/request_permission',
        params: { sessionId: 's', toolCall, options },
      });
      return undefined;
    },
  });
  const blockerOf = async (kind: string, permissions: Talk['permissions']) => {
    const { lines } = await talk(asks(kind), { permissions });
    const events = lines.flatMap((line) => acpAdapter.parse(JSON.stringify(line), NOTHING_HEARD));
    return events.find(({ is }) => is === 'blocker');
  };

  it('has a person answer where that is its policy', async () => {
    expect(await blockerOf('allow_once', 'ask')).toMatchObject({ report: { permission: true, wait: true } });
  });

  it.each([
    ['reject_once', 'allow'],
    ['allow_once', 'deny'],
  ] as const)('and offers only %s under %s: an answer can not change that', async (kind, permissions) => {
    const blocker = await blockerOf(kind, permissions);
    expect(blocker).toMatchObject({ report: { wait: true } });
    expect(JSON.stringify(blocker)).not.toContain('"permission":');
    expect(JSON.stringify(blocker)).not.toContain('Answer \\"yes\\"');
    expect(JSON.stringify(blocker)).toContain('change `permissions`');
  });
});
