import type { Command } from 'commander';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printNote } from './output.js';

export function addSkip(program: Command, cli: Cli): void {
  program
    .command('skip')
    .description('give up a task that waits, rests or is blocked; what needs it is skipped too')
    .argument('<task>', "the task's id")
    .option('--note <text>', 'why, for the report')
    .option('--id <campaign>', 'the campaign; default: the only live one, else the newest')
    .action(async (task: string, { note = null, id }: { note?: string | null; id?: string }) => {
      printNote(
        await cli.act(async (client) => client.skip(await chooseCampaign(client, id), { task, note })),
      );
    });
}
