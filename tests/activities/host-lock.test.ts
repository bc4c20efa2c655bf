import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { withHostLock } from '../../src/activities/host-lock.js';
import { temporaryFolder } from '../fixture-repository.js';

test('work under a host lock is done one after the other, also after one that failed', async () => {
  const name = `${temporaryFolder()}/thing`;
  const seen: string[] = [];
  const work = (id: string) => async () => {
    seen.push(`${id} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${id} ends`);
    if (id === 'a') throw new Error('a failed');
  };
  const results = await Promise.allSettled(['a', 'b', 'c'].map((id) => withHostLock(name, work(id))));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('another process waits for the lock, and takes over from one that was killed', async () => {
  const name = `${temporaryFolder()}/thing`;
  const module = new URL('../../src/activities/host-lock.ts', import.meta.url).href;
  const script = `import { withHostLock } from ${JSON.stringify(module)};
    await withHostLock(${JSON.stringify(name)}, () => new Promise(() => { console.log('held'); setInterval(() => 0, 1000); }));`;
  const holder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  await once(holder.stdout, 'data');
  const order: string[] = [];
  const waiting = withHostLock(name, () => Promise.resolve(order.push('ours')));
  holder.once('exit', () => order.push('killed'));
  holder.kill('SIGKILL');
  await waiting;
  expect(order).toEqual(['killed', 'ours']);
});
