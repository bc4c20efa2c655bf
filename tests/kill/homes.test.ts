/** Two homes that share nothing but a namespace of a Temporal server, as two people's machines may. */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { homePaths } from '../../src/core/home.js';
import type { Status } from '../../src/core/status.js';
import { readRecord } from '../../src/server/record.js';
import { CliLab } from '../cli/run-cli.js';

/** Writes a file with the name of its home; a task named `slow` waits for the file `go` first. */
const AGENT = `
import { existsSync, writeFileSync } from 'node:fs';
const [home] = process.argv.slice(2);
const { LONGHAUL_TASK: task, GO: go } = process.env;
while (task === 'slow' && !existsSync(go)) await new Promise((wake) => setTimeout(wake, 100));
writeFileSync(task + '.txt', 'by ' + home);
`;

function spec(home: string, tasks: readonly string[]): string {
  return `version: 1
name: ${home}
agents:
  script: { adapter: command, run: [node, agent.mjs, ${home}], env: [GO], instances: 2 }
defaults: { attempts: 1, turns: 1, verify: ["grep -q ${home} *.txt"] }
tasks:
${tasks.map((task) => `  - { id: ${task}, title: Write ${task} }`).join('\n')}
`;
}

async function createLab(home: string): Promise<CliLab> {
  const lab = await CliLab.create();
  await lab.write('agent.mjs', AGENT);
  await lab.write('campaign.yaml', spec(home, ['one', 'two', 'three', 'four']));
  await lab.write('slow.yaml', spec(home, ['slow']));
  await lab.commit('Plan');
  return lab;
}

async function statusOf(lab: CliLab, campaign: string): Promise<Status> {
  return JSON.parse((await lab.run('status', campaign, '--json')).stdout) as Status;
}

async function expectToSucceed(lab: CliLab, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await lab.run(...args);
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
}

async function withTwoHomes(work: (ours: CliLab, theirs: CliLab) => Promise<void>): Promise<void> {
  const [ours, theirs] = [await createLab('ours'), await createLab('theirs')];
  try {
    await expectToSucceed(ours, 'up');
    const { address, namespace } = readRecord(homePaths(ours.home), 'server')!;
    theirs.env = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
    await expectToSucceed(theirs, 'up');
    await work(ours, theirs);
  } finally {
    for (const lab of [theirs, ours]) {
      await lab.run('down');
      await lab.remove();
    }
  }
}

test(
  'each home carries out its own campaigns, whoever else works in the namespace',
  { timeout: 240_000 },
  () =>
    withTwoHomes(async (ours, theirs) => {
      await Promise.all([
        expectToSucceed(ours, 'run', 'campaign.yaml', '--id', 'x'),
        expectToSucceed(theirs, 'run', 'campaign.yaml', '--id', 'y'),
      ]);
      expect(await ours.git('show', 'longhaul/x/main:three.txt')).toBe('by ours');
      expect(await theirs.git('show', 'longhaul/y/main:three.txt')).toBe('by theirs');

      // Nobody else takes the work of a home whose worker is away: it waits, and goes on when the worker is back.
      await expectToSucceed(theirs, 'run', 'slow.yaml', '--id', 'z', '--detach');
      await expect
        .poll(async () => (await statusOf(ours, 'z')).tasks[0]?.state, { timeout: 30_000 })
        .toBe('running');
      await expectToSucceed(theirs, 'down');
      await writeFile(`${theirs.folder}/go`, '');
      await sleep(5_000);
      await expectToSucceed(theirs, 'run', 'slow.yaml', '--id', 'z');
      expect(await theirs.git('show', 'longhaul/z/main:slow.txt')).toBe('by theirs');
      const [task] = (await statusOf(theirs, 'z')).tasks;
      expect(task).toMatchObject({ state: 'done', attempts: 1 });
    }),
);
