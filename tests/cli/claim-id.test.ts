import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { preferred, startCampaign } from '../../src/cli/claim-id.js';
import type { LoadedCampaign } from '../../src/cli/load-campaign.js';
import { LonghaulClient } from '../../src/client/longhaul-client.js';
import { campaignPaths, homePaths } from '../../src/core/home.js';
import { compileText } from '../core/compile-spec.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const SPEC = `
version: 1
name: cart
agents: { bot: { adapter: command, run: [bot] } }
tasks:
  - { id: api, title: Write the API }
`;

it('starts by the order of one pass, and says so, where the search for a better one fails', () => {
  const { plan, brief } = compileText(SPEC);
  if (plan === null) throw new Error('the spec does not compile');
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const source = {} as Parameters<typeof preferred>[0]['source'];
  const artifacts = preferred({ plan, brief, spec: SPEC, source }, () => {
    throw new Error('no such task');
  });
  expect(artifacts).toEqual({ plan, brief, spec: SPEC, source });
  expect(String(said.mock.calls[0]?.[0])).toContain('one pass; this is a bug of Longhaul: no such task');
});

it.each([
  { folder: 'is removed', more: false },
  { folder: 'stays where something was put into it', more: true },
])('says why it refuses; the folder that it claimed $folder', async ({ more }) => {
  const home = homePaths(mkdtempSync(path.join(os.tmpdir(), 'longhaul-claim-')));
  const { folder } = campaignPaths(home, 'cart');
  const client = new LonghaulClient({ home: home.root, findTarget: () => Promise.resolve(null) });
  vi.spyOn(client, 'lookUp').mockResolvedValue({ is: 'nobody' });
  const compileAs: LoadedCampaign['compileAs'] = () => {
    if (more) writeFileSync(`${folder}/notes.txt`, '');
    throw new Error('refused');
  };
  const loaded = { compileAs } as LoadedCampaign;
  await expect(startCampaign(home, client, { wished: 'cart', loaded })).rejects.toThrow('refused');
  expect(existsSync(folder)).toBe(more);
  rmSync(home.root, { recursive: true });
});
