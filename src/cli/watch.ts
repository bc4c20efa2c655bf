import type { Command } from 'commander';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { followCampaign } from './follow.js';

export function addWatch(program: Command, cli: Cli): void {
  program
    .command('watch')
    .description('show a campaign live until it is over; Ctrl-C only ends the showing')
    .argument('[id]', 'the campaign; default: the only live one, else the newest')
    .option('--json', 'one status per line, whenever something changed')
    .action(async (id: string | undefined, { json = false }: { json?: boolean }) => {
      cli.exitCode = await cli.act(async (client) =>
        followCampaign(cli, client, { id: await chooseCampaign(client, id), json, known: false }),
      );
    });
}
