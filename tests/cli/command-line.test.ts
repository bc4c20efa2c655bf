import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../src/core/problem.js';
import { CliLab } from './run-cli.js';

let lab: CliLab;

beforeAll(async () => {
  lab = await CliLab.create();
});

afterAll(() => lab.remove());

const RIGHT = `version: 1
name: cart
agents:
  script: { adapter: command, run: [node, agent.mjs] }
tasks:
  - { id: api, title: Build the API, estimate: 10m, owns: [src/api] }
  - { id: ui, title: Build the UI, needs: [api], estimate: 20m, owns: [src/ui] }
defaults: { verify: [] }
`;

async function commitSpec(text: string): Promise<void> {
  await lab.write('campaign.yaml', text);
  await lab.commit('Change the campaign');
}

it('ends what is not there without making anything', async () => {
  const { code, stderr } = await lab.run('down');
  expect({ code, stderr }).toEqual({ code: 0, stderr: `nothing was running: there is no ${lab.home}\n` });
  expect(existsSync(lab.home)).toBe(false);
});

describe('check', () => {
  it('says that a right file can run', async () => {
    await commitSpec(RIGHT);
    const ended = await lab.run('check', 'campaign.yaml');
    expect(ended).toEqual({ code: 0, stdout: 'campaign.yaml can run.\n', stderr: '' });
  });

  it('shows all problems at once, with their places, and exits with 3', async () => {
    await commitSpec(RIGHT.replace('needs: [api]', 'needs: [apj]').replace('estimate: 10m', 'estimat: 10m'));
    const { code, stdout, stderr } = await lab.run('check', 'campaign.yaml');
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^campaign\.yaml:6:\d+ spec\/unknown-key .*estimat/m);
    expect(stderr).toMatch(/^campaign\.yaml:7:\d+ spec\/unknown-task .*apj/m);
    expect(stderr).toMatch(/^ {4}hint: /m);
    expect(stderr).toMatch(/^campaign\.yaml: 2 problems\.$/m);
  });

  it('tells what is wrong with the repository even where the file has problems of its own', async () => {
    const wrong = RIGHT.replace('name: cart', 'name: cart\nrepository: /nowhere').replace('[api]', '[apj]');
    await commitSpec(wrong);
    const { code, stderr } = await lab.run('check', 'campaign.yaml');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^campaign\.yaml:3:\d+ repository\/not-a-repository \/nowhere is not/m);
    expect(stderr).toMatch(/^campaign\.yaml:8:\d+ spec\/unknown-task/m);
  });

  it('gives the problems as JSON', async () => {
    await commitSpec(RIGHT.replace('needs: [api]', 'needs: [apj]'));
    const { code, stdout, stderr } = await lab.run('check', 'campaign.yaml', '--json');
    expect(code).toBe(3);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout) as Problem[]).toMatchObject([
      { code: 'spec/unknown-task', severity: 'problem', where: { file: 'campaign.yaml', line: 7 } },
    ]);
  });

  it('shows the first of very many problems, and all of them as JSON', async () => {
    const tasks = Array.from({ length: 130 }, (_, index) => `  - { id: t${index}, titel: x }\n`);
    await lab.write('long.yaml', RIGHT.replace(/^tasks:\n(?: {2}.*\n)+/m, `tasks:\n${tasks.join('')}`));
    const { code, stderr } = await lab.run('check', 'long.yaml');
    expect(code).toBe(3);
    expect(stderr.match(/^long\.yaml:\d+:\d+ /gm)).toHaveLength(100);
    const [, more = ''] = /^… and (\d+) more; `longhaul check FILE --json` shows all/m.exec(stderr) ?? [];
    const { stdout } = await lab.run('check', 'long.yaml', '--json');
    expect(JSON.parse(stdout)).toHaveLength(100 + Number(more));
    expect(Number(more)).toBeGreaterThanOrEqual(160);
    await rm(path.join(lab.repository, 'long.yaml'));
  });

  it('finds agents whose program is not on this machine', async () => {
    await commitSpec(RIGHT.replace('[node, agent.mjs]', '[no-such-program]'));
    const { code, stderr } = await lab.run('check', 'campaign.yaml');
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^campaign\.yaml:4:\d+ spec\/agent-not-found agent script needs the program no-such-program, which is not on the PATH$/m,
    );
  });

  it('finds programs of the repository that are not executable', async () => {
    await lab.write('tools/agent.sh', '#!/bin/sh\n');
    await commitSpec(RIGHT.replace('[node, agent.mjs]', '[tools/agent.sh]'));
    const { code, stderr } = await lab.run('check', 'campaign.yaml');
    expect(code).toBe(3);
    expect(stderr).toContain('tools/agent.sh, which is not an executable file of the repository');
  });

  it('reads roles from the repository', async () => {
    await lab.write('.claude/agents/backend.md', '---\nname: backend\n---\nYou write servers.\n');
    await commitSpec(RIGHT.replace('title: Build the API', 'title: Build the API, role: backend'));
    expect((await lab.run('check', 'campaign.yaml')).code).toBe(0);
    await commitSpec(RIGHT.replace('title: Build the API', 'title: Build the API, role: frontend'));
    const { code, stderr } = await lab.run('check', 'campaign.yaml');
    expect(code).toBe(3);
    expect(stderr).toContain('frontend');
  });

  it('finds missing programs, variables and roles also where the file has problems of its own', async () => {
    const script = '{ adapter: command, run: [no-such-program], env: [HOME, NO_SUCH_KEY] }';
    const wrong = RIGHT.replace('[api]', '[apj]').replace(
      '{ adapter: command, run: [node, agent.mjs] }',
      script,
    );
    await commitSpec(wrong.replace('title: Build the API', 'title: Build the API, role: nobody'));
    const { code, stderr } = await lab.run('check', 'campaign.yaml');
    expect(code).toBe(3);
    const told = [...stderr.matchAll(/^campaign\.yaml:(\d+):\d+ (\S+)/gm)].map(([, line, found]) => [
      line,
      found,
    ]);
    expect(told).toEqual([
      ['4', 'spec/agent-not-found'],
      ['4', 'spec/unset-variable'],
      ['6', 'spec/unknown-role'],
      ['7', 'spec/unknown-task'],
    ]);
    expect(stderr).toContain(`NO_SUCH_KEY, which is set neither here nor in ${lab.home}/env`);
  });

  it('takes variables from LONGHAUL_HOME/env', async () => {
    await commitSpec(RIGHT.replace('agent.mjs]', 'agent.mjs], env: [NO_SUCH_KEY]'));
    expect((await lab.run('check', 'campaign.yaml')).code).toBe(3);
    await mkdir(lab.home, { recursive: true });
    await writeFile(path.join(lab.home, 'env'), 'NO_SUCH_KEY=x\n');
    expect((await lab.run('check', 'campaign.yaml')).code).toBe(0);
  });

  it('says what it can’t read', async () => {
    const { code, stderr } = await lab.run('check', 'nosuch.yaml');
    expect(code).toBe(3);
    expect(stderr).toBe(
      "nosuch.yaml spec/unreadable the campaign file can't be read: there is no such file or folder\n    hint: name a campaign file (YAML or JSON); docs/campaign-file.md shows the smallest one\n\nnosuch.yaml: 1 problem.\n",
    );
    const asJson = await lab.run('check', '--json', '.');
    expect(asJson.code).toBe(3);
    expect(JSON.parse(asJson.stdout)).toMatchObject([
      { code: 'spec/unreadable', message: "the campaign file can't be read: it is a folder" },
    ]);
  });
});

describe('plan', () => {
  it('shows the simulated schedule', async () => {
    await commitSpec(RIGHT);
    const { code, stdout } = await lab.run('plan', 'campaign.yaml', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      makespanMinutes: 30,
      sequentialMinutes: 30,
      lowerBoundMinutes: 30,
      speedup: 1,
      criticalPath: ['api', 'ui'],
      tasks: [
        { id: 'api', lane: 'script#1', startMinute: 0, endMinute: 10, slackMinutes: 0, waitedFor: [] },
        {
          id: 'ui',
          startMinute: 10,
          endMinute: 30,
          slackMinutes: 0,
          waitedFor: [{ reason: 'need', on: 'api' }],
        },
      ],
      warnings: [],
    });
  });

  it('says that a deadline would be missed, and by how much', async () => {
    const tasks = [1, 2, 3, 4].map((at) => `  - { id: t${at}, title: Do all of the work, estimate: 30m }\n`);
    const script = 'script: { adapter: command, run: [node, agent.mjs], instances: 2 }';
    const top = `version: 1\nname: cart\nagents: { ${script} }\nlimits: { deadline: 20m }\n`;
    await commitSpec(`${top}defaults: { verify: [make] }\ntasks:\n${tasks.join('')}`);
    const { code, stdout, stderr } = await lab.run('plan', 'campaign.yaml');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^makespan +1h 00m by estimates/m);
    expect(stdout).toMatch(
      /^deadline +20m 00s: missed by 40m 00s: the campaign would pause there, and ask you$/m,
    );
    expect(stderr).toContain('spec/over-deadline');
  });
});

describe('places that can’t be used', () => {
  it('are told as such: a folder for a role, a file for the folder of roles', async () => {
    await commitSpec(RIGHT);
    const folder = path.join(lab.repository, '.claude/agents/lead.md');
    await mkdir(folder, { recursive: true });
    const { code, stderr } = await lab.run('check', 'campaign.yaml');
    expect(code).toBe(3);
    expect(stderr).toContain("role/bad-file .claude/agents/lead.md can't be read: it is a folder");
    await lab.write('campaign.yaml', `${RIGHT}roles: campaign.yaml\n`);
    expect((await lab.run('check', 'campaign.yaml')).stderr).toContain(
      "role/bad-file campaign.yaml can't be read: a file stands where a folder should be",
    );
    await rm(folder, { recursive: true });
  });

  it('are told as such: a file for LONGHAUL_HOME', async () => {
    await lab.write('plain', 'x');
    lab.env = { LONGHAUL_HOME: path.join(lab.repository, 'plain') };
    for (const [command, says] of [
      ['list', "can't be used: a file stands where a folder should be"],
      ['up', "can't be made: a file of this name stands there"],
    ] as const) {
      const { code, stdout, stderr } = await lab.run(command);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^error: \\S+plain\\S* ${says}$`, 'm'));
      expect(stderr).toContain('hint: Longhaul keeps its data in LONGHAUL_HOME');
    }
    lab.env = {};
  });

  it('are told as such: a chart’s', async () => {
    await commitSpec(RIGHT);
    const { code, stderr } = await lab.run('plan', 'campaign.yaml', '--svg', 'no/such/chart.svg');
    expect(code).toBe(1);
    expect(stderr).toContain(
      "error: the Gantt chart can't be written into no/such/chart.svg: there is no such file or folder",
    );
  });
});

describe('usage', () => {
  it.each([
    { args: ['chekc'], says: "error: unknown command 'chekc'\n(Did you mean check?)" },
    { args: ['run'], says: "error: missing required argument 'file'" },
    { args: ['status', '--jsno'], says: "error: unknown option '--jsno'\n(Did you mean --json?)" },
    { args: ['run', 'campaign.yaml', '--id', 'a/b'], says: "option '--id <id>' argument 'a/b' is invalid" },
    { args: ['answer', 'cart'], says: 'longhaul answer [options] <campaign> <blocker> <text>' },
    { args: ['set', 'cart', 'agents=0'], says: 'expected agents=<n>, n from 1 to 1000' },
    { args: ['set', 'cart', 'agents=1001'], says: 'not "cart agents=1001"' },
    { args: ['plan', 'campaign.yaml', '--graph', 'dot', '--json'], says: 'cannot be used with option' },
    { args: ['plan', 'campaign.yaml', '--groups', '--json'], says: 'cannot be used with option' },
    { args: ['report', '--markdown', '--json'], says: 'cannot be used with option' },
  ])('is told and exits with 2: $args', async ({ args, says }) => {
    const { code, stdout, stderr } = await lab.run(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(says);
    expect(stderr).toContain('hint: ');
  });

  it('helps on stdout with 0', async () => {
    const { code, stdout, stderr } = await lab.run('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: longhaul');
  });
});

describe('without a server', () => {
  it.each([
    { args: ['status'], says: 'error: there is no campaign yet\n\nhint: `longhaul run FILE` starts one\n' },
    { args: ['status', 'cart'], says: 'error: no Temporal server is running for this LONGHAUL_HOME' },
    { args: ['worker'], says: 'error: a worker needs a Temporal server, and none is named' },
  ])('$args says what to do and exits with 1', async ({ args, says }) => {
    const { code, stdout, stderr } = await lab.run(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/\n\nhint: .+\n$/);
  });

  it('lists nothing', async () => {
    expect(await lab.run('list', '--json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });
});
