import type { Command } from 'commander';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printNote } from './output.js';
import { addPartOptions, type PartOptions } from './part-option.js';

export function addPause(program: Command, cli: Cli): void {
  const command = program
    .command('pause')
    .description('order no more turns until `longhaul resume`; running ones finish')
    .argument('[id]', 'the campaign; default: the only live one, else the newest')
    .option('--why <text>', 'shown while it is paused', 'by hand');
  addPartOptions(command, 'only agents that use this account').action(
    async (id: string | undefined, message: PartOptions & { why: string }) => {
      printNote(await cli.act(async (client) => client.pause(await chooseCampaign(client, id), message)));
    },
  );
}
