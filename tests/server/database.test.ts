/** Of the database file alone: that a server opens it only after this is tested in up.test.ts. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HomePaths } from '../../src/core/home.js';
import { databasePath, keepDatabase, leaveUntold, takeUntold } from '../../src/server/database.js';
import { makeHome, removeHome } from './home-fixture.js';

let home: HomePaths;
beforeEach(() => {
  home = makeHome();
  mkdirSync(home.server);
});
afterEach(() => removeHome(home));

const change = { from: '1.0.0', to: '1.5.1 (Server 1.30)' };
const copies = (): readonly string[] => readdirSync(home.server).filter((name) => name.startsWith('before-'));

test('the database and its WAL are copied for another version, and only then', async () => {
  expect(await keepDatabase(home, change)).toBeNull();
  writeFileSync(databasePath(home), 'data');
  writeFileSync(`${databasePath(home)}-wal`, 'newer data');
  expect(await keepDatabase(home, { from: '1.5.1', to: '1.5.1' })).toBeNull();
  expect(copies()).toEqual([]);
  const text = await keepDatabase(home, change);
  const [copy = ''] = copies();
  expect(text).toBe(
    `Temporal's version changes from 1.0.0 to 1.5.1 (Server 1.30): its database was copied to ${home.server}/${copy} first`,
  );
  expect(readFileSync(`${home.server}/${copy}/temporal.db-wal`, 'utf8')).toBe('newer data');
});

test('a copy that fails half-way is not left behind', async () => {
  writeFileSync(databasePath(home), 'data');
  mkdirSync(`${databasePath(home)}-wal`);
  await expect(keepDatabase(home, change)).rejects.toThrow();
  expect(copies()).toEqual([]);
});

test('what nobody could be told is told once', () => {
  expect(takeUntold(home)).toEqual([]);
  leaveUntold(home, 'one');
  leaveUntold(home, 'other');
  expect(takeUntold(home)).toEqual(['one', 'other']);
  expect(takeUntold(home)).toEqual([]);
  // A message is no reason to fail.
  leaveUntold({ ...home, server: `${home.server}/absent` }, 'lost');
  expect(existsSync(`${home.server}/absent`)).toBe(false);
});
