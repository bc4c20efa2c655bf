#!/usr/bin/env node
/** The command line. The only place that ends the process. */
import { CommanderError } from 'commander';
import { Cli } from './cli.js';
import { exitCodeOfError, SpecRefusedError, type ExitCode } from './exit-code.js';
import { printError } from './output.js';
import { explainHome } from './unreadable.js';
import { buildProgram } from './program.js';

async function main(): Promise<ExitCode> {
  const cli = new Cli(process.env);
  try {
    await buildProgram(cli).parseAsync(process.argv);
    return cli.exitCode;
  } catch (error) {
    // These two have been told already.
    if (!(error instanceof CommanderError) && !(error instanceof SpecRefusedError))
      printError(explainHome(error, cli.home));
    return exitCodeOfError(error);
  }
}

// `longhaul list | head` closes our output early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const exitCode = await main();
// What was printed into a pipe is still on its way.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
