import type { Command } from 'commander';
import { ProblemError } from '../core/problem.js';
import type { Cli } from './cli.js';
import { makeHome } from './make-home.js';
import { printNote } from './output.js';

export function addWorker(program: Command, cli: Cli): void {
  program
    .command('worker')
    .description(
      'run a worker in the foreground, for further machines of one Temporal server (`up` starts one itself)',
    )
    .action(() => runForeground(cli));
}

/** Returns when the worker has handed its turns back, after SIGTERM or Ctrl-C. */
async function runForeground(cli: Cli): Promise<void> {
  const connection = cli.findServer();
  if (connection === null) throw noServer();
  makeHome(cli.home);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  // The SDK's native part takes most of a second to load: no other command shall wait for it.
  const { runWorker } = await import('../worker/run-worker.js');
  const log = (text: string): void => printNote(`${new Date().toISOString()} ${text}`);
  await runWorker({ home: cli.home, connection, foreground: true, env: cli.env, stop: stop.signal, log });
}

function noServer(): ProblemError {
  return new ProblemError({
    code: 'worker/no-server',
    message: 'a worker needs a Temporal server, and none is named',
    hint: 'name it with --address HOST:PORT or TEMPORAL_ADDRESS; for this machine alone, `longhaul up` starts server and worker',
    severity: 'problem',
  });
}
