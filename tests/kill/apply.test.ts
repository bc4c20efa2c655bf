/**
 * An edited campaign file is applied in the middle of its campaign, and a process is killed (SIGKILL) at a random moment
 * meanwhile. What comes of it is compared with what comes of it undisturbed. LONGHAUL_APPLY_SEEDS says how many.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Status } from '../../src/core/status.js';
import { expectNothingLostOrDoubled, readOutcome, type Outcome } from './hold.js';
import { KillLab } from './kill-lab.js';
import { kills } from './kills.js';
import { Random } from './random.js';

const SEEDS = Number(process.env['LONGHAUL_APPLY_SEEDS'] ?? 1);
const FIRST = Number(process.env['LONGHAUL_KILL_FIRST'] ?? 0);

/** The client is the one that applies. */
const kinds = ['client', 'worker', 'all', 'server', 'agent'] as const;
const seeds = Array.from({ length: SEEDS }, (_, index) => {
  const seed = FIRST + index;
  return { seed, kind: kinds[seed % kinds.length]! };
});

/** `hold` ends once the campaign is changed. */
function specOf(lab: KillLab, tasks: string): string {
  return `version: 1
name: kill
agents:
  script: { adapter: command, run: ${JSON.stringify(lab.agent)}, instances: 3 }
setup: ["sleep 0.3", "echo yes > .prepared"]
defaults: { attempts: 1, verify: ["test -d work"] }
integration: { at: each }
tasks:
  - { id: right, title: 'Work beside the others, with commits and a helper' }
  - { id: hold, title: Work until somebody says that it is enough }
${tasks}`;
}

const BEFORE = `  - { id: left, title: Work beside the others }
`;
const AFTER = `  - { id: left, title: 'Work beside the others, and again' }
  - { id: late, title: Build on what was done again, needs: [left] }
`;

const labs: KillLab[] = [];

async function statusOf(lab: KillLab): Promise<Status | null> {
  const { code, stdout } = await lab.cli.run('status', lab.campaign, '--json');
  return code === 0 ? (JSON.parse(stdout) as Status) : null;
}

/** As people do: what fails is tried again, and after a command that was killed nobody knows whether it took effect. */
async function until(lab: KillLab, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 1; !(await holds()); tries += 1) {
    if (tries > 10) throw new Error(`tried in vain; see ${lab.cli.folder}`);
    lab.log('up');
    await lab.cli.run('up');
  }
}

async function applyOnce(lab: KillLab): Promise<boolean> {
  lab.client = lab.cli.follow('apply', 'after.yaml', '--id', lab.campaign, '--yes');
  const { code, stderr } = await lab.client.ended;
  lab.log(`apply: ${code} ${stderr.trim().split('\n').at(-1) ?? ''}`);
  return code === 0;
}

async function isDone(lab: KillLab): Promise<boolean> {
  return (await lab.cli.run('watch', lab.campaign)).code === 0;
}

type Disturb = (lab: KillLab) => Promise<void>;

/** From its start to its end. What was finished when the file was applied, and is kept, has not run again. */
async function runApplied(lab: KillLab, campaign: string, disturb: Disturb): Promise<void> {
  lab.campaign = campaign;
  await lab.cli.write('before.yaml', specOf(lab, BEFORE));
  await lab.cli.write('after.yaml', specOf(lab, AFTER));
  expect((await lab.cli.run('run', 'before.yaml', '--id', campaign, '--detach')).code).toBe(0);
  const finished = new Set<string>();
  while (!finished.has('left') || !finished.has('right')) {
    const { tasks } = (await statusOf(lab)) ?? { tasks: [] };
    for (const { id, state } of tasks) if (state === 'done') finished.add(id);
  }
  const askedAtMs = Date.now();
  await Promise.all([until(lab, () => applyOnce(lab)), disturb(lab)]);
  await writeFile(path.join(lab.cli.folder, `${campaign}.changed`), '');
  await until(lab, () => isDone(lab));
  const again = lab.ledger().filter(({ is, task, atMs }) => {
    return is === 'start' && atMs > askedAtMs && task !== 'left' && finished.has(task);
  });
  expect(again).toEqual([]);
  await expectNothingLostOrDoubled(lab);
}

let undisturbed: Outcome;

beforeAll(async () => {
  const lab = await KillLab.create();
  labs.push(lab);
  await runApplied(lab, 'still', () => Promise.resolve());
  undisturbed = await readOutcome(lab);
  expect(undisturbed.tasks).toEqual([
    ['right', 'done', 1],
    ['hold', 'done', 1],
    ['left', 'done', 2],
    ['late', 'done', 1],
  ]);
}, 480_000);

afterAll(async () => {
  for (const lab of labs) await lab.close('remove');
}, 300_000);

describe('a campaign that is given an edited file comes to the same end', () => {
  it.concurrent.for(seeds)('with seed $seed: $kind', { timeout: 480_000 }, async ({ seed, kind }) => {
    const lab = await KillLab.create();
    const random = new Random(seed);
    await runApplied(lab, `a${seed}`, async () => {
      // From before the file is read until after the answer.
      await sleep(random.between(0, 4_000));
      await kills[kind](lab, random);
    });
    expect(await readOutcome(lab)).toEqual(undisturbed);
    labs.push(lab);
  });
});
