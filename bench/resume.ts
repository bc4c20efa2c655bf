/**
 * How soon work goes on after a crash: seconds from the start of a worker's process, after its predecessor was ended by
 * SIGKILL, to the first agent that goes on in its session, and to the last. Heartbeat timeout 60 s, as in production.
 */
import { BenchHome, waitFor, type BenchWorker } from './bench-home.js';
import { median, note, printResult, round } from './result.js';
import { endSleepers, readStarts, startSleepers, type AgentStart } from './sleeping-agents.js';

const TASKS = 5;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
/** The same turns are hit so often: Temporal waits longer before each try of an activity. */
const KILLS = 3;

const bench = await BenchHome.create();
try {
  const firstKills: Resumed[] = [];
  const laterKills: Resumed[] = [];
  let worker = bench.startWorker();
  await worker.ready;
  for (let round_ = 1; round_ <= ROUNDS; round_ += 1) {
    const id = `resume-${round_}`;
    await startSleepers(bench, id, TASKS);
    await waitFor('all agents', () => readStarts(bench, id).length === TASKS);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const resumed = await killAndRestart(worker, id);
      worker = resumed.worker;
      (kill === 1 ? firstKills : laterKills).push(resumed);
      note(
        `round ${round_}, kill ${kill}: ${round(resumed.firstS)} s to the first, ${round(resumed.lastS)} s to the last`,
      );
    }
    await endSleepers(bench, id);
  }
  const all = [...firstKills, ...laterKills];
  printResult(`resume: ${TASKS} turns, ${ROUNDS} rounds of ${KILLS} kills`, [
    {
      what: 'first resumed turn, median',
      value: median(firstKills.map((each) => each.firstS)),
      unit: 's',
      aim: 5,
    },
    {
      what: 'first resumed turn, worst',
      value: Math.max(...firstKills.map((each) => each.firstS)),
      unit: 's',
      aim: 5,
    },
    { what: 'last resumed turn, median', value: median(firstKills.map((each) => each.lastS)), unit: 's' },
    {
      what: `first resumed turn after kills 2 to ${KILLS}, worst`,
      value: Math.max(...all.map((each) => each.firstS)),
      unit: 's',
    },
  ]);
} finally {
  await bench.remove();
}

interface Resumed {
  readonly worker: BenchWorker;
  readonly firstS: number;
  readonly lastS: number;
}

async function killAndRestart(worker: BenchWorker, id: string): Promise<Resumed> {
  const before = readStarts(bench, id);
  worker.child.kill('SIGKILL');
  await worker.ended;
  const startedAtMs = Date.now();
  const next = bench.startWorker();
  const resumed = (): readonly AgentStart[] => readStarts(bench, id).slice(before.length);
  await waitFor('all resumed turns', () => resumed().length === TASKS);
  for (const { task, session } of resumed()) {
    if (!before.some((start) => start.task === task && start.session === session))
      throw new Error(`${task} went on in another session: ${session}`);
  }
  const secondsTo = (atMs: number): number => (atMs - startedAtMs) / 1_000;
  const times = resumed().map(({ atMs }) => secondsTo(atMs));
  await next.ready;
  return { worker: next, firstS: Math.min(...times), lastS: Math.max(...times) };
}
