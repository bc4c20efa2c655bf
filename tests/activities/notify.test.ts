/** How people are told: by a command, a webhook, the desktop. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createNotifyActivity } from '../../src/activities/notify.js';
import type { NotifyTarget } from '../../src/core/notify-target.js';
import type { Notice } from '../../src/core/notice.js';
import { campaignPaths } from '../../src/core/home.js';
import { makeCampaign, type TestCampaign } from '../fixture-repository.js';

const notice: Notice = {
  about: 'blocker',
  severity: 'medium',
  text: 'cart: api is blocked',
  task: 'api',
  blocker: 'b1',
};

interface Got {
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

/** Answers with these statuses, one after the other, and then with 200. */
async function listen(...statuses: readonly number[]) {
  const got: Got[] = [];
  const left = [...statuses];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
      response.writeHead(left.shift() ?? 200, { location: 'http://127.0.0.1:9/' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closes.push(() => server.close());
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

const webhook = { severity: 'low', to: 'webhook', urlEnv: null, secretEnv: null } as const;

function campaignWith(...notify: readonly NotifyTarget[]): TestCampaign {
  return makeCampaign({ tasks: { api: {} }, change: (brief) => ({ ...brief, notify }) });
}

function tell(campaign: TestCampaign, given: Partial<Notice> = {}, env: Record<string, string> = {}) {
  const deps = { ...campaign.deps, env: { PATH: process.env['PATH'], ...env } };
  const { briefDigest } = campaign.input('api').order;
  return createNotifyActivity(deps).notify({
    campaign: 'cart',
    briefDigest,
    key: 'notify:b1',
    notice: { ...notice, ...given },
  });
}

function logOf({ home }: TestCampaign): readonly string[] {
  const file = `${campaignPaths(home, 'cart').folder}/notifications.log`;
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => line.replace(/^\S+ /, ''));
}

describe('a notice', () => {
  it('is posted, signed over its time and body, and its key stands nowhere', async () => {
    const { got, url } = await listen();
    const campaign = campaignWith({ ...webhook, url, secretEnv: 'HOOK_KEY' });
    await tell(campaign, {}, { HOOK_KEY: 'canary-key' });
    const [{ body, headers } = { body: '', headers: {} }] = got;
    expect(JSON.parse(body)).toEqual({ id: 'notify:b1', campaign: 'cart', ...notice });
    const signed = `${String(headers['x-longhaul-timestamp'])}.${body}`;
    expect(headers['x-longhaul-signature']).toBe(
      `sha256=${createHmac('sha256', 'canary-key').update(signed).digest('hex')}`,
    );
    expect(logOf(campaign)).toEqual(['notify:b1 medium: cart: api is blocked', 'notify:b1 webhook 1: sent']);
    expect(body + JSON.stringify(headers) + logOf(campaign).join()).not.toContain('canary-key');
  });

  it('that some did not get is tried again, and only there', async () => {
    const [first, second] = [await listen(), await listen(500)];
    const campaign = campaignWith({ ...webhook, url: first.url }, { ...webhook, url: second.url });
    await expect(tell(campaign)).rejects.toThrow('webhook 2: it answered with status 500');
    await tell(campaign);
    await tell(campaign);
    expect([first.got, second.got].map(({ length }) => length)).toEqual([1, 2]);
    expect(logOf(campaign).slice(1).sort()).toEqual([
      'notify:b1 webhook 1: sent',
      'notify:b1 webhook 2: it answered with status 500',
      'notify:b1 webhook 2: sent',
    ]);
  });

  it('is not sent on to where a webhook points, and says no address in its error', async () => {
    const { url } = await listen(302);
    const sent = tell(campaignWith({ ...webhook, url: null, urlEnv: 'CHAT' }), {}, { CHAT: `${url}?canary` });
    const error: unknown = await sent.catch((reason: unknown) => reason);
    expect(String(error)).toContain('it answered with status 302');
    expect(String(error)).not.toContain('canary');
    await expect(tell(campaignWith({ ...webhook, url: null, urlEnv: 'NO_CHAT' }))).rejects.toThrow(
      'NO_CHAT is set neither in',
    );
  });

  it('goes only where its severity is told; the end goes everywhere, and to its account', async () => {
    const { got, url } = await listen();
    const high = { ...webhook, url, severity: 'high' } as const;
    const campaign = makeCampaign({
      tasks: { api: {} },
      change: (brief) => ({ ...brief, notify: [high], accountNotify: { team: [{ ...webhook, url }] } }),
    });
    await tell(campaign);
    expect(got).toHaveLength(0);
    await tell(campaign, { severity: 'critical' });
    expect(got).toHaveLength(1);
    const end = campaignWith(high);
    await tell(end, { about: 'end', severity: 'low' });
    expect(got).toHaveLength(2);
    const other = makeCampaign({
      tasks: { api: {} },
      change: (brief) => ({ ...brief, accountNotify: { team: [{ ...webhook, url }] } }),
    });
    await tell(other, { account: 'team', severity: 'low' });
    await tell(other, { account: 'other', severity: 'low' });
    expect(got).toHaveLength(3);
  });

  it('is read by a command, which sees no key of anybody', async () => {
    const script = 'cat > "$0"; env > "$0.env"';
    const campaign = campaignWith({ severity: 'low', to: 'command', command: ['sh', '-c', script, 'told'] });
    mkdirSync(campaign.home.root, { recursive: true });
    await tell(campaign, {}, { ANTHROPIC_API_KEY: 'canary-key' });
    const file = path.join(campaign.home.root, 'told');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ text: notice.text });
    expect(readFileSync(`${file}.env`, 'utf8')).toContain(`LONGHAUL_NOTICE=${notice.text}`);
    expect(readFileSync(`${file}.env`, 'utf8')).not.toContain('canary-key');
  });

  it.each([
    ['fails', ['sh', '-c', 'exit 3'], 'exit code 3'],
    ['is killed', ['sh', '-c', 'kill -9 $$'], 'ended by SIGKILL'],
    ['is not there', ['no-such-program'], 'could not be started'],
  ])('whose command %s says so', async (_how, command, said) => {
    await expect(tell(campaignWith({ severity: 'low', to: 'command', command }))).rejects.toThrow(said);
  });

  it('reaches all targets at once, and with no character that no program takes', async () => {
    const command = (script: string): NotifyTarget => ({
      severity: 'low',
      to: 'command',
      command: ['sh', '-c', script],
    });
    const campaign = campaignWith(
      command('until test -e there; do sleep 0.05; done'),
      command('printf %s "$LONGHAUL_NOTICE" > there'),
    );
    mkdirSync(campaign.home.root, { recursive: true });
    await tell(campaign, { text: 'Which\u0000port?' });
    expect(readFileSync(path.join(campaign.home.root, 'there'), 'utf8')).toBe('Which port?');
  });

  it('is tried again where the campaign’s facts can not be read', async () => {
    const campaign = campaignWith();
    rmSync(campaignPaths(campaign.home, 'cart').folder, { recursive: true });
    await expect(tell(campaign)).rejects.toThrow();
  });

  it('says that an address is none', async () => {
    const sent = tell(campaignWith({ ...webhook, url: null, urlEnv: 'CHAT' }), {}, { CHAT: 'canary' });
    await expect(sent).rejects.toThrow('its address is none');
  });

  it('is shown on the desktop', async () => {
    const campaign = campaignWith({ severity: 'low', to: 'desktop' });
    const bin = path.join(campaign.home.root, 'stand-in');
    mkdirSync(bin, { recursive: true });
    for (const name of ['notify-send', 'osascript']) {
      writeFileSync(`${bin}/${name}`, `#!/bin/sh\nprintf '%s\\n' "$@" > ${bin}/shown\n`);
      chmodSync(`${bin}/${name}`, 0o755);
    }
    const text = 'cart: api is <b>blocked</b>';
    await tell(campaign, { text }, { PATH: `${bin}:${process.env['PATH'] ?? ''}` });
    expect(existsSync(`${bin}/shown`)).toBe(true);
    expect(readFileSync(`${bin}/shown`, 'utf8')).toContain(
      process.platform === 'darwin'
        ? `Longhaul: cart\n${text}\n`
        : 'cart: api is &lt;b&gt;blocked&lt;/b&gt;\n',
    );
  });
});
