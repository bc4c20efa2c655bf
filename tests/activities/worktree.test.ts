import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  commitAll,
  doneTurn,
  makeCampaign,
  runGit,
  writeFiles,
  type TestCampaign,
} from '../fixture-repository.js';

function prepare(campaign: TestCampaign, ...order: Parameters<TestCampaign['input']>) {
  return campaign.activities.prepareWorktree(campaign.input(...order));
}

function read(folder: string, file: string): string {
  return readFileSync(`${folder}/${file}`, 'utf8');
}

test("starts from the campaign's head, on the task's branch, with nothing of the mirror to push to", async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  const facts = await prepare(campaign, 'api');
  const head = campaign.inMirror('rev-parse', 'longhaul/cart/main');
  expect(facts).toMatchObject({
    ok: true,
    start: head,
    conflicts: [],
    host: 'host',
    hostQueue: 'host-q',
    turnQueue: 'turn-q',
  });
  const worktree = campaign.worktree('api');
  expect(runGit(worktree, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('longhaul/cart/work/api');
  expect(runGit(worktree, 'remote')).toBe('');
  expect(runGit(worktree, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/longhaul/cart/work/api');
  expect(runGit(worktree, 'status', '--porcelain')).toBe('');
});

test('keeps a worktree as it is, whatever the agent left in it', async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  const { start } = await prepare(campaign, 'api');
  const worktree = campaign.worktree('api');
  writeFiles(worktree, { 'README.md': 'changed\n', 'new.txt': 'new\n' });
  expect(await prepare(campaign, 'api', 2, { attempt: 2 })).toMatchObject({ ok: true, start });
  expect(runGit(worktree, 'status', '--porcelain')).toBe(' M README.md\n?? new.txt');
});

test('moves aside what is half-made or not its own, and keeps it', async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  const worktree = campaign.worktree('api');
  mkdirSync(worktree, { recursive: true });
  writeFiles(worktree, { 'precious.txt': 'mine' });
  expect(await prepare(campaign, 'api')).toMatchObject({ ok: true });
  rmSync(`${worktree}/.git/longhaul.json`);
  expect(await prepare(campaign, 'api')).toMatchObject({ ok: true });
  expect(read(`${worktree}.stale-1`, 'precious.txt')).toBe('mine');
  expect(existsSync(`${worktree}.stale-2/README.md`)).toBe(true);
});

test('a draft that a killed clone left behind is no obstacle', async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  const worktree = campaign.worktree('api');
  const draft = worktree.replace(/api$/, '.api.new');
  mkdirSync(`${draft}/.git`, { recursive: true });
  expect(await prepare(campaign, 'api')).toMatchObject({ ok: true });
  expect(existsSync(draft)).toBe(false);
});

test('a lost worktree comes back from the last checkpoint, uncommitted work as such', async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  await prepare(campaign, 'api');
  const worktree = campaign.worktree('api');
  writeFiles(worktree, { 'one.txt': '1\n' });
  const own = commitAll(worktree, 'One');
  writeFiles(worktree, { 'two.txt': '2\n' });
  await campaign.activities.checkpoint({ ...campaign.input('api', 9), turn: doneTurn });
  writeFiles(worktree, { 'three.txt': '3\n' });
  await campaign.activities.checkpoint({ ...campaign.input('api', 10), turn: doneTurn });
  rmSync(worktree, { recursive: true });
  expect(await prepare(campaign, 'api', 11)).toMatchObject({ ok: true });
  expect(runGit(worktree, 'rev-parse', 'HEAD')).toBe(own);
  expect(runGit(worktree, 'status', '--porcelain')).toBe('?? three.txt\n?? two.txt');
});

test('prepares five tasks side by side, on a repository that has no mirror yet', async () => {
  const tasks = { a: {}, b: {}, c: {}, d: {}, e: {} };
  const campaign = makeCampaign({ tasks });
  const facts = await Promise.all(Object.keys(tasks).map((task) => prepare(campaign, task)));
  expect(facts.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
});

test('the same task prepared twice at once is prepared once', async () => {
  const campaign = makeCampaign({ tasks: { a: { setup: ['echo x >> .git/count'] } } });
  const facts = await Promise.all([prepare(campaign, 'a'), prepare(campaign, 'a')]);
  expect(facts.map(({ ok }) => ok)).toEqual([true, true]);
  expect(read(campaign.worktree('a'), '.git/count')).toBe('x\n');
  expect(existsSync(`${campaign.worktree('a')}.stale-1`)).toBe(false);
});

test('copies ignored files of the user in, and never commits them', async () => {
  const campaign = makeCampaign({ tasks: { api: { copy: ['.env.test', 'config/local.json'] } } });
  writeFiles(campaign.repository, { '.env.test': 'KEY=1\n', 'config/local.json': '{}\n' });
  await prepare(campaign, 'api');
  const worktree = campaign.worktree('api');
  expect(read(worktree, '.env.test')).toBe('KEY=1\n');
  expect(read(worktree, 'config/local.json')).toBe('{}\n');
  expect(runGit(worktree, 'status', '--porcelain')).toBe('');
  const facts = await campaign.activities.checkpoint({ ...campaign.input('api'), turn: doneTurn });
  expect(facts.changed).toBe(0);
});

test('names a file to copy that is not there', async () => {
  const campaign = makeCampaign({ tasks: { api: { copy: ['.env.test'] } } });
  const facts = await prepare(campaign, 'api');
  expect(facts).toMatchObject({ ok: false, failure: { class: 'spec' } });
  expect(facts.failure?.message).toContain('.env.test');
});

test('sets up once, and again when a lock file changed; what setup leaves is not the agent’s', async () => {
  const setup = ['echo ran >> .git/runs; mkdir -p node_modules && echo x > node_modules/x'];
  const campaign = makeCampaign({ tasks: { api: { setup } } });
  const worktree = campaign.worktree('api');
  await prepare(campaign, 'api', 1);
  await prepare(campaign, 'api', 2);
  expect(read(worktree, '.git/runs')).toBe('ran\n');
  expect(runGit(worktree, 'status', '--porcelain')).toBe('');
  writeFiles(worktree, { 'package-lock.json': '{}' });
  await prepare(campaign, 'api', 3);
  expect(read(worktree, '.git/runs')).toBe('ran\nran\n');
  const facts = await campaign.activities.checkpoint({ ...campaign.input('api', 3), turn: doneTurn });
  expect(facts.changed).toBe(1);
});

test('a setup that fails says how, and runs again the next time', async () => {
  const campaign = makeCampaign({ tasks: { api: { setup: ['echo no registry >&2; exit 7'] } } });
  const facts = await prepare(campaign, 'api');
  expect(facts).toMatchObject({ ok: false, failure: { class: 'spec' } });
  expect(facts.failure?.message).toContain('exit code 7');
  expect(facts.failure?.message).toContain('no registry');
  expect(await prepare(campaign, 'api')).toMatchObject({ ok: false });
});

test('setup sees its lane and its task, and nothing of the worker’s secrets', async () => {
  const campaign = makeCampaign({ tasks: { api: { setup: ['env > .git/env'] } } });
  process.env['TEMPORAL_ADDRESS'] = 'here:7233';
  await prepare(campaign, 'api', 1, { lane: 'script#2' });
  delete process.env['TEMPORAL_ADDRESS'];
  const env = read(campaign.worktree('api'), '.git/env');
  expect(env).toMatch(/^LONGHAUL_LANE=script#2$/m);
  expect(env).toMatch(/^LONGHAUL_PORT_BASE=\d+$/m);
  expect(env).toMatch(/^LONGHAUL_TASK=api$/m);
  expect(env).not.toContain('TEMPORAL');
});

test('a base commit that is in no branch any more is fetched; one that is gone is named', async () => {
  const campaign = makeCampaign({ tasks: { api: {} } });
  runGit(campaign.repository, 'commit', '--quiet', '--amend', '-m', 'Rewritten');
  expect(await prepare(campaign, 'api')).toMatchObject({ ok: true });
  const gone = makeCampaign({
    tasks: { api: {} },
    change: (brief) => ({ ...brief, repository: { ...brief.repository, baseCommit: 'd'.repeat(40) } }),
  });
  expect(await prepare(gone, 'api')).toMatchObject({ ok: false, failure: { class: 'spec' } });
});

/** `api` and `ui` both change the line; `api` is merged first. */
async function inConflict() {
  const campaign = makeCampaign({ tasks: { api: {}, ui: {} } });
  await prepare(campaign, 'ui');
  const api = await campaign.complete('api', 1, (folder) => writeFiles(folder, { 'README.md': 'api\n' }));
  await campaign.merge('api', 1, api);
  const worktree = campaign.worktree('ui');
  writeFiles(worktree, { 'README.md': 'ui\n', 'ui.txt': 'ui\n' });
  return { campaign, worktree };
}

test('sync leaves conflicts in the files, as git merge does, and the same when run again', async () => {
  const { campaign, worktree } = await inConflict();
  for (const gen of [2, 3]) {
    const facts = await prepare(campaign, 'ui', gen, { sync: true, ask: 'conflict' });
    expect(facts).toMatchObject({ ok: true, conflicts: ['README.md'] });
  }
  expect(read(worktree, 'README.md')).toMatch(/<<<<<<< [^]*ui\n=======\napi\n>>>>>>> /);
  expect(read(worktree, 'ui.txt')).toBe('ui\n');
  expect(runGit(worktree, 'status', '--porcelain')).toBe('UU README.md');
  expect(runGit(worktree, 'rev-parse', 'MERGE_HEAD')).toBe(
    campaign.inMirror('rev-parse', 'longhaul/cart/main'),
  );
  writeFiles(worktree, { 'README.md': 'both\n' });
  runGit(worktree, 'commit', '--quiet', '--all', '--no-edit');
  expect(runGit(worktree, 'show', '-s', '--format=%p').split(' ')).toHaveLength(2);
  expect(await prepare(campaign, 'ui', 4, { sync: true })).toMatchObject({ ok: true, conflicts: [] });
});

test('sync without conflicts commits the merge, and keeps uncommitted work', async () => {
  const campaign = makeCampaign({ tasks: { api: {}, ui: {} } });
  await prepare(campaign, 'ui');
  const api = await campaign.complete('api', 1, (folder) => writeFiles(folder, { 'api.txt': 'api\n' }));
  await campaign.merge('api', 1, api);
  const worktree = campaign.worktree('ui');
  writeFiles(worktree, { 'ui.txt': 'ui\n' });
  expect(await prepare(campaign, 'ui', 2, { sync: true })).toMatchObject({ ok: true, conflicts: [] });
  expect([read(worktree, 'ui.txt'), read(worktree, 'api.txt')]).toEqual(['ui\n', 'api\n']);
  expect(runGit(worktree, 'status', '--porcelain')).toBe('');
  const facts = await campaign.activities.checkpoint({ ...campaign.input('ui', 2), turn: doneTurn });
  expect(facts.changed).toBe(1);
});

test('sync goes on from its note where it was killed between the files and the rest', async () => {
  const { campaign, worktree } = await inConflict();
  await prepare(campaign, 'ui', 2, { sync: true });
  // As a kill leaves it: the note is there, the files are merged, HEAD and index are not.
  const work = runGit(worktree, 'rev-parse', 'HEAD');
  const other = runGit(worktree, 'rev-parse', 'MERGE_HEAD');
  const stages = runGit(worktree, 'ls-files', '-u', '-z');
  const kept = await campaign.activities.checkpoint({ ...campaign.input('ui', 2), turn: doneTurn });
  const tree = campaign.inMirror('rev-parse', `${kept.commit}^{tree}`);
  rmSync(`${worktree}/.git/MERGE_HEAD`);
  runGit(worktree, 'reset', '--quiet');
  const intent = { work, other, clean: false, tree, conflicts: ['README.md'], stages };
  writeFiles(campaign.mirror, { 'longhaul/cart/ui.sync.json': JSON.stringify(intent) });
  expect(await prepare(campaign, 'ui', 3)).toMatchObject({
    ok: true,
    conflicts: ['README.md'],
  });
  expect(runGit(worktree, 'status', '--porcelain')).toBe('UU README.md');
  expect(read(worktree, 'README.md').match(/<<<<<<</g)).toHaveLength(1);
});
