/**
 * A model API on loopback that speaks just enough of the vendors' protocols for their real programs: each request is
 * answered by what a test's `answer` says. Nothing here ever reaches a vendor.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { anthropicWire } from './model-api-anthropic.js';
import { responsesWire } from './model-api-responses.js';

export type ModelAnswer =
  | { readonly text: string }
  /** A command for whatever the program calls its shell. */
  | { readonly shell: string }
  /** A tool of Longhaul's own. */
  | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }
  /** A tool that the program itself offers. */
  | { readonly builtin: string; readonly input: Readonly<Record<string, unknown>> }
  | Refusal
  /** Accepts the request and never says a word. */
  | { readonly silent: true }
  /** Begins to answer, and hangs up. */
  | { readonly cut: true };

export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Spoken = Extract<
  ModelAnswer,
  { text: string } | { shell: string } | { tool: string } | { builtin: string }
>;

/** What the program asked, and how many questions (with tools) came before it. */
export interface ModelRequest {
  readonly index: number;
  /** All texts of the conversation, tool results included. */
  readonly texts: readonly string[];
  readonly last: string;
  /** As it came. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** One vendor's protocol. */
export interface Wire {
  readonly path: string;
  textsOf(body: Readonly<Record<string, unknown>>): readonly string[];
  events(answer: Spoken, count: number): readonly { readonly type: string }[];
  refusal(refusal: Refusal): object;
}

const wires: readonly Wire[] = [anthropicWire, responsesWire];

export interface ModelApi {
  readonly url: string;
  readonly requests: readonly ModelRequest[];
  close(): Promise<void>;
}

export async function startModelApi(answer: (request: ModelRequest) => ModelAnswer): Promise<ModelApi> {
  const requests: ModelRequest[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const wire = wires.find(({ path }) => (request.url ?? '').startsWith(path));
      if (request.method !== 'POST' || wire === undefined) {
        response.writeHead(404).end('{}');
        return;
      }
      const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
      const texts = wire.textsOf(body);
      const asked = { index: requests.length, texts, last: texts.at(-1) ?? '', body };
      requests.push(asked);
      send(response, wire, { answer: answer(asked), count: requests.length });
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

function send(response: ServerResponse, wire: Wire, said: { answer: ModelAnswer; count: number }): void {
  const { answer, count } = said;
  if ('silent' in answer) return;
  if ('status' in answer) {
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(wire.refusal(answer)));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const events = wire.events('cut' in answer ? { text: 'Half of' } : answer, count);
  for (const event of 'cut' in answer ? events.slice(0, 2) : events) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  if ('cut' in answer) setTimeout(() => response.destroy(), 50);
  else response.end();
}
