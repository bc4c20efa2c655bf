import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { down } from '../server/up.js';
import type { Cli } from './cli.js';
import { makeHome } from './make-home.js';
import { printNote } from './output.js';

export function addDown(program: Command, cli: Cli): void {
  program
    .command('down')
    .description('end what `longhaul up` started; running turns are interrupted and go on with the next `up`')
    .action(() => {
      // To end what is not there, nothing is made.
      if (!existsSync(cli.home.root)) {
        printNote(`nothing was running: there is no ${cli.home.root}`);
        return undefined;
      }
      makeHome(cli.home);
      return down({ home: cli.home, onStep: printNote });
    });
}
