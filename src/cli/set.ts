import type { Command } from 'commander';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printNote } from './output.js';

interface Words {
  readonly id: string | undefined;
  readonly agents: number;
}

export function addSet(program: Command, cli: Cli): void {
  const command = program
    .command('set')
    .description('change how many turns of a campaign may run at once; running ones finish')
    .usage('[options] [id] agents=<n>')
    .argument('<setting...>', 'the campaign (default: the only live one, else the newest) and agents=<n>')
    .action(async (words: readonly string[]) => {
      const { id, agents } = readWords(command, words);
      printNote(
        await cli.act(async (client) => client.setParallel(await chooseCampaign(client, id), { agents })),
      );
    });
}

function readWords(command: Command, words: readonly string[]): Words {
  const [id, ...otherIds] = words.filter((word) => !word.includes('='));
  const [setting = '', ...otherSettings] = words.filter((word) => word.includes('='));
  const [, agents] = /^agents=([1-9][0-9]{0,3})$/.exec(setting) ?? [];
  if (agents === undefined || otherIds.length > 0 || otherSettings.length > 0)
    command.error(
      `error: expected a campaign's id and agents=<n>, as in \`longhaul set cart agents=8\`, not ${words.join(' ')}`,
    );
  return { id, agents: Number(agents) };
}
