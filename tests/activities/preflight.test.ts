import { chmodSync, chownSync, mkdirSync, realpathSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inspectRepository } from '../../src/activities/preflight.js';
import { homePaths } from '../../src/core/home.js';
import { commitAll, makeRepository, runGit, temporaryFolder, writeFiles } from '../fixture-repository.js';

function folders() {
  const folder = temporaryFolder();
  return { folder, store: path.join(folder, 'store'), home: homePaths(path.join(folder, 'home')) };
}

async function inspect(
  at: { folder: string; home: ReturnType<typeof homePaths>; spec?: string },
  repository = 'store',
  base: string | null = null,
) {
  const { problems, facts } = await inspectRepository({ ...at, repository, base });
  return { facts, codes: problems.map(({ code }) => code), problems };
}

test('tells where the repository is, its base, and its branches', async () => {
  const at = folders();
  makeRepository(at.store, { 'README.md': 'x', 'src/a.ts': 'a' });
  runGit(at.store, 'branch', 'feature/one');
  const { facts, codes } = await inspect(at, 'store/src');
  const baseCommit = runGit(at.store, 'rev-parse', 'main');
  expect(codes).toEqual([]);
  expect(facts).toEqual({
    location: at.store,
    kind: 'path',
    base: 'main',
    baseCommit,
    branches: ['feature/one', 'main'],
  });
  expect((await inspect(at, 'store', 'feature/one')).facts).toMatchObject({ base: 'feature/one' });
});

test('takes a bare repository and a URL', async () => {
  const at = folders();
  makeRepository(at.store, { 'README.md': 'x' });
  runGit(at.folder, 'clone', '--quiet', '--bare', 'store', 'bare.git');
  expect((await inspect(at, 'bare.git')).facts).toMatchObject({
    location: `${at.folder}/bare.git`,
    base: 'main',
  });
  const url = `file://${at.store}`;
  expect((await inspect(at, url)).facts).toMatchObject({
    location: url,
    kind: 'url',
    base: 'main',
    branches: ['main'],
  });
  expect((await inspect(at, url, 'nope')).codes).toEqual(['repository/unknown-base']);
  expect((await inspect(at, `file://${at.folder}/nowhere`)).codes).toEqual(['repository/not-a-repository']);
});

test('a remote whose HEAD names no branch is asked for its base, and one that is empty for a commit', async () => {
  const at = folders();
  makeRepository(at.store, { 'README.md': 'x' });
  runGit(at.folder, 'init', '--quiet', '--bare', '--initial-branch', 'trunk', 'bare.git');
  const url = `file://${at.folder}/bare.git`;
  expect((await inspect(at, url)).codes).toEqual(['repository/unborn-head']);
  runGit(at.store, 'push', '--quiet', `${at.folder}/bare.git`, 'main');
  const { codes, problems } = await inspect(at, url);
  expect(codes).toEqual(['repository/unknown-base']);
  expect(problems[0]?.hint).toContain('its branches: main');
  expect((await inspect(at, url, 'main')).codes).toEqual([]);
});

test.skipIf(process.getuid?.() !== 0)(
  'a repository of another user is told as such, with the way in',
  async () => {
    const at = folders();
    makeRepository(at.store, { 'README.md': 'x' });
    for (const each of [at.store, path.join(at.store, '.git')]) chownSync(each, 12_345, 12_345);
    const [problem] = (await inspect(at)).problems;
    expect(problem?.message).toContain('of another user');
    expect(problem?.hint).toContain(`git config --global --add safe.directory ${at.store}`);
  },
);

test('leaves the index of the repository as it is', async () => {
  const at = folders();
  makeRepository(at.store, { 'README.md': 'x' });
  const index = path.join(at.store, '.git/index');
  const past = new Date(Date.now() - 60_000);
  utimesSync(path.join(at.store, 'README.md'), past, past);
  utimesSync(index, past, past);
  const before = statSync(index).mtimeMs;
  expect((await inspect(at)).codes).toEqual([]);
  expect(statSync(index).mtimeMs).toBe(before);
});

test('names a folder that is no repository, one without commits, and an unknown base', async () => {
  const at = folders();
  mkdirSync(at.store);
  expect((await inspect(at)).codes).toEqual(['repository/not-a-repository']);
  expect((await inspect(at, 'nowhere')).codes).toEqual(['repository/not-a-repository']);
  runGit(at.store, 'init', '--quiet', '--initial-branch=main');
  expect((await inspect(at)).codes).toEqual(['repository/unborn-head']);
  commitAll(at.store, 'First');
  const { problems } = await inspect(at, 'store', 'develop');
  expect(problems[0]).toMatchObject({
    code: 'repository/unknown-base',
    hint: expect.stringContaining('main') as string,
  });
  runGit(at.store, 'checkout', '--quiet', '--detach');
  expect((await inspect(at)).codes).toEqual(['repository/unknown-base']);
});

test('names shallow and partial clones, submodules, and LFS, all at once', async () => {
  const at = folders();
  const origin = makeRepository(path.join(at.folder, 'origin'), { 'README.md': 'x' });
  commitAll(origin, 'Second');
  runGit(origin, 'config', 'uploadpack.allowFilter', 'true');
  runGit(at.folder, 'clone', '--quiet', '--depth=1', '--filter=blob:none', `file://${origin}`, 'store');
  writeFiles(at.store, { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' });
  runGit(at.store, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', origin, 'vendor');
  commitAll(at.store, 'Vendor');
  const codes = ['shallow', 'partial-clone', 'submodules', 'lfs'];
  expect((await inspect(at)).codes).toEqual(codes.map((code) => `repository/${code}`));
});

test('refuses LFS also where git-lfs is installed', async () => {
  const at = folders();
  makeRepository(at.store, { 'assets/.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' });
  writeFiles(at.folder, { 'bin/git-lfs': '#!/bin/sh\nexit 0\n' });
  chmodSync(`${at.folder}/bin/git-lfs`, 0o755);
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = `${at.folder}/bin:${path}`;
  const { problems } = await inspect(at);
  process.env['PATH'] = path;
  expect(problems).toMatchObject([
    { code: 'repository/lfs', message: expect.stringContaining('assets/.gitattributes') as string },
  ]);
});

test('warns of files that are not committed', async () => {
  const at = folders();
  makeRepository(at.store, { 'README.md': 'x', '.gitignore': 'ignored\n' });
  writeFiles(at.store, { 'README.md': 'y', 'new file.txt': 'n', ignored: 'i' });
  const { problems, facts } = await inspect(at);
  expect(facts).not.toBeNull();
  expect(problems).toMatchObject([{ code: 'repository/uncommitted', severity: 'warning' }]);
  expect(problems[0]?.message).toContain('README.md, new file.txt');
  const other = await inspect({ ...at, spec: path.join(realpathSync(at.store), 'new file.txt') });
  expect(other.problems[0]?.message).toMatch(/: README\.md$/);
});

test('does not take a GIT_DIR of the caller for its own', async () => {
  const at = folders();
  makeRepository(at.store, { 'README.md': 'x' });
  const other = makeRepository(path.join(at.folder, 'other'), { 'README.md': 'x' });
  process.env['GIT_DIR'] = `${other}/.git`;
  const { facts } = await inspect(at);
  delete process.env['GIT_DIR'];
  expect(facts?.location).toBe(at.store);
});

test('names a git that is too old', async () => {
  const at = folders();
  makeRepository(at.store, { 'README.md': 'x' });
  writeFiles(at.folder, { 'bin/git': '#!/bin/sh\necho git version 2.37.1\n' });
  chmodSync(`${at.folder}/bin/git`, 0o755);
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = `${at.folder}/bin:${path}`;
  const { problems } = await inspect(at);
  process.env['PATH'] = path;
  expect(problems).toMatchObject([
    { code: 'git/too-old', message: expect.stringContaining('2.37.1') as string },
  ]);
});
