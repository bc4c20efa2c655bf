/**
 * The worker's process, as the supervisor starts it: LONGHAUL_HOME names the home, Temporal's standard configuration
 * the server. SIGTERM interrupts and checkpoints the running turns, and ends it.
 */
import { homePaths } from '../core/home.js';
import { ProblemError } from '../core/problem.js';
import { readOutsideServer } from '../server/outside.js';
import { runWorker } from './run-worker.js';

function log(text: string): void {
  console.log(`${new Date().toISOString()} ${text}`);
}

const root = process.env['LONGHAUL_HOME'];
const server = readOutsideServer(undefined, process.env);
if (root === undefined || server === null)
  throw new Error('LONGHAUL_HOME and TEMPORAL_ADDRESS must name the home and the server of this worker');

const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, () => {
    log(`${name}: ending`);
    stop.abort();
  });
}

try {
  await runWorker({
    home: homePaths(root),
    connection: server.connection,
    foreground: false,
    env: process.env,
    stop: stop.signal,
    log,
  });
  process.exit(0);
} catch (error) {
  // The end of this log is what `up` shows where a worker does not stay alive.
  if (error instanceof ProblemError)
    console.error(`error: ${error.message}\nhint: ${error.problem.hint ?? ''}`);
  else console.error(error);
  process.exit(1);
}
