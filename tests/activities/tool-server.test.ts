/** Who may call which tools. */
import { request } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ToolDesk, ToolServer } from '../../src/activities/deps.js';
import { startToolServer } from '../../src/activities/tool-server.js';

let server: ToolServer;
beforeEach(async () => {
  server = await startToolServer();
});
afterEach(() => server.close());

function desk(name: string): ToolDesk & { readonly calls: unknown[] } {
  const calls: unknown[] = [];
  const inputSchema = { type: 'object' as const };
  return {
    calls,
    tools: [{ name: 'say', description: 'Say it.', inputSchema, read: () => ({ is: 'question' }) }],
    call: (tool, args) => {
      calls.push([tool, args]);
      return Promise.resolve({ text: `${name} heard`, isError: false });
    },
    close: () => undefined,
  };
}

async function connect(token: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const headers = { Authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(server.url), { requestInit: { headers } });
  await client.connect(transport);
  return client;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function statusOf({ method = 'POST', headers = {}, body = '{}' }: Asked): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(server.url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

describe('the tool server', () => {
  it('lists the tools of the desk that the token names, and takes calls there and nowhere else', async () => {
    const [api, web] = [desk('api'), desk('web')];
    server.open(web);
    const client = await connect(server.open(api).token);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['say']);
    const answer = await client.callTool({ name: 'say', arguments: { what: 1 } });
    expect(answer).toMatchObject({ content: [{ type: 'text', text: 'api heard' }], isError: false });
    expect(api.calls).toEqual([['say', { what: 1 }]]);
    expect(web.calls).toEqual([]);
    await client.close();
  });

  it('refuses a token of a start that is over, also to one who has used it before', async () => {
    const api = desk('api');
    const { token, close } = server.open(api);
    const client = await connect(token);
    close();
    await expect(client.callTool({ name: 'say', arguments: {} })).rejects.toMatchObject({ code: 401 });
    await expect(connect(token)).rejects.toMatchObject({ code: 401 });
    expect(api.calls).toEqual([]);
  });

  it('refuses who has no token, or comes by another name or from a web page', async () => {
    const { token } = server.open(desk('api'));
    const authorization = `Bearer ${token}`;
    const statuses = [
      {},
      { headers: { authorization: 'Bearer ' } },
      { headers: { authorization: `Bearer ${token}x` } },
      { headers: { authorization, host: 'longhaul.example:80' } },
      { headers: { authorization, origin: 'http://longhaul.example' } },
      { headers: { authorization }, method: 'GET', body: '' },
      { headers: { authorization }, body: 'no JSON' },
      { headers: { authorization }, body: JSON.stringify('x'.repeat(2_000_000)) },
    ].map(statusOf);
    expect(await Promise.all(statuses)).toEqual([401, 401, 401, 403, 403, 405, 400, 413]);
  });
});
