import { chmodSync, existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findCommit, git, GitError, moveRef } from '../../src/activities/git.js';
import { makeRepository, runGit, temporaryFolder, writeFiles } from '../fixture-repository.js';

function repository() {
  return makeRepository(`${temporaryFolder()}/store`, { 'README.md': 'x' });
}

test('an error names the command, the place and what git said', async () => {
  const folder = repository();
  const failed = git(folder, ['checkout', 'nowhere']);
  await expect(failed).rejects.toThrow(GitError);
  await expect(failed).rejects.toThrow(
    `git checkout nowhere failed with exit code 1 in ${folder}: error: pathspec 'nowhere' did not match`,
  );
});

test('commits with a fixed identity, without hooks and signing', async () => {
  const folder = repository();
  for (const [key, value] of [
    ['commit.gpgSign', 'true'],
    ['user.name', 'Somebody'],
  ] as const)
    runGit(folder, 'config', key, value);
  writeFiles(folder, { '.git/hooks/pre-commit': `#!/bin/sh\ntouch ${folder}/hooked\nexit 1\n` });
  chmodSync(`${folder}/.git/hooks/pre-commit`, 0o755);
  await git(folder, ['commit', '--quiet', '--allow-empty', '--message', 'Ours']);
  expect(await git(folder, ['log', '-1', '--format=%an %ce %G?'])).toBe('Longhaul longhaul@localhost N');
  expect(existsSync(`${folder}/hooked`)).toBe(false);
});

test('moves a ref only from where it was thought to be', async () => {
  const folder = repository();
  const first = await git(folder, ['rev-parse', 'HEAD']);
  await git(folder, ['commit', '--quiet', '--allow-empty', '--message', 'Second']);
  const second = await git(folder, ['rev-parse', 'HEAD']);
  expect(await moveRef(folder, 'refs/heads/new', { from: null, to: first })).toBe(true);
  expect(await moveRef(folder, 'refs/heads/new', { from: second, to: second })).toBe(false);
  expect(await moveRef(folder, 'refs/heads/new', { from: null, to: second })).toBe(false);
  expect(await moveRef(folder, 'refs/heads/new', { from: first, to: second })).toBe(true);
  expect(await findCommit(folder, 'refs/heads/new')).toBe(second);
  await expect(moveRef(folder, 'refs/heads/new/below', { from: null, to: first })).rejects.toThrow(GitError);
});
