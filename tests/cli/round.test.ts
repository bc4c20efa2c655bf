/** A round, as a user has it: a list that is wrong first, tasks that are made of it, and a worker that dies meanwhile. */
import { execFileSync } from 'node:child_process';
import { open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { homePaths } from '../../src/core/home.js';
import type { Status } from '../../src/core/status.js';
import { readStatus } from '../../src/server/up.js';
import { CliLab } from './run-cli.js';

let lab: CliLab;

/** In the campaign `rounds`, \`find\` hands on too many bugs first, then one of a path that no task may own. */
const AGENT = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const { LONGHAUL_CAMPAIGN: campaign, LONGHAUL_TASK: task, LONGHAUL_TURN: turn, LONGHAUL_INPUTS: inputs, GO } = process.env;
const prompt = readFileSync(0, 'utf8');
const done = (summary, output) => console.log(JSON.stringify({ type: 'result', outcome: 'done', summary, output }));
const bugs = [{ id: 'First one', what: 'the first', file: 'a.txt' }, { what: 'the "second"', file: 'b.txt' }];
if (task === 'find') {
  while (campaign !== 'rounds' && !existsSync(GO + '-find')) await new Promise((go) => setTimeout(go, 50));
  const lists = [[...bugs, ...bugs], [{ what: 'no', file: '/etc/x' }], bugs];
  done('Found them.', { bugs: campaign === 'rounds' ? lists[turn - 1] : bugs });
} else if (task === 'check') {
  writeFileSync('check.txt', readFileSync('a.txt', 'utf8') + readFileSync('b.txt', 'utf8'));
  done('Checked.');
} else {
  const [, file, number] = /Mend (\\S+) \\(number (\\d+)\\)/.exec(prompt);
  const { bugs } = JSON.parse(readFileSync(inputs + '/find/output.json', 'utf8'));
  writeFileSync(file, task + ' ' + number + ' of ' + bugs.length + '\\n');
  done('Mended it.');
}
`;

const SPEC = `version: 1
name: rounds
agents:
  script: { adapter: command, run: [node, agent.mjs], instances: 3, env: [GO] }
defaults: { turns: 3, attempts: 1 }
integration: { at: each }
tasks:
  - { id: find, title: Find the bugs, changes: none }
  - id: fix
    forEach: { task: find, at: bugs, max: 3 }
    title: 'Mend {{item.what}}'
    prompt: 'Mend {{item.file}} (number {{itemNumber}}).'
    owns: ['{{item.file}}']
    verify: ['test -s {{item.file}}']
  - { id: check, title: Look at all of them, needs: [fix] }
`;

beforeAll(async () => {
  lab = await CliLab.createUp({ 'agent.mjs': AGENT, 'rounds.yaml': SPEC });
});

afterAll(() => lab.removeUp());

async function statusOf(id: string): Promise<Status> {
  return JSON.parse((await lab.run('status', id, '--json')).stdout) as Status;
}

const statesOf = ({ tasks }: Status) => tasks.map(({ id, state }) => `${id}: ${state}`);
const DONE = ['find: done', 'fix: done', 'fix-First-one: done', 'fix-2: done', 'check: done'];

async function expectWork(campaign: string): Promise<void> {
  const show = (file: string) => lab.git('show', `longhaul/${campaign}/main:${file}`);
  expect(await show('check.txt')).toBe('fix-First-one 1 of 2\nfix-2 2 of 2');
}

it('makes a task of each entry once the list is right, and who needs the round waits for all of them', async () => {
  const ran = await lab.run('run', 'rounds.yaml');
  expect(ran.code, ran.stderr).toBe(0);
  const status = await statusOf('rounds');
  expect(statesOf(status)).toEqual(DONE);
  expect(status.tasks.find(({ id }) => id === 'fix')).toMatchObject({
    attempts: 0,
    title: 'Mend {{item.what}}',
  });
  expect(status.tasks.map(({ title }) => title)).toContain('Mend the "second"');
  await expectWork('rounds');

  const prompts = await Promise.all(
    ['1', '2', '3'].map((gen) =>
      readFile(path.join(lab.home, `campaigns/rounds/tasks/find/${gen}/prompt.md`), 'utf8'),
    ),
  );
  expect(prompts[0]).toContain('The list stands at `bugs` of the output, with at most 3 entries');
  expect(prompts[0]).toContain('An entry is an object with `what`, `file`;');
  expect(prompts[1]).toContain(
    '"bugs" of the output is a list of 4 entries, and at most 3 are taken for fix.',
  );
  expect(prompts[2]).toMatch(/The tasks of fix: .*\/etc\/x/);

  const logs = await lab.run('logs', 'fix', '--id', 'rounds');
  expect(logs.stderr).toContain('Task fix of campaign rounds is over (done)');
  const report = await lab.run('report', 'rounds', '--markdown');
  expect(report.stdout).toContain("2 tasks of find's output");
});

/** Reading it waits until somebody writes. */
async function makeFifo(file: string): Promise<string> {
  const kept = `${file}.kept`;
  await rename(file, kept);
  execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', file]);
  return kept;
}

it('makes them once where the worker is killed while they are made', async () => {
  const started = await lab.run('run', 'rounds.yaml', '--id', 'killed', '--detach');
  expect(started.code, started.stderr).toBe(0);
  const briefs = path.join(lab.home, 'campaigns/killed/briefs');
  const [name] = (await readdir(briefs)).filter((each) => each.endsWith('.source.json'));
  const source = path.join(briefs, name!);
  const kept = await makeFifo(source);
  await writeFile(path.join(lab.folder, 'go-find'), '');
  // The verification of the list reads it, too; whoever opens it next makes the tasks.
  await writeFile(source, await readFile(kept));
  const reader = await open(source, 'w');
  const { worker } = readStatus(homePaths(lab.home));
  process.kill(worker!.pid, 'SIGKILL');
  await reader.close();
  await rm(source);
  await rename(kept, source);
  const watched = await lab.run('watch', 'killed');
  expect(watched.code, watched.stderr).toBe(0);
  expect(statesOf(await statusOf('killed'))).toEqual(DONE);
  await expectWork('killed');
});

it('shows what it waits for, and what it became', async () => {
  await rm(path.join(lab.folder, 'go-find'), { force: true });
  await lab.run('run', 'rounds.yaml', '--id', 'shown', '--detach');
  for (;;) {
    const { tasks } = await statusOf('shown');
    if (tasks.find(({ id }) => id === 'find')?.state === 'running') break;
    await sleep(200);
  }
  const shown = await lab.run('status', 'shown');
  expect(shown.stdout).toMatch(/waiting +fix +waits for find/);
  await writeFile(path.join(lab.folder, 'go-find'), '');
  const watched = await lab.run('watch', 'shown');
  expect(watched.code, watched.stderr).toBe(0);
});
