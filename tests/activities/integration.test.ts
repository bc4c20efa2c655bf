import { existsSync, rmSync, truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createIntegrationActivities } from '../../src/activities/integration-activities.js';
import { branchRef } from '../../src/activities/mirror.js';
import type { MergeFacts } from '../../src/core/ports.js';
import {
  commitAll,
  makeCampaign,
  makeRepository,
  runGit,
  writeFiles,
  type TestCampaign,
} from '../fixture-repository.js';

function head(campaign: TestCampaign): string {
  return campaign.inMirror('rev-parse', branchRef('longhaul/cart/main'));
}

function log(campaign: TestCampaign, ...args: string[]): string[] {
  return campaign.inMirror('log', '--topo-order', '--format=%s', ...args, 'longhaul/cart/main').split('\n');
}

const add = (name: string) => (worktree: string) => writeFiles(worktree, { [name]: `${name}\n` });

test('merges with one merge commit per task, over one commit with title, summary and trailers', async () => {
  const campaign = makeCampaign({ tasks: { api: { title: 'Build the API' } } });
  const commit = await campaign.complete('api', 3, add('api.txt'));
  const facts = await campaign.merge('api', 3, commit);
  expect(facts).toMatchObject({ outcome: 'merged', head: head(campaign), conflicts: [], failure: null });
  expect(log(campaign)).toEqual([
    'Merge longhaul/cart/work/api: Build the API',
    'Build the API',
    'First commit',
  ]);
  const merge = campaign.inMirror('show', '-s', '--format=%B', facts.head);
  expect(merge).toContain('Longhaul-Campaign: cart\nLonghaul-Task: api\nLonghaul-Gen: 3');
  expect(campaign.inMirror('show', '-s', '--format=%b', `${facts.head}^2`)).toMatch(
    /^Did it\.\n\nLonghaul-Campaign: cart/,
  );
  expect(campaign.inMirror('rev-parse', 'longhaul/cart/work/api')).toBe(
    campaign.inMirror('rev-parse', `${facts.head}^2`),
  );
});

test("keeps the agent's own commits where they are all of its work", async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  const commit = await campaign.complete('api', 1, (worktree) => {
    add('one.txt')(worktree);
    commitAll(worktree, 'One');
    add('two.txt')(worktree);
    commitAll(worktree, 'Two');
  });
  await campaign.merge('api', 1, commit);
  expect(log(campaign)).toEqual(['Merge longhaul/cart/work/api: Do api', 'Two', 'One', 'First commit']);
  expect(campaign.inMirror('log', '-1', '--format=%an', 'longhaul/cart/work/api')).toBe('Somebody');
});

const forbiddenWork: readonly [string, (worktree: string) => string][] = [
  ['a copied file', () => '.env.test'],
  ['a copied file on a branch that it merged', () => '.env.test'],
  ['a file of ours', (worktree) => (writeFiles(worktree, { '.longhaul/note': 'x' }), '.longhaul/note')],
  [
    'a file over 50 MB',
    (worktree) => {
      writeFiles(worktree, { 'big.bin': '' });
      truncateSync(`${worktree}/big.bin`, 50_000_001);
      return 'big.bin';
    },
  ],
  [
    'a secret',
    (worktree) => {
      writeFiles(worktree, { 'key.ts': ['ghp', 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY0000\n'].join('_') });
      return 'key.ts';
    },
  ],
  [
    'another repository',
    (worktree) => {
      makeRepository(`${worktree}/nested`, { 'file.txt': 'x' });
      return 'nested';
    },
  ],
];

test.each(forbiddenWork)('commits that held %s for a while are delivered as one', async (what, make) => {
  const campaign = makeCampaign({
    files: { 'README.md': 'store\n', '.gitignore': '.env.test\n' },
    tasks: { api: { copy: ['.env.test'] } },
  });
  writeFiles(campaign.repository, { '.env.test': 'TOKEN=synthetic-token\n' });
  const commit = await campaign.complete('api', 1, (worktree) => {
    add('api.txt')(worktree);
    commitAll(worktree, 'Start');
    const isMerged = what.endsWith('merged');
    if (isMerged) runGit(worktree, 'checkout', '--quiet', '-b', 'side');
    const file = make(worktree);
    runGit(worktree, 'add', '--force', file);
    runGit(worktree, 'commit', '--quiet', '--message', 'Too much');
    runGit(worktree, 'rm', '--quiet', '--cached', file);
    runGit(worktree, 'commit', '--quiet', '--message', 'Without it');
    if (isMerged) {
      runGit(worktree, 'checkout', '--quiet', '-');
      runGit(worktree, 'merge', '--quiet', '--no-ff', '--no-edit', 'side');
    }
    rmSync(`${worktree}/${file}`, { recursive: true, force: true });
  });
  expect(await campaign.merge('api', 1, commit)).toMatchObject({ outcome: 'merged' });
  expect(log(campaign)).toEqual(['Merge longhaul/cart/work/api: Do api', 'Do api', 'First commit']);
  const delivered = campaign.inMirror('rev-list', '--objects', 'longhaul/cart/main');
  expect(delivered).toContain('api.txt');
  expect(delivered).not.toMatch(/env\.test|longhaul|big\.bin|key\.ts|nested/);
  expect(campaign.inMirror('show', '-s', '--format=%b', 'longhaul/cart/work/api')).toContain('for a while');
});

test("keeps the agent's own merges, with what was in the base before", async () => {
  const campaign = makeCampaign({ files: { '.longhaul/kept': 'x', 'a.txt': 'a' }, tasks: { api: {} } });
  const commit = await campaign.complete('api', 1, (worktree) => {
    runGit(worktree, 'checkout', '--quiet', '-b', 'side');
    add('side.txt')(worktree);
    commitAll(worktree, 'Side');
    runGit(worktree, 'checkout', '--quiet', '-');
    add('main.txt')(worktree);
    commitAll(worktree, 'Main');
    runGit(worktree, 'merge', '--quiet', '--no-edit', 'side');
  });
  await campaign.merge('api', 1, commit);
  expect(log(campaign)).toContain('Side');
});

test.each([
  ['leaves the merge to us', () => undefined],
  ['commits the merge', (worktree: string) => runGit(worktree, 'commit', '--quiet', '--all', '--no-edit')],
])('no checkpoint and no kept work enters the history where the agent %s', async (_, settle) => {
  const campaign = makeCampaign({ tasks: { api: {}, ui: {} } });
  await campaign.complete('ui', 1, (worktree) => writeFiles(worktree, { 'README.md': 'ui\n' }));
  const api = await campaign.complete('api', 1, (worktree) => writeFiles(worktree, { 'README.md': 'api\n' }));
  await campaign.merge('api', 1, api);
  await campaign.activities.prepareWorktree(campaign.input('ui', 2, { sync: true }));
  const ui = await campaign.complete('ui', 2, (worktree) => {
    writeFiles(worktree, { 'README.md': 'both\n' });
    settle(worktree);
  });
  expect(await campaign.merge('ui', 2, ui)).toMatchObject({ outcome: 'merged' });
  expect(log(campaign).toSorted()).toEqual(
    [
      'Do api',
      'Do ui',
      'First commit',
      'Merge longhaul/cart/work/api: Do api',
      'Merge longhaul/cart/work/ui: Do ui',
    ].toSorted(),
  );
  expect(campaign.inMirror('show', 'longhaul/cart/main:README.md')).toBe('both');
});

test('merges once, however often it is asked', async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  const commit = await campaign.complete('api', 1, add('api.txt'));
  const first = await campaign.merge('api', 1, commit);
  campaign.inMirror('update-ref', '-d', branchRef('longhaul/cart/work/api'));
  // Another summary, as another second would, makes another commit of the same work.
  const mergeAs = (summary: string) => campaign.mergeAll([{ task: 'api', gen: 1, commit, summary }]);
  const again = (await Promise.all([mergeAs('Again.'), mergeAs('And again.')])).flat();
  expect(again.map((facts) => facts.head)).toEqual([first.head, first.head]);
  expect(campaign.inMirror('rev-parse', 'longhaul/cart/work/api')).toBe(
    campaign.inMirror('rev-parse', `${first.head}^2`),
  );
});

test('a chain of tasks that each change the line before merges without a conflict', async () => {
  const campaign = makeCampaign({ files: { 'line.txt': 'start\n' }, tasks: { a: {}, b: {}, c: {} } });
  for (const [index, task] of ['a', 'b', 'c'].entries()) {
    const commit = await campaign.complete(task, index + 1, (folder) =>
      writeFiles(folder, { 'line.txt': `${task}\n` }),
    );
    expect(await campaign.merge(task, index + 1, commit)).toMatchObject({ outcome: 'merged' });
  }
  expect(campaign.inMirror('show', 'longhaul/cart/main:line.txt')).toBe('c');
});

test('a conflict names its files, leaves the branch alone, and tells the agent what to do', async () => {
  const campaign = makeCampaign({ tasks: { api: {}, ui: {} } });
  const ui = await campaign.complete('ui', 1, (worktree) => writeFiles(worktree, { 'README.md': 'ui\n' }));
  const api = await campaign.complete('api', 1, (worktree) => writeFiles(worktree, { 'README.md': 'api\n' }));
  const merged = await campaign.merge('api', 1, api);
  const facts = await campaign.merge('ui', 1, ui);
  expect(facts).toMatchObject({ outcome: 'conflict', conflicts: ['README.md'], head: merged.head });
  expect(facts.failure).toMatchObject({ class: 'rejected', evidence: '1/merge.md' });
  expect(campaign.evidence('ui', '1/merge.md')).toContain('README.md');
  expect(head(campaign)).toBe(merged.head);
});

test('tests the merged tree with the commands of all that is merged; one that fails keeps the branch green', async () => {
  const both = 'test ! -f api.txt || test ! -f ui.txt || { echo they do not go together; exit 3; }';
  const campaign = makeCampaign({ tasks: { api: { verify: [both] }, ui: {} } });
  const ui = await campaign.complete('ui', 1, add('ui.txt'));
  const api = await campaign.complete('api', 1, add('api.txt'));
  const merged = await campaign.merge('api', 1, api);
  const facts = await campaign.merge('ui', 1, ui);
  expect(facts).toMatchObject({ outcome: 'rejected', head: merged.head, failure: { class: 'rejected' } });
  expect(campaign.evidence('ui', facts.failure?.evidence)).toContain('they do not go together');
  expect(head(campaign)).toBe(merged.head);
});

test("the phase's own commands come before the tasks'", async () => {
  const campaign = makeCampaign({
    tasks: { api: { verify: ['test ! -d .git/refs/heads/none'] } },
    integrationVerify: { build: ['exit 4'] },
  });
  const facts = await campaign.merge('api', 1, await campaign.complete('api', 1, add('api.txt')));
  expect(facts.failure?.message).toContain('`exit 4` ended with exit code 4');
});

test('a flaky command gets a second run', async () => {
  const flaky = 'case "$PWD" in *integration) test -f .git/tried || { touch .git/tried; exit 1; };; esac';
  const campaign = makeCampaign({ tasks: { api: { verify: [flaky] } } });
  const facts = await campaign.merge('api', 1, await campaign.complete('api', 1, add('api.txt')));
  expect(facts.outcome).toBe('merged');
});

test('sets up the integration worktree once, and cleans it of what others left', async () => {
  const setup = ['echo ran >> .git/runs; mkdir -p node_modules; touch node_modules/x'];
  const verify = [
    'test -f node_modules/x',
    'test ! -f litter',
    'case "$PWD" in *integration) touch litter;; esac',
  ];
  const campaign = makeCampaign({ tasks: { a: { setup, verify }, b: { setup, verify } } });
  for (const task of ['a', 'b']) {
    const commit = await campaign.complete(task, 1, add(`${task}.txt`));
    expect(await campaign.merge(task, 1, commit)).toMatchObject({ outcome: 'merged' });
  }
  expect(runGit(campaign.worktree('.integration'), 'rev-parse', 'HEAD')).toBe(head(campaign));
  expect(existsSync(`${campaign.worktree('.integration')}/node_modules/x`)).toBe(true);
});

test('a task that changed nothing is merged without a commit', async () => {
  const campaign = makeCampaign({ tasks: { review: { changes: 'none' } } });
  const before = await campaign.complete('review', 1, () => undefined);
  const facts = await campaign.merge('review', 1, before);
  expect(facts.outcome).toBe('merged');
  expect(log(campaign)).toEqual(['First commit']);
});

test('a head that moves while the merge is tested starts it over', async () => {
  // The command runs in a shared clone of the mirror: the way there is in its alternates.
  const move = [
    'export GIT_DIR="$(dirname "$(cat .git/objects/info/alternates)")"',
    'new=$(git -c user.name=x -c user.email=x@x commit-tree -p longhaul/cart/main -m Intruder longhaul/cart/main^{tree})',
    'git update-ref refs/heads/longhaul/cart/main "$new"',
  ].join(' && ');
  const intrude = `case "$PWD" in *integration) test -f .git/moved || { touch .git/moved && ${move}; };; esac`;
  const campaign = makeCampaign({ tasks: { api: { verify: [intrude] } } });
  const facts = await campaign.merge('api', 1, await campaign.complete('api', 1, add('api.txt')));
  expect(facts.outcome).toBe('merged');
  expect(log(campaign, '--first-parent')).toEqual([
    'Merge longhaul/cart/work/api: Do api',
    'Intruder',
    'First commit',
  ]);
});

test('a verified commit that is not in the mirror is named', async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  const facts = await campaign.merge('api', 1, 'd'.repeat(40));
  expect(facts).toMatchObject({ outcome: 'failed', failure: { class: 'spec' } });
});

const outcomes = (merges: readonly MergeFacts[]) => merges.map(({ task, outcome }) => `${task}: ${outcome}`);

test('one order merges one by one, tests each by itself, and ends with the first that fails', async () => {
  const alone = 'test "$(ls *.txt | wc -l)" -lt 3 || { echo too many; exit 3; }';
  const campaign = makeCampaign({ tasks: { a: { verify: [alone] }, b: {}, c: {}, d: {} } });
  const tasks = [];
  for (const task of ['a', 'b', 'c', 'd'])
    tasks.push({ task, gen: 1, commit: await campaign.complete(task, 1, add(`${task}.txt`)) });
  const merges = await campaign.mergeAll(tasks);
  expect(outcomes(merges)).toEqual(['a: merged', 'b: merged', 'c: rejected']);
  expect(merges[1]?.head).toBe(head(campaign));
  expect(log(campaign, '--first-parent')).toEqual([
    'Merge longhaul/cart/work/b: Do b',
    'Merge longhaul/cart/work/a: Do a',
    'First commit',
  ]);
});

test('what was merged by a run that was killed is told first, also behind a task that left no trace', async () => {
  const campaign = makeCampaign({ tasks: { review: { changes: 'none' }, api: {}, ui: {} } });
  const review = { task: 'review', gen: 1, commit: await campaign.complete('review', 1, () => undefined) };
  const api = { task: 'api', gen: 1, commit: await campaign.complete('api', 1, add('api.txt')) };
  const ui = { task: 'ui', gen: 1, commit: await campaign.complete('ui', 1, add('ui.txt')) };
  expect(outcomes(await campaign.mergeAll([review, api]))).toEqual(['review: merged', 'api: merged']);
  const before = head(campaign);
  const again = await campaign.mergeAll([review, { ...api, summary: 'Another second.' }, ui]);
  expect(outcomes(again)).toEqual(['api: merged']);
  expect(head(campaign)).toBe(before);
  expect(outcomes(await campaign.mergeAll([review, ui]))).toEqual(['review: merged', 'ui: merged']);
});

test('an order that takes long ends with the merge at hand', async () => {
  const campaign = makeCampaign({ tasks: { a: {}, b: {} } });
  const { merge } = createIntegrationActivities(campaign.deps, 0);
  const a = { task: 'a', gen: 1, commit: await campaign.complete('a', 1, add('a.txt')) };
  const b = { task: 'b', gen: 1, commit: await campaign.complete('b', 1, add('b.txt')) };
  const tasks = [a, b].map((each) => ({ ...each, summary: '' }));
  const merges = await merge({ campaign: 'cart', briefDigest: campaign.digest, tasks, merged: [] });
  expect(outcomes(merges)).toEqual(['a: merged']);
});

test('what breaks is tried again by Temporal, but what was merged before it is told first', async () => {
  const campaign = makeCampaign({ tasks: { a: {} } });
  const a = { task: 'a', gen: 1, commit: await campaign.complete('a', 1, add('a.txt')) };
  const broken = { task: 'nobody', gen: 1, commit: a.commit };
  expect(outcomes(await campaign.mergeAll([a, broken]))).toEqual(['a: merged']);
  await expect(campaign.mergeAll([broken])).rejects.toThrow('nobody');
});
