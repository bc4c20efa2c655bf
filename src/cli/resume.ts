import type { Command } from 'commander';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printNote } from './output.js';

export function addResume(program: Command, cli: Cli): void {
  program
    .command('resume')
    .description('go on after a pause, or lift the usage limit of an account')
    .argument('[id]', 'the campaign; default: the only live one, else the newest')
    .option('--account <name>', 'the account whose limit is over; default: the whole campaign')
    .action(async (id: string | undefined, { account = null }: { account?: string | null }) => {
      printNote(
        await cli.act(async (client) => client.resume(await chooseCampaign(client, id), { account })),
      );
    });
}
