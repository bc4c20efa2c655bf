import type { Command } from 'commander';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printNote } from './output.js';
import { addPartOptions, type PartOptions } from './part-option.js';

export function addResume(program: Command, cli: Cli): void {
  const command = program
    .command('resume')
    .description('go on after a pause, or lift the usage limit of an account')
    .argument('[id]', 'the campaign; default: the only live one, else the newest');
  addPartOptions(command, 'only agents that use this account, whose limit is lifted too').action(
    async (id: string | undefined, part: PartOptions) => {
      printNote(await cli.act(async (client) => client.resume(await chooseCampaign(client, id), part)));
    },
  );
}
