/**
 * A model API on loopback that speaks just enough of Anthropic's messages protocol for the real `claude` binary:
 * each request is answered by what a test's `answer` says. Nothing here ever reaches a vendor.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export type ModelAnswer =
  | { readonly text: string }
  | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }
  | {
      readonly status: number;
      readonly error: string;
      readonly message: string;
      readonly headers?: Record<string, string>;
    }
  /** Accepts the request and never says a word. */
  | { readonly silent: true };

/** What the program asked, and how many questions (with tools) came before it. */
export interface ModelRequest {
  readonly index: number;
  /** All texts of the conversation, tool results included. */
  readonly texts: readonly string[];
  readonly last: string;
}

export interface ModelApi {
  readonly url: string;
  readonly requests: readonly ModelRequest[];
  close(): Promise<void>;
}

export async function startModelApi(answer: (request: ModelRequest) => ModelAnswer): Promise<ModelApi> {
  const requests: ModelRequest[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      if (request.method !== 'POST' || !(request.url ?? '').startsWith('/v1/messages')) {
        response.writeHead(404).end('{}');
        return;
      }
      const asked = toRequest(body, requests.length);
      requests.push(asked);
      send(response, answer(asked), requests.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function toRequest(body: string, index: number): ModelRequest {
  const { messages = [] } = JSON.parse(body) as { messages?: { content: unknown }[] };
  const texts = messages.map((message) =>
    typeof message.content === 'string' ? message.content : JSON.stringify(message.content),
  );
  return { index, texts, last: texts.at(-1) ?? '' };
}

function send(response: ServerResponse, answer: ModelAnswer, count: number): void {
  if ('silent' in answer) return;
  if ('status' in answer) {
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify({ type: 'error', error: { type: answer.error, message: answer.message } }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of stream(answer, count)) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
}

function stream(answer: Exclude<ModelAnswer, { status: number } | { silent: true }>, count: number) {
  const usage = {
    input_tokens: 1000,
    output_tokens: 1,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  };
  const message = {
    id: `msg_${count}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  const tool = 'tool' in answer;
  const block = tool
    ? { type: 'tool_use', id: `toolu_${count}`, name: answer.tool, input: {} }
    : { type: 'text', text: '' };
  const delta = tool
    ? { type: 'input_json_delta', partial_json: JSON.stringify(answer.input) }
    : { type: 'text_delta', text: answer.text };
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: tool ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { output_tokens: 50 },
    },
    { type: 'message_stop' },
  ];
}
