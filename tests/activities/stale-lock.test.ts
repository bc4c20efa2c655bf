/** What gits leave behind that are killed while they move refs (a power failure does that). */
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { removeStaleLock } from '../../src/activities/stale-lock.js';
import { makeCampaign, temporaryFolder, writeFiles, type TestCampaign } from '../fixture-repository.js';

function leaveLock(file: string, ageMs: number): string {
  const when = new Date(Date.now() - ageMs);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  utimesSync(file, when, when);
  return file;
}

const work = (worktree: string) => writeFiles(worktree, { 'a.txt': 'a\n' });

async function completeAndDeliver(campaign: TestCampaign) {
  const commit = await campaign.complete('a', 1, work);
  const { outcome, failure } = await campaign.merge('a', 1, commit);
  expect({ outcome, failure }).toEqual({ outcome: 'merged', failure: null });
  return campaign.activities.deliver({
    campaign: 'cart',
    briefDigest: campaign.digest,
    tasks: ['a'],
    kept: [],
    mergeBase: true,
  });
}

it('goes on over the locks of refs whose holders were killed', async () => {
  const campaign = makeCampaign({ tasks: { a: {} } });
  await campaign.activities.prepareWorktree(campaign.input('a'));
  const locks = [
    `${campaign.mirror}/refs/longhaul/cart/a/1.lock`,
    `${campaign.mirror}/refs/longhaul-start/cart/a.lock`,
    `${campaign.mirror}/refs/heads/longhaul/cart/main.lock`,
    `${campaign.mirror}/refs/heads/longhaul/cart/work/a.lock`,
    `${campaign.repository}/.git/refs/heads/longhaul/cart/main.lock`,
    `${campaign.repository}/.git/refs/heads/longhaul/cart/work/a.lock`,
  ];
  for (const lock of locks) leaveLock(lock, 11_000);
  expect(await completeAndDeliver(campaign)).toMatchObject({ outcome: 'delivered' });
});

it('leaves alone what may be in use', async () => {
  const campaign = makeCampaign({ tasks: { a: {} } });
  await campaign.activities.prepareWorktree(campaign.input('a'));
  // Young, however long the rest takes.
  const fresh = leaveLock(`${campaign.mirror}/refs/longhaul/cart/a/1.lock`, -600_000);
  await expect(campaign.complete('a', 1, work)).rejects.toThrow('File exists');
  expect(existsSync(fresh)).toBe(true);
});

it("leaves alone a person's index, wherever the repository is", () => {
  const lock = leaveLock(`${temporaryFolder()}/refs/heads/store/.git/index.lock`, 60_000);
  expect(removeStaleLock('/', `fatal: Unable to create '${lock}': File exists.`)).toBe(false);
  expect(existsSync(lock)).toBe(true);
});

it('goes by the clock of the file system, and not by its own', () => {
  const fresh = leaveLock(`${temporaryFolder()}/refs/heads/main.lock`, 0);
  vi.useFakeTimers({ now: Date.now() + 60_000 });
  const complaint = `fatal: cannot lock ref 'refs/heads/main': Unable to create '${fresh}': File exists.`;
  expect(removeStaleLock('/', complaint)).toBe(false);
  vi.useRealTimers();
  leaveLock(fresh, 11_000);
  expect(removeStaleLock('/', complaint)).toBe(true);
});
