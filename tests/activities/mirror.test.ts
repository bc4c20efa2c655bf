import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ensureMirror, fetchUpstream, mirrorPath, openCampaign } from '../../src/activities/mirror.js';
import { homePaths } from '../../src/core/home.js';
import {
  commitAll,
  makeCampaign,
  makeRepository,
  runGit,
  temporaryFolder,
  writeFiles,
} from '../fixture-repository.js';

test('has the branches of the repository as a remote’s, and shares its objects on disk', async () => {
  const campaign = makeCampaign({ tasks: {} });
  runGit(campaign.repository, 'gc', '--quiet');
  const mirror = await openCampaign(campaign.home, campaign.brief);
  expect(mirror).toBe(campaign.mirror);
  expect(campaign.inMirror('for-each-ref', '--format=%(refname)').split('\n')).toEqual([
    'refs/heads/longhaul/cart/main',
    'refs/longhaul-base/cart',
    'refs/remotes/origin/main',
  ]);
  const [pack = ''] = readdirSync(`${campaign.repository}/.git/objects/pack`);
  const inode = (folder: string) => statSync(`${folder}/objects/pack/${pack}`).ino;
  expect(inode(campaign.mirror)).toBe(inode(`${campaign.repository}/.git`));
  expect(campaign.inMirror('config', 'gc.auto')).toBe('0');
});

test('opening it again leaves the campaign’s branch where it is', async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  const commit = await campaign.complete('api', 1, (worktree) => writeFiles(worktree, { 'a.txt': 'a' }));
  const { head } = await campaign.merge('api', 1, commit);
  await openCampaign(campaign.home, campaign.brief);
  expect(campaign.inMirror('rev-parse', 'longhaul/cart/main')).toBe(head);
});

test('is made once by many at the same time, over what a killed one left', async () => {
  const folder = temporaryFolder();
  const repository = { location: makeRepository(`${folder}/a b'c`, { 'x.txt': 'x' }), kind: 'path' } as const;
  const home = homePaths(`${folder}/home`);
  const draft = `${mirrorPath(home, repository.location)}.new`;
  mkdirSync(draft, { recursive: true });
  writeFileSync(`${draft}/HEAD`, 'half');
  const mirrors = await Promise.all(Array.from({ length: 5 }, () => ensureMirror(home, repository)));
  expect(new Set(mirrors)).toEqual(new Set([mirrorPath(home, repository.location)]));
  expect(existsSync(draft)).toBe(false);
});

test('follows the repository: new branches come, and those that are gone go', async () => {
  const campaign = makeCampaign({ tasks: {} });
  await openCampaign(campaign.home, campaign.brief);
  runGit(campaign.repository, 'branch', '--move', 'main', 'main/next');
  const next = commitAll(campaign.repository, 'Next');
  await fetchUpstream(campaign.mirror, campaign.brief.repository);
  expect(campaign.inMirror('rev-parse', 'refs/remotes/origin/main/next')).toBe(next);
});

test('borrowed objects of the repository are copied: a mirror stands alone', async () => {
  const folder = temporaryFolder();
  makeRepository(`${folder}/lender`, { 'x.txt': 'x' });
  runGit(folder, 'clone', '--quiet', '--shared', 'lender', 'borrower');
  const mirror = await ensureMirror(homePaths(`${folder}/home`), {
    location: `${folder}/borrower`,
    kind: 'path',
  });
  expect(existsSync(`${mirror}/objects/info/alternates`)).toBe(false);
  runGit(mirror, 'fsck', '--connectivity-only');
});
