import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeHome } from '../../src/cli/make-home.js';
import { homePaths } from '../../src/core/home.js';
import { ProblemError } from '../../src/core/problem.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'longhaul-make-home-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function codeOf(work: () => void): string | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof ProblemError ? error.problem.code : undefined;
  }
  return undefined;
}

/** Root may look everywhere: it becomes nobody for that long. Anybody else locks themselves out. */
function asAnother(closed: string, work: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  else chmodSync(closed, 0);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    else chmodSync(closed, 0o700);
  }
}

describe('the home is made', () => {
  it('with all folders above it, and a second time changes nothing', () => {
    const home = homePaths(path.join(folder, 'deep', 'home'));
    makeHome(home);
    makeHome(home);
    expect(statSync(home.server).isDirectory()).toBe(true);
  });

  it('names the file that stands in the way', () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    expect(() => makeHome(homePaths(path.join(file, 'home')))).toThrow(
      `${file} can't be made: a file of this name stands there`,
    );
  });

  it('names the link that leads nowhere', () => {
    const link = path.join(folder, 'link');
    symlinkSync(path.join(folder, 'gone'), link);
    expect(() => makeHome(homePaths(path.join(link, 'home')))).toThrow(
      `${link} can't be made: it is a link to what is not there`,
    );
    expect(codeOf(() => makeHome(homePaths(link)))).toBe('home/unusable');
  });

  it('says where the user may not look', () => {
    const closed = path.join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(folder, 0o755);
    chmodSync(closed, 0o700);
    const home = homePaths(path.join(closed, 'deep', 'home'));
    asAnother(closed, () => {
      expect(() => makeHome(home)).toThrow(`${closed}/deep can't be made: this user may not`);
      expect(codeOf(() => makeHome(home))).toBe('home/unusable');
    });
  });

  it.runIf(process.platform === 'linux')('says at once where a file system makes no folders', () => {
    expect(() => makeHome(homePaths('/proc/longhaul'))).toThrow(
      "/proc/longhaul can't be made: no folder can be made there",
    );
    expect(() => makeHome(homePaths('/proc'))).toThrow("/proc/server can't be made");
  });
});
