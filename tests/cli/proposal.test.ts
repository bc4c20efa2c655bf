/** Tasks that the campaign file does not have: proposed by agents and answered by a person, and added by hand. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Status } from '../../src/core/status.js';
import { CliLab } from './run-cli.js';

let lab: CliLab;

/** `build`, `other` and `third` propose, and end their first turn only when they may; the last two are rejected then. */
const AGENT = `
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
const { LONGHAUL_TASK: task, LONGHAUL_TURN: turn, GO } = process.env;
const say = (message) => console.log(JSON.stringify(message));
mkdirSync(task, { recursive: true });
writeFileSync(task + '/out.txt', 'x');
const proposals = {
  build: [{ id: 'docs', title: 'Write it down', needs: ['build'], owns: ['docs/**'] }],
  other: [{ id: 'extra', title: 'Do more' }],
  third: [{ id: 'wrong', title: 'Follow nobody', needs: ['nobody'] }],
};
if (turn === '1' && proposals[task] !== undefined) {
  mkdirSync('.longhaul', { recursive: true });
  const said = { why: 'It is needed for ' + task + '.', tasks: proposals[task] };
  if (task === 'other') say({ type: 'propose', ...said });
  else writeFileSync('.longhaul/propose.json', JSON.stringify(said));
  while (!existsSync(GO + '-' + task)) await new Promise((go) => setTimeout(go, 50));
}
if (turn === '2') writeFileSync(task + '/ok.txt', 'x');
say({ type: 'result', outcome: 'done', summary: 'Did ' + task + '.' });
`;

const SPEC = `version: 1
name: shop
vars: { place: docs }
agents:
  script: { adapter: command, run: [node, agent.mjs], instances: 4, env: [GO] }
defaults: { turns: 2, attempts: 1 }
integration: { at: each }
phases:
  - name: work
    groups:
      - name: main
        tasks:
          - { id: build, title: Build it }
          - { id: other, title: Build more, verify: [test -s other/ok.txt] }
          - { id: third, title: Build most, verify: [test -s third/ok.txt] }
      - name: side
        tasks:
          - { id: last, title: Come last, needs: [build] }
`;

beforeAll(async () => {
  lab = await CliLab.createUp({ 'agent.mjs': AGENT, 'shop.yaml': SPEC });
});

afterAll(() => lab.removeUp());

async function statusOnce(holds: (status: Status) => boolean): Promise<Status> {
  for (;;) {
    const status = JSON.parse((await lab.run('status', 'shop', '--json')).stdout) as Status;
    if (holds(status)) return status;
    await sleep(300);
  }
}

const has = (id: string) => (status: Status) => status.tasks.some((task) => task.id === id);
const may = (task: string) => writeFile(path.join(lab.folder, `go-${task}`), '');
const promptOf = (task: string, gen: number) =>
  readFile(path.join(lab.home, `campaigns/shop/tasks/${task}/${gen}/prompt.md`), 'utf8');

it('asks a person about what agents propose, adds what a person says yes to, and keeps it when the file is applied', async () => {
  expect((await lab.run('run', 'shop.yaml', '--detach')).code).toBe(0);
  const asking = await statusOnce(
    ({ blockers }) => blockers.filter(({ state }) => state === 'open').length === 3,
  );
  const about = (task: string) => asking.blockers.find((blocker) => blocker.task === task)!;
  expect(about('build').description).toContain('It is needed for build.');
  expect(about('build').description).toContain('Write it down');
  // Nobody waits for the answer.
  expect(asking.tasks.find(({ id }) => id === 'build')?.state).toBe('running');
  const yes = await lab.run('answer', 'shop', about('build').id, 'yes');
  expect(yes.code).toBe(0);
  expect(yes.stderr).toContain('answered: the tasks are checked with the whole campaign now');
  const no = await lab.run('answer', 'shop', about('other').id, 'not in this release');
  expect(no.code).toBe(0);
  expect(no.stderr).toContain('nothing is added, and other is told why');
  expect((await lab.run('answer', 'shop', about('third').id, 'yes')).code).toBe(0);
  await statusOnce(has('docs'));

  await lab.write('wrong.yaml', 'tasks:\n  - { id: build, title: Again }\n');
  const wrong = await lab.run('add', 'wrong.yaml', '--id', 'shop', '--yes');
  expect(wrong.code).toBe(3);
  expect(wrong.stderr).toContain('build');
  expect(wrong.stderr).toContain('nothing was added');
  await lab.write(
    'more.yaml',
    'tasks:\n  - { id: later, title: Come later, owns: ["{{place}}-later/**"], needs: [docs] }\n',
  );
  const nowhere = await lab.run('add', 'more.yaml', '--id', 'shop', '--group', 'sid', '--yes');
  expect(nowhere.code).toBe(1);
  expect(nowhere.stderr).toContain('the campaign has no group sid');
  const shown = await lab.run('add', 'more.yaml', '--id', 'shop', '--group', 'main');
  expect(shown.code).toBe(1);
  expect(shown.stdout).toMatch(/to the group work\/main of campaign shop:[^]*\+ added +later\n/);
  const told = JSON.parse((await lab.run('add', 'more.yaml', '--id', 'shop', '--json')).stdout) as object;
  expect(told).toMatchObject({
    group: 'work/side',
    added: ['later'],
    changed: [],
    removed: [],
    applied: false,
  });
  const added = await lab.run('add', 'more.yaml', '--id', 'shop', '--group', 'main', '--why', 'So.', '--yes');
  expect(added.code, added.stderr).toBe(0);
  await statusOnce(has('later'));

  await lab.write('shop.yaml', SPEC.replace('Come last', 'Come at the end'));
  const change = JSON.parse((await lab.run('apply', 'shop.yaml', '--json')).stdout) as object;
  expect(change).toMatchObject({ added: [], removed: [], changed: ['last'] });
  expect((await lab.run('apply', 'shop.yaml', '--yes')).code).toBe(0);
  expect((await lab.run('run', 'shop.yaml', '--detach')).stderr).toContain('with this very spec');

  await Promise.all(['build', 'other', 'third'].map(may));
  const watched = await lab.run('watch', 'shop');
  expect(watched.code, watched.stderr).toBe(0);
  const end = await statusOnce(() => true);
  expect(end.tasks.map(({ id, state }) => `${id} ${state}`)).toEqual(
    ['build', 'other', 'third', 'docs', 'later', 'last'].map((id) => `${id} done`),
  );
  expect(await promptOf('other', 2)).toContain('not in this release');
  expect(await promptOf('third', 2)).toContain('nobody');
  expect(await lab.git('show', 'longhaul/shop/main:later/out.txt')).toBe('x');
});
