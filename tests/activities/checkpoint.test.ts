import { chmodSync, existsSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  commitAll,
  doneTurn,
  makeCampaign,
  runGit,
  writeFiles,
  type TestCampaign,
} from '../fixture-repository.js';

async function started(
  files: Record<string, string> = { 'README.md': 'store\n', '.gitignore': 'ignored\n' },
) {
  const campaign = makeCampaign({ files, tasks: { api: {}, ui: {} } });
  await campaign.activities.prepareWorktree(campaign.input('api'));
  return { campaign, worktree: campaign.worktree('api') };
}

function checkpoint(campaign: TestCampaign, gen = 1) {
  return campaign.activities.checkpoint({ ...campaign.input('api', gen), turn: doneTurn });
}

function filesIn(campaign: TestCampaign, commit: string): string[] {
  return campaign.inMirror('ls-tree', '-r', '--name-only', commit).split('\n');
}

test('keeps everything that git does not ignore, with trailers, and the same commit when done again', async () => {
  const { campaign, worktree } = await started();
  writeFiles(worktree, {
    'new.txt': 'new\n',
    ignored: 'x',
    '.longhaul/blocker.json': '{}',
    'README.md': 'changed\n',
  });
  writeFileSync(`${worktree}/.git/info/exclude`, 'private.txt\n', { flag: 'a' });
  writeFiles(worktree, { 'private.txt': 'x' });
  const facts = await checkpoint(campaign);
  expect(facts).toMatchObject({ ok: true, changed: 2, findings: [] });
  expect(filesIn(campaign, facts.commit)).toEqual(['.gitignore', 'README.md', 'new.txt']);
  expect(campaign.inMirror('rev-parse', 'refs/longhaul/cart/api/1')).toBe(facts.commit);
  const message = campaign.inMirror('show', '-s', '--format=%B', facts.commit);
  for (const trailer of ['Campaign: cart', 'Task: api', 'Attempt: 1', 'Turn: 1', 'Session: session-1']) {
    expect(message).toContain(`\nLonghaul-${trailer}`);
  }
  expect((await checkpoint(campaign)).commit).toBe(facts.commit);
  writeFiles(worktree, { 'late.txt': 'late\n' });
  expect(filesIn(campaign, (await checkpoint(campaign)).commit)).toContain('late.txt');
});

test("stands on the agent's own commits, wherever its HEAD is", async () => {
  const { campaign, worktree } = await started();
  writeFiles(worktree, { 'one.txt': '1' });
  const own = commitAll(worktree, 'One');
  runGit(worktree, 'checkout', '--quiet', '--detach');
  writeFiles(worktree, { 'two.txt': '2' });
  const { commit } = await checkpoint(campaign);
  expect(campaign.inMirror('rev-parse', `${commit}^1`)).toBe(own);
  expect(campaign.inMirror('cat-file', '-t', own)).toBe('commit');
  expect(filesIn(campaign, commit)).toContain('two.txt');
});

test('no filter, hook or fsmonitor that the agent configured runs', async () => {
  const { campaign, worktree } = await started();
  const trap = `touch ${worktree}/trapped; cat`;
  for (const key of [
    'filter.trap.clean',
    'filter.trap.smudge',
    'core.fsmonitor',
    'core.sshCommand',
    'uploadpack.packObjectsHook',
  ]) {
    runGit(worktree, 'config', key, trap);
  }
  writeFiles(worktree, {
    '.gitattributes': '* filter=trap\n',
    'a.txt': 'a\n',
    '.git/hooks/reference-transaction': `#!/bin/sh\n${trap}\n`,
  });
  chmodSync(`${worktree}/.git/hooks/reference-transaction`, 0o755);
  const { commit } = await checkpoint(campaign);
  expect(campaign.inMirror('show', `${commit}:a.txt`)).toBe('a');
  expect(existsSync(`${worktree}/trapped`)).toBe(false);
});

test('leaves out nested repositories, with and without commits, and says so', async () => {
  const { campaign, worktree } = await started();
  runGit(worktree, 'init', '--quiet', 'empty');
  writeFiles(worktree, { 'empty/file.txt': 'x', 'deep/er/nested/file.txt': 'x', 'deep/kept.txt': 'x' });
  runGit(`${worktree}/deep/er/nested`, 'init', '--quiet');
  commitAll(`${worktree}/deep/er/nested`, 'Nested');
  const facts = await checkpoint(campaign);
  expect(filesIn(campaign, facts.commit)).toEqual(['.gitignore', 'README.md', 'deep/kept.txt']);
  expect(facts.findings.map((finding) => finding.split(' ')[0])).toEqual(['deep/er/nested', 'empty']);
});

test('takes out what the agent committed and campaigns do not hold', async () => {
  const { campaign, worktree } = await started();
  writeFiles(worktree, { 'nested/file.txt': 'x', '.longhaul/note': 'x', 'big.bin': '' });
  runGit(`${worktree}/nested`, 'init', '--quiet');
  commitAll(`${worktree}/nested`, 'Nested');
  truncateSync(`${worktree}/big.bin`, 50_000_001);
  runGit(worktree, 'add', '--force', '.longhaul/note');
  commitAll(worktree, 'All of it');
  const facts = await checkpoint(campaign);
  expect(filesIn(campaign, facts.commit)).toEqual(['.gitignore', 'README.md']);
  expect(facts.findings).toHaveLength(3);
});

test('leaves out files with secrets that were not in the base, and names file, line and kind', async () => {
  const token = (end: string) => ['ghp', `aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY${end}`].join('_');
  const old = token('0000');
  const { campaign, worktree } = await started({ 'README.md': 'x\n', 'a.ts': `const old = '${old}';\n` });
  writeFiles(worktree, {
    'moved.ts': `const old = '${old}';\n`,
    'README.md': `x\n${token('1111')}\n`,
    'new.ts': `\n\nconst a = '${token('2222')}';\n`,
    'fixture.ts': `const made = '${token('3333')}'; // longhaul:not-a-secret\n`,
    '.gitattributes': '* -diff\n',
  });
  runGit(worktree, 'add', 'new.ts');
  runGit(worktree, 'commit', '--quiet', '--message', 'Mine');
  const facts = await checkpoint(campaign);
  expect(filesIn(campaign, facts.commit)).toEqual([
    '.gitattributes',
    'README.md',
    'a.ts',
    'fixture.ts',
    'moved.ts',
  ]);
  expect(campaign.inMirror('show', `${facts.commit}:README.md`)).toBe('x');
  expect(facts.findings).toEqual([
    expect.stringMatching(/^README\.md:2 holds what looks like a GitHub token/),
    expect.stringMatching(/^new\.ts:3 holds what looks like a GitHub token/),
  ]);
  expect(campaign.inMirror('show', '-s', '--format=%B', facts.commit)).not.toContain('ghp_');
});

test('leaves out files over 50 MB before it reads them', async () => {
  const { campaign, worktree } = await started();
  writeFiles(worktree, { 'big.bin': '', 'small.txt': 'x' });
  truncateSync(`${worktree}/big.bin`, 50_000_001);
  const facts = await checkpoint(campaign);
  expect(filesIn(campaign, facts.commit)).toEqual(['.gitignore', 'README.md', 'small.txt']);
  expect(facts.findings).toEqual([expect.stringContaining('big.bin is larger than 50 MB')]);
  expect(statSync(`${worktree}/big.bin`).size).toBe(50_000_001);
});

test('works with a stale index.lock, in the middle of a rebase, on a foreign branch', async () => {
  const { campaign, worktree } = await started({ 'README.md': 'one\n' });
  runGit(worktree, 'checkout', '--quiet', '-b', 'mine');
  writeFiles(worktree, { 'README.md': 'mine\n' });
  commitAll(worktree, 'Mine');
  runGit(worktree, 'checkout', '--quiet', '-b', 'other', 'HEAD^');
  writeFiles(worktree, { 'README.md': 'other\n' });
  commitAll(worktree, 'Other');
  expect(() => runGit(worktree, 'rebase', 'mine')).toThrow();
  writeFileSync(`${worktree}/.git/index.lock`, '');
  writeFiles(worktree, { 'work.txt': 'work' });
  const facts = await checkpoint(campaign);
  expect(facts.ok).toBe(true);
  expect(filesIn(campaign, facts.commit)).toContain('work.txt');
  expect(campaign.inMirror('show', `${facts.commit}:README.md`)).toContain('<<<<<<<');
});

test('works on an unborn branch, with a broken repository, and without one', async () => {
  const { campaign, worktree } = await started();
  const start = campaign.inMirror('rev-parse', 'longhaul/cart/main');
  writeFiles(worktree, { 'work.txt': 'work' });
  runGit(worktree, 'checkout', '--quiet', '--orphan', 'fresh');
  const orphan = await checkpoint(campaign, 1);
  writeFileSync(`${worktree}/.git/config`, '[core\nbroken');
  const broken = await checkpoint(campaign, 2);
  rmSync(`${worktree}/.git`, { recursive: true });
  const gone = await checkpoint(campaign, 3);
  for (const facts of [orphan, broken, gone]) {
    expect(facts).toMatchObject({ ok: true, changed: 1 });
    expect(campaign.inMirror('rev-parse', `${facts.commit}^1`)).toBe(start);
  }
});

test('tells when the worktree itself is gone', async () => {
  const { campaign, worktree } = await started();
  rmSync(worktree, { recursive: true });
  expect(await checkpoint(campaign)).toMatchObject({ ok: false, failure: { class: 'transient' } });
});

test('has the sides of a merge that is not committed as its parents', async () => {
  const { campaign, worktree } = await started();
  runGit(worktree, 'checkout', '--quiet', '-b', 'side');
  writeFiles(worktree, { 'README.md': 'side\n' });
  const side = commitAll(worktree, 'Side');
  runGit(worktree, 'checkout', '--quiet', '-b', 'more', 'HEAD^');
  writeFiles(worktree, { 'README.md': 'more\n' });
  const more = commitAll(worktree, 'More');
  expect(() => runGit(worktree, 'merge', 'side')).toThrow();
  const { commit } = await checkpoint(campaign);
  expect(campaign.inMirror('show', '-s', '--format=%P', commit)).toBe(`${more} ${side}`);
});
