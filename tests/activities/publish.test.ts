/** What a task publishes before it is done, through real git. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { snapshotAt } from '../../src/activities/checkpoint.js';
import { commitPublished } from '../../src/activities/published.js';
import { hearEvents, hearLine, newHearing } from '../../src/activities/hearing.js';
import { branchRef } from '../../src/activities/mirror.js';
import { deliverPublications, type Publisher } from '../../src/activities/publishing.js';
import { readSession } from '../../src/activities/session-record.js';
import { commandAdapter } from '../../src/agents/command.js';
import { readSaid } from '../../src/agents/said.js';
import type { Publish } from '../../src/workflows/messages.js';
import { makeCampaign, writeFiles, type TestCampaign } from '../fixture-repository.js';

const BRANCH = 'longhaul/cart/main';

function publishFiles(campaign: TestCampaign, task: string, files: readonly string[]): Promise<string> {
  const { brief, home, mirror } = campaign;
  const own = brief.tasks[task]!;
  return commitPublished({ brief, task: own, place: snapshotAt({ home, brief, task: own }, mirror), files });
}

function merge(campaign: TestCampaign, commit: string, merged: readonly string[] = []) {
  return campaign.activities.publish({
    campaign: 'cart',
    briefDigest: campaign.digest,
    publications: [{ key: commit, task: 'design', gen: 1, commit, name: 'api' }],
    merged,
  });
}

const files = (campaign: TestCampaign) =>
  campaign.inMirror('ls-tree', '-r', '--name-only', BRANCH).split('\n');
const show = (campaign: TestCampaign, file: string) => campaign.inMirror('show', `${BRANCH}:${file}`);

/** A campaign whose task `design` is at work: it has written its contract, and something else. */
async function begun(): Promise<TestCampaign> {
  const campaign = makeCampaign({ tasks: { design: {}, page: {} } });
  await campaign.activities.prepareWorktree(campaign.input('design'));
  writeFiles(campaign.worktree('design'), { 'api.yaml': 'one\n', 'half.txt': 'half\n' });
  return campaign;
}

test('merges just the named files, and the author’s whole work later, without a conflict', async () => {
  const campaign = await begun();
  const first = await publishFiles(campaign, 'design', ['api.yaml']);
  expect(await publishFiles(campaign, 'design', ['./api.yaml'])).toBe(first);
  expect(await merge(campaign, first)).toEqual([{ key: first, outcome: 'merged', message: '' }]);
  expect(files(campaign)).toEqual(['README.md', 'api.yaml']);
  const head = campaign.inMirror('rev-parse', branchRef(BRANCH));
  expect(await merge(campaign, first)).toMatchObject([{ outcome: 'merged' }]);
  expect(campaign.inMirror('rev-parse', branchRef(BRANCH))).toBe(head);

  writeFiles(campaign.worktree('design'), { 'api.yaml': 'two\n' });
  const second = await publishFiles(campaign, 'design', ['api.yaml']);
  expect(await merge(campaign, second)).toMatchObject([{ outcome: 'merged' }]);
  expect(show(campaign, 'api.yaml')).toBe('two');

  const commit = await campaign.complete('design', 2, (worktree) =>
    writeFiles(worktree, { 'api.yaml': 'three\n', 'half.txt': 'whole\n' }),
  );
  expect(await campaign.merge('design', 2, commit)).toMatchObject({ outcome: 'merged' });
  expect([show(campaign, 'api.yaml'), show(campaign, 'half.txt')]).toEqual(['three', 'whole']);
});

test('a consumer starts from the published files, and the author can take in the campaign while it works', async () => {
  const campaign = await begun();
  await merge(campaign, await publishFiles(campaign, 'design', ['api.yaml']));
  await campaign.activities.prepareWorktree(campaign.input('page'));
  expect(readFileSync(`${campaign.worktree('page')}/api.yaml`, 'utf8')).toBe('one\n');
  writeFiles(campaign.worktree('design'), { 'api.yaml': 'two\n' });
  const facts = await campaign.activities.prepareWorktree(campaign.input('design', 2, { sync: true }));
  expect(facts).toMatchObject({ ok: true, conflicts: [] });
  expect(readFileSync(`${campaign.worktree('design')}/api.yaml`, 'utf8')).toBe('two\n');
});

test('what is heard again after a crash has the key that it had, whatever the files are by then', async () => {
  const campaign = await begun();
  const { brief, home } = campaign;
  const told: Publish[] = [];
  const before = { ...readSession('', 's'), start: { atMs: 1, eventsFrom: 10, cut: null } };
  const publisher: Publisher = {
    brief,
    task: brief.tasks['design']!,
    order: { ...campaign.input('design').order },
    session: before,
    before,
    deps: { home, campaigns: { publish: (_campaign, asked) => Promise.resolve(void told.push(asked)) } },
  };
  const sayings = ['1.0.0', '1.1.0', '1.1.0'].map((version) => {
    const said = { type: 'contract', name: 'api', version, files: ['api.yaml'] };
    return { by: version === '1.0.0' ? 'tool' : 'line', said };
  });
  const hearing = newHearing();
  for (const { by, said } of sayings) {
    writeFiles(campaign.worktree('design'), { 'api.yaml': `${told.length}\n` });
    if (by === 'line') hearLine(hearing, commandAdapter, JSON.stringify(said));
    else hearEvents(hearing, readSaid(said)!);
    await deliverPublications(hearing.unpublished, publisher);
  }
  const [first, second, third] = told;
  expect(new Set(told.map(({ key }) => key)).size).toBe(3);

  writeFiles(campaign.worktree('design'), { 'api.yaml': 'half\n' });
  const again = newHearing();
  for (const { by, said } of sayings)
    if (by === 'line') hearLine(again, commandAdapter, JSON.stringify(said));
  hearEvents(again, readSaid(sayings[0]!.said)!);
  await deliverPublications(again.unpublished, { ...publisher, session: { ...before, start: null } });
  expect(told.slice(3).map(({ key }) => key)).toEqual([second!.key, third!.key, first!.key]);

  const next = newHearing();
  hearEvents(next, readSaid(sayings[0]!.said)!);
  const start = { ...before.start, eventsFrom: 20 };
  await deliverPublications(next.unpublished, { ...publisher, session: { ...before, start } });
  expect(told.slice(0, 6).map(({ key }) => key)).not.toContain(told[6]!.key);
});

test('what others have changed the same is a conflict, and moves nothing', async () => {
  const campaign = await begun();
  const page = await campaign.complete('page', 1, (worktree) =>
    writeFiles(worktree, { 'api.yaml': 'theirs\n' }),
  );
  await campaign.merge('page', 1, page);
  const head = campaign.inMirror('rev-parse', branchRef(BRANCH));
  const facts = await merge(campaign, await publishFiles(campaign, 'design', ['api.yaml']));
  expect(facts).toMatchObject([
    { outcome: 'conflict', message: 'others have changed the same, with conflicts in api.yaml' },
  ]);
  expect(campaign.inMirror('rev-parse', branchRef(BRANCH))).toBe(head);
});

test('what breaks the work that is merged already is rejected, with what it said', async () => {
  const campaign = makeCampaign({
    tasks: { design: {}, page: { verify: ['! test -e api.yaml || (echo no api; false)'] } },
  });
  const page = await campaign.complete('page', 1, (worktree) =>
    writeFiles(worktree, { 'page.txt': 'page\n' }),
  );
  await campaign.mergeAll([{ task: 'page', gen: 1, commit: page }]);
  await campaign.activities.prepareWorktree(campaign.input('design'));
  writeFiles(campaign.worktree('design'), { 'api.yaml': 'one\n' });
  const [facts] = await merge(campaign, await publishFiles(campaign, 'design', ['api.yaml']), ['page']);
  expect(facts).toMatchObject({ outcome: 'rejected' });
  expect(facts?.message).toContain('no api');
  expect(files(campaign)).not.toContain('api.yaml');
});

test('what a task intends to change it may publish, whoever owns it', async () => {
  const campaign = makeCampaign({ tasks: { design: { intends: ['ui/*.txt'] }, page: { owns: ['ui/**'] } } });
  await campaign.activities.prepareWorktree(campaign.input('design'));
  writeFiles(campaign.worktree('design'), { 'ui/page.txt': 'x\n', 'ui/page.md': 'x\n' });
  await merge(campaign, await publishFiles(campaign, 'design', ['ui/page.txt']));
  expect(show(campaign, 'ui/page.txt')).toBe('x');
  await expect(publishFiles(campaign, 'design', ['ui/page.md'])).rejects.toThrow('belongs to the task page');
});

test.each([
  ['missing.yaml', 'there is no file "missing.yaml" in your worktree'],
  ['../other', '"../other" is not a path in your worktree'],
  ['/etc/passwd', '"/etc/passwd" is not a path in your worktree'],
  ['.git/config', '".git/config" is not part of your work'],
  ['.longhaul/contract.json', 'is not part of your work'],
  ['.', '"." is not a path in your worktree'],
  ['ui/page.txt', '"ui/page.txt" belongs to the task page'],
])('%s can not be published', async (file, why) => {
  const campaign = makeCampaign({ tasks: { design: {}, page: { owns: ['ui/**'] } } });
  await campaign.activities.prepareWorktree(campaign.input('design'));
  writeFiles(campaign.worktree('design'), { 'ui/page.txt': 'x\n', '.longhaul/contract.json': '{}' });
  await expect(publishFiles(campaign, 'design', [file])).rejects.toThrow(why);
});
