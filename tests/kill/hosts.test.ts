/** Two hosts that share a home: workers of their own, one campaign, and one of them killed for good. */
import { expect, test } from 'vitest';
import { listJournals, type JournalRecord } from '../../src/activities/journal.js';
import { readLivingOf, readRecord } from '../../src/server/record.js';
import type { Running } from '../cli/run-cli.js';
import { inLab } from './campaign-run.js';
import { expectNothingLostOrDoubled, readOutcome } from './hold.js';
import { killProcess, signal, type KillLab } from './kill-lab.js';

/** One turn each, so that neither can do all. */
const ONE_TURN = { LONGHAUL_MAX_TURNS: '1' };

async function startFirst(lab: KillLab): Promise<void> {
  lab.cli.env = { ...ONE_TURN, LONGHAUL_HOST: 'first' };
  expect((await lab.cli.run('up')).code).toBe(0);
}

/** Nobody keeps it: `longhaul worker` on a further host. Returns when it polls. */
async function startSecond(lab: KillLab): Promise<Running> {
  const { address } = readRecord(lab.home, 'server')!;
  const { env } = lab.cli;
  lab.cli.env = { ...ONE_TURN, LONGHAUL_HOST: 'second' };
  const second = lab.cli.follow('worker', '--address', address, '--namespace', 'longhaul');
  lab.cli.env = env;
  const record = () => readLivingOf(lab.home, 'worker', 'second');
  await lab.waitFor('the second worker', () => record()?.ready ?? false);
  expect(record()?.foreground).toBe(true);
  return second;
}

function journalOf(lab: KillLab, host: string): JournalRecord | undefined {
  return listJournals(lab.home).find((journal) => journal.host === host);
}

/** The second is in the middle of a turn. */
async function secondAtWork(lab: KillLab): Promise<JournalRecord> {
  return lab.waitFor('a turn on the second host', () => {
    const journal = journalOf(lab, 'second');
    return journal !== undefined && lab.agents().some(({ task }) => task === journal.task) && journal;
  });
}

test(
  'a campaign runs on two hosts of one home, and one goes on alone when the other is gone for good',
  { timeout: 420_000 },
  () =>
    inLab(async (lab) => {
      await startFirst(lab);
      const second = await startSecond(lab);
      const client = lab.run('hosts');
      const lost = await secondAtWork(lab);

      // As a container goes, with all that was in it.
      second.child.kill('SIGKILL');
      for (const { pid } of lost.processes) signal(pid, 'SIGKILL');
      await second.ended;
      // The other starts anew, and takes over from itself alone: what is another host's is not judged by its looks.
      const first = lab.record('worker')!;
      await killProcess(first);
      await lab.waitFor('the first worker', () => {
        const again = readLivingOf(lab.home, 'worker', 'first');
        return again?.ready === true && again.pid !== first.pid;
      });
      expect(journalOf(lab, 'second')).toMatchObject({ task: lost.task, gen: lost.gen, mark: lost.mark });

      expect((await client.ended).code).toBe(0);
      const { tasks } = await readOutcome(lab);
      expect(tasks.map(([, state]) => state)).toEqual(tasks.map(() => 'done'));
      const tries = lab
        .ledger()
        .filter(({ is, task, gen }) => is === 'start' && task === lost.task && gen === lost.gen);
      expect(new Set(tries.map(({ session }) => session)).size).toBe(1);
      expect(tries).toHaveLength(2);
      await expectNothingLostOrDoubled(lab);
    }),
);
