/** A campaign from its start to its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Running } from '../cli/run-cli.js';
import { expectNothingLostOrDoubled, readOutcome, type Outcome } from './hold.js';
import { KillLab } from './kill-lab.js';

/** Gives `work` a home of its own, which is kept for a look where it fails. */
export async function inLab<Result>(work: (lab: KillLab) => Promise<Result>): Promise<Result> {
  const lab = await KillLab.create();
  try {
    const result = await work(lab);
    expect(await lab.close('remove')).toEqual([]);
    return result;
  } catch (error) {
    await lab.close('keep');
    throw error;
  }
}

/** Follows the campaign to its end, and comes back after each kill of the client. */
export async function runToEnd(lab: KillLab, campaign: string): Promise<void> {
  for (let client = lab.run(campaign); ; client = lab.run(campaign)) {
    const [{ code, stderr }] = await Promise.all([client.ended, watchForViolation(lab, client)]);
    if (code === 0) return;
    expect({ code, stderr, killed: client.child.signalCode }).toMatchObject({ killed: 'SIGKILL' });
    lab.log('a new client');
  }
}

/** Rejects at the first violation: what follows from it only hides it. */
async function watchForViolation(lab: KillLab, { child }: Running): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    expect(lab.ledger().filter(({ is }) => is === 'violation')).toEqual([]);
    await sleep(500);
  }
}

/** What others are compared with. */
export async function runUndisturbed(lab: KillLab): Promise<Outcome> {
  await runToEnd(lab, 'still');
  await expectNothingLostOrDoubled(lab);
  // Five tasks, of which one is rejected once.
  expect(lab.starts()).toBe(6);
  return readOutcome(lab);
}
