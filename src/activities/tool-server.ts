/**
 * The tools of all turns of this worker, by MCP (Streamable HTTP without sessions) on loopback. A bearer token names
 * the desk; who has none, or that of a start that is over, is refused before anything is read.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ToolDesk, ToolServer } from './deps.js';

const MOST_BYTES = 1024 * 1024;
const INSTRUCTIONS =
  'Your campaign: ask, tell and publish while you work. People and other tasks see what you say; nobody sees your terminal.';

export async function startToolServer(): Promise<ToolServer> {
  /** By the token's hash: looking one up takes no longer for one that is nearly right. */
  const desks = new Map<string, ToolDesk>();
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    void answer(request, response, { desks, host: `127.0.0.1:${port}` }).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    open(desk) {
      const token = randomBytes(32).toString('base64url');
      desks.set(hashOf(token), desk);
      return {
        token,
        close: () => {
          desks.delete(hashOf(token));
          desk.close();
        },
      };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Doors {
  readonly desks: ReadonlyMap<string, ToolDesk>;
  /** A browser that was sent here by another name is no agent. */
  readonly host: string;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { desks, host }: Doors,
): Promise<void> {
  if (request.headers.host !== host || request.headers.origin !== undefined) {
    end(response, 403);
    return;
  }
  const [, token = ''] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const desk = desks.get(hashOf(token));
  if (desk === undefined) {
    end(response, 401, { 'www-authenticate': 'Bearer' });
    return;
  }
  // Nothing is sent but answers.
  if (request.method !== 'POST') {
    end(response, 405, { allow: 'POST' });
    return;
  }
  const body = await readBody(request);
  if (body === null) end(response, 413, { connection: 'close' });
  else await handOver(request, response, { desk, body });
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end();
}

/** Null where there is too much of it. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function handOver(
  request: IncomingMessage,
  response: ServerResponse,
  { desk, body }: { readonly desk: ToolDesk; readonly body: string },
): Promise<void> {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    end(response, 400);
    return;
  }
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  const server = makeServer(desk);
  response.once('close', () => void server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response, message);
}

/** Our tools come with schemas of their own, and are checked at the desk. */
function makeServer(desk: ToolDesk): McpServer {
  const mcp = new McpServer(
    { name: 'longhaul', version: '1' },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: desk.tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  }));
  mcp.server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const { text, isError } = await desk.call(params.name, params.arguments);
    return { content: [{ type: 'text', text }], isError };
  });
  return mcp;
}
