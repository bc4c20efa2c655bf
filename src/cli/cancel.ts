import type { Command } from 'commander';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printNote } from './output.js';

export function addCancel(program: Command, cli: Cli): void {
  program
    .command('cancel')
    .description('end a campaign; running turns are interrupted and their work is kept')
    .argument('[id]', 'the campaign; default: the only live one, else the newest')
    .action(async (id: string | undefined) => {
      printNote(await cli.act(async (client) => client.cancel(await chooseCampaign(client, id))));
    });
}
