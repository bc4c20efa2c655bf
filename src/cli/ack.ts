import type { Command } from 'commander';
import type { Cli } from './cli.js';
import { printNote } from './output.js';

export function addAck(program: Command, cli: Cli): void {
  program
    .command('ack')
    .description('say that a blocker was seen: nobody is reminded of it any more before its time')
    .argument('<campaign>', "the campaign's id")
    .argument('<blocker>', "the blocker's id, as in `longhaul status`")
    .action(async (campaign: string, blocker: string) => {
      printNote(await cli.act((client) => client.acknowledge(campaign, { blocker })));
    });
}
