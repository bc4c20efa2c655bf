/** A laptop that sleeps: worker and agents stand still for twice the heartbeat timeout, and then go on where they were. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inLab, runToEnd, runUndisturbed } from './campaign-run.js';
import { expectNothingLostOrDoubled, readOutcome } from './hold.js';
import { signal, type KillLab } from './kill-lab.js';

/** Twice the heartbeat timeout (src/workflows/activities.ts), and some. */
const ASLEEP_MS = 125_000;

/** The worker, its agents and what they left running. */
function sleepers(lab: KillLab): readonly number[] {
  const awake = [lab.record('server')?.pid, lab.record('supervisor')?.pid, lab.client?.child.pid];
  return lab.processes().flatMap(({ pid }) => (awake.includes(pid) ? [] : [pid]));
}

it('counts no attempt and doubles no turn', { timeout: 600_000 }, async () => {
  await inLab(async (lab) => {
    const end = runToEnd(lab, 'sleep');
    await lab.waitFor('an agent in the middle', () => {
      const working = new Set(lab.agents().map(({ pid }) => pid));
      return lab.ledger().filter(({ is, pid }) => is === 'step' && working.has(pid)).length >= 3;
    });
    const pids = sleepers(lab);
    for (const pid of pids) signal(pid, 'SIGSTOP');
    lab.log(`asleep: ${pids.join(' ')}`);
    const [undisturbed] = await Promise.all([inLab(runUndisturbed), sleep(ASLEEP_MS)]);
    for (const pid of pids) signal(pid, 'SIGCONT');
    lab.log('awake');
    await end;
    expect(await readOutcome(lab)).toEqual(undisturbed);
    await expectNothingLostOrDoubled(lab);
  });
});
