/** What a worker's process holds in memory (RSS; agents are processes of their own): idle, and per running turn. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchHome, waitFor } from './bench-home.js';
import { note, printResult, type Row } from './result.js';
import { endSleepers, readStarts, startSleepers } from './sleeping-agents.js';

const TURNS = [10, 40];
/** For what was allocated at the start to be collected. */
const SETTLE_MS = 15_000;

const bench = await BenchHome.create();
try {
  const rows: Row[] = [];
  const idleMiB = await measure(0);
  rows.push({ what: 'idle worker', value: idleMiB, unit: 'MiB' });
  for (const turns of TURNS) {
    const mib = await measure(turns);
    rows.push(
      { what: `with ${turns} running turns`, value: mib, unit: 'MiB' },
      { what: `per running turn, of ${turns}`, value: (mib - idleMiB) / turns, unit: 'MiB' },
    );
  }
  printResult("memory: RSS of the worker's process", rows);
} finally {
  await bench.remove();
}

/** Each in a process of its own. */
async function measure(turns: number): Promise<number> {
  const worker = bench.startWorker();
  await worker.ready;
  const id = `memory-${turns}`;
  if (turns > 0) {
    await startSleepers(bench, id, turns);
    await waitFor(`${turns} agents`, () => readStarts(bench, id).length === turns);
  }
  await sleep(SETTLE_MS);
  const mib = readRssMiB(worker.pid);
  note(`${turns} turns: ${mib.toFixed(0)} MiB`);
  if (turns > 0) await endSleepers(bench, id);
  worker.child.kill('SIGTERM');
  await worker.ended;
  return mib;
}

function readRssMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/status names no VmRSS`);
  return Number(kib) / 1_024;
}
