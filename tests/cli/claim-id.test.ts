import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { compileBest, preferred, startCampaign } from '../../src/cli/claim-id.js';
import type { LoadedCampaign } from '../../src/cli/load-campaign.js';
import { readSchedule } from '../../src/client/campaign-folder.js';
import { LonghaulClient } from '../../src/client/longhaul-client.js';
import { campaignPaths, homePaths } from '../../src/core/home.js';
import { preferBest } from '../../src/core/plan-improve.js';
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

const ROUND = `${SPEC}  - { id: find, title: Find what is wrong, output: list.json }
  - { id: mend, title: 'Mend {{item}}', forEach: find }
`;

it.each([
  {
    of: 'as plan does: with the tasks that a round is expected to have',
    text: ROUND,
    compiled: [false, true],
  },
  { of: 'once, where no tasks are to be made', text: SPEC, compiled: [false] },
])('improves what will run $of', ({ text, compiled }) => {
  const asked: boolean[] = [];
  const schemas = { 'list.json': { type: 'array', items: { type: 'string' } } };
  const compileAs: LoadedCampaign['compileAs'] = ({ assume = false }) => {
    asked.push(assume);
    const { plan, brief } = compileText(text, { assume, schemas });
    return { plan: plan!, brief: brief!, spec: text, source: {} as never, gone: [] };
  };
  const identity = { campaign: 'cart', createdAt: '', repository: null };
  const { plan } = compileBest({ compileAs }, identity);
  expect(asked).toEqual(compiled);
  const [plain, assumed] = [false, true].map((assume) => compileText(text, { assume, schemas }).plan!);
  expect(plan).toEqual(preferBest(plain!, assumed));
});

it('starts what will miss its deadline: that is told, and a person may lift it', async () => {
  const spec = `
version: 1
name: cart
agents: { bot: { adapter: command, run: [bot], instances: 2 } }
limits: { deadline: 20m }
defaults: { estimate: 30m, verify: ['true'] }
tasks:
${[1, 2, 3, 4].map((at) => `  - { id: t${at}, title: Do it }\n`).join('')}`;
  const home = homePaths(mkdtempSync(path.join(os.tmpdir(), 'longhaul-claim-')));
  const client = new LonghaulClient({ home: home.root, findTarget: () => Promise.resolve(null) });
  vi.spyOn(client, 'lookUp').mockResolvedValue({ is: 'nobody' });
  vi.spyOn(client, 'start').mockResolvedValue('started');
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const compileAs = () => ({ ...compileText(spec), spec, source: {} });
  const loaded = { compileAs } as unknown as LoadedCampaign;
  expect(await startCampaign(home, client, { wished: 'cart', loaded })).toMatchObject({ how: 'started' });
  expect((await readSchedule(home, 'cart')).map(({ startMs }) => startMs / 60_000)).toEqual([0, 0, 30, 30]);
  expect(said).not.toHaveBeenCalled();
  rmSync(home.root, { recursive: true });
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
