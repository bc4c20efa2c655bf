import type { Command } from 'commander';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printNote } from './output.js';

interface Words {
  readonly id: string | undefined;
  readonly agents: number;
}

/** As many as a spec may ask for. */
const MOST_TURNS = 1_000;

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
  if (agents === undefined || Number(agents) > MOST_TURNS || otherIds.length > 0 || otherSettings.length > 0)
    command.error(
      `error: expected agents=<n>, n from 1 to ${MOST_TURNS}, after a campaign's id or alone, as in \`longhaul set cart agents=8\`, not "${words.join(' ')}"`,
    );
  return { id, agents: Number(agents) };
}
