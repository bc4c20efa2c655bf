/** An edited campaign file, applied while its campaign runs, as a user does it. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.js';
import type { PlannedRun } from '../../src/core/planned.js';
import type { Status } from '../../src/core/status.js';
import { CliLab } from './run-cli.js';

let lab: CliLab;

/** Each run leaves a line; `slow` works until it may end. */
const AGENT = `
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
const task = process.env.LONGHAUL_TASK;
appendFileSync(process.env.GO + '-ran', task + '\\n');
mkdirSync(task, { recursive: true });
appendFileSync(task + '/out.txt', 'x');
while (task === 'slow' && !existsSync(process.env.GO + '-slow')) await new Promise((go) => setTimeout(go, 50));
console.log(JSON.stringify({ type: 'result', outcome: 'done', summary: 'Did ' + task + '.' }));
`;

const HEAD = `version: 1
name: shop
agents:
  script: { adapter: command, run: [node, agent.mjs], instances: 4, env: [GO] }
defaults: { turns: 1, attempts: 1 }
integration: { at: each }
tasks:
  - { id: first, title: Stay as you are }
`;

const SPEC = `${HEAD}  - { id: second, title: Change }
  - { id: third, title: Follow, needs: [second] }
  - { id: slow, title: Take your time }
  - { id: gone, title: Never begin, needs: [slow] }
`;

const EDITED = `${HEAD}  - { id: added, title: Come late, needs: [first] }
  - { id: slow, title: Take your time }
  - { id: second, title: Change, prompt: Do it otherwise }
  - { id: third, title: Follow, needs: [second] }
`;

beforeAll(async () => {
  lab = await CliLab.createUp({ 'agent.mjs': AGENT, 'shop.yaml': SPEC });
});

afterAll(() => lab.removeUp());

async function statusOnce(holds: (states: Readonly<Record<string, string>>) => boolean): Promise<void> {
  for (;;) {
    const { stdout } = await lab.run('status', 'shop', '--json');
    const { tasks } = JSON.parse(stdout) as Status;
    if (holds(Object.fromEntries(tasks.map(({ id, state }) => [id, state])))) return;
    await sleep(300);
  }
}

async function runsOf(): Promise<Readonly<Record<string, number>>> {
  const lines = (await readFile(path.join(lab.folder, 'go-ran'), 'utf8')).trim().split('\n');
  const counts: Record<string, number> = {};
  for (const line of lines) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}

it('runs what is added, does again what is changed and what builds on it, and leaves what is finished', async () => {
  expect((await lab.run('run', 'shop.yaml', '--detach')).code).toBe(0);
  await statusOnce(({ first, third, slow }) => first === 'done' && third === 'done' && slow === 'running');

  const { briefDigest } = JSON.parse(
    await readFile(path.join(lab.home, 'campaigns/shop/plan.json'), 'utf8'),
  ) as Plan;
  const source = path.join(lab.home, `campaigns/shop/briefs/${briefDigest}.source.json`);
  const before = await readFile(source, 'utf8');
  await rm(source);
  const unchanged = await lab.run('apply', 'shop.yaml');
  expect(unchanged.stderr).toContain('nothing changes');
  expect(unchanged.stderr).toContain('compiled from was missing from its folder, and is there again');
  expect(JSON.parse(await readFile(source, 'utf8'))).toEqual(JSON.parse(before));
  expect((await lab.run('apply', 'shop.yaml')).stderr).not.toContain('missing');
  await lab.write('other.yaml', SPEC.replace('name: shop', 'name: other'));
  const other = await lab.run('apply', 'other.yaml', '--id', 'shop', '--yes');
  expect(other.code).toBe(1);
  expect(other.stderr).toContain("the name of campaign shop is shop, and can't become other");

  await lab.write('shop.yaml', EDITED);
  const shown = await lab.run('apply', 'shop.yaml');
  expect(shown.code).toBe(1);
  expect(shown.stdout).toMatch(/\+ added +added\n/);
  expect(shown.stdout).toMatch(/~ changed +second \(done again\)\n/);
  expect(shown.stdout).toMatch(/! builds on a change +third \(done again\)\n/);
  expect(shown.stdout).toMatch(/- removed +gone\n/);
  expect(shown.stdout).toMatch(/Left to do, .*: \S.* now, \S.* then; cost unknown\./);
  const told = JSON.parse((await lab.run('apply', 'shop.yaml', '--json')).stdout) as Record<string, unknown>;
  expect(told).toMatchObject({ kept: ['first', 'slow'], again: ['second', 'third'], applied: false });
  const unpriced = { minutes: expect.any(Number) as number, costUsd: null };
  expect(told['left']).toEqual({ before: unpriced, after: unpriced });

  const applied = await lab.run('apply', 'shop.yaml', '--yes');
  expect(applied.code, applied.stderr).toBe(0);
  const kept = await readFile(path.join(lab.home, 'campaigns/shop/plan.json'), 'utf8');
  expect(JSON.parse(kept)).toMatchObject({ revision: 2 });
  expect((JSON.parse(kept) as Plan).tasks.map(({ id }) => id)).toContain('added');
  const schedule = await readFile(path.join(lab.home, 'campaigns/shop/schedule.json'), 'utf8');
  expect((JSON.parse(schedule) as PlannedRun[]).map(({ task }) => task)).toContain('added');
  expect(await readFile(path.join(lab.home, 'campaigns/shop/spec.yaml'), 'utf8')).toBe(EDITED);
  await statusOnce(({ third, added }) => third === 'done' && added === 'done');
  const again = await lab.run('run', 'shop.yaml', '--detach');
  expect(again.stderr).toContain('with this very spec');

  await writeFile(path.join(lab.folder, 'go-slow'), '');
  const watched = await lab.run('watch', 'shop');
  expect(watched.code, watched.stderr).toBe(0);
  expect(await runsOf()).toEqual({ first: 1, second: 2, third: 2, slow: 1, added: 1 });
  expect(await lab.git('show', 'longhaul/shop/main:second/out.txt')).toBe('xx');
  const prompt = await readFile(path.join(lab.home, 'campaigns/shop/tasks/second/2/prompt.md'), 'utf8');
  expect(prompt).toContain('The campaign was changed');
  expect(prompt).toContain('Do it otherwise');
  const late = await lab.run('apply', 'shop.yaml', '--yes');
  expect(late.stderr).toContain('nothing can be asked of it any more');
});
