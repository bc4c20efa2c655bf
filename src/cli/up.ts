import type { Command } from 'commander';
import { readStatus } from '../server/up.js';
import type { Cli } from './cli.js';
import { printData, printJson } from './output.js';

export function addUp(program: Command, cli: Cli): void {
  program
    .command('up')
    .description('make sure that the Temporal server and a worker run; campaigns go on where they were')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const { address, namespace, uiUrl } = await cli.bringUp();
      const { server, supervisor, worker } = readStatus(cli.home);
      if (json) printJson({ home: cli.home.root, address, namespace, uiUrl, server, supervisor, worker });
      else {
        printData(`Temporal server  ${address}, namespace ${namespace}`);
        if (uiUrl !== null) printData(`Temporal UI      ${uiUrl}`);
        if (worker !== null) printData(`worker           pid ${worker.pid}`);
        printData(`home             ${cli.home.root}`);
      }
    });
}
