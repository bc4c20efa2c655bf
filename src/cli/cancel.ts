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
      const campaign = await cli.act(async (client) => {
        const chosen = await chooseCampaign(client, id);
        await client.cancel(chosen);
        return chosen;
      });
      printNote(`Campaign ${campaign} is being cancelled; \`longhaul watch ${campaign}\` shows its end.`);
    });
}
