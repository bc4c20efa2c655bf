import { readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  commitAll,
  makeCampaign,
  runGit,
  writeFiles,
  type CampaignOptions,
  type TestCampaign,
} from '../fixture-repository.js';

/** A campaign whose task `api` is merged. */
async function merged(options: Partial<CampaignOptions> = {}): Promise<TestCampaign> {
  const campaign = makeCampaign({ tasks: { api: {} }, ...options });
  const commit = await campaign.complete('api', 1, (worktree) =>
    writeFiles(worktree, { 'api.txt': 'api\n' }),
  );
  await campaign.merge('api', 1, commit);
  return campaign;
}

function deliver(campaign: TestCampaign, { tasks = ['api'], kept = [] as string[], mergeBase = true } = {}) {
  return campaign.activities.deliver({
    campaign: 'cart',
    briefDigest: campaign.digest,
    tasks,
    kept,
    mergeBase,
  });
}

function at(folder: string, ref: string): string {
  return runGit(folder, 'rev-parse', ref);
}

const campaignBranch = 'longhaul/cart/main';

test("the user's repository is untouched until delivery, and has the branches after it", async () => {
  const campaign = await merged();
  const { repository } = campaign;
  const refs = () => runGit(repository, 'for-each-ref', '--format=%(refname)').split('\n');
  expect(refs()).toEqual(['refs/heads/main']);
  const facts = await deliver(campaign);
  expect(facts).toMatchObject({
    outcome: 'delivered',
    branch: campaignBranch,
    head: at(repository, campaignBranch),
  });
  expect(refs()).toEqual([
    'refs/heads/longhaul/cart/main',
    'refs/heads/longhaul/cart/work/api',
    'refs/heads/main',
  ]);
  expect(at(repository, 'main')).toBe(campaign.brief.repository.baseCommit);
  expect(runGit(repository, 'status', '--porcelain')).toBe('');
  runGit(repository, 'fsck', '--no-dangling');
  expect(await deliver(campaign)).toEqual(facts);
});

test('a branch that the user worked on is left alone, with the command', async () => {
  const campaign = await merged();
  const { repository } = campaign;
  runGit(repository, 'branch', 'longhaul/cart/work/api', 'main');
  runGit(repository, 'checkout', '--quiet', 'longhaul/cart/work/api');
  const mine = commitAll(repository, 'Mine');
  runGit(repository, 'checkout', '--quiet', 'main');
  const facts = await deliver(campaign);
  expect(facts.outcome).toBe('left');
  expect(facts.message).toContain('longhaul/cart/work/api has commits of yours');
  expect(at(repository, 'longhaul/cart/work/api')).toBe(mine);
  expect(at(repository, campaignBranch)).toBe(facts.head);
});

test('a branch that is checked out is left alone, the others are delivered', async () => {
  const campaign = await merged();
  runGit(campaign.repository, 'checkout', '--quiet', '-b', campaignBranch);
  const facts = await deliver(campaign);
  expect(facts).toMatchObject({ outcome: 'left' });
  expect(facts.message).toContain('is checked out in');
  expect(at(campaign.repository, 'longhaul/cart/work/api')).toBeTruthy();
});

test('base is moved by fast-forward, with the files where it is checked out', async () => {
  const campaign = await merged({ deliver: 'merge' });
  const { repository } = campaign;
  writeFiles(repository, { 'untracked.txt': 'mine' });
  const facts = await deliver(campaign);
  expect(facts.outcome).toBe('delivered');
  expect(at(repository, 'main')).toBe(facts.head);
  expect(readFileSync(`${repository}/api.txt`, 'utf8')).toBe('api\n');
  expect(runGit(repository, 'status', '--porcelain')).toBe('?? untracked.txt');
  expect(await deliver(campaign)).toMatchObject({ outcome: 'delivered', head: facts.head });
});

test('base that is not checked out is moved too', async () => {
  const campaign = await merged({ deliver: 'merge' });
  runGit(campaign.repository, 'checkout', '--quiet', '-b', 'elsewhere');
  const facts = await deliver(campaign);
  expect(facts.outcome).toBe('delivered');
  expect(at(campaign.repository, 'main')).toBe(facts.head);
});

test('base with changes of the user is left, with the command to run', async () => {
  const campaign = await merged({ deliver: 'merge' });
  const { repository } = campaign;
  writeFiles(repository, { 'README.md': 'mine\n' });
  const facts = await deliver(campaign);
  expect(facts.outcome).toBe('left');
  expect(facts.message).toContain(`cd ${repository} && git checkout main && git merge ${campaignBranch}`);
  expect(at(repository, 'main')).toBe(campaign.brief.repository.baseCommit);
  expect(readFileSync(`${repository}/README.md`, 'utf8')).toBe('mine\n');
  expect(at(repository, campaignBranch)).toBe(facts.head);
});

test('base that is not to be moved is not moved', async () => {
  const campaign = await merged({ deliver: 'merge' });
  expect(await deliver(campaign, { mergeBase: false })).toMatchObject({ outcome: 'delivered' });
  expect(at(campaign.repository, 'main')).toBe(campaign.brief.repository.baseCommit);
});

test('base that moved on is merged into the campaign’s branch and tested first', async () => {
  const verify = ['test ! -f main.txt || test -f api.txt'];
  const campaign = await merged({ deliver: 'merge', tasks: { api: { verify } } });
  writeFiles(campaign.repository, { 'main.txt': 'main\n' });
  const moved = commitAll(campaign.repository, 'Moved on');
  const facts = await deliver(campaign);
  expect(facts.outcome).toBe('delivered');
  expect(at(campaign.repository, 'main')).toBe(facts.head);
  expect(at(campaign.repository, `${facts.head}^2`)).toBe(moved);
  expect(await deliver(campaign)).toMatchObject({ outcome: 'delivered', head: facts.head });
});

test('base that moved on and does not go together with the work is left alone', async () => {
  const verify = ['test ! -f main.txt'];
  const broken = await merged({ deliver: 'merge', tasks: { api: { verify } } });
  writeFiles(broken.repository, { 'main.txt': 'main\n' });
  const moved = commitAll(broken.repository, 'Moved on');
  const facts = await deliver(broken);
  expect(facts.outcome).toBe('left');
  expect(facts.message).toContain('`test ! -f main.txt` ended with exit code 1');
  expect(at(broken.repository, 'main')).toBe(moved);
  const conflicting = await merged({ deliver: 'merge' });
  writeFiles(conflicting.repository, { 'api.txt': 'mine\n' });
  commitAll(conflicting.repository, 'Mine');
  expect((await deliver(conflicting)).message).toContain('conflicts in api.txt');
});

test('to a URL the branches are pushed, and base where it can be fast-forwarded', async () => {
  const campaign = await merged({ deliver: 'merge', change: toUrl });
  const { repository } = campaign;
  runGit(repository, 'checkout', '--quiet', '--detach');
  const facts = await deliver(campaign);
  expect(facts.outcome).toBe('delivered');
  for (const ref of ['main', campaignBranch]) expect(at(repository, ref)).toBe(facts.head);
  expect(await deliver(campaign)).toEqual(facts);
});

test('a push that the remote refuses is told, not forced', async () => {
  const campaign = await merged({ deliver: 'merge', change: toUrl });
  runGit(campaign.repository, 'branch', '--quiet', 'longhaul/cart/work/api', 'main');
  runGit(campaign.repository, 'checkout', '--quiet', 'longhaul/cart/work/api');
  const mine = commitAll(campaign.repository, 'Mine');
  const facts = await deliver(campaign);
  expect(facts.outcome).toBe('left');
  expect(facts.message).toContain('longhaul/cart/work/api was not pushed');
  expect(at(campaign.repository, 'longhaul/cart/work/api')).toBe(mine);
});

test('a repository that is gone loses nothing: the results are in the mirror', async () => {
  const campaign = await merged();
  rmSync(campaign.repository, { recursive: true });
  const facts = await deliver(campaign);
  expect(facts.outcome).toBe('failed');
  expect(facts.message).toContain(`git clone --branch ${campaignBranch} ${campaign.mirror}`);
});

function toUrl(brief: TestCampaign['brief']): TestCampaign['brief'] {
  const location = `file://${brief.repository.location}`;
  return { ...brief, repository: { ...brief.repository, location, kind: 'url' } };
}

test('the work of a task that did not end done is at hand on its branch, and is not in the results', async () => {
  const campaign = await merged({ tasks: { api: {}, ui: {}, idle: {} } });
  const { repository } = campaign;
  await campaign.complete('ui', 1, (worktree) => writeFiles(worktree, { 'ui.txt': 'half\n' }));
  const facts = await deliver(campaign, { kept: ['ui', 'idle'], mergeBase: false });
  expect(facts.message).toContain('Not merged, but kept on their branches: ui.');
  expect(runGit(repository, 'show', 'longhaul/cart/work/ui:ui.txt')).toBe('half');
  expect(runGit(repository, 'ls-tree', '--name-only', campaignBranch)).not.toContain('ui.txt');
  expect(await deliver(campaign, { kept: ['ui', 'idle'], mergeBase: false })).toEqual(facts);
});

test('where nothing was merged, the campaign branch is not delivered', async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  const facts = await deliver(campaign, { tasks: [], kept: ['api'], mergeBase: false });
  expect(facts).toMatchObject({
    outcome: 'delivered',
    message: 'Nothing was merged, and no task left any work.',
  });
  expect(runGit(campaign.repository, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});

test('base in the middle of a rebase is left alone, and the rebase comes to its end', async () => {
  const campaign = makeCampaign({ tasks: { api: {} }, deliver: 'merge' });
  const { repository } = campaign;
  const commit = await campaign.complete('api', 1, (worktree) =>
    writeFiles(worktree, { 'api.txt': 'api\n' }),
  );
  await campaign.merge('api', 1, commit);
  const before = at(repository, 'main');
  // It stops after its only step, with HEAD detached.
  const rebase = ['rebase', '--quiet', '--root', '--exec', 'test -e .git/go-on'];
  expect(() => runGit(repository, ...rebase)).toThrow();
  const facts = await deliver(campaign);
  expect(facts).toMatchObject({ outcome: 'left' });
  expect(facts.message).toContain(`main was left alone: it is being rebased in ${repository}`);
  expect([at(repository, 'main'), at(repository, campaignBranch)]).toEqual([before, facts.head]);
  writeFiles(repository, { '.git/go-on': '' });
  runGit(repository, 'rebase', '--continue');
  expect(runGit(repository, 'symbolic-ref', '--short', 'HEAD')).toBe('main');
});
