/** The whole way, as a user goes it: the real command line, server, worker, agents and git, without a terminal. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportJson } from '../../src/report/json.js';
import type { Status } from '../../src/core/status.js';
import { homePaths } from '../../src/core/home.js';
import { readRecord } from '../../src/server/record.js';
import { kill } from '../server/home-fixture.js';
import { CliLab, type Running } from './run-cli.js';

let lab: CliLab;

/** Asks where the prompt holds no answer yet, waits for a file named `go`, or just writes its file. */
const AGENT = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const task = process.env.LONGHAUL_TASK;
const say = (message) => console.log(JSON.stringify(message));
say({ type: 'progress', percent: 10, note: 'begins ' + task });
if (task === 'fail') {
  say({ type: 'result', outcome: 'failed', summary: 'It can not be done.' });
} else if (task === 'ask' && !readFileSync(process.env.LONGHAUL_PROMPT_FILE, 'utf8').includes('port 8080')) {
  say({ type: 'blocker', severity: 'high', description: 'Which port?', wait: true });
} else {
  while (task === 'slow' && !existsSync(process.env.GO)) await new Promise((go) => setTimeout(go, 100));
  writeFileSync(task + '.txt', 'by ' + task);
  say({ type: 'result', outcome: 'done', summary: 'Wrote ' + task + '.txt.' });
}
`;

function spec(name: string, task: string): string {
  return `version: 1
name: ${name}
agents:
  script: { adapter: command, run: [node, agent.mjs], env: [GO] }
defaults: { turns: 1, attempts: 1, verify: [] }
tasks:
  - { id: ${task}, title: Do the work, owns: ['**'] }
`;
}

async function commitSpec(name: string, task: string): Promise<string> {
  const file = `${name}.yaml`;
  await lab.write(file, spec(name, task));
  await lab.commit(`Plan ${name}`);
  return file;
}

/** The live one: the worker of a busy machine may need longer than the command waits. */
async function statusOf(id: string): Promise<Status> {
  for (;;) {
    const { code, stdout, stderr } = await lab.run('status', id, '--json');
    expect(code, stderr).toBe(0);
    if (stderr === '') return JSON.parse(stdout) as Status;
    expect(stderr).toContain('no worker answers');
  }
}

/** On a busy machine the worker may be silent for some seconds; what is said of that is no part of a story. */
function withoutAway(stderr: string): string[] {
  const lines = stderr.split('\n').slice(0, -1);
  return lines.filter((line) => !/^as of .* ago: no worker answers|^a worker answers again$/.test(line));
}

beforeAll(async () => {
  lab = await CliLab.createUp({ 'agent.mjs': AGENT });
});

afterAll(() => lab.removeUp());

describe('a campaign that ends well', () => {
  it('is told line by line, exits with 0, and leaves its work, its logs and its report', async () => {
    const file = await commitSpec('well', 'work');
    const { code, stdout, stderr } = await lab.run('run', file);
    expect({ code, notes: withoutAway(stderr) }).toEqual({
      code: 0,
      notes: ['Campaign well started: 1 task.'],
    });
    expect(stdout).toMatch(/^\S+Z campaign well started/m);
    expect(stdout).toMatch(/^\S+Z work done and merged/m);
    expect(stdout).toMatch(/^Campaign well is done: 1 done\.$/m);
    expect(await lab.git('show', 'longhaul/well/main:work.txt')).toBe('by work');

    const report = /^Report: (.+)$/m.exec(stdout)?.[1] ?? '';
    expect(await readFile(report, 'utf8')).toContain('<svg');
    expect((await lab.run('report', 'well', '--markdown')).stdout).toContain('work');
    const json = JSON.parse((await lab.run('report', 'well', '--json')).stdout) as ReportJson;
    expect(json.metrics.turns).toBe(1);

    const logs = await lab.run('logs', 'work', '--id', 'well');
    expect(logs.stdout).toContain('── turn 1 ──\n10 % begins work\nresult: done Wrote work.txt.\n');
    expect(await statusOf('well')).toMatchObject({
      id: 'well',
      state: 'done',
      tasks: [{ id: 'work', state: 'done' }],
    });
  });

  it('gets a new id when it is run again', async () => {
    const { code, stdout } = await lab.run('run', 'well.yaml', '--detach');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'well-2\n' });
    expect((await lab.run('watch', 'well-2')).code).toBe(0);
  });
});

it('exits with 4 where a task failed', async () => {
  const { code, stdout } = await lab.run('run', await commitSpec('bad', 'fail'));
  expect(code).toBe(4);
  expect(stdout).toMatch(/^ {2}failed: fail: .*It can not be done/m);
});

it('prints how to answer a blocker where nobody is at a terminal, and goes on with the answer', async () => {
  const running = lab.follow('run', await commitSpec('question', 'ask'));
  await running.says(/^ {2}longhaul answer question b1 "…"$/m);
  expect((await statusOf('question')).blockers).toMatchObject([{ id: 'b1', task: 'ask', state: 'open' }]);
  const refused = await lab.run('answer', 'question', 'b2', 'port 8080');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('hint: open now: b1 (task ask)');
  expect((await lab.run('answer', 'question', 'b1', 'Use port 8080.')).code).toBe(0);
  expect((await running.ended).code).toBe(0);
});

describe('a campaign that takes long', () => {
  let file: string;
  let running: Running;

  beforeAll(async () => {
    file = await commitSpec('long', 'slow');
    running = lab.follow('run', file);
    await running.says(/slow started on script#1/);
  });

  it('goes on after Ctrl-C, and says how to come back', async () => {
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('longhaul watch long');
    expect(stderr).toContain('longhaul cancel long');
    expect((await statusOf('long')).state).toBe('running');
  });

  it('is attached to by the same spec, and refused to another', async () => {
    const again = await lab.run('run', file, '--detach');
    expect(again).toMatchObject({ code: 0, stdout: 'long\n' });
    expect(again.stderr).toContain('Campaign long runs already, with this very spec.');
    await lab.write('other.yaml', spec('long', 'other'));
    const other = await lab.run('run', 'other.yaml');
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('error: campaign long is running already, with another spec');
  });

  it('is the one that commands mean where none is named', async () => {
    const paused = await lab.run('pause', '--why', 'lunch');
    expect(paused.code).toBe(0);
    expect(await statusOf('long')).toMatchObject({
      state: 'paused',
      message: expect.stringContaining('lunch') as string,
    });
    const twice = await lab.run('pause');
    expect(twice.code).toBe(0);
    expect(twice.stderr).toMatch(/^Campaign long is paused already \(Paused: lunch\); nothing changed\.$/m);
    expect((await lab.run('resume')).code).toBe(0);
    expect((await statusOf('long')).state).toBe('running');
    const again = await lab.run('resume');
    expect(again).toMatchObject({ code: 0, stderr: 'Campaign long is not paused; nothing changed.\n' });
    const free = await lab.run('resume', 'long', '--account', 'command');
    expect(free).toMatchObject({
      code: 0,
      stderr: 'Account command is neither limited nor paused; nothing changed.\n',
    });
  });

  it('exits with 5 where it was cancelled', async () => {
    const watching = lab.follow('watch', 'long');
    await once(watching.child.stdout, 'data');
    expect((await lab.run('cancel', 'long')).code).toBe(0);
    expect((await watching.ended).code).toBe(5);
    const late = await lab.run('retry', 'slow', '--id', 'long');
    expect(late.code).toBe(1);
    expect(late.stderr).toContain(
      'error: campaign long is over (cancelled): nothing can be asked of it any more',
    );
  });
});

it('shows a campaign to its end whose server dies before anybody has seen it', async () => {
  const home = homePaths(lab.home);
  const stopped = [readRecord(home, 'worker')!.pid, readRecord(home, 'supervisor')!.pid];
  const file = await commitSpec('unseen', 'work');
  for (const pid of stopped) process.kill(pid, 'SIGSTOP');
  const running = lab.follow('run', file);
  await running.says(/^Campaign unseen started: 1 task\.$/m);
  await kill(readRecord(home, 'server')!);
  // Time for it to knock in vain.
  await sleep(4_000);
  for (const pid of stopped) process.kill(pid, 'SIGCONT');
  const { code, stdout } = await running.ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Campaign unseen is done: 1 done\.$/m);
});

it('lists what there was, newest first', async () => {
  const list = async () => {
    const { stdout } = await lab.run('list', '--json');
    const entries = JSON.parse(stdout) as { id: string; state: string }[];
    return entries.map(({ id, state }) => [id, state]);
  };
  // The server's list is a moment behind.
  await expect.poll(list, { timeout: 120_000 }).toEqual([
    ['unseen', 'done'],
    ['long', 'cancelled'],
    ['question', 'done'],
    ['bad', 'failed'],
    ['well-2', 'done'],
    ['well', 'done'],
  ]);
});
