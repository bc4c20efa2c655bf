import type { Command } from 'commander';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printNote } from './output.js';

export function addPause(program: Command, cli: Cli): void {
  program
    .command('pause')
    .description('order no more turns until `longhaul resume`; running ones finish')
    .argument('[id]', 'the campaign; default: the only live one, else the newest')
    .option('--why <text>', 'shown while it is paused', 'paused by hand')
    .action(async (id: string | undefined, { why }: { why: string }) => {
      printNote(await cli.act(async (client) => client.pause(await chooseCampaign(client, id), { why })));
    });
}
