import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { howToCall } from '../../src/cli/invocation.js';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'longhaul-call-')));
const main = join(root, 'main.js');
writeFileSync(main, '');

function folderWithLink(name: string, target = main): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  symlinkSync(target, join(folder, 'longhaul'));
  return folder;
}

it('is by name where the PATH has just this program, also within an npm script', () => {
  const PATH = folderWithLink('bin');
  expect(howToCall({ PATH }, main)).toBe('longhaul');
  expect(howToCall({ PATH, npm_lifecycle_event: 'demo' }, main)).toBe('longhaul');
});

it('is by npx where npm only lends its PATH, or another one is installed', () => {
  const other = join(root, 'other.js');
  writeFileSync(other, '');
  const PATH = [folderWithLink('x/node_modules/.bin'), folderWithLink('other', other)].join(':');
  expect(howToCall({ PATH, npm_lifecycle_event: 'demo' }, main)).toBe('npx longhaul');
  expect(howToCall({ PATH }, main)).toBe(`node ${main}`);
});
