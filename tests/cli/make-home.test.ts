import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeHome } from '../../src/cli/make-home.js';
import { homePaths } from '../../src/core/home.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'longhaul-make-home-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

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

  it.runIf(process.platform === 'linux')('says at once where a file system makes no folders', () => {
    expect(() => makeHome(homePaths('/proc/longhaul'))).toThrow(
      "/proc/longhaul can't be made: no folder can be made there",
    );
    expect(() => makeHome(homePaths('/proc'))).toThrow("/proc/server can't be made");
  });
});
