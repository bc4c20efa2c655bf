/**
 * Kills any process at random moments (SIGKILL), and compares what comes of the campaign with an undisturbed run.
 * LONGHAUL_KILL_SEEDS says how many, LONGHAUL_KILL_FIRST where to begin; a seed is the same kind and moments each time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runToEnd, runUndisturbed } from './campaign-run.js';
import { expectNothingLostOrDoubled, readOutcome, type Outcome } from './hold.js';
import { KillLab, killProcess } from './kill-lab.js';
import { kills, kinds, needsUp } from './kills.js';
import { Random } from './random.js';

const SEEDS = Number(process.env['LONGHAUL_KILL_SEEDS'] ?? 20);
const FIRST = Number(process.env['LONGHAUL_KILL_FIRST'] ?? 0);

const seeds = Array.from({ length: SEEDS }, (_, index) => {
  const seed = FIRST + index;
  return { seed, kind: kinds[seed % kinds.length]! };
});

let undisturbed: Outcome;
/** Whoever ends hands its lab on: what comes to life again need not be started anew. */
const free: KillLab[] = [];
/** Those in use; where a test ran out of time, to the end. */
const used = new Set<KillLab>();

async function disturb(lab: KillLab, kind: keyof typeof kills, random: Random): Promise<void> {
  const times = random.between(1, 3);
  for (let time = 0, starts = 0; time < times; time += 1) {
    starts = Math.max(starts + random.between(0, 3), 1);
    await lab.waitFor(`start ${starts}`, () => lab.starts() >= starts || lab.client?.child.exitCode === 0);
    await sleep(random.between(0, 2_500));
    if (lab.client?.child.exitCode === 0) return;
    await kills[kind](lab, random);
    if (kind === 'supervisor' && random.between(0, 1) === 1) await kills.worker(lab, random);
    if (needsUp.includes(kind)) {
      await sleep(random.between(0, 1_500));
      expect((await lab.cli.run('up')).code).toBe(0);
    }
    starts = lab.starts();
  }
}

async function takeLab(): Promise<KillLab> {
  const lab = free.pop() ?? (await KillLab.create());
  used.add(lab);
  return lab;
}

/** A supervisor that has seen many deaths takes its time to start the next worker: each seed begins with a new one. */
async function handOn(lab: KillLab): Promise<void> {
  const supervisor = lab.record('supervisor');
  if (supervisor !== null) await killProcess(supervisor);
  used.delete(lab);
  free.push(lab);
}

beforeAll(async () => {
  const lab = await takeLab();
  undisturbed = await runUndisturbed(lab);
  await handOn(lab);
}, 480_000);

afterAll(async () => {
  for (const lab of used) await lab.close('keep');
  for (const lab of free) expect(await lab.close('remove')).toEqual([]);
}, 300_000);

describe('a campaign comes to the same end', () => {
  it.concurrent.for(seeds)('with seed $seed: $kind', { timeout: 480_000 }, async ({ seed, kind }) => {
    const lab = await takeLab();
    await Promise.all([runToEnd(lab, `k${seed}`), disturb(lab, kind, new Random(seed))]);
    expect(await readOutcome(lab)).toEqual(undisturbed);
    await expectNothingLostOrDoubled(lab);
    await handOn(lab);
  });
});
