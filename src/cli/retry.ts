import type { Command } from 'commander';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printNote } from './output.js';

export function addRetry(program: Command, cli: Cli): void {
  program
    .command('retry')
    .description('give a task one more attempt, in a campaign that goes on')
    .argument('<task>', "the task's id")
    .option('--note <text>', 'what its agent is told this time')
    .option('--id <campaign>', 'the campaign; default: the only live one, else the newest')
    .action(async (task: string, { note = null, id }: { note?: string | null; id?: string }) => {
      printNote(
        await cli.act(async (client) => client.retry(await chooseCampaign(client, id), { task, note })),
      );
    });
}
