/** Rule 7 of docs/architecture.md: what an agent wrote, however it left it, and git does not ignore, is in a commit. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { doneTurn, makeCampaign, type TestCampaign } from '../fixture-repository.js';

const RUNS = 15;

/** Paths of which none is a folder of another. */
const names = [
  'a.txt',
  'b c.txt',
  'ü/d.txt',
  'src/e.ts',
  'src/deep/f.ts',
  '-g',
  'h.log',
  'src/i.log',
  'build/j',
];
const isIgnored = (name: string) => name.endsWith('.log') || name.startsWith('build/');

const name = fc.constantFrom(...names);
const step = fc.oneof(
  fc.record({ is: fc.constant('write' as const), name, text: fc.stringMatching(/^[a-z\n]{0,9}$/) }),
  fc.record({ is: fc.constant('rename' as const), name, text: name }),
  fc.record({
    is: fc.constantFrom(...(['remove', 'stage', 'unstage', 'link', 'mode'] as const)),
    name,
    text: fc.constant(''),
  }),
  fc.record({
    is: fc.constantFrom(...(['commit', 'detach', 'branch', 'checkpoint'] as const)),
    name,
    text: fc.constant(''),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** What an agent does, or tries to: git may refuse, and agents go on. */
function take(worktree: string, { is, name: file, text }: Step): void {
  const at = path.join(worktree, file);
  const git = (...args: readonly string[]): void => {
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: worktree });
  };
  const make = (): void => {
    mkdirSync(path.dirname(at), { recursive: true });
    rmSync(at, { force: true });
  };
  const acts: Readonly<Record<Step['is'], () => void>> = {
    write: () => {
      make();
      writeFileSync(at, text);
    },
    link: () => {
      make();
      symlinkSync('README.md', at);
    },
    remove: () => rmSync(at, { force: true }),
    rename: () => {
      if (!isThere(at) || text === file) return;
      mkdirSync(path.dirname(path.join(worktree, text)), { recursive: true });
      renameSync(at, path.join(worktree, text));
    },
    mode: () =>
      lstatSync(at, { throwIfNoEntry: false })?.isFile() === true ? chmodSync(at, 0o755) : undefined,
    stage: () => git('add', '--', file),
    unstage: () => git('reset', '--quiet', '--', file),
    commit: () => git('commit', '--quiet', '--all', '--message', 'Some of it'),
    detach: () => git('checkout', '--quiet', '--detach'),
    branch: () => git('checkout', '--quiet', '-B', 'own'),
    checkpoint: () => undefined,
  };
  acts[is]();
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** `mode hash` by path, as git writes them. */
function written(worktree: string): Readonly<Record<string, string>> {
  const there = ['.gitignore', 'README.md', ...names].filter(
    (file) => isThere(path.join(worktree, file)) && !isIgnored(file),
  );
  return Object.fromEntries(
    there.map((file) => {
      const at = path.join(worktree, file);
      const { mode } = lstatSync(at);
      const isLink = lstatSync(at).isSymbolicLink();
      const text = isLink ? Buffer.from(readlinkSync(at)) : readFileSync(at);
      const hash = createHash('sha1').update(`blob ${text.length}\0`).update(text).digest('hex');
      return [file, `${isLink ? '120000' : (mode & 0o100) === 0 ? '100644' : '100755'} ${hash}`];
    }),
  );
}

function kept(campaign: TestCampaign, commit: string): Readonly<Record<string, string>> {
  const lines = campaign.inMirror('ls-tree', '-r', '-z', commit).split('\0').filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const [, mode = '', hash = '', file = ''] = /^(\d+) blob (\w+)\t(.*)$/s.exec(line) ?? [];
      return [file, `${mode} ${hash}`];
    }),
  );
}

it('7: all that an agent wrote, however it left it, and that git does not ignore, is in a commit', async () => {
  const tasks = Object.fromEntries(Array.from({ length: RUNS }, (_, at) => [`t${at}`, {}]));
  const files = { 'README.md': 'store\n', '.gitignore': '*.log\nbuild/\n' };
  const campaign = makeCampaign({ files, tasks });
  const free = Object.keys(tasks);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      const task = free.shift() ?? '';
      await campaign.activities.prepareWorktree(campaign.input(task));
      const worktree = campaign.worktree(task);
      for (const each of [...steps, { is: 'checkpoint', name: '', text: '' } as const]) {
        take(worktree, each);
        if (each.is !== 'checkpoint') continue;
        const { commit } = await campaign.activities.checkpoint({ ...campaign.input(task), turn: doneTurn });
        expect(kept(campaign, commit)).toEqual(written(worktree));
      }
    }),
    // To shrink would need more worktrees.
    { numRuns: RUNS, endOnFailure: true },
  );
});
