import type { Command } from 'commander';
import type { Cli } from './cli.js';
import { printNote } from './output.js';

export function addAnswer(program: Command, cli: Cli): void {
  program
    .command('answer')
    .description('answer a blocker; the session that raised it goes on with the answer')
    .argument('<campaign>', "the campaign's id")
    .argument('<blocker>', "the blocker's id, as in `longhaul status`")
    .argument('<text>', 'what the agent is told')
    .action(async (campaign: string, blocker: string, text: string) => {
      printNote(await cli.act((client) => client.answer(campaign, { blocker, answer: text })));
    });
}
